package org.lupine.jsr223;

import static javax.script.ScriptContext.ENGINE_SCOPE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.lupine.support.Engines.engine;
import static org.lupine.support.Engines.foreign;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import javax.script.ScriptEngineManager;
import org.junit.jupiter.api.Test;
import org.lupine.Flavour;
import org.lupine.support.EachFlavour;
import org.lupine.value.LuaFunction;

/** Functions that scripts define under foreign bindings, and how hosts share them. */
class HelpersTest {
  // BEHAVIOURS H3
  @EachFlavour
  void stayBesideTheBindings(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      var bindings = foreign();
      engine.eval("function greet(who) return 'hello, ' .. who end n = 1", bindings);

      assertEquals(Set.of("n"), bindings.keySet());
      assertFalse(bindings.containsKey("greet"));
      assertEquals("hello, Io", engine.eval("return greet('Io')", bindings));
      assertNull(engine.eval("return greet", foreign()));
      assertNull(engine.get("greet"));
    }
  }

  @EachFlavour
  void areFoundByTheEngineWhoseScopeTheBindingsAre(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      var bindings = foreign(Map.of("n", 1));
      engine.setBindings(bindings, ENGINE_SCOPE);
      assertNull(engine.get("greet"));
      assertNull(engine.get("print"));
      engine.eval(
          "function greet(who) return 'hello, ' .. who end "
              + "t = {f = function() end} upper = string.upper");

      var greet = assertInstanceOf(LuaFunction.class, engine.get("greet"));
      assertEquals("hello, Io", greet.call("Io").first());
      assertEquals("IO", ((LuaFunction) engine.get("upper")).call("Io").first());
      assertEquals(1, engine.get("n"));
      assertEquals("hello, Io", engine.invokeFunction("greet", "Io"));
      assertNull(engine.get("print"));
      assertNull(engine.get("none"));
      assertEquals(Set.of("n", "t"), bindings.keySet());
      engine.eval("greet = nil");
      assertNull(engine.get("greet"));
      engine.setBindings(foreign(), ENGINE_SCOPE);
      assertNull(engine.get("upper"));
    }
  }

  @EachFlavour
  void areSharedByPuttingThemIntoOtherBindings(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      engine.eval(
          "local calls = 0 function greet(who) calls = calls + 1 "
              + "return 'hello, ' .. who end function count() return calls end");
      var helpers = new HashMap<String, Object>();
      for (var name : engine.getBindings(ENGINE_SCOPE).keySet()) {
        helpers.put(name, engine.get(name));
      }
      assertEquals(Set.of("greet", "count"), helpers.keySet());

      var threads = Executors.newFixedThreadPool(4);
      try {
        Callable<Object> run =
            () -> {
              var bindings = foreign(helpers);
              bindings.put("who", "Io");
              return engine.eval("return greet(who)", bindings);
            };
        for (var each : threads.invokeAll(java.util.Collections.nCopies(40, run))) {
          assertEquals("hello, Io", each.get());
        }
      } finally {
        threads.shutdown();
      }
      assertEquals(40L, engine.invokeFunction("count"));
    }
  }

  @EachFlavour
  void areSharedByTheGlobalScope(Flavour flavour) throws Exception {
    var manager = new ScriptEngineManager();
    try (var engine = (LuaScriptEngine) manager.getEngineByName(flavour.id())) {
      engine.eval("function greet(who) return 'hello, ' .. who end");
      manager.put("greet", engine.get("greet"));

      assertEquals("hello, Io", engine.eval("return greet('Io')", foreign()));
    }
  }

  @Test
  void areSharedUnderTheSandboxToo() throws Exception {
    var manager = new ScriptEngineManager();
    try (var engine = (LuaScriptEngine) manager.getEngineByName("lua-sandbox")) {
      engine.eval("function greet(who) return 'hello, ' .. who.name end");

      assertEquals(
          "hello, Io",
          engine.eval(
              "return greet({name = 'Io'})", foreign(Map.of("greet", engine.get("greet")))));
    }
  }
}
