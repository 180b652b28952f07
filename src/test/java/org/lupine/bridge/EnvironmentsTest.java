package org.lupine.bridge;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Timeout;
import org.lupine.Flavour;
import org.lupine.host.JavaHost;
import org.lupine.support.EachFlavour;
import org.lupine.value.LuaFunction;

/** Environments of runs under scopes: which of them serve another run, and which variables they have. */
class EnvironmentsTest {
  private static LuaState open(Flavour flavour) {
    return LuaState.open(flavour.id(), new JavaHost(), StateOptions.DEFAULTS);
  }

  private static Chunk chunk(String text) {
    return Chunk.text(text, "=test", StandardCharsets.UTF_8, true);
  }

  /** A scope over a map that permits prefetching, and notes what it is told. */
  private static class MapScope implements Scope {
    final Map<String, Object> variables = new HashMap<>();
    final List<String> asked = new ArrayList<>();
    boolean again;
    boolean over;

    MapScope(Map<String, Object> variables) {
      this.variables.putAll(variables);
    }

    @Override
    public Object get(String name) {
      asked.add(name);
      return variables.getOrDefault(name, ABSENT);
    }

    @Override
    public void put(String name, Object value) {
      variables.put(name, value);
    }

    @Override
    public boolean permitsPrefetching() {
      return true;
    }

    @Override
    public boolean answersAgain() {
      return again;
    }

    @Override
    public boolean takesLateWrites() {
      return true;
    }

    @Override
    public Object prefetch(String name) {
      return variables.getOrDefault(name, ABSENT);
    }

    @Override
    public boolean isOver() {
      return over;
    }
  }

  private static Object[] run(LuaState state, Chunk chunk, Scope scope) {
    state.enter();
    try {
      return state.runInside(chunk, scope);
    } finally {
      state.exit();
    }
  }

  @EachFlavour
  void serveAnotherRunInOneCrossing(Flavour flavour) {
    try (var state = open(flavour)) {
      var scope = new MapScope(Map.of("a", 1, "b", "two", "c", 3.5));
      var script = chunk("return a, b, c");
      for (int i = 0; i < 4; i++) {
        run(state, script, scope);
        assertTrue(state.reuseEnvironment());
      }
      scope.variables.put("a", 2);
      scope.asked.clear();
      int before = state.crossings();

      assertArrayEquals(new Object[] {2L, "two", 3.5}, run(state, script, scope));

      assertEquals(1, state.crossings() - before);
      assertEquals(List.of(), scope.asked);
    }
  }

  /** Runs a script until its variables are prefetched, then once more in one crossing. */
  private static Object[] runInOneCrossing(LuaState state, Chunk script, MapScope scope) {
    for (int i = 0; i < 4; i++) {
      run(state, script, scope);
      assertTrue(state.restore(false));
      assertTrue(state.reuseEnvironment());
    }
    scope.asked.clear();
    int before = state.crossings();
    var results = run(state, script, scope);
    assertEquals(List.of(), scope.asked);
    assertEquals(1, state.crossings() - before);
    return results;
  }

  @EachFlavour
  void findTheLibraryInTheSameCrossing(Flavour flavour) {
    try (var state = open(flavour)) {
      var scope = new MapScope(Map.of("a", 1, "b", 5));

      var results =
          runInOneCrossing(state, chunk("d = math.max(a, b) return d, none, tostring(d)"), scope);

      assertArrayEquals(new Object[] {5L, null, "5"}, results);
      assertTrue(state.endAtOnce()); // the library is known to be unchanged
    }
  }

  @EachFlavour
  void readVariablesAgainInTheSameCrossing(Flavour flavour) {
    try (var state = open(flavour)) {
      var scope = new MapScope(Map.of("a", 2, "b", 5));
      scope.again = true;

      var results =
          runInOneCrossing(
              state,
              chunk("local s = 0 for i = 1, 10 do s = s + a * math.abs(a) end return s + b"),
              scope);

      assertArrayEquals(new Object[] {45L}, results);
    }
  }

  @EachFlavour
  void readVariablesAgainFromScopesThatMayDiffer(Flavour flavour) {
    try (var state = open(flavour)) {
      var scope = new MapScope(Map.of("a", 2));
      var script = chunk("return a + a");
      for (int i = 0; i < 6; i++) {
        scope.asked.clear();
        assertArrayEquals(new Object[] {4L}, run(state, script, scope));
        assertTrue(state.reuseEnvironment());
      }

      assertEquals(List.of("a"), scope.asked); // the first one was prefetched
    }
  }

