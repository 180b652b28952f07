package consumers.modulepath;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import consumers.check.Check;
import javax.script.ScriptEngineManager;
import org.junit.jupiter.api.Test;
import org.lupine.LuaRuntime;

class ModulePathTest {
  @Test
  void evaluatesInEachFlavour() throws Exception {
    var lines = Check.flavours(new ScriptEngineManager()::getEngineByName);

    assertEquals(6, lines.size());
    assertEquals("org.lupine", LuaRuntime.class.getModule().getName());
    assertTrue(Check.class.getModule().isNamed());
  }

  @Test
  void usesTheRuntime() {
    assertEquals(42L, Sum.of(40, 2));
  }
}
