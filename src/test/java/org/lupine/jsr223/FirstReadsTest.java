package org.lupine.jsr223;

import static javax.script.ScriptContext.ENGINE_SCOPE;
import static javax.script.ScriptContext.GLOBAL_SCOPE;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.lupine.support.Engines.engine;
import static org.lupine.support.Engines.foreign;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import javax.script.ScriptException;
import javax.script.SimpleBindings;
import javax.script.SimpleScriptContext;
import org.junit.jupiter.api.Timeout;
import org.lupine.Flavour;
import org.lupine.support.EachFlavour;

/** Runs under foreign Bindings whose first variables are prefetched. */
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

  // BEHAVIOURS H2
  @EachFlavour
  void areAnsweredAgainUntilOtherCodeRuns(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      var script = engine.compile("local a, b = x + x, y change() return a, b, x + x, y");
      for (int i = 0; i < RUNS; i++) {
        var bindings = foreign(Map.of("x", i, "y", 1));
        bindings.put("change", (Runnable) () -> bindings.putAll(Map.of("x", -1, "y", 3)));

        var expected = new Object[] {2L * i, 1L, -2L, 3L};
        assertArrayEquals(expected, (Object[]) script.eval(bindings));
      }
    }
  }

  // BEHAVIOURS H2
  @EachFlavour
  void areAnsweredAgainUntilTheScriptAssignsThem(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      var script =
          engine.compile(
              "local one = x + x x = x + 1 local two = x + x x = {x} "
                  + "return one, two, x[1] + x[1]");
      for (int i = 0; i < RUNS; i++) {
        var expected = new Object[] {2L * i, 2L * i + 2, 2L * i + 2};
        assertArrayEquals(expected, (Object[]) script.eval(foreign(Map.of("x", i))));
      }
    }
  }

  // BEHAVIOURS H2: other threads may write to such a map meanwhile
  @EachFlavour
  void areAskedForAtEachFurtherReadInOtherMaps(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      var script = engine.compile("return x + x + x");
      for (int i = 0; i < RUNS; i++) {
        var reads = new AtomicInteger();
        var map =
            new ConcurrentHashMap<String, Object>(Map.of("x", 1)) {
              private static final long serialVersionUID = 1L;

              @Override
              public Object get(Object key) {
                return key.equals("x") ? reads.incrementAndGet() : super.get(key);
              }

              @Override
              public boolean containsKey(Object key) {
                return key.equals("x");
              }
            };

        assertEquals(6L, script.eval(new SimpleBindings(map)));
      }
    }
  }

  // BEHAVIOURS H2
  @EachFlavour
  @Timeout(60)
  void areSeenToChangeByLoopsThatWaitForThat(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      var script = engine.compile("local before = stop while not stop do end return before");
      for (int i = 0; i < RUNS; i++) {
        assertEquals(true, script.eval(foreign(Map.of("stop", true))));
      }
      for (int i = 0; i < RUNS; i++) {
        var asked = new CountDownLatch(1);
        var map =
            new HashMap<String, Object>(Map.of("stop", false)) {
              private static final long serialVersionUID = 1L;

              @Override
              public Object get(Object key) {
                var value = super.get(key);
                asked.countDown();
                return value;
              }
            };
        var thread =
            new Thread(
                () -> {
                  try {
                    asked.await();
                    map.replace("stop", true);
                  } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                  }
                });
        thread.start();

        assertEquals(false, script.eval(new SimpleBindings(map)));
        thread.join();
      }
    }
  }

  // BEHAVIOURS J69
  @EachFlavour
  void findWhatHidesTheLibrary(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      var script = engine.compile("return tostring(a) .. math.max(a, b)");
      Function<Object, Object> mine = value -> "mine";
      for (int i = 0; i < 2 * RUNS; i++) {
        assertEquals("12", script.eval(foreign(Map.of("a", 1, "b", 2))));
        if (i % 4 == 0) {
          assertEquals("mine2", script.eval(foreign(Map.of("a", 1, "b", 2, "tostring", mine))));
        }
        if (i % 4 == 2) {
          engine.getBindings(GLOBAL_SCOPE).put("tostring", mine);
          assertEquals("mine2", script.eval(foreign(Map.of("a", 1, "b", 2))));
          engine.getBindings(GLOBAL_SCOPE).remove("tostring");
        }
      }
    }
  }

  // BEHAVIOURS H2, J75: a context of the host is asked only for what the script reads
  @EachFlavour
  void areNotAskedOfOtherContexts(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      var script = engine.compile("local a = a if a > 0 then return b end return tostring(b)");
      for (int i = 0; i < RUNS; i++) {
        assertEquals(2L, script.eval(foreign(Map.of("a", 1, "b", 2))));
      }
      Function<Object, Object> mine = value -> "mine";
      var asked = new ArrayList<String>();
      var outer =
          new SimpleBindings(new HashMap<>(Map.of("tostring", mine))) {
            @Override
            public boolean containsKey(Object key) {
              if (!key.toString().contains(".")) {
                asked.add(key.toString());
              }
              return super.containsKey(key);
            }
          };
      for (int i = 0; i < RUNS; i++) {
        var context = new SimpleScriptContext();
        context.setBindings(foreign(Map.of("a", i % 2, "b", 2)), ENGINE_SCOPE);
        context.setBindings(outer, GLOBAL_SCOPE);
        asked.clear();

        assertEquals(i % 2 == 0 ? "mine" : 2L, script.eval(context));

        assertEquals(i % 2 == 0 ? List.of("tostring") : List.of(), asked);
      }
    }
  }

  // BEHAVIOURS H4
  @EachFlavour
  void showNoDamageToTheLibrary(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      var script = engine.compile("local old = math.damage math.damage = a _G.b = a return old, b");
      for (int i = 0; i < RUNS; i++) {
        var results = (Object[]) script.eval(foreign(Map.of("a", i)));

        assertArrayEquals(new Object[] {null, (long) i}, results);
      }
    }
  }

  // BEHAVIOURS H1
  @EachFlavour
  void haveTheSameObjectsInEachRun(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      var script = engine.compile("local v = vars v:put('n', n) return v, rawequal(v, vars), n");
      var vars = new HashMap<String, Object>();
      for (int i = 0; i < RUNS; i++) {
        var results = (Object[]) script.eval(foreign(Map.of("vars", vars, "n", i)));

        assertSame(vars, results[0]);
        assertArrayEquals(new Object[] {true, (long) i}, new Object[] {results[1], results[2]});
        assertEquals((long) i, vars.get("n"));
      }
    }
  }

  // BEHAVIOURS H4
  @EachFlavour
  void haveLuaValuesOfOtherRuns(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      engine.eval("t = {5} function f(x) return x + 1 end");
      var script = engine.compile("local t, f = t, f return type(t), t[1], f(n)");
      for (int i = 0; i < RUNS; i++) {
        var bindings = foreign(Map.of("t", engine.get("t"), "f", engine.get("f"), "n", i));

        var expected = new Object[] {"table", 5L, i + 1L};
        assertArrayEquals(expected, (Object[]) script.eval(bindings));
      }
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
