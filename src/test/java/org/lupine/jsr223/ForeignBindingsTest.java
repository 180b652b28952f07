package org.lupine.jsr223;

import static javax.script.ScriptContext.ENGINE_SCOPE;
import static javax.script.ScriptContext.GLOBAL_SCOPE;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.lupine.support.Engines.engine;
import static org.lupine.support.Engines.foreign;

import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import javax.script.ScriptException;
import javax.script.SimpleBindings;
import org.lupine.Flavour;
import org.lupine.support.EachFlavour;
import org.lupine.value.LuaException;
import org.lupine.value.LuaFunction;

/** Runs whose environment is Bindings other than the engine's own. */
class ForeignBindingsTest {
  // BEHAVIOURS 291
  @EachFlavour
  void clearAVariableWhereTheMapTakesNoNull(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      for (var map : List.<Map<String, Object>>of(new ConcurrentHashMap<>(), new Hashtable<>())) {
        var bindings = new SimpleBindings(map);
        bindings.put("y", 1);

        engine.eval("x = 1 x = nil y = nil z = nil", bindings);

        assertEquals(Set.of(), bindings.keySet());
      }
    }
  }

  // BEHAVIOURS 25, J20, H3
  @EachFlavour
  void writesExactlyWhatTheScriptSet(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      var bindings = foreign();

      engine.eval("x = 1", bindings);

      assertEquals(Map.of("x", 1L), bindings);
      assertNull(engine.get("x"));
      assertNull(engine.eval("return x"));
    }
  }

  // BEHAVIOURS J20: at once, not at the end of the run
  @EachFlavour
  void writesThroughAtOnce(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      var bindings = foreign();
      var seen = new ArrayList<Object>();
      bindings.put("look", (Runnable) () -> seen.add(bindings.get("x")));

      assertThrows(
          ScriptException.class,
          () -> engine.eval("x = 1 look() x = 2 look() error('stop')", bindings));

      assertEquals(List.of(1L, 2L), seen);
      assertEquals(2L, bindings.get("x"));
    }
  }

  // BEHAVIOURS H2: asked at each read
  @EachFlavour
  void readsWhatTheHostChangesMeanwhile(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      var bindings = foreign(Map.of("x", 1));
      bindings.put("change", (Runnable) () -> bindings.put("x", 2));

      assertArrayEquals(
          new Object[] {1L, 2L},
          (Object[]) engine.eval("local before = x change() return before, x", bindings));
    }
  }

  // BEHAVIOURS J69
  @EachFlavour
  void readsItsBindingsThenTheGlobalScopeThenTheLibrary(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      engine.getBindings(GLOBAL_SCOPE).put("x", "global");
      engine.getBindings(GLOBAL_SCOPE).put("tostring", "global");
      engine.put("x", "own");

      assertEquals("bound", engine.eval("return x", foreign(Map.of("x", "bound"))));
      assertEquals("global", engine.eval("return x", foreign()));
      assertEquals("global", engine.eval("return tostring", foreign()));
      assertEquals("A", engine.eval("return string.upper('a')", foreign()));
    }
  }

  // BEHAVIOURS J24
  @EachFlavour
  void assignsAGlobalScopeNameIntoItsBindings(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      engine.getBindings(GLOBAL_SCOPE).put("x", "global");
      var bindings = foreign();

      engine.eval("x = 'mine'", bindings);

      assertEquals("mine", bindings.get("x"));
      assertEquals("global", engine.getBindings(GLOBAL_SCOPE).get("x"));
    }
  }

  // BEHAVIOURS J21
  @EachFlavour
  void hidesItsFunctionsFromInvokeFunction(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      engine.eval("function f() return 1 end", foreign());

      assertThrows(NoSuchMethodException.class, () -> engine.invokeFunction("f"));
    }
  }

  // BEHAVIOURS H3
  @EachFlavour
  void keepsItsFunctionsBesideTheBindings(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      var bindings = foreign();

      var result =
          engine.eval(
              """
          function add(a, b) return a + b end
          local function hidden() return add(1, 2) end
          sum = hidden()
          return _G.add(3, 4)""",
              bindings);

      assertEquals(7L, result);
      assertEquals(Map.of("sum", 3L), bindings);
    }
  }

  // BEHAVIOURS H19
  @EachFlavour
  void hideTheFunctionWhoseNameIsPut(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      var bindings = foreign();
      engine.setBindings(bindings, ENGINE_SCOPE);
      engine.eval("function f() return 1 end function read() return f end");
      var read = (LuaFunction) engine.get("read");

      bindings.put("f", 42);

      assertEquals(42L, read.call().first());
      assertEquals(42L, engine.eval("return f"));
      assertEquals(42, engine.get("f"));
      assertThrows(NoSuchMethodException.class, () -> engine.invokeFunction("f"));
      bindings.put("f", null);
      assertNull(engine.eval("return f"));
      assertNull(engine.get("f"));
      bindings.remove("f");
      assertEquals(1L, engine.eval("return f()")); // it was beside them
      assertEquals(1L, engine.invokeFunction("f"));
    }
  }

  // BEHAVIOURS H19
  @EachFlavour
  void seeAtOnceWhatIsPutDuringARun(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      var bindings = foreign();
      bindings.put("change", (Runnable) () -> bindings.put("f", "changed"));

      assertEquals(
          "changed", engine.eval("function f() return 1 end f() change() return f", bindings));
    }
  }

  // BEHAVIOURS H19
  @EachFlavour
  void loseTheValueThatAFunctionReplaces(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      var bindings = foreign(Map.of("f", 42, "co", 43));

      assertEquals(
          1L,
          engine.eval(
              "function f() return 1 end co = coroutine.create(f) "
                  + "assert(type(co) == 'thread') return f()",
              bindings));

      assertEquals(Set.of(), bindings.keySet());
      assertEquals(1L, engine.eval("return f()", bindings));
      assertEquals("function", engine.eval("local g = f f = 7 f = g return type(f)", bindings));
      assertEquals(Set.of(), bindings.keySet());
      engine.eval("f = 7", bindings);
      assertEquals(Map.of("f", 7L), bindings);
    }
  }

  // BEHAVIOURS H19
  @EachFlavour
  void refuseAFunctionForAValueThatTheyDoNotRemove(Flavour flavour) throws Exception {
    var stubborn =
        new SimpleBindings(new HashMap<>(Map.of("f", 42))) {
          @Override
          public Object remove(Object key) {
            return null;
          }
        };
    try (var engine = engine(flavour)) {
      var thrown =
          assertThrows(
              ScriptException.class, () -> engine.eval("function f() return 1 end", stubborn));

      assertTrue(thrown.getMessage().contains("'f' cannot be a function"), thrown::getMessage);
      assertEquals(42L, engine.eval("return f", stubborn));
      assertEquals(1L, engine.eval("function g() return 1 end return g()", stubborn));
      assertEquals(
          1L,
          engine.eval("function g() return 1 end return g()", new SimpleBindings(Map.of("x", 1))));
    }
  }

  // BEHAVIOURS J22, J54: a plain map tells null from absent, Lua does not
  @EachFlavour
  void readsNullAndAbsenceAsNil(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      var bindings = foreign();
      bindings.put("x", null);

      assertEquals(true, engine.eval("return x == nil and y == nil", bindings));
      assertTrue(bindings.containsKey("x"));
      bindings.remove("x");
      assertEquals(true, engine.eval("return x == nil", bindings));
    }
  }

  // BEHAVIOURS J22
  @EachFlavour
  void hidesAGlobalNameByNull(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      engine.getBindings(GLOBAL_SCOPE).put("x", "global");
      var bindings = foreign();
      bindings.put("x", null);

      assertNull(engine.eval("return x", bindings));
    }
  }

  @EachFlavour
  void readsNilAfterAssigningNil(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      var bindings = foreign(Map.of("x", 1));

      assertEquals(
          true, engine.eval("x = nil string = nil return x == nil and string == nil", bindings));

      assertNull(bindings.get("x"));
      assertEquals("A", engine.eval("return string.upper('a')", foreign()));
    }
  }

  // BEHAVIOURS H16
  @EachFlavour
  void takesKeysThatAreNoLuaNames(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      var bindings = foreign(Map.of("my.prop", 1, "end", 2, "string", 3, "ñ😀", 4));

      assertArrayEquals(
          new Object[] {1L, 2L, 3L, 4L},
          (Object[]) engine.eval("return _G['my.prop'], _G['end'], string, _G['ñ😀']", bindings));
      engine.eval("_G['other.prop'] = 5", bindings);
      assertEquals(5L, bindings.get("other.prop"));
    }
  }

  // BEHAVIOURS J71
  @EachFlavour
  void leavesTablesThatTheHostCanReadLater(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      var bindings = foreign();
      engine.eval("t = {name = 'x', list = {1, 2}}", bindings);
      engine.eval("t = {name = 'other'} string.upper = nil", foreign());

      var table = (Map<?, ?>) bindings.get("t");

      assertEquals("x", table.get("name"));
      assertEquals(2L, ((Map<?, ?>) table.get("list")).get(2L));
    }
  }

  // BEHAVIOURS J71
  @EachFlavour
  void readsATableThatAnEarlierRunLeft(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      var bindings = foreign();
      engine.eval("t = {name = 'x'}", bindings);

      assertEquals("x", engine.eval("return t.name", bindings));
      assertEquals("x", engine.eval("return t.name", foreign(Map.of("t", bindings.get("t")))));
      engine.put("t", bindings.get("t"));
      assertEquals("x", engine.eval("return t.name"));
    }
  }

  // BEHAVIOURS J71
  @EachFlavour
  void callsAFunctionOfAnotherState(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      engine.eval("function add(a, b) return a + b end t = {n = 1}");
      var bindings = foreign(Map.of("add", engine.get("add"), "t", engine.get("t")));

      assertEquals(3L, engine.eval("return add(1, 2)", bindings));
      assertEquals(1L, engine.eval("return t.n", bindings));
    }
  }

  // BEHAVIOURS J53
  @EachFlavour
  void nestsRunsUnderDifferentBindings(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      var down =
          new Function<Long, Object>() {
            @Override
            public Object apply(Long depth) {
              try {
                return depth == 0
                    ? 0L
                    : engine.eval(
                        "x = depth local below = down(depth - 1) return x + below",
                        foreign(Map.of("depth", depth, "down", this)));
              } catch (ScriptException e) {
                throw new IllegalStateException(e);
              }
            }
          };

      assertEquals(10L * 11 / 2, down.apply(10L));
    }
  }

  // BEHAVIOURS J56, J57
  @EachFlavour
  void readsTheBindingsOfAnotherEngineAsAMap(Flavour flavour) throws Exception {
    try (var engine = engine(flavour);
        var other = engine(flavour)) {
      other.eval("x = 1 t = {n = 2} function f() return 3 end");

      var bindings = other.getBindings(ENGINE_SCOPE);

      assertEquals(1L, engine.eval("return x", bindings));
      assertEquals(2L, engine.eval("return t.n", bindings));
      engine.eval("y = 4", bindings);
      assertEquals(4L, other.get("y"));
      assertNull(engine.get("y"));
    }
  }

  // BEHAVIOURS J57
  @EachFlavour
  void refusesToInvokeAMethodOfAnotherEnginesTable(Flavour flavour) throws Exception {
    try (var engine = engine(flavour);
        var other = engine(flavour)) {
      var table = other.eval("return {m = function() return 1 end}");

      assertThrows(IllegalArgumentException.class, () -> engine.invokeMethod(table, "m"));
      assertEquals(1L, other.invokeMethod(table, "m"));
    }
  }

  // BEHAVIOURS J57
  @EachFlavour
  void refusesATableOfAnotherEngineAsAnArgument(Flavour flavour) throws Exception {
    try (var engine = engine(flavour);
        var other = engine(flavour)) {
      engine.eval("function f(t) return t end");
      var table = other.eval("return {}");

      var thrown = assertThrows(ScriptException.class, () -> engine.invokeFunction("f", table));

      assertTrue(thrown.getCause() instanceof LuaException);
      assertTrue(thrown.getMessage().contains("belongs to another"), thrown::getMessage);
      assertEquals(1L, engine.eval("return 1"));
    }
  }

  // BEHAVIOURS H8
  @EachFlavour
  void passesOnTheExceptionOfAHostsBindings(Flavour flavour) {
    var refused = new IllegalStateException("no such bean");
    var bindings =
        new SimpleBindings() {
          @Override
          public Object get(Object key) {
            throw refused;
          }

          @Override
          public boolean containsKey(Object key) {
            return "bean".equals(key);
          }
        };
    try (var engine = engine(flavour)) {
      var thrown = assertThrows(ScriptException.class, () -> engine.eval("return bean", bindings));

      assertSame(refused, thrown.getCause());
    }
  }

  // BEHAVIOURS H2: immutable maps
  @EachFlavour
  void readsBindingsThatCannotBeWritten(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      var bindings = new SimpleBindings(Map.of("x", 1));

      assertEquals(1L, engine.eval("return x", bindings));
      var thrown = assertThrows(ScriptException.class, () -> engine.eval("y = 1", bindings));
      assertInstanceOf(UnsupportedOperationException.class, thrown.getCause());
    }
  }

  // BEHAVIOURS J70
  @EachFlavour
  void takesForeignBindingsAsTheEngineScope(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      var bindings = foreign(Map.of("x", 1));
      engine.setBindings(bindings, ENGINE_SCOPE);

      engine.put("y", 2);
      engine.eval("z = x + y");

      assertEquals(Set.of("x", "y", "z"), bindings.keySet());
      assertEquals(3L, engine.get("z"));
      assertSame(bindings, engine.getBindings(ENGINE_SCOPE));
    }
  }

  // BEHAVIOURS J70
  @EachFlavour
  void keepsBindingsOfItsOwnMakingApart(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      var first = engine.createBindings();
      var second = engine.createBindings();
      first.put("x", 1);

      assertEquals(1L, engine.eval("y = x return y", first));
      assertEquals(true, engine.eval("return x == nil and y == nil", second));
      assertFalse(second.containsKey("y"));
      assertEquals(1L, first.get("y"));
      assertNull(engine.eval("return y"));
    }
  }

  /** Keeps what a script passes. */
  public interface Keeper {
    void keep(Callable<?> callback);
  }

  // BEHAVIOURS J71
  @EachFlavour
  void callsBackAFunctionAfterTheRun(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      var kept = new ArrayList<Callable<?>>();
      var bindings = foreign(Map.of("keep", (Keeper) kept::add, "x", 5));

      engine.eval("keep(function() return x end)", bindings);

      assertEquals(5L, kept.get(0).call());
    }
  }

  @EachFlavour
  void areReachableFromTheResultsOfACalledTable(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      var bindings = foreign(Map.of("x", 42L));
      engine.eval(
          "make = setmetatable({}, {__call = function() return function() return x end " + "end})",
          bindings);
      engine.setBindings(bindings, ENGINE_SCOPE);
      var made = (LuaFunction) engine.invokeFunction("make");
      var gone = new WeakReference<>(new Object());
      engine.setBindings(foreign(), ENGINE_SCOPE);
      bindings = null;
      while (!gone.refersTo(null)) {
        System.gc();
      }
      System.gc();

      assertEquals(42L, made.call().first());
    }
  }
}
