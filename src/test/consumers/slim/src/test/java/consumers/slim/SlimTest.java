package consumers.slim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import consumers.check.Check;
import javax.script.ScriptEngineManager;
import org.junit.jupiter.api.Test;
import org.lupine.LuaRuntime;

class SlimTest {
  @Test
  void evaluatesInEachFlavour() throws Exception {
    var lines = Check.flavours(new ScriptEngineManager()::getEngineByName);

    assertEquals(6, lines.size());
    var jar = LuaRuntime.class.getProtectionDomain().getCodeSource().getLocation().getPath();
    assertTrue(jar.endsWith("-slim.jar"), jar);
  }
}
