package org.lupine.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.lupine.host.AttributesTest.assertMessage;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.lupine.bridge.Host;
import org.lupine.value.LuaException;
import org.lupine.value.Values;

class LibraryTest {
  private final Script script = new Script();

  @Test
  void makesFunctionsOfCallableObjects() throws Throwable {
    Supplier<String> supplier = () -> "s";
    assertEquals(new Host.AsFunction(supplier), script.java("fn", supplier));
    assertEquals("s", script.call(script.java("fn", supplier)));
    var type = script.type("java.util.ArrayList");
    assertEquals(List.of(), script.call(script.java("fn", type)));
    var next = script.java("fn", List.of(1, 2), "Iterable");
    assertInstanceOf(java.util.Iterator.class, script.call(next));
    assertMessage(
        "bad argument #1 to 'fn' (callable Java object expected, got number)",
        () -> script.java("fn", 1L));
    assertMessage("bad argument #1 to 'fn'", () -> script.java("fn", List.of()));
  }

  @Test
  void implementsAFunctionalInterface() throws Throwable {
    var compare = new FakeFunction(a -> (Long) a[0] - (Long) a[1]);
    @SuppressWarnings("unchecked")
    var order = (Comparator<Object>) script.java("implement", "java.util.Comparator", compare);
    assertEquals(-1, order.compare(1L, 2L));
    assertEquals(1, order.reversed().compare(1L, 2L));
    assertEquals(order, script.java("implement", "java.util.Comparator", compare));
    assertEquals(order.hashCode(), compare.hashCode());
    var list = new ArrayList<Object>(List.of(2L, 1L));
    script.send(list, "sort", compare);
    assertEquals(List.of(1L, 2L), list);
    assertMessage(
        "java.util.List is not a functional interface",
        () -> script.java("implement", "java.util.List", compare));
    assertMessage(
        "java.lang.String is not ", () -> script.java("implement", "String", FakeTable.of()));
  }

  @Test
  void throwsWhatTheMethodMayThrow() throws Throwable {
    var checked = new java.io.IOException("x");
    var failing =
        new FakeFunction(
            any -> {
              throw new LuaException("wrapped", checked);
            });
    var callable = (Callable<?>) script.java("implement", "java.util.concurrent.Callable", failing);
    assertSame(checked, assertThrows(java.io.IOException.class, callable::call));
    var runnable = (Runnable) script.java("implement", "Runnable", failing);
    assertSame(checked, assertThrows(LuaException.class, runnable::run).getCause());
    var unchecked = new IllegalStateException();
    var raising =
        new FakeFunction(
            any -> {
              throw new LuaException("wrapped", unchecked);
            });
    assertSame(
        unchecked,
        assertThrows(
            IllegalStateException.class,
            () -> script.host.implement(null, Runnable.class, raising).run()));
  }

  @Test
  void convertsResultsOfImplementations() {
    var host = script.host;
    var odd =
        host.implement(null, java.util.function.IntPredicate.class, new FakeFunction(a -> null));
    assertEquals(false, odd.test(1));
    var half =
        host.implement(null, java.util.function.ToIntFunction.class, new FakeFunction(a -> 3.7));
    assertMessage(
        "bad result of 'applyAsInt' for java.util.function.ToIntFunction "
            + "(int expected, got number 3.7)",
        () -> applied(half));
    var none =
        host.implement(
            null, java.util.function.IntSupplier.class, new FakeFunction(a -> Values.none()));
    assertThrows(LuaException.class, none::getAsInt);
  }

  @SuppressWarnings("unchecked")
  private static int applied(java.util.function.ToIntFunction<?> function) {
    return ((java.util.function.ToIntFunction<Object>) function).applyAsInt("x");
  }

  @Test
  void loops() throws Throwable {
    var withNull = Arrays.asList(1, null, 1);
    assertEquals(
        List.of(List.of(1), List.of(JavaNull.NULL), List.of(1)),
        script.loop(script.java("iter", withNull)));
    assertEquals(
        List.of(List.of("a"), List.of("b")), script.loop(script.java("iter", Stream.of("a", "b"))));
    var map = new LinkedHashMap<String, Integer>(Map.of("k", 1));
    assertEquals(List.of(List.of("k", 1)), script.loop(script.java("iterex", map.entrySet())));
    assertEquals(List.of(List.of("k", 1)), script.loop(script.java("iterex", map)));
    assertEquals(
        List.of(Arrays.asList(JavaNull.NULL, null, null), List.of(JavaNull.NULL), List.of(2)),
        script.loop(script.java("iterex", Arrays.asList(new Object[3], new Object[0], 2))));
    assertEquals(
        List.of(List.of(0L, "a"), List.of(1L, "b")),
        script.loop(script.java("enumerate", List.of("a", "b"))));
    assertEquals(
        List.of(List.of(3L, "a")), script.loop(script.java("enumerate", List.of("a"), 3L)));
    var unpacking = new Script(HostOptions.DEFAULT.withUnpackArrays(true));
    assertEquals(
        List.of(Arrays.asList(0L, 1, null)),
        unpacking.loop(unpacking.java("enumerate", List.of((Object) new Object[] {1, null}))));
    for (Object bad : new Object[] {"abc", FakeTable.of(), new FakeFunction(a -> a), 2.5}) {
      assertMessage(
          "bad argument #2 to 'enumerate'", () -> script.java("enumerate", List.of(), bad));
    }
    assertMessage("bad argument #1 to 'iter'", () -> script.java("iter", 5L));
    assertMessage("bad argument #1 to 'iter'", () -> script.java("iter", FakeTable.of()));
    assertMessage("bad argument #2 to 'iter'", () -> script.java("iter", List.of(), List.of()));
  }

