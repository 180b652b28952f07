package consumers.classpath;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import consumers.check.Check;
import javax.script.ScriptEngineManager;
import org.junit.jupiter.api.Test;
import org.lupine.LuaRuntime;

class ClassPathTest {
  @Test
  void evaluatesInEachFlavour() throws Exception {
    var lines = Check.flavours(new ScriptEngineManager()::getEngineByName);

    assertEquals(6, lines.size());
    assertFalse(LuaRuntime.class.getModule().isNamed());
  }
}
