package org.lupine.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.lupine.support.Runtimes.runtime;

import java.math.BigDecimal;
import java.time.DayOfWeek;
import java.util.AbstractMap;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;
import org.lupine.Flavour;
import org.lupine.LuaRuntime;
import org.lupine.Sandbox;
import org.lupine.access.HostAccess;
import org.lupine.support.EachFlavour;

/** BEHAVIOURS 254: Lua values as keys and elements of Java's generic containers. */
class ContainerTypesTest {
  @EachFlavour
  void findAndPutWholeKeysByMethods(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      for (var map :
          List.of(
              new HashMap<Integer, String>(),
              new TreeMap<Integer, String>(),
              new ConcurrentHashMap<Integer, String>())) {
        map.put(1, "a");
        assertEquals(
            List.of("a", true, "a", "none"),
            lua.execute(
                "local m = ... m:put(2, 'x') "
                    + "return m:get(1), m:containsKey(1), m:put(1, 'b'), m:getOrDefault(9, 'none')",
                map));
        assertEquals(Map.of(1, "b", 2, "x"), map);
        assertEquals("b", lua.execute("return (...):remove(1)", map).first());
        assertEquals(
            List.of("x", true),
            lua.execute(
                "local m = ... " + "return m:putIfAbsent(2, 'y'), m:containsValue('x')", map));
        lua.execute("(...):putAll({[5] = 'five'})", map);
        assertEquals(Map.of(2, "x", 5, "five"), map);
      }
      var tree = new TreeMap<Integer, String>(Map.of(1, "a", 5, "e"));
      assertEquals(
          List.of(1L, 5L, 1L),
          lua.execute(
              "local m = ... " + "return m:floorKey(3), m:ceilingKey(3), m:headMap(5):size()",
              tree));
    }
  }

  @EachFlavour
  void takeTheClassOfTheKeysThatAreThere(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      var longs = new HashMap<Long, String>(Map.of(1L, "a"));
      lua.execute("local m = ... m:put(2, 'b') m[3] = 'c' m[1] = nil", longs);
      assertEquals(Map.of(2L, "b", 3L, "c"), longs);
      var doubles = new HashMap<Double, String>(Map.of(1.0, "a", 1.5, "b"));
      assertEquals(
          List.of("a", "b", "a", "b"),
          lua.execute(
              "local m = ... m[2] = 'x' " + "return m[1], m[1.5], m:get(1), m:get(1.5)", doubles));
      assertEquals(Set.of(1.0, 1.5, 2.0), doubles.keySet());
      var bytes = new HashMap<Byte, String>(Map.of((byte) 1, "a"));
      assertEquals(List.of("a", "a"), lua.execute("local m = ... return m[1], m:get(1)", bytes));
      var decimals = new HashMap<BigDecimal, String>(Map.of(new BigDecimal("1"), "a"));
      assertEquals(List.of("a", "a"), lua.execute("local m = ... return m[1], m:get(1)", decimals));
      var empty = new HashMap<Integer, Long>();
      lua.execute("local m = ... m[1] = 10 m:put(2, 20) m[3.0] = 30", empty);
      assertEquals(Map.of(1, 10L, 2, 20L, 3, 30L), empty);
      var huge = new HashMap<Object, Object>();
      lua.execute("(...)[2^40] = 1", huge);
      assertEquals(Map.of(1L << 40, 1L), huge);
    }
  }

  @EachFlavour
  void findKeysOfMixedClasses(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      var mixed = new LinkedHashMap<Object, Object>();
      mixed.put("s", "text");
      mixed.put(7L, "long");
      mixed.put(8, "int");
      mixed.put(2.5, "double");
      assertEquals(
          Arrays.asList("long", "int", "double", "text", null),
          lua.execute("local m = ... return m[7], m:get(8), m[2.5], m:get('s'), m[9]", mixed));
      lua.execute("(...)[7] = 'new'", mixed);
      assertEquals("new", mixed.get(7L));
      assertEquals(4, mixed.size());
    }
  }

  @EachFlavour
  void findCharactersAndConstants(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      var characters = new HashMap<Character, String>(Map.of('a', "x"));
      assertEquals(
          List.of("x", "x"),
          lua.execute("local m = ... m['b'] = 'y' " + "return m['a'], m:get('a')", characters));
      assertEquals(Map.of('a', "x", 'b', "y"), characters);
      for (var days :
          List.of(
              new EnumMap<DayOfWeek, String>(Map.of(DayOfWeek.MONDAY, "x")),
              new HashMap<DayOfWeek, String>(Map.of(DayOfWeek.MONDAY, "x")))) {
        assertEquals(
            Arrays.asList("x", "x", null, 1L),
            lua.execute(
                "local m = ... " + "m.TUESDAY = 'y' return m.MONDAY, m:get('MONDAY'), m.SOMEDAY, 1",
                days));
        assertEquals(Map.of(DayOfWeek.MONDAY, "x", DayOfWeek.TUESDAY, "y"), days);
      }
    }
  }

  @EachFlavour
  void findAndAddElements(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      var list = new ArrayList<>(List.of(5, 6));
      assertEquals(
          List.of(true, 1L, 0L),
          lua.execute(
              "local l = ... l:add(7) " + "return l:contains(5), l:indexOf(6), l:lastIndexOf(5)",
              list));
      lua.execute("local l = ... l[4] = 8 l[1] = 4 l:set(1, 66) l:add(0, 3) l:addAll({9})", list);
      assertEquals(List.of(3, 4, 66, 7, 8, 9), list);
      var set = new HashSet<>(List.of(1, 2));
      assertEquals(
          List.of(true, false),
          lua.execute("local s = ... s:add(3) " + "return s:remove(1), s:contains(1)", set));
      assertEquals(Set.of(2, 3), set);
      var longs = new ArrayList<>(List.of(5L));
      lua.execute("local l = ... l:add(7) l[3] = 8", longs);
      assertEquals(List.of(5L, 7L, 8L), longs);
      var doubles = new ArrayList<>(List.of(0.5));
      lua.execute("(...):add(7)", doubles);
      assertEquals(List.of(0.5, 7.0), doubles);
      var empty = new ArrayList<Object>();
      lua.execute("local l = ... l:add(7) l:add(1099511627776) l:add('x') l:add(0.5)", empty);
      assertEquals(List.of(7, 1L << 40, "x", 0.5), empty);
      assertEquals(
          List.of(true, true, false, 0L),
          lua.execute(
              "local l = ... return "
                  + "l:contains(1099511627776), l:contains(7), l:contains(8), l:indexOf(7)",
              empty));
    }
  }

  @EachFlavour
  void takeTheClassOfTheValuesThatAreThere(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      var counts = new HashMap<String, Integer>(Map.of("a", 1));
      lua.execute("local m = ... m.a = m.a + 1 m.b = 5", counts);
      assertEquals(Map.of("a", 2, "b", 5), counts);
      var longs = new HashMap<String, Long>(Map.of("a", 1L));
      lua.execute("local m = ... m.a = m.a + 1 m:put('b', 5)", longs);
      assertEquals(Map.of("a", 2L, "b", 5L), longs);
      assertEquals(true, lua.execute("return (...):containsValue(5)", longs).first());
      var row = new HashMap<String, Object>(Map.of("name", "x", "weight", 0.5));
      lua.execute("local m = ... m.count = 3 m.weight = 1", row);
      assertEquals(Map.of("name", "x", "weight", 1.0, "count", 3L), row);
    }
  }

  @EachFlavour
  void takeTheClassOfWhatFunctionsReplace(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      for (var list :
          List.of(
              new ArrayList<>(List.of(1, 2, 3)),
              new CopyOnWriteArrayList<>(List.of(1, 2, 3)),
              new LinkedList<>(List.of(1, 2, 3)))) {
        lua.execute("(...):replaceAll(function(x) return x + 1 end)", list);
        assertEquals(List.of(2, 3, 4), list);
        lua.execute(
            "(...):replaceAll(setmetatable({apply = function(_, x) return x * 2 end}, {}))", list);
        assertEquals(List.of(4, 6, 8), list);
      }
      var longs = new ArrayList<>(List.of(1L, 2L));
      lua.execute("(...):replaceAll(function(x) return x + 1 end)", longs);
      assertEquals(List.of(2L, 3L), longs);
      var mixed = new ArrayList<Object>(Arrays.asList(1, 2L, 2.5, "x", null));
      lua.execute(
          "(...):replaceAll(function(x) return type(x) == 'number' and x * 2 or x end)", mixed);
      assertEquals(Arrays.asList(2, 4L, 5.0, "x", null), mixed);
      var halves = new ArrayList<Object>(List.of(1, 2));
      lua.execute("(...):replaceAll(function(x) return x / 2 end)", halves);
      assertEquals(List.of(0.5, 1), halves);
      var cast = new ArrayList<>(List.of(1));
      lua.execute("(...):replaceAll(function() return java.cast('long', 2) end)", cast);
      assertEquals(List.of(2), cast);
      var days = new ArrayList<>(List.of(DayOfWeek.MONDAY));
      lua.execute("(...):replaceAll(function() return 'FRIDAY' end)", days);
      assertEquals(List.of(DayOfWeek.FRIDAY), days);
    }
  }

  @EachFlavour
  void takeTheClassOfTheValuesInResultsOfFunctions(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      for (var map :
          List.of(
              new HashMap<String, Integer>(Map.of("a", 1, "b", 2)),
              new TreeMap<String, Integer>(Map.of("a", 1, "b", 2)),
              new ConcurrentHashMap<String, Integer>(Map.of("a", 1, "b", 2)))) {
        lua.execute("(...):replaceAll(function(k, v) return v + 1 end)", map);
        assertEquals(Map.of("a", 2, "b", 3), map);
        assertEquals(
            List.of(12L, 10L),
            lua.execute(
                "local m, add = ..., function(old, new) return old + new end "
                    + "return m:merge('a', 10, add), m:merge('c', 10, add)",
                map));
        assertEquals(Map.of("a", 12, "b", 3, "c", 10), map);
        lua.execute(
            "local m = ... m:compute('a', function(k, v) return v + 1 end) "
                + "m:compute('d', function(k, v) assert(v == nil) return 4 end) "
                + "m:computeIfAbsent('e', function(k) return 5 end) "
                + "m:computeIfPresent('b', function(k, v) return v * 2 end) "
                + "m:computeIfPresent('c', function() return nil end)",
            map);
        assertEquals(Map.of("a", 13, "b", 6, "d", 4, "e", 5), map);
      }
      var numbered = new HashMap<Long, Long>(Map.of(7L, 1L));
      lua.execute(
          "local m = ... m:computeIfAbsent(8, function(k) return k end) "
              + "m:merge(7, 1, function(a, b) return a + b end)",
          numbered);
      assertEquals(Map.of(7L, 2L, 8L, 8L), numbered);
      var mixed = new HashMap<String, Object>(Map.of("a", 1, "b", 2.5, "c", "x"));
      lua.execute(
          "local m = ... m:compute('a', function(k, v) return v + 1 end) "
              + "m:compute('b', function(k, v) return v * 2 end) "
              + "m:merge('c', 'y', function(a, b) return a .. b end) "
              + "m:compute('d', function() return 3 end)",
          mixed);
      assertEquals(Map.of("a", 2, "b", 5.0, "c", "xy", "d", 3L), mixed);
    }
  }

  @EachFlavour
  @SuppressWarnings("unchecked")
  void leaveResultsOfFunctionsOfJava(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      UnaryOperator<Object> toLong = each -> ((Number) each).longValue();
      var list = new ArrayList<Object>(List.of(1));
      lua.execute("local l, f = ... l:replaceAll(f)", list, toLong);
      assertEquals(List.of(1L), list);
      var shared =
          lua.execute(
                  "return java.implement('java.util.function.UnaryOperator', "
                      + "function(x) return x + 1 end)")
              .first();
      lua.execute("local l, f = ... l:replaceAll(f)", new ArrayList<>(List.of(1)), shared);
      assertEquals(2L, ((UnaryOperator<Object>) shared).apply(1));
    }
  }

  @EachFlavour
  void leaveValuesThatWereCast(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      var list = new ArrayList<Object>(List.of(1));
      lua.execute("(...):add(java.cast('long', 2))", list);
      assertEquals(List.of(1, 2L), list);
    }
  }

  /** A host's own container. */
  public static final class Own extends AbstractMap<Integer, String> {
    public final List<Object> seen = new ArrayList<>();

    @Override
    public Set<Entry<Integer, String>> entrySet() {
      return Map.of(1, "a").entrySet();
    }

    public void note(Object value) {
      seen.add(value);
    }
  }

  @EachFlavour
  void concernMethodsOfContainersOnly(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      var own = new Own();
      assertEquals("a", lua.execute("local o = ... o:note(1) return o:get(1)", own).first());
      assertEquals(List.of(1L), own.seen);
      assertNull(lua.execute("return (...)[2]", own).first());
    }
  }

  @EachFlavour
  void findKeysUnderAGate(Flavour flavour) {
    for (var preset : List.of(Sandbox.CONSTRAINED, Sandbox.SANDBOX)) {
      try (var lua = LuaRuntime.builder().flavour(flavour).sandbox(preset).build()) {
        lua.execute("m, l = ...", new HashMap<>(Map.of(1, "a")), new ArrayList<>(List.of(5, 6)));
        assertEquals(List.of("a", 5L), lua.execute("return m[1], l[1]"), preset::toString);
      }
    }
    var access = HostAccess.allow("java.util.Map", "java.util.List", "java.util.Collection");
    try (var lua = LuaRuntime.builder().flavour(flavour).hostAccess(access).build()) {
      var map = new HashMap<Integer, String>(Map.of(1, "a"));
      lua.execute("m, l = ...", map, new ArrayList<>(List.of(5, 6)));
      assertEquals(
          List.of("a", "a", true, true, 1L),
          lua.execute("return m[1], m:get(1), m:containsKey(1), l:contains(5), l:indexOf(6)"));
      assertEquals("a", lua.execute("m:put(2, 'x') m[3] = 'y' return m:remove(1)").first());
      assertEquals(Map.of(2, "x", 3, "y"), map);
    }
  }
}