  @Test
  void makesArrays() throws Throwable {
    assertEquals(3, ((int[]) script.java("array", "int", 3L)).length);
    assertEquals(
        "[1.0, 2.0]",
        Arrays.toString((double[]) script.java("array", "double", FakeTable.sequence(1L, 2.0))));
    assertEquals(
        String[].class,
        script.java("array", script.type("String"), FakeTable.sequence("a")).getClass());
    assertEquals(int[][].class, script.java("array", "int[]", 1L).getClass());
    assertMessage(
        "bad argument #2 to 'array'", () -> script.java("array", "int", FakeTable.sequence("a")));
    assertMessage("bad argument #2 to 'array'", () -> script.java("array", "int", -1L));
  }

  @Test
  void tellsTypes() throws Throwable {
    assertEquals(true, script.java("instanceof", List.of(), "java.util.List"));
    assertEquals(false, script.java("instanceof", null, "java.util.List"));
    assertSame(script.type("java.util.ArrayList"), script.java("typeof", new ArrayList<>()));
    assertNull(script.java("typeof", 1L));
  }

  @Test
  void forcesMembersOrItems() throws Throwable {
    var map = new HashMap<Object, Object>(Map.of("size", 9));
    var members = script.java("members", map);
    assertEquals(1, script.send(members, "size"));
    assertEquals(false, script.get(members, "empty"));
    var items = script.java("items", map);
    assertNull(script.get(items, "isEmpty"));
    assertEquals(9, script.get(items, "size"));
    assertSame(map, script.host.toJava(items));
    assertThrows(
        LuaException.class, () -> script.get(script.java("items", new Object()), "hashCode"));
  }

  @Test
  void convertsTables() {
    var host = script.host;
    assertEquals(List.of(1L, 2L), host.convert(null, FakeTable.sequence(1L, 2L), List.class));
    assertEquals(
        new Point(1, 2.5), host.convert(null, FakeTable.of("x", 1L, "y", 2.5), Point.class));
    assertEquals(new Point(1, 2), host.convert(null, FakeTable.sequence(1L, 2L), Point.class));
    assertThrows(
        IllegalArgumentException.class,
        () -> host.convert(null, FakeTable.of("x", 1.5, "y", 2.5), Point.class));
    assertEquals(
        "[[1], [2, 3]]",
        Arrays.deepToString(
            (int[][])
                host.convert(
                    null,
                    FakeTable.sequence(FakeTable.sequence(1L), FakeTable.sequence(2L, 3L)),
                    int[][].class)));
    assertEquals(
        java.util.Set.of("a"), host.convert(null, FakeTable.sequence("a"), java.util.Set.class));
  }

  /** A record that tables become. */
  public record Point(int x, double y) {}

  /** Takes generic collections. */
  public static class Generic {
    public int sum(List<Integer> all) {
      return all.stream().mapToInt(Integer::intValue).sum();
    }

    public int apply(java.util.function.Function<String, Integer> f) {
      int result = f.apply("x");
      return result;
    }

    public int operate(java.util.function.UnaryOperator<Integer> f) {
      int result = f.apply(1);
      return result;
    }

    public <T> T get(Supplier<? extends T> f) {
      return f.get();
    }

    public int call(Callable<? extends Integer> f) throws Exception {
      return f.call();
    }

    public int sumOf(Map<String, Integer> all) {
      int sum = 0;
      for (int each : all.values()) {
        sum += each;
      }
      return sum;
    }
  }

  @Test
  void convertsElementsToDeclaredTypes() throws Throwable {
    var generic = new Generic();
    assertEquals(3, script.send(generic, "sum", FakeTable.sequence(1L, 2L)));
    assertEquals(3, script.send(generic, "sumOf", FakeTable.of("a", 1L, "b", 2L)));
    assertThrows(LuaException.class, () -> script.send(generic, "sum", FakeTable.sequence("a")));
    var seven = new FakeFunction(a -> 7L);
    assertEquals(7, script.send(generic, "apply", seven));
    assertEquals(7, script.send(generic, "operate", seven));
    assertEquals(7, script.send(generic, "call", seven));
    assertEquals(7L, script.send(generic, "get", seven));
    assertMessage(
        "bad result of 'apply' for java.util.function.Function (Integer expected",
        () -> script.send(generic, "apply", new FakeFunction(a -> "x")));
  }

  @Test
  void unpacksArraysOnDemand() throws Throwable {
    var unpacking = new Script(HostOptions.DEFAULT.withUnpackArrays(true));
    Supplier<Object[]> supplier = () -> new Object[] {null, null};
    assertEquals(Arrays.asList(null, null), unpacking.send(supplier, "get"));
    assertEquals(Values.none(), unpacking.call((Supplier<Object[]>) () -> new Object[0]));
    assertInstanceOf(Object[].class, script.send(supplier, "get"));
    assertInstanceOf(Object[].class, unpacking.get(List.of(new Object[1], 1), 1L));
  }
}