  @EachFlavour
  @Timeout(60)
  void askForVariablesThatAreReadManyTimes(Flavour flavour) {
    try (var state = open(flavour)) {
      var scope = new MapScope(Map.of("stop", true));
      scope.again = true;
      var script = chunk("local n = 0 while not stop do n = n + 1 end return stop, n");
      runInOneCrossing(state, script, scope);
      var changing =
          new MapScope(Map.of()) {
            @Override
            public Object prefetch(String name) {
              return false;
            }

            @Override
            public Object get(String name) {
              asked.add(name);
              return true;
            }
          };
      changing.again = true;
      for (int i = 0; i < 2; i++) { // the first run gets an environment
        assertEquals(true, run(state, script, changing)[0]);
        assertTrue(state.reuseEnvironment());
      }
    }
  }

  @EachFlavour
  void haveObjectsThatLuaHoldsInTheSameCrossing(Flavour flavour) {
    try (var state = open(flavour)) {
      var object = new Object();
      int others = state.heldObjects();
      var scope = new MapScope(Map.of("o", object, "a", 1));
      var script = chunk("local o = o return rawequal(o, o), o, a");
      state.globals().put("held", object);

      var results = runInOneCrossing(state, script, scope);

      assertArrayEquals(new Object[] {true, object, 1L}, results);
      state.globals().put("held", null);
      for (int i = 0; i < 5; i++) {
        state.collect();
        assertEquals(others, state.heldObjects());
        scope.variables.put("o", i % 2 == 0 ? new Object() : object);
        assertEquals(scope.variables.get("o"), run(state, script, scope)[1]);
        assertTrue(state.reuseEnvironment());
      }
    }
  }

  @EachFlavour
  void setVariablesInTheSameCrossing(Flavour flavour) {
    try (var state = open(flavour)) {
      var scope = new MapScope(Map.of("a", 1, "b", 2));
      var script = chunk("local a = a x = a y = 'text' b = b + x x = b return b, y");
      for (int i = 0; i < 4; i++) {
        scope.variables.put("b", 2);
        run(state, script, scope);
        assertTrue(state.reuseEnvironment());
      }
      scope.variables.putAll(Map.of("a", 5, "b", 6));
      scope.asked.clear();
      int before = state.crossings();

      assertArrayEquals(new Object[] {11L, "text"}, run(state, script, scope));

      assertEquals(1, state.crossings() - before);
      assertEquals(List.of(), scope.asked);
      assertEquals(Map.of("a", 5, "b", 11L, "x", 11L, "y", "text"), scope.variables);
    }
  }

  @EachFlavour
  void returnNothingInOneCrossing(Flavour flavour) {
    try (var state = open(flavour)) {
      var scope = new MapScope(Map.of());
      var script = chunk("x = 1");
      for (int i = 0; i < 5; i++) {
        assertArrayEquals(new Object[] {}, run(state, script, scope));
        assertTrue(state.reuseEnvironment());
      }
      assertArrayEquals(new Object[] {}, state.run(chunk("function f() end")));
      for (int i = 0; i < 3; i++) {
        assertNull(state.globals().call("f", new Object[] {i}));
      }
    }
  }

  @EachFlavour
  void serveNoOtherRunIfCodeIsLeftInThem(Flavour flavour) {
    try (var state = open(flavour)) {
      for (var script :
          List.of(
              "setmetatable({}, {})",
              "(loadstring or load)('return 1')",
              "function f() end",
              "_G[1] = 2",
              "rawset(_G, 'x', 1)",
              "java = java",
              "co = coroutine.create(function() end)")) {
        run(state, chunk(script), new MapScope(Map.of()));
        assertFalse(state.reuseEnvironment(), script);
      }
      for (var script : List.of("x = 1", "return math.pi", "local f = function() return x end")) {
        run(state, chunk(script), new MapScope(Map.of()));
        assertTrue(state.reuseEnvironment(), script);
      }
    }
  }

  @EachFlavour
  void belongToTheirOwnScopes(Flavour flavour) {
    try (var state = open(flavour)) {
      var first = new MapScope(Map.of("x", 1));
      var second = new MapScope(Map.of("x", 2));
      var script = chunk("return function(y) local old = x x = y return old end");

      var one = (LuaFunction) run(state, script, first)[0];
      var two = (LuaFunction) run(state, script, second)[0];

      assertEquals(1L, one.call(10).first());
      assertEquals(2L, two.call(20).first());
      assertEquals(Map.of("x", 10L), first.variables);
      assertEquals(Map.of("x", 20L), second.variables);
    }
  }

  @EachFlavour
  void readNothingOfScopesThatAreOver(Flavour flavour) {
    try (var state = open(flavour)) {
      var first = new MapScope(Map.of("x", 1));
      var one = (LuaFunction) run(state, chunk("return function() x = 3 return x end"), first)[0];
      first.over = true;

      run(state, chunk("return x"), new MapScope(Map.of("x", 2)));

      assertNull(one.call().first());
      assertEquals(Map.of("x", 1), first.variables);
    }
  }
}
