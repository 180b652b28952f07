package org.lupine.jsr223;

import static javax.script.ScriptContext.GLOBAL_SCOPE;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.lupine.support.Engines.engine;
import static org.lupine.support.Engines.foreign;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.script.ScriptException;
import javax.script.SimpleBindings;
import org.lupine.Flavour;
import org.lupine.support.EachFlavour;

/** Runs under foreign Bindings whose first variables are read in advance. */
class FirstReadsTest {
  private static final int RUNS = 10;

  /** A map that notes the keys that it is asked for. */
  private static final class AskedMap extends HashMap<String, Object> {
    private static final long serialVersionUID = 1L;

    final transient List<String> asked = new ArrayList<>();

    AskedMap(Map<String, Object> entries) {
      super(entries);
    }

    @Override
    public Object get(Object key) {
      asked.add("get " + key);
      return super.get(key);
    }

    @Override
    public boolean containsKey(Object key) {
      if (!key.toString().contains(".")) { // other than attributes
        asked.add("containsKey " + key);
      }
      return super.containsKey(key);
    }
  }

  // BEHAVIOURS H2
  @EachFlavour
  void haveTheValuesOfEachRun(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      var script =
          engine.compile("local n, s, b, none, f = n, s, b, none, f return n, s, b, none, f");

      for (int i = 0; i < RUNS; i++) {
        var bindings = foreign(Map.of("n", i, "s", "añ€😀" + i, "b", i % 2 == 0, "f", i + 0.5));
        bindings.put("none", null);

        var expected = new Object[] {(long) i, "añ€😀" + i, i % 2 == 0, null, i + 0.5};
        assertArrayEquals(expected, (Object[]) script.eval(bindings));
      }
    }
  }

  // BEHAVIOURS H2
  @EachFlavour
  void haveValuesOfOtherKindsInSomeRuns(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      var script = engine.compile("local a, b = a, b return a, b");
      var object = new Object();
      var values = new Object[] {1L, "text", object, List.of(1), "x".repeat(5000), null};

      for (int i = 0; i < RUNS; i++) {
        var bindings = foreign();
        var value = values[i % values.length];
        bindings.put("a", value);
        if (i % 3 > 0) {
          bindings.put("b", i);
        }

        var results = (Object[]) script.eval(bindings);
        assertEquals(value, results[0]);
        assertEquals(i % 3 > 0 ? (Object) (long) i : null, results[1]);
      }
    }
  }

  // BEHAVIOURS H2
  @EachFlavour
  void areAnsweredAtTheFirstReadOnly(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      var script = engine.compile("local before = x change() return before, x, y");

      for (int i = 0; i < RUNS; i++) {
        var bindings = foreign(Map.of("x", 1, "y", 1));
        bindings.put("change", (Runnable) () -> bindings.putAll(Map.of("x", 2, "y", 3)));

        assertArrayEquals(new Object[] {1L, 2L, 3L}, (Object[]) script.eval(bindings));
      }
    }
  }

  // BEHAVIOURS H2
  @EachFlavour
  void areNotAnsweredAfterTheScriptAssignsThem(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      var script = engine.compile("local one = x x = x + y z = y return one, x, z");

      for (int i = 0; i < RUNS; i++) {
        var bindings = foreign(Map.of("x", i, "y", 2));

        assertArrayEquals(new Object[] {(long) i, i + 2L, 2L}, (Object[]) script.eval(bindings));
        assertEquals(Map.of("x", i + 2L, "y", 2, "z", 2L), bindings);
      }
    }
  }

  // BEHAVIOURS H2
  @EachFlavour
  void areNotAskedForAgainOnceARunDidNotReadThem(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      var script = engine.compile("if a > 0 then return b else return c end");
      for (int i = 0; i < RUNS; i++) {
        assertEquals(2L, script.eval(foreign(Map.of("a", 1, "b", 2))));
      }
      assertEquals(3L, script.eval(foreign(Map.of("a", 0, "b", 2, "c", 3))));

      var map = new AskedMap(Map.of("a", 0, "b", 2, "c", 3));
      assertEquals(3L, script.eval(new SimpleBindings(map)));

      assertTrue(map.asked.stream().noneMatch(each -> each.endsWith(" b")), "" + map.asked);
    }
  }

  // BEHAVIOURS H2: a class of the host is asked only for what the script reads, when it reads it
  @EachFlavour
  void areNotAskedOfOtherBindings(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      var script = engine.compile("if a > 0 then return b else return c end");
      for (int i = 0; i < RUNS; i++) {
        var map = new AskedMap(Map.of("a", i % 4 == 3 ? 0 : 1, "b", 2, "c", 3));

        script.eval(new CamundaLikeBindings(new SimpleBindings(map)));

        var read = i % 4 == 3 ? "c" : "b";
        assertEquals(
            List.of("containsKey a", "get a", "containsKey " + read, "get " + read), map.asked);
      }
    }
  }

  // BEHAVIOURS H2
  @EachFlavour
  void thatFailAreErrorsOfTheScript(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      var script = engine.compile("local ok, e = pcall(function() return x end) return ok");
      var read = engine.compile("return x");
      var map =
          new HashMap<String, Object>() {
            private static final long serialVersionUID = 1L;

            @Override
            public Object get(Object key) {
              throw new IllegalStateException("not now");
            }
          };
      map.put("x", 1);
      for (int i = 0; i < RUNS; i++) {
        assertEquals(true, script.eval(foreign(Map.of("x", i))));
        assertEquals((long) i, read.eval(foreign(Map.of("x", i))));
      }

      assertEquals(false, script.eval(new SimpleBindings(map)));
      assertThrows(ScriptException.class, () -> read.eval(new SimpleBindings(map)));
      assertEquals(7L, read.eval(foreign(Map.of("x", 7))));
    }
  }

  // BEHAVIOURS J69
  @EachFlavour
  void leaveTheGlobalScopeAndTheLibraryAsTheyAre(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      engine.getBindings(GLOBAL_SCOPE).put("shared", 5);
      var script = engine.compile("return shared, math ~= nil, own");
      for (int i = 0; i < RUNS; i++) {
        var results = (Object[]) script.eval(foreign(Map.of("own", i)));

        assertArrayEquals(new Object[] {5L, true, (long) i}, results);
      }
      assertArrayEquals(
          new Object[] {6L, false, 1L},
          (Object[]) script.eval(withNull("math", Map.of("own", 1, "shared", 6))));
    }
  }

  private static SimpleBindings withNull(String name, Map<String, Object> others) {
    var bindings = new SimpleBindings(new HashMap<>(others));
    bindings.put(name, null);
    return bindings;
  }

  // BEHAVIOURS 25, J20: an environment that serves several runs shows nothing of the others
  @EachFlavour
  void doNotMixWhatRunsLeave(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      var clean = engine.compile("return x, leaked, f, rawget(_G, 'raw'), _G[1]");
      var leaving =
          List.of(
              "leaked = x",
              "function f() return x end",
              "rawset(_G, 'raw', x)",
              "_G[1] = x",
              "return function() leaked = x end",
              "local t = setmetatable({}, {__gc = function() leaked = x end}) return x",
              "return coroutine.create(function() leaked = x end)",
              "_G.leaked = (function() return x end)()",
              "if setfenv then setfenv(1, {}) else _ENV = {} end leaked = 1",
              "error('no')");
      for (int i = 0; i < RUNS; i++) {
        for (var each : leaving) {
          var bindings = foreign(Map.of("x", -i));
          try {
            engine.eval(each, bindings);
          } catch (ScriptException e) {
            assertTrue(e.getMessage().contains("no"), e.getMessage());
          }

          var results = (Object[]) clean.eval(foreign(Map.of("x", i)));
          assertEquals((long) i, results[0]);
          for (int k = 1; k < results.length; k++) {
            assertNull(results[k], each);
          }
        }
      }
    }
  }
}
