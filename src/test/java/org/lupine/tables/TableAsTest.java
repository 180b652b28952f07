package org.lupine.tables;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.lupine.support.Runtimes.runtime;
import static org.lupine.support.Runtimes.state;
import static org.lupine.support.Runtimes.table;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZonedDateTime;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Deque;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.SortedSet;
import java.util.concurrent.ConcurrentMap;
import org.lupine.Flavour;
import org.lupine.support.EachFlavour;
import org.lupine.value.LuaException;
import org.lupine.value.LuaFunction;
import org.lupine.value.LuaTable;

/** BEHAVIOURS 252: tables copied into plain Java, and into Java types. */
class TableAsTest {
  public record Point(int x, double y) {}

  public record Person(
      String name,
      int age,
      Optional<String> nick,
      List<Point> points,
      Map<String, LocalDate> days,
      DayOfWeek day,
      Person friend,
      OptionalInt size) {}

  public record Times(Instant instant, Duration duration, ZonedDateTime zoned) {}

  public record Loose(Object any, LuaTable live, LuaFunction function, double[] numbers) {}

  public record Enums(EnumSet<DayOfWeek> set, EnumMap<DayOfWeek, Integer> map) {}

  public record Positive(int value) {
    public Positive {
      if (value <= 0) {
        throw new IllegalArgumentException("not positive: " + value);
      }
    }
  }

  record Hidden(int x) {}

  /** A bean. */
  public static class Node {
    public String label;
    private Node next;
    private long count = -1;

    public Node getNext() {
      return next;
    }

    public void setNext(Node next) {
      this.next = next;
    }

    public Node setCount(long count) {
      this.count = count;
      return this;
    }

    public void setCount(String count) {
      this.count = Long.parseLong(count);
    }
  }

  /** An interface for a table of functions. */
  public interface Greeter {
    String greet(String name);

    default String twice(String name) {
      return greet(name) + greet(name);
    }
  }

  private static String refused(LuaTable table, Class<?> type) {
    return assertThrows(IllegalArgumentException.class, () -> table.as(type)).getMessage();
  }

