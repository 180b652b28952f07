package org.lupine.tables;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.lupine.support.Runtimes.runtime;
import static org.lupine.support.Runtimes.state;
import static org.lupine.support.Runtimes.table;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.lupine.Flavour;
import org.lupine.LuaRuntime;
import org.lupine.support.EachFlavour;
import org.lupine.value.LuaException;
import org.lupine.value.LuaFunction;
import org.lupine.value.LuaTable;
import org.lupine.value.Overflow;
import org.lupine.value.Values;

/** Tables made of Java collections. */
class TableFromTest {
  private static Map<Object, Object> contents(LuaTable table) {
    return new HashMap<>(table);
  }

  // BEHAVIOURS 88
  @EachFlavour
  void takesMapsListsAndIterators(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      assertEquals(Map.of("a", 1L, 2L, "b"), contents(lua.tableFrom(Map.of("a", 1, 2, "b"))));
      assertEquals(Map.of(1L, "x", 2L, "y"), contents(lua.tableFrom(List.of("x", "y"))));
      assertEquals(
          Map.of(1L, "x", 2L, "y"),
          contents(lua.tableFrom(Set.of("x").iterator(), List.of("y").iterator())));
      assertEquals(Map.of(1L, 7L), contents(lua.tableFrom(Stream.of(7))));
      assertEquals(Map.of(1L, "x"), contents(lua.tableFrom((Object) new String[] {"x"})));
      assertEquals(Map.of(), contents(lua.tableFrom()));
    }
  }

  // BEHAVIOURS 89
  @EachFlavour
  void appendsAndOverlaysFromLeftToRight(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      var t =
          lua.tableFrom(
              List.of(1, 2),
              Map.of("a", 1, "b", 1, 2, "two"),
              List.of(3, 4),
              Map.of("b", 2, 4L, "four"));

      assertEquals(Map.of(1L, 1L, 2L, "two", 3L, 3L, 4L, "four", "a", 1L, "b", 2L), contents(t));
      assertEquals(4, t.length());
    }
  }

  // BEHAVIOURS 90
  @EachFlavour
  void copiesATable(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      var source = table(lua, "setmetatable({1, 2, a = {}}, {__index = error, __pairs = error})");

      var copy = lua.tableFrom(source);
      copy.put(1, "changed");
      copy.put("b", 1);

      assertEquals(source.get("a"), copy.get("a"));
      assertEquals(1L, source.get(1));
      assertEquals(3, source.size());
      assertEquals(
          Map.of(1L, 1L, 2L, 2L, 3L, "x", "a", source.get("a")),
          contents(lua.tableFrom(source, List.of("x"))));
    }
  }

  // BEHAVIOURS 91
  @EachFlavour
  void takesViewsOfItsOwnTables(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      var t = table(lua, "{a = 1}");

      assertEquals(Map.of(1L, "a"), contents(lua.tableFrom(t.keySet())));
      assertEquals(
          Map.of(1L, "a!"), contents(lua.tableFrom(t.keySet().stream().map(each -> each + "!"))));
    }
  }

  // BEHAVIOURS 92
  @EachFlavour
  void refusesWhatIsNoCollection(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      var thrown = assertThrows(IllegalArgumentException.class, () -> lua.tableFrom(List.of(), 5));
      assertTrue(
          thrown.getMessage().contains("source 2")
              && thrown.getMessage().contains("java.lang.Integer"),
          thrown::getMessage);
      assertThrows(IllegalArgumentException.class, () -> lua.tableFrom((Object) null));
      assertThrows(IllegalArgumentException.class, () -> lua.tableFrom("text"));
      assertThrows(IllegalArgumentException.class, () -> lua.tableFrom(Map.of(Double.NaN, 1)));
    }
  }

  // BEHAVIOURS 93
  @EachFlavour
  void readsSourcesThatCallLua(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      var twice = (LuaFunction) lua.eval("function(n) collectgarbage() return n * 2 end").first();

      assertEquals(
          Map.of(1L, 2L, 2L, 4L, 3L, 6L),
          contents(lua.tableFrom(Stream.of(1, 2, 3).map(each -> twice.call(each).first()))));
    }
  }

  // BEHAVIOURS 94
  @EachFlavour
  void leavesNullsOut(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      var byNull = new HashMap<Object, Object>();
      byNull.put(null, 1);

      assertEquals(Set.of(1L, 3L), lua.tableFrom(Arrays.asList(1, null, 3)).keySet());
      assertEquals(Map.of(), contents(lua.tableFrom(Collections.singletonMap("a", null))));
      assertEquals(1L, lua.eval("(...)[java.null]", lua.tableFrom(byNull)).first());
      assertEquals(Set.of(1L, 3L), lua.table(1, null, 3).keySet());
    }
  }

  // BEHAVIOURS 95
  @EachFlavour
  void makesNestedTables(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      var t =
          lua.tableFromDeep(
              Map.of(
                  "rows",
                  List.of(Map.of("id", 7), new int[][] {{1, 2}}),
                  "bytes",
                  "abc".getBytes(StandardCharsets.US_ASCII),
                  "set",
                  Set.of("x")));

      assertEquals(
          List.of(7L, 2L, "abc", "x", "table"),
          lua.execute(
              "local t = ... return t.rows[1].id, t.rows[2][1][2], t.bytes, t.set[1],"
                  + " type(t.rows[2][1])",
              t));
    }
  }

  // BEHAVIOURS 96
  @EachFlavour
  void keepsCollectionsInsideAsObjects(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      var inner = new ArrayList<>(List.of(1));
      var t = lua.tableFrom(List.of(inner));

      assertEquals("userdata", lua.eval("type((...)[1])", t).first());
      assertTrue(inner == t.get(1));
    }
  }

  // BEHAVIOURS 97
  @EachFlavour
  void keepsCycles(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      var map = new HashMap<Object, Object>();
      map.put("self", map);
      var list = new ArrayList<Object>();
      list.add(list);
      list.add(map);

      assertEquals(
          true,
          lua.execute(
                  "local t = ... return rawequal(t, t.self) and rawequal(t, t.self.self.self)",
                  lua.tableFromDeep(map))
              .first());
      assertEquals(
          List.of(true, true),
          lua.execute(
              "local t = ... return rawequal(t, t[1][1])," + " rawequal(t[2], t[1][2].self)",
              lua.tableFromDeep(list)));
    }
  }

  // BEHAVIOURS 98
  @EachFlavour
  void keepsSharing(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      var shared = Map.of("x", 1);
      var t = lua.tableFromDeep(new LinkedHashMap<>(Map.of("a", shared, "b", shared)));

      assertEquals(
          List.of(true, 1L), lua.execute("local t = ... return rawequal(t.a, t.b), t.b.x", t));
    }
  }

  // BEHAVIOURS 205
  @EachFlavour
  void takesEveryCombinationOfCollections(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      for (Object inner : List.of(List.of(1), Map.of("k", 1), lua.table(1), new int[] {1})) {
        for (Object outer :
            List.of(
                List.of(inner),
                Map.of("k", inner),
                List.of(inner).iterator(),
                Stream.of(inner),
                new Object[] {inner})) {
          var t = lua.tableFrom(outer);

          assertEquals(1, t.entrySet().stream().count());
          assertEquals(
              1L,
              lua.execute(
                      "local n = 0 for _, inner in pairs(...) do"
                          + " for _ in (type(inner) == 'table' and pairs or java.iter)(inner) do n = n + 1 end"
                          + " end return n",
                      t)
                  .first());
        }
      }
    }
  }

  @EachFlavour
  void takesTheFirstOfSeveralValues(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      assertEquals(Map.of(1L, 1L, 2L, 3L), contents(lua.tableFrom(List.of(Values.of(1, 2), 3))));
      assertEquals(Map.of(1L, 1L, 2L, 3L), contents(lua.table(Values.of(1, 2), 3)));
    }
  }

  @EachFlavour
  void takesManyAndDeeplyNestedElements(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      Object nested = List.of("end");
      for (int i = 0; i < 20_000; i++) {
        nested = List.of(nested);
      }

      assertEquals(
          20_000L,
          lua.execute(
                  "local t, n = ..., 0"
                      + " while type(t[1]) == 'table' do t, n = t[1], n + 1 end return n",
                  lua.tableFromDeep(nested))
              .first());
      assertEquals(50_000, lua.tableFrom(Collections.nCopies(50_000, "x")).length());
      assertEquals(50_000, lua.table(Collections.nCopies(50_000, "x").toArray()).length());
    }
  }

  @EachFlavour
  void takesArraysOfNumbers(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      var doubles = new double[20_000];
      Arrays.setAll(doubles, i -> i + 0.5);
      assertEquals(
          List.of(20_000L, 0.5, 19_999.5),
          lua.eval("#..., (...)[1], (...)[20000]", lua.tableFrom(doubles)).subList(0, 3));
      for (Object array :
          List.of(new long[] {1, -2}, new int[] {1, -2}, new short[] {1, -2}, new byte[] {1, -2})) {
        assertEquals(List.of(1L, -2L), lua.tableFrom(array).asList());
      }
      assertEquals(List.of(1.5), lua.tableFrom(new float[] {1.5f}).asList());
      assertEquals(List.of(true), lua.tableFrom(new boolean[] {true}).asList());
      assertEquals(List.of("x"), lua.tableFrom(new char[] {'x'}).asList());
    }
  }

  @EachFlavour
  void keepsNumbersThatLuaCannotHold(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      var numbers = new long[] {Long.MAX_VALUE};

      assertEquals(List.of(Long.MAX_VALUE), lua.tableFrom(numbers).asList());
    }
    try (var lua = LuaRuntime.builder().flavour(flavour).overflow(Overflow.ERROR).build()) {
      var numbers = new long[] {Long.MAX_VALUE};

      if (state(lua).integers()) {
        assertEquals(List.of(Long.MAX_VALUE), lua.tableFrom(numbers).asList());
      } else {
        assertThrows(ArithmeticException.class, () -> lua.tableFrom(numbers));
      }
    }
  }

  // BEHAVIOURS 100
  @EachFlavour
  void refusesValuesOfAnotherRuntime(Flavour flavour) {
    try (var a = runtime(flavour);
        var b = runtime(flavour)) {
      var foreign = table(b, "{1}");
      var own = a.table();
      var identity = (LuaFunction) a.eval("function(...) return ... end").first();
      a.globals().put("give", (java.util.concurrent.Callable<Object>) () -> foreign);
      int before = state(a).crossings();

      assertThrows(LuaException.class, () -> identity.call(foreign));
      assertThrows(LuaException.class, () -> identity.call(1, foreign));
      assertThrows(LuaException.class, () -> own.put("x", foreign));
      assertThrows(LuaException.class, () -> own.put(foreign, 1));
      assertThrows(LuaException.class, () -> own.get(foreign));
      assertThrows(LuaException.class, () -> own.rawPut(1, foreign));
      assertThrows(LuaException.class, () -> own.putAll(Map.of("x", foreign)));
      assertThrows(LuaException.class, () -> own.asList().add(foreign));
      assertThrows(LuaException.class, () -> a.table(1, foreign));
      assertThrows(LuaException.class, () -> a.tableFrom(foreign));
      assertThrows(LuaException.class, () -> a.tableFrom(List.of(foreign)));
      assertThrows(LuaException.class, () -> a.tableFromDeep(List.of(List.of(foreign))));
      assertEquals(before + 1, state(a).crossings()); // to ask for the length of the list

      assertThrows(LuaException.class, () -> a.execute("return give()"));
      assertTrue(own.isEmpty());
      assertEquals(2L, a.eval("1 + 1").first());
      assertEquals(List.of(1L), foreign.asList());
    }
  }
}
