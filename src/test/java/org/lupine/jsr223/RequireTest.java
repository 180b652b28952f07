package org.lupine.jsr223;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.lupine.support.Engines.engine;

import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.script.ScriptException;
import javax.script.SimpleBindings;
import org.junit.jupiter.api.io.TempDir;
import org.lupine.Flavour;
import org.lupine.LuaOptions;
import org.lupine.access.HostAccess;
import org.lupine.support.EachFlavour;

/** BEHAVIOURS 249: require finds modules on the class path. */
class RequireTest {
  @TempDir private Path folder;

  private URLClassLoader loader(String name, String module) throws Exception {
    var root = Files.createDirectories(folder.resolve(name));
    Files.writeString(root.resolve("fromloader.lua"), module);
    return new URLClassLoader(new URL[] {root.toUri().toURL()}, null);
  }

  private static Object evalWith(ClassLoader loader, LuaScriptEngine engine, String script)
      throws ScriptException {
    var before = Thread.currentThread().getContextClassLoader();
    Thread.currentThread().setContextClassLoader(loader);
    try {
      return engine.eval(script);
    } finally {
      Thread.currentThread().setContextClassLoader(before);
    }
  }

  @EachFlavour
  void asksTheContextLoaderOfTheEval(Flavour flavour) throws Exception {
    try (var engine = engine(flavour);
        var one = loader("one", "return 1");
        var two = loader("two", "return 2")) {
      engine.eval("x = 1");

      assertThrows(ScriptException.class, () -> engine.eval("return require 'fromloader'"));
      assertEquals(1L, evalWith(one, engine, "return (require 'fromloader')"));
      assertEquals(1L, evalWith(two, engine, "return (require 'fromloader')"));
      engine.eval("package.loaded.fromloader = nil");
      assertEquals(2L, evalWith(two, engine, "return (require 'fromloader')"));
    }
  }

  /** What a module sets and keeps is gone with the run. */
  @EachFlavour
  void leavesNothingBehindUnderForeignBindings(Flavour flavour) throws Exception {
    try (var engine = engine(flavour);
        var one = loader("one", "return {count = 0}")) {
      var script = "local m = require 'fromloader' m.count = m.count + 1 return m.count";
      for (int i = 0; i < 3; i++) {
        engine.setBindings(new SimpleBindings(), javax.script.ScriptContext.ENGINE_SCOPE);
        assertEquals(1L, evalWith(one, engine, script));
      }
    }
  }

  @EachFlavour
  void isOffWhereNoJavaIsAllowed(Flavour flavour) throws Exception {
    var options = LuaOptions.builder().hostAccess(HostAccess.NONE).build();
    try (var engine = engine(flavour, options);
        var one = loader("one", "return 1")) {
      var thrown =
          assertThrows(ScriptException.class, () -> evalWith(one, engine, "require 'fromloader'"));

      assertTrue(thrown.getMessage().contains("module 'fromloader' not found"));
      assertFalse(thrown.getMessage().contains("class path"));
    }
  }
}
