package org.lupine.jsr223;

import static javax.script.ScriptContext.ENGINE_SCOPE;
import static javax.script.ScriptContext.GLOBAL_SCOPE;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.lupine.support.Engines.engine;
import static org.lupine.support.Engines.foreign;
import static org.mockito.Mockito.mock;

import java.io.IOException;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Function;
import javax.script.ScriptContext;
import javax.script.ScriptEngine;
import javax.script.ScriptException;
import org.lupine.Flavour;
import org.lupine.support.EachFlavour;
import org.lupine.value.LuaException;
import org.lupine.value.LuaTable;

/** BEHAVIOURS H12: functions and methods that Java invokes by name. */
class InvocableTest {
  @EachFlavour
  void callsAGlobalFunctionWithItsArguments(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      engine.eval("function add(a, b) return a + b end");

      assertEquals(3L, engine.invokeFunction("add", 1, 2));
    }
  }

  // BEHAVIOURS J61
  @EachFlavour
  void returnsResultsAsEvalDoes(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      engine.eval("function f(...) return ... end");

      assertNull(engine.invokeFunction("f"));
      assertEquals("one", engine.invokeFunction("f", "one"));
      assertNull(engine.invokeFunction("f", (Object) null));
      assertArrayEquals(
          new Object[] {1L, null, "x", null},
          (Object[]) engine.invokeFunction("f", 1, null, "x", null));
    }
  }

  // BEHAVIOURS J36
  @EachFlavour
  void acceptsTooFewAndTooManyArguments(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      engine.eval("function second(a, b) return b end");

      assertNull(engine.invokeFunction("second", 1));
      assertEquals(2L, engine.invokeFunction("second", 1, 2, 3));
    }
  }

  // BEHAVIOURS J37
  @EachFlavour
  void namesAFunctionThatIsMissing(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      engine.eval("number = 1 text = 'x' table_ = {}");

      for (var name : new String[] {"number", "text", "table_", "nothing"}) {
        var thrown = assertThrows(NoSuchMethodException.class, () -> engine.invokeFunction(name));
        assertTrue(thrown.getMessage().contains(name), thrown::getMessage);
      }
      assertThrows(NullPointerException.class, () -> engine.invokeFunction(null));
    }
  }

  // BEHAVIOURS J37
  @EachFlavour
  void callsATableThatHasACallMetamethod(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      engine.eval("f = setmetatable({n = 10}, {__call = function(self, x) return self.n + x end})");

      assertEquals(11L, engine.invokeFunction("f", 1));
    }
  }

  @EachFlavour
  void callsALibraryFunctionByName(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      assertEquals("12", engine.invokeFunction("tostring", 12));
    }
  }

  // BEHAVIOURS J21
  @EachFlavour
  void looksInTheCurrentEngineScopeOnly(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      engine.eval("function f() return 'own' end");
      var own = engine.getBindings(ENGINE_SCOPE);

      engine.setBindings(engine.createBindings(), ENGINE_SCOPE);
      assertThrows(NoSuchMethodException.class, () -> engine.invokeFunction("f"));
      engine.eval("function f() return 'other' end");
      assertEquals("other", engine.invokeFunction("f"));

      engine.setBindings(own, ENGINE_SCOPE);
      assertEquals("own", engine.invokeFunction("f"));
    }
  }

  // BEHAVIOURS J21: functions beside foreign Bindings, once these are the engine's scope
  @EachFlavour
  void callsAFunctionBesideForeignBindings(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      var bindings = foreign(Map.of("x", 5));
      engine.setBindings(bindings, ENGINE_SCOPE);
      engine.eval("function f(y) z = x + y return z end");

      assertEquals(6L, engine.invokeFunction("f", 1));
      assertEquals(6L, bindings.get("z"));
    }
  }

  // BEHAVIOURS H12: Solr
  @EachFlavour
  void seesTheCurrentScopesInACalledFunction(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      engine.eval("function f() return x end");

      engine.getBindings(GLOBAL_SCOPE).put("x", "global");
      assertEquals("global", engine.invokeFunction("f"));
      engine.put("x", "own");
      assertEquals("own", engine.invokeFunction("f"));
    }
  }

  // BEHAVIOURS J77
  // BEHAVIOURS H12
  @EachFlavour
  void findsNoFunctionOfOtherBindingsInAContextWithoutAnEngineScope(Flavour flavour)
      throws Exception {
    var bindings = foreign(Map.of("secret", 42));
    var without = mock(ScriptContext.class);
    try (var engine = engine(flavour)) {
      engine.eval("function run() return secret end", bindings);
      engine.setContext(without);

      assertThrows(NoSuchMethodException.class, () -> engine.invokeFunction("run"));
      assertNull(engine.getInterface(Runnable.class));
      assertNull(engine.get("run"));
      assertEquals(1L, engine.eval("return 1"));
      assertEquals(42, bindings.get("secret"));
    }
  }

  @EachFlavour
  void invokesAMethodWithItsSelf(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      engine.eval("o = {n = 10} function o:add(a, b) self.n = self.n + a + b return self.n end");

      assertEquals(13L, engine.invokeMethod(engine.get("o"), "add", 1, 2));
      assertEquals(13L, ((LuaTable) engine.get("o")).get("n"));
    }
  }

  // BEHAVIOURS J77
  @EachFlavour
  void invokesAnInheritedMethod(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      var object =
          engine.eval(
              """
          local Base = {} Base.__index = Base
          function Base:name() return 'base of ' .. self.id end
          return setmetatable({id = 7}, Base)""");

      assertEquals("base of 7", engine.invokeMethod(object, "name"));
    }
  }

  @EachFlavour
  void refusesMissingMethodsAndObjects(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      var table = engine.eval("return {n = 1}");

      assertThrows(NoSuchMethodException.class, () -> engine.invokeMethod(table, "nothing"));
      assertThrows(NoSuchMethodException.class, () -> engine.invokeMethod(table, "n"));
      assertThrows(NullPointerException.class, () -> engine.invokeMethod(table, null));
      assertThrows(IllegalArgumentException.class, () -> engine.invokeMethod(null, "m"));
      assertThrows(
          IllegalArgumentException.class, () -> engine.invokeMethod("no object of a script", "m"));
    }
  }

  @EachFlavour
  void failsWithAScriptExceptionThatSaysWhere(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      engine.put(ScriptEngine.FILENAME, "f.lua");
      engine.eval("o = {}\nfunction f()\n  error('inside')\nend\no.f = f");

      var thrown = assertThrows(ScriptException.class, () -> engine.invokeFunction("f"));
      assertInstanceOf(LuaException.class, thrown.getCause());
      assertEquals("f.lua", thrown.getFileName());
      assertEquals(3, thrown.getLineNumber());

      thrown = assertThrows(ScriptException.class, () -> engine.invokeMethod(engine.get("o"), "f"));
      assertEquals(3, thrown.getLineNumber());
    }
  }

  // BEHAVIOURS H8
  @EachFlavour
  void hasTheExceptionOfACallbackAsItsDirectCause(Flavour flavour) throws Exception {
    var boom = new IOException("boom");
    try (var engine = engine(flavour)) {
      engine.put(
          "fail",
          (Callable<?>)
              () -> {
                throw boom;
              });
      engine.eval("function f() fail() end");

      assertSame(
          boom, assertThrows(ScriptException.class, () -> engine.invokeFunction("f")).getCause());
    }
  }

  // BEHAVIOURS J53
  @EachFlavour
  void invokesItselfAgainFromACallback(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      engine.put(
          "back",
          (Function<Object, Object>)
              n -> {
                try {
                  return engine.invokeFunction("sum", n);
                } catch (ScriptException | NoSuchMethodException e) {
                  throw new IllegalStateException(e);
                }
              });
      engine.eval("function sum(n) if n == 0 then return 0 end return n + back(n - 1) end");

      assertEquals(55L, engine.invokeFunction("sum", 10));
    }
  }

  // BEHAVIOURS 221
  @EachFlavour
  void passesTablesAndFunctionsBackAsTheyAre(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      engine.eval("t = {} function same(a, b) return rawequal(a, t) and rawequal(b, same) end");

      assertEquals(true, engine.invokeFunction("same", engine.get("t"), engine.get("same")));
    }
  }

  @EachFlavour
  void invokesAHundredThousandTimes(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      engine.eval("n = 0 function f(o) n = n + 1 return o end");

      for (var i = 0; i < 100_000; i++) {
        var object = i % 2 == 0 ? new Object() : "text " + i;
        var result = engine.invokeFunction("f", object);
        if (i % 1_000 == 0) {
          assertEquals(object, result);
        }
      }

      assertEquals(100_000L, engine.get("n"));
    }
  }
}