  // BEHAVIOURS 99
  @EachFlavour
  void copiesKeepCyclesAndSharing(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      var t =
          (LuaTable)
              lua.execute(
                      "local shared = {1, 2} local t = {a = shared, b = shared,"
                          + " list = {{x = {}}, 'y'}, f = print} t.self = t return t")
                  .first();

      var copy = (Map<?, ?>) t.toJava();

      assertEquals(List.of(1L, 2L), copy.get("a"));
      assertSame(copy.get("a"), copy.get("b"));
      assertSame(copy, copy.get("self"));
      assertEquals(List.of(Map.of("x", Map.of()), "y"), copy.get("list"));
      assertInstanceOf(LuaFunction.class, copy.get("f"));
      ((List<?>) copy.get("a")).clear();
      assertEquals(2L, lua.eval("#(...).a", t).first());
    }
  }

  // BEHAVIOURS 99
  @EachFlavour
  void copiesEveryKindOfSequence(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      assertEquals(
          List.of(List.of(1L, 2L), List.of("x")),
          lua.tableFromDeep(List.of(new int[] {1, 2}, new String[] {"x"})).toJava());
      assertEquals(Map.of(1L, "a", 3L, "c"), table(lua, "{'a', nil, 'c'}").toJava());
      assertEquals(Map.of(0L, "z", 1L, "a"), table(lua, "{[0] = 'z', 'a'}").toJava());
      assertEquals(Map.of(), lua.table().toJava());
      assertEquals(Arrays.asList(1L, null), table(lua, "{1, java.null}").toJava());
      var keyed = table(lua, "(function() local t = {} t[t] = 1 return t end)()");
      assertEquals(Map.of(keyed, 1L), keyed.toJava());
    }
  }

  @EachFlavour
  void copiesToTheAllowedDepth(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      var t =
          (LuaTable)
              lua.execute("local t = {} for i = 1, 1500 do t = {t, n = i} end return t").first();

      assertThrows(LuaException.class, t::toJava);
      assertInstanceOf(Map.class, t.toJava(2_000));
      assertEquals(Map.of("x", 1L), table(lua, "{x = 1}").toJava(1));
      assertThrows(LuaException.class, () -> table(lua, "{{}}").toJava(1));
      assertThrows(IllegalArgumentException.class, () -> t.toJava(0));
    }
  }

  @EachFlavour
  void copiesByOneCrossing(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      var t =
          (LuaTable)
              lua.execute("local t = {} for i = 1, 3000 do t[i] = {id = i, {i}} end" + " return t")
                  .first();
      int before = state(lua).crossings();

      var copy = (List<?>) t.toJava();

      assertEquals(1, state(lua).crossings() - before);
      assertEquals(3_000, copy.size());
      assertEquals(List.of(3_000L), ((Map<?, ?>) copy.get(2_999)).get(1L));
    }
  }

  // BEHAVIOURS H3
  @EachFlavour
  void serializesAsPlainCollections(Flavour flavour) throws Exception {
    try (var lua = runtime(flavour)) {
      var bytes = new ByteArrayOutputStream();
      try (var out = new ObjectOutputStream(bytes)) {
        out.writeObject(table(lua, "{a = {1, 2}}"));
      }

      try (var in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
        assertEquals(Map.of("a", List.of(1L, 2L)), in.readObject());
      }
    }
  }

  @EachFlavour
  void makesRecords(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      assertEquals(new Point(1, 2), table(lua, "{x = 1, y = 2}").as(Point.class));
      assertEquals(new Point(1, 2.5), table(lua, "{1, 2.5}").as(Point.class));

      var ann =
          table(
                  lua,
                  "{name = 'Ann', age = 30, nick = 'A', points = {{x = 1, y = 2}, {3, 4}},"
                      + " days = {birth = '1990-01-31'}, day = 'MONDAY', friend = {name = 'Bob', age = 1},"
                      + " size = 7}")
              .as(Person.class);

      var bob = new Person("Bob", 1, Optional.empty(), null, null, null, null, OptionalInt.empty());
      assertEquals(
          new Person(
              "Ann",
              30,
              Optional.of("A"),
              List.of(new Point(1, 2), new Point(3, 4)),
              Map.of("birth", LocalDate.of(1990, 1, 31)),
              DayOfWeek.MONDAY,
              bob,
              OptionalInt.of(7)),
          ann);
    }
  }

  @EachFlavour
  void saysWhichValueDoesNotFit(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      var wrong =
          refused(
              table(lua, "{name = 'Ann', age = 1, points = {{x = 1, y = 2}, {x = 'no', y = 2}}}"),
              Person.class);
      assertTrue(wrong.contains("points[2].x: no conversion of string 'no' to int"), wrong);
      var missing = refused(table(lua, "{x = 1}"), Point.class);
      assertTrue(missing.contains("y: no value"), missing);
      var unknown = refused(table(lua, "{x = 1, y = 2, nmae = 3}"), Point.class);
      assertTrue(unknown.contains("no component 'nmae'"), unknown);
      var near = refused(table(lua, "{nmae = 'Ann', age = 1}"), Person.class);
      assertTrue(near.contains("near: name"), near);
      var lossy = refused(table(lua, "{x = 1.5, y = 2}"), Point.class);
      assertTrue(lossy.contains("x: no conversion of number 1.5"), lossy);
      var mixed = refused(table(lua, "{1, y = 2}"), Point.class);
      assertTrue(mixed.contains("by name and by position"), mixed);
      var invalid = refused(table(lua, "{value = -1}"), Positive.class);
      assertTrue(invalid.contains("not positive: -1"), invalid);
      var hidden = refused(table(lua, "{x = 1}"), Hidden.class);
      assertTrue(hidden.contains("not public"), hidden);
      assertTrue(refused(table(lua, "{}"), String.class).contains("String"));
      assertTrue(
          refused(table(lua, "{day = 'Monday', age = 1}"), Person.class)
              .contains("day: no conversion"));
    }
  }

  @EachFlavour
  void makesBeansWithCycles(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      var node =
          ((LuaTable)
                  lua.execute(
                          "local a = {label = 'a', count = 3}"
                              + " local b = {label = 'b', next = a, count = '7'} a.next = b return a")
                      .first())
              .as(Node.class);

      assertEquals("a", node.label);
      assertEquals(3, node.count);
      assertEquals(7, node.getNext().count);
      assertSame(node, node.getNext().getNext());
      assertEquals(-1, table(lua, "{label = 'x'}").as(Node.class).count);
      var wrong = refused(table(lua, "{next = {lable = 'x'}}"), Node.class);
      assertTrue(
          wrong.contains("next: no property 'lable'") && wrong.contains("near: label"), wrong);
      var cycle =
          refused(
              (LuaTable)
                  lua.execute("local p = {name = 'x', age = 1} p.friend = p" + " return p").first(),
              Person.class);
      assertTrue(cycle.contains("a cycle"), cycle);
    }
  }

  @EachFlavour
  void makesCollectionsAndMaps(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      var t = table(lua, "{'b', 'a', 'b'}");

      var list = assertInstanceOf(ArrayList.class, t.as(List.class));
      list.clear();
      assertEquals(3, t.length());
      assertInstanceOf(ArrayList.class, t.as(Collection.class));
      assertInstanceOf(ArrayList.class, t.as(Iterable.class));
      assertEquals(Set.of("a", "b"), t.as(Set.class));
      assertEquals("a", t.as(SortedSet.class).first());
      assertEquals("b", t.as(Deque.class).getLast());
      assertInstanceOf(ArrayDeque.class, t.as(ArrayDeque.class));
      var map = t.as(Map.class);
      assertNotSame(t, map);
      assertEquals(Map.of(1L, "b", 2L, "a", 3L, "b"), map);
      assertInstanceOf(HashMap.class, t.as(HashMap.class));
      assertInstanceOf(ConcurrentMap.class, t.as(ConcurrentMap.class));
      assertEquals(3L, t.as(NavigableMap.class).lastKey());
      assertEquals(Map.of("a", List.of(1L)), table(lua, "{a = {1}}").as(LinkedHashMap.class));
      assertEquals(t.toJava(), t.as(Object.class));
      assertSame(t, t.as(LuaTable.class));
      assertEquals(
          new Enums(EnumSet.of(DayOfWeek.MONDAY), new EnumMap<>(Map.of(DayOfWeek.SUNDAY, 7))),
          table(lua, "{set = {'MONDAY'}, map = {SUNDAY = 7}}").as(Enums.class));
      assertTrue(refused(table(lua, "{'a', 1}"), SortedSet.class).contains("[2]"));
    }
  }

  @EachFlavour
  void makesArrays(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      var t = table(lua, "{1, 2, 3}");

      assertArrayEquals(new double[] {1, 2, 3}, t.as(double[].class));
      assertArrayEquals(new float[] {1, 2, 3}, t.as(float[].class));
      assertArrayEquals(new long[] {1, 2, 3}, t.as(long[].class));
      assertArrayEquals(new int[] {1, 2, 3}, t.as(int[].class));
      assertArrayEquals(new short[] {1, 2, 3}, t.as(short[].class));
      assertArrayEquals(new byte[] {1, 2, 3}, t.as(byte[].class));
      assertArrayEquals(new Integer[] {1, 2, 3}, t.as(Integer[].class));
      assertArrayEquals(new Object[] {1L, 2L, 3L}, t.as(Object[].class));
      assertArrayEquals(new int[][] {{1}, {}}, table(lua, "{{1}, {}}").as(int[][].class));
      assertArrayEquals(new String[] {"x"}, table(lua, "{'x'}").as(String[].class));
      assertArrayEquals(new boolean[] {true}, table(lua, "{true}").as(boolean[].class));
      assertArrayEquals(new long[] {1L << 60}, table(lua, "{2^60}").as(long[].class));
      assertTrue(refused(table(lua, "{1, 2, 3.5}"), int[].class).contains("[3]"));
      assertTrue(refused(table(lua, "{1, 300}"), byte[].class).contains("[2]"));
      assertTrue(refused(table(lua, "{1, '2'}"), double[].class).contains("[2]"));
      assertTrue(refused(table(lua, "{1e300}"), float[].class).contains("[1]"));
    }
  }

  @EachFlavour
  void passesNumbersByOneCrossingEachWay(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      var numbers = new double[10_000];
      Arrays.setAll(numbers, i -> i / 2.0);
      int before = state(lua).crossings();

      var t = lua.tableFrom(numbers);
      assertEquals(1, state(lua).crossings() - before);
      assertArrayEquals(numbers, t.as(double[].class));
      assertEquals(2, state(lua).crossings() - before);
      var list = lua.tableFrom(t.asList().subList(0, 0), List.of(1, 2.5));
      before = state(lua).crossings();
      assertEquals(List.of(1L, 2.5), Arrays.asList(list.asList().toArray()));
      assertEquals(1, state(lua).crossings() - before);
    }
  }

  @EachFlavour
  void readsTimesWithoutLoss(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      assertEquals(
          new Times(
              Instant.EPOCH,
              Duration.ofMinutes(90),
              ZonedDateTime.parse("2024-07-01T10:00+02:00[Europe/Paris]")),
          table(
                  lua,
                  "{instant = '1970-01-01T00:00:00Z', duration = 'PT1H30M',"
                      + " zoned = '2024-07-01T10:00+02:00[Europe/Paris]'}")
              .as(Times.class));
      assertTrue(
          refused(table(lua, "{instant = '2016-12-31T23:59:60Z'}"), Times.class)
              .contains("instant: "));
      assertTrue(
          refused(table(lua, "{zoned = '2024-03-31T02:30+01:00[Europe/Paris]'}"), Times.class)
              .contains("zoned: "));
      assertTrue(refused(table(lua, "{duration = 'soon'}"), Times.class).contains("duration: "));
    }
  }

  @EachFlavour
  void leavesLuaValuesWhereTheTypeAsksForThem(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      var t =
          table(
              lua,
              "{any = {1, {2}}, live = {}, function_ = nil, numbers = {1, 2.5},"
                  + " ['function'] = print}");
      var loose = t.as(Loose.class);

      assertEquals(List.of(1L, List.of(2L)), loose.any());
      assertEquals(t.get("live"), loose.live());
      assertEquals(t.get("function"), loose.function());
      assertArrayEquals(new double[] {1, 2.5}, loose.numbers());
      assertNull(table(lua, "{}").as(Loose.class).any());
    }
  }

  @EachFlavour
  void implementsInterfaces(Flavour flavour) throws Exception {
    try (var lua = runtime(flavour)) {
      var greeter =
          table(lua, "{greet = function(self, name) return 'hi ' .. name end}").as(Greeter.class);

      assertEquals("hi Ann", greeter.greet("Ann"));
      assertEquals("hi Bobhi Bob", greeter.twice("Bob"));
      assertFalse(greeter.equals(null));
    }
  }
}
