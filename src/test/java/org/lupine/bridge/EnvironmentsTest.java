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

  /** A scope over a map that answers in advance, and notes what it is told. */
  private static final class MapScope implements Scope {
    final Map<String, Object> variables = new HashMap<>();
    final List<String> asked = new ArrayList<>();
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
    public boolean answersInAdvance() {
      return true;
    }

    @Override
    public boolean takesLateWrites() {
      return true;
    }

    @Override
    public Object getInAdvance(String name) {
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
        assertNull(state.callGlobal("f", new Object[] {i}));
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
