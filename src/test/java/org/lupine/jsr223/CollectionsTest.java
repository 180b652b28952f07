package org.lupine.jsr223;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.lupine.support.Engines.engine;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.script.ScriptException;
import org.lupine.Flavour;
import org.lupine.support.EachFlavour;

/** Java lists, arrays and maps in scripts; Lua tables in Java methods. */
class CollectionsTest {
  // BEHAVIOURS 112
  @EachFlavour
  void haveMapEntriesReadAndWrittenByName(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      var map = new HashMap<String, Object>(Map.of("a", 1));
      engine.put("m", map);

      engine.eval("m.b = m.a + 1 m['c d'] = 'x'");

      assertEquals(Map.of("a", 1, "b", 2, "c d", "x"), map);
      assertEquals(2L, engine.eval("return m['b']"));
    }
  }

  // BEHAVIOURS 113
  @EachFlavour
  void areNilForAMissingEntryAndHaveMethods(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      engine.put("m", new HashMap<String, Object>(Map.of("a", 1)));

      assertNull(engine.eval("return m.nothing"));
      assertEquals(1L, engine.eval("return m:size()"));
      assertEquals(true, engine.eval("return m:containsKey('a')"));
      engine.eval("m.size = 5");
      assertEquals(5L, engine.eval("return m.size"));
    }
  }

  // BEHAVIOURS 112: assigning nil to an entry
  @EachFlavour
  void removeAnEntryByNil(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      var map = new HashMap<String, Object>(Map.of("a", 1));
      engine.put("m", map);

      engine.eval("m.a = nil");

      assertNull(map.get("a"));
      assertNull(engine.eval("return m.a"));
    }
  }

  // BEHAVIOURS 114, J55
  @EachFlavour
  void indexListsFromOne(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      var list = new ArrayList<Object>(List.of("a", "b", "c"));
      engine.put("list", list);

      assertArrayEquals(
          new Object[] {"a", "c", 3L}, (Object[]) engine.eval("return list[1], list[3], #list"));
      assertEquals("a", engine.eval("return list:get(0)"));
      engine.eval("list[2] = 'B'");
      assertEquals(List.of("a", "B", "c"), list);
    }
  }

  // BEHAVIOURS 115, 123, J55
  @EachFlavour
  void areNilBeyondTheEndOfAList(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      engine.put("list", new ArrayList<>(List.of(10, 20)));

      assertNull(engine.eval("return list[3]"));
      assertNull(engine.eval("return list[0]"));
      assertNull(engine.eval("return list[-1]"));
      assertEquals(
          30L, engine.eval("local n = 0 for _, v in ipairs(list) do n = n + v end return n"));
    }
  }

  // BEHAVIOURS 123
  @EachFlavour
  void areVisitedByPairsAndIpairsOnEveryVersion(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      engine.put("list", List.of("a", "b"));
      engine.put("array", new String[] {"a", "b"});
      engine.put("numbers", new int[] {1, 2});
      var map = new LinkedHashMap<String, Object>();
      map.put("x", 1);
      map.put("y", "two");
      engine.put("map", map);

      engine.eval(
          """
          function all(next_, o)
            local seen = ''
            for k, v in next_(o) do seen = seen .. tostring(k) .. '=' .. tostring(v) .. ' ' end
            return seen
          end""");

      assertEquals("1=a 2=b ", engine.eval("return all(ipairs, list)"));
      assertEquals("1=a 2=b ", engine.eval("return all(pairs, list)"));
      assertEquals("1=a 2=b ", engine.eval("return all(ipairs, array)"));
      assertEquals("1=1 2=2 ", engine.eval("return all(ipairs, numbers)"));
      assertEquals("x=1 y=two ", engine.eval("return all(pairs, map)"));
      assertEquals("1=1 2=2 ", engine.eval("return all(ipairs, {1, 2})"));
    }
  }

  // BEHAVIOURS 122, 123
  @EachFlavour
  void haveTheirLength(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      engine.put("list", List.of(1, 2, 3));
      engine.put("array", new double[] {1, 2});
      engine.put("empty", new Object[0]);
      engine.put("map", Map.of("a", 1));
      engine.put("set", Set.of(1, 2));

      assertArrayEquals(
          new Object[] {3L, 2L, 0L, 1L, 2L},
          (Object[]) engine.eval("return #list, #array, #empty, #map, #set"));
    }
  }

  // BEHAVIOURS 225
  @EachFlavour
  void readAndWriteArrays(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      var doubles = new double[] {1.5, 2.5};
      var texts = new String[] {"a", null};
      engine.put("doubles", doubles);
      engine.put("texts", texts);

      engine.eval("doubles[1] = doubles[2] * 2 texts[2] = texts[1] .. '!'");

      assertArrayEquals(new double[] {5, 2.5}, doubles);
      assertArrayEquals(new String[] {"a", "a!"}, texts);
      assertNull(engine.eval("return doubles[3]"));
      assertThrows(ScriptException.class, () -> engine.eval("doubles[3] = 1"));
      assertThrows(ScriptException.class, () -> engine.eval("doubles[1] = 'x'"));
    }
  }

  // BEHAVIOURS J55
  @EachFlavour
  void passOnTheRefusalOfAList(Flavour flavour) {
    try (var engine = engine(flavour)) {
      engine.put("list", List.of(1));

      var thrown = assertThrows(ScriptException.class, () -> engine.eval("list[1] = 2"));

      assertInstanceOf(UnsupportedOperationException.class, thrown.getCause());
    }
  }

  /** A host's methods that take collections and records. */
  public static final class Taker {
    public String list(List<Object> list) {
      return "list " + list;
    }

    public String map(Map<String, Object> map) {
      return "map " + map;
    }

    public String ints(int[] array) {
      return "ints " + Arrays.toString(array);
    }

    public String texts(String[] array) {
      return "texts " + Arrays.toString(array);
    }

    public String point(JavaObjectsTest.Point point) {
      return "point " + point.x() + " " + point.y();
    }

    public String text(Object[] array) {
      return "objects " + array.length;
    }
  }

  // BEHAVIOURS 226
  @EachFlavour
  void takeTablesForCollectionsArraysAndRecords(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      engine.put("taker", new Taker());

      assertEquals("list [1, x, true]", engine.eval("return taker:list({1, 'x', true})"));
      assertEquals("map {a=1}", engine.eval("return taker:map({a = 1})"));
      assertEquals("ints [1, 2]", engine.eval("return taker:ints({1, 2})"));
      assertEquals("texts [a, b]", engine.eval("return taker:texts({'a', 'b'})"));
      assertEquals("point 1 2", engine.eval("return taker:point({x = 1, y = 2})"));
      assertEquals("objects 2", engine.eval("return taker:text({'a', 'b'})"));
      assertThrows(ScriptException.class, () -> engine.eval("return taker:ints({'a'})"));
      assertThrows(ScriptException.class, () -> engine.eval("return taker:list('a')"));
    }
  }

  // BEHAVIOURS J12, J13: live views
  @EachFlavour
  void seeTheTableThatTheyWereGiven(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      var list = new ArrayList<Object>();
      engine.put("list", list);

      engine.eval("t = {1, 2} list:add(t)");
      engine.eval("t[3] = 3");

      assertEquals(3L, ((Map<?, ?>) list.get(0)).get(3L));
      assertEquals(true, engine.eval("return rawequal(list:get(0), t)"));
    }
  }

  // BEHAVIOURS 59, 60
  @EachFlavour
  void areLikeMapsInJava(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      var table = (Map<?, ?>) engine.eval("return {9, 8, n = {x = 1}}");

      assertEquals(9L, table.get(1));
      assertEquals(9L, table.get(1L));
      assertEquals(9L, table.get(1.0));
      assertNull(table.get("1"));
      assertEquals(3, table.size());
      assertEquals(1L, ((Map<?, ?>) table.get("n")).get("x"));
    }
  }

  // BEHAVIOURS 112, 114
  @EachFlavour
  void mayBeNested(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      engine.put("data", Map.of("rows", List.of(Map.of("id", 7), new int[][] {{1, 2}, {3, 4}})));

      assertEquals(7L, engine.eval("return data.rows[1].id"));
      assertEquals(3L, engine.eval("return data.rows[2][2][1]"));
    }
  }

  // BEHAVIOURS 112: keys that are no strings
  @EachFlavour
  void findEntriesByNumbersAndObjects(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      var key = new Object();
      engine.put("m", new HashMap<Object, Object>(Map.of(1L, "long", true, "yes", key, "object")));
      engine.put("key", key);

      assertArrayEquals(
          new Object[] {"long", "yes", "object"},
          (Object[]) engine.eval("return m[1], m[true], m[key]"));
    }
  }
}
