package org.lupine.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.StringReader;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.lupine.access.AttributeHandlers;
import org.lupine.bridge.Host;
import org.lupine.bridge.Protocol.Operator;
import org.lupine.bridge.Protocol.Trait;
import org.lupine.value.LuaException;

class AttributesTest {
  private final Script script = new Script();

  /** A bean with a field. */
  public static class Bean {
    public static int shared = 7;
    public static final String FIXED = "fixed";

    public int field = 1;
    public final int last = 2;
    private String name = "a";

    public String getName() {
      return name;
    }

    public void setName(String name) {
      this.name = name;
    }

    public boolean isReady() {
      return true;
    }

    public String getURL() {
      return "u";
    }

    public void setOnly(int value) {
      field = value;
    }

    public static String hello(String who) {
      return "hello " + who;
    }

    public Object self(Object o) {
      return o;
    }

    /** Nested. */
    public static class Inner {}
  }

  /** Seen by its public interface only. */
  private static final class Hidden implements Callable<String>, Comparable<Hidden> {
    @Override
    public String call() {
      return "called";
    }

    public String secret() {
      return "secret";
    }

    @Override
    public int compareTo(Hidden o) {
      return 0;
    }
  }

  @Test
  void readsAndWritesBeans() throws Throwable {
    var bean = new Bean();
    assertEquals("a", script.get(bean, "name"));
    script.set(bean, "name", "b");
    assertEquals("b", script.get(bean, "name"));
    assertEquals(true, script.get(bean, "ready"));
    assertEquals("u", script.get(bean, "URL"));
    script.set(bean, "only", 5L);
    assertEquals(5, script.get(bean, "field"));
    script.set(bean, "field", 6L);
    assertEquals(6, script.get(bean, "field"));
    assertEquals("b", script.send(bean, "getName"));
    assertEquals("hello x", script.send(bean, "hello", "x"));
    assertSame(Bean.class, script.get(bean, "class"));
  }

  @Test
  void refusesWhatIsImpossible() {
    var bean = new Bean();
    assertMessage(
        "no member 'lenght' of java.lang.StringBuilder; near: length",
        () -> script.get(new StringBuilder(), "lenght"));
    assertMessage(
        "member 'last' of " + Bean.class.getName() + " cannot be written",
        () -> script.set(bean, "last", 1L));
    assertMessage(
        "member 'only' of " + Bean.class.getName() + " cannot be read",
        () -> script.get(bean, "only"));
    assertMessage(
        "no member 'name' of "
            + Bean.class.getName()
            + " takes (number), candidates: "
            + "name(String)",
        () -> script.set(bean, "name", 1L));
    assertMessage(
        "no member 'nam' of " + Bean.class.getName() + "; near: name",
        () -> script.set(bean, "nam", 1L));
    assertMessage("no member '1' of " + Bean.class.getName(), () -> script.get(bean, 1L));
    assertMessage("attempt to call a " + Bean.class.getName() + " value", () -> script.call(bean));
    assertMessage("attempt to index java.null", () -> script.get(JavaNull.NULL, "x"));
  }

  @Test
  void findsEntriesBeforeMethods() throws Throwable {
    var map = new HashMap<Object, Object>(Map.of("a", 1));
    map.put("none", null);
    assertEquals(1, script.get(map, "a"));
    assertNull(script.get(map, "b"));
    assertNull(script.get(map, "none"));
    assertNull(script.get(map, "empty"));
    assertNull(script.get(map, "class"));
    assertEquals(2, script.send(map, "size"));
    assertEquals(
        new Host.Member(((Host.Member) script.get(map, "size")).id(), false),
        script.get(map, "size"));
    script.set(map, "size", 9L);
    assertEquals(9, script.get(map, "size"));
    script.set(map, "size", null);
    assertEquals(2, script.send(map, "size"));
    script.set(map, "a", JavaNull.NULL);
    assertTrue(map.containsKey("a"));
    assertNull(map.get("a"));
  }

  @Test
  void findsWholeKeysOfAnyType() throws Throwable {
    var map = new HashMap<Object, Object>(Map.of(1, "int", 2L, "long"));
    assertEquals("int", script.get(map, 1L));
    assertEquals("int", script.get(map, 1.0));
    assertEquals("long", script.get(map, 2L));
    script.set(map, 1L, "changed");
    assertEquals(Map.of(1, "changed", 2L, "long"), map);
    var sorted = new TreeMap<Integer, String>(Map.of(1, "a"));
    assertEquals("a", script.get(sorted, 1L));
    assertNull(script.get(sorted, "x"));
    assertNull(script.get(Map.of("a", 1), JavaNull.NULL));
  }

  @Test
  void findsElementsFromOne() throws Throwable {
    var list = new ArrayList<Object>(List.of("a", "b"));
    assertEquals("a", script.get(list, 1L));
    assertEquals("b", script.get(list, 2.0));
    assertNull(script.get(list, 0L));
    assertNull(script.get(list, 3L));
    assertNull(script.get(list, 1L << 40));
    assertEquals("a", script.send(list, "get", 0L));
    script.set(list, 3L, "c");
    script.set(list, 1L, "x");
    assertEquals(List.of("x", "b", "c"), list);
    assertMessage(
        "index 5 out of range of java.util.ArrayList of length 3", () -> script.set(list, 5L, "y"));
    var array = new int[] {1, 2};
    assertEquals(2, script.get(array, 2L));
    script.set(array, 2L, 5L);
    assertEquals(5, array[1]);
    assertNull(script.get(array, 3L));
    assertMessage(
        "bad element of int[] (int expected, got string)", () -> script.set(array, 1L, "x"));
    assertMessage("index -1 out of range of int[] of length 2", () -> script.set(array, -1L, 1L));
    var zero = new Script(HostOptions.DEFAULT.withIndexBase(0));
    assertEquals("c", zero.get(list, 2L));
    assertNull(zero.get(list, 3L));
  }

  @Test
  void seesHiddenClassesThroughPublicTypes() throws Throwable {
    assertEquals(2, script.send(List.of(1, 2), "size"));
    assertEquals(1, script.get(Map.of("a", 1), "a"));
    assertEquals("a", script.send(Map.entry("a", 1), "getKey"));
    assertEquals("a", script.get(Map.entry("a", 1), "key"));
    assertEquals(3L, script.send(List.of(1, 2, 3).stream(), "count"));
    assertEquals("b", script.send(script.send(Path.of("a", "b"), "getFileName"), "toString"));
    assertEquals(1, script.send(Collections.synchronizedList(new ArrayList<>(List.of(1))), "size"));
    var hidden = new Hidden();
    assertEquals("called", script.send(hidden, "call"));
    assertEquals("called", script.call(hidden));
    assertThrows(LuaException.class, () -> script.get(hidden, "secret"));
    assertEquals(3, script.send(new StringBuilder("abc"), "length"));
    assertEquals("cba", script.send(script.send(new StringBuilder("abc"), "reverse"), "toString"));
    Runnable lambda = () -> {};
    script.send(lambda, "run");
    assertEquals(lambda.hashCode(), script.send(lambda, "hashCode"));
  }

  @Test
  void usesClasses() throws Throwable {
    var type = script.type("java.util.ArrayList");
    assertSame(type, script.type("java.util.ArrayList"));
    assertEquals(List.of(), script.call(type));
    assertEquals(List.of(1L, "a"), script.call(type, FakeTable.sequence(1L, "a")));
    assertEquals(List.of(), script.send(type, "new"));
    assertEquals(7, script.send(script.type("Math"), "max", 7L, 3L));
    assertEquals(Integer.MAX_VALUE, script.get(script.type("Integer"), "MAX_VALUE"));
    assertSame(ArrayList.class, script.get(type, "class"));
    assertSame(TimeUnit.DAYS, script.get(script.type("java.util.concurrent.TimeUnit"), "DAYS"));
    var entry = script.type("java.util.Map.Entry");
    assertSame(entry, script.type("java.util.Map$Entry"));
    assertSame(entry, script.get(script.type("java.util.Map"), "Entry"));
    assertEquals("ab", script.send(script.type("String"), "concat", "a", "b"));
    var bean = script.type(Bean.class.getName());
    script.set(bean, "shared", 8L);
    assertEquals(8, script.get(bean, "shared"));
    assertMessage(
        "member 'FIXED' of " + Bean.class.getName() + " cannot be written",
        () -> script.set(bean, "FIXED", "x"));
    assertMessage("class java.lang.Number is abstract", () -> script.call(script.type("Number")));
    assertMessage(
        "no constructor of java.util.ArrayList takes (boolean), candidates: ",
        () -> script.call(type, true));
    assertMessage("no class 'no.such.Thing'", () -> script.type("no.such.Thing"));
  }

  @Test
  void usesClassObjectsLikeImportedClasses() throws Throwable {
    assertEquals("java.util.ArrayList", script.send(ArrayList.class, "getName"));
    assertEquals("java.util.ArrayList", script.get(ArrayList.class, "name"));
    assertEquals(5, script.send(Math.class, "abs", -5L));
    assertEquals(Integer.MAX_VALUE, script.get(Integer.class, "MAX_VALUE"));
    assertEquals(new ArrayList<>(), script.call(ArrayList.class));
  }

  @Test
  void passesClassesToJava() throws Throwable {
    var type = script.type("java.util.ArrayList");
    assertEquals(true, script.send(ArrayList.class, "equals", type));
    assertSame(ArrayList.class, script.host.toJava(type));
    assertEquals(true, script.operate(Operator.EQ, ArrayList.class, type));
  }

  @Test
  void readsExceptions() throws Throwable {
    var e = new IllegalStateException("boom");
    assertEquals("boom", script.send(e, "getMessage"));
    assertEquals("boom", script.get(e, "message"));
    assertSame(e, assertThrows(IllegalStateException.class, () -> script.java("throw", e)));
  }

  @Test
  void appliesOperators() throws Throwable {
    assertEquals(true, script.operate(Operator.EQ, List.of(1), Arrays.asList(1)));
    assertEquals(true, script.operate(Operator.LT, TimeUnit.SECONDS, TimeUnit.DAYS));
    assertEquals(3L, script.operate(Operator.LENGTH, List.of(1, 2, 3), null));
    assertEquals(2L, script.operate(Operator.LENGTH, new int[2], null));
    assertEquals("[1]a", script.operate(Operator.CONCAT, List.of(1), "a"));
    assertEquals("1.5[1]", script.operate(Operator.CONCAT, 1.5, List.of(1)));
    assertMessage(
        "attempt to concatenate a nil value",
        () -> script.operate(Operator.CONCAT, List.of(1), null));
    assertEquals("[1]", script.operate(Operator.TOSTRING, List.of(1), null));
    var reader = new StringReader("x");
    script.operate(Operator.CLOSE, reader, null);
    assertThrows(java.io.IOException.class, reader::read);
    assertMessage(
        "attempt to compare java.util.concurrent.TimeUnit with number",
        () -> script.operate(Operator.LT, TimeUnit.SECONDS, 1L));
  }

  @Test
  void calculatesWithBigNumbers() throws Throwable {
    var big = BigInteger.TWO.pow(70);
    var half = new BigDecimal("0.5");
    assertEquals(big.add(BigInteger.ONE), script.operate(Operator.ADD, big, 1L));
    assertEquals(new BigDecimal("1.5"), script.operate(Operator.ADD, 1L, half));
    assertEquals(new BigDecimal("0.25"), script.operate(Operator.MUL, half, 0.5));
    assertEquals(new BigDecimal("2"), script.operate(Operator.DIV, 1L, half));
    assertEquals(BigInteger.valueOf(-4), script.operate(Operator.IDIV, BigInteger.valueOf(-7), 2L));
    assertEquals(BigInteger.valueOf(1), script.operate(Operator.MOD, BigInteger.valueOf(-7), 2L));
    assertEquals(BigInteger.valueOf(-1), script.operate(Operator.MOD, BigInteger.valueOf(7), -2L));
    assertEquals(BigInteger.valueOf(8), script.operate(Operator.POW, BigInteger.TWO, 3L));
    assertEquals(big.negate(), script.operate(Operator.UNM, big, null));
    assertEquals(true, script.operate(Operator.LT, 5L, big));
    assertEquals(false, script.operate(Operator.LE, Double.POSITIVE_INFINITY, big));
    assertMessage(
        "attempt to divide a big number by zero", () -> script.operate(Operator.DIV, half, 0L));
  }

  @Test
  void iteratesPairs() throws Throwable {
    var map = new LinkedHashMap<Object, Object>();
    map.put("a", 1);
    map.put(null, 2);
    map.put("b", null);
    assertEquals(
        List.of(List.of("a", 1), List.of(JavaNull.NULL, 2), Arrays.asList("b", null)),
        script.loop(script.operate(Operator.PAIRS, map, null)));
    assertEquals(
        List.of(List.of(1L, "x"), List.of(2L, "y")),
        script.loop(script.operate(Operator.PAIRS, List.of("x", "y"), null)));
    assertEquals(
        List.of(Arrays.asList(1L, null), List.of(2L, "y")),
        script.loop(script.operate(Operator.IPAIRS, Arrays.asList(null, "y"), null)));
    assertEquals(
        List.of(List.of(1L, 5), List.of(2L, 6)),
        script.loop(script.operate(Operator.PAIRS, new int[] {5, 6}, null)));
    assertEquals(
        List.of(List.of(0L, 5)),
        new Script(HostOptions.DEFAULT.withIndexBase(0))
            .loop(script.host.operate(null, Operator.PAIRS, new int[] {5}, null)).stream()
                .map(each -> List.of((Long) each.get(0) - 1, each.get(1)))
                .toList());
  }

  @Test
  void knowsTheTraitsOfObjects() {
    var host = script.host;
    assertEquals(Trait.LENGTH | Trait.PAIRS | Trait.ELEMENTS, host.traits(new ArrayList<>()));
    assertEquals(Trait.LENGTH | Trait.PAIRS, host.traits(Collections.unmodifiableList(List.of(1))));
    assertEquals(Trait.ORDER, host.traits(TimeUnit.DAYS));
    assertEquals(Trait.CALL, host.traits((Runnable) () -> {}));
    assertEquals(Trait.ORDER | Trait.ARITHMETIC, host.traits(BigInteger.ONE));
    assertEquals(Trait.CLOSE, host.traits(new StringReader("")) & Trait.CLOSE);
    assertSame(host.kind(new ArrayList<>()), host.kind(new ArrayList<>()));
    assertSame(host.kind("a"), new JavaHost().kind("b"));
  }

  @Test
  void asksTheFilter() throws Throwable {
    var seen = new ArrayList<String>();
    var filtered =
        new Script(
            HostOptions.DEFAULT.withFilter(
                (target, name, setting) -> {
                  seen.add(name + (setting ? "=" : ""));
                  if ("field".equals(name)) {
                    throw new SecurityException("no");
                  }
                  return "nome".equals(name) ? "name" : name;
                }));
    var bean = new Bean();
    assertEquals("a", filtered.get(bean, "nome"));
    filtered.set(bean, "nome", "z");
    assertEquals("z", filtered.send(bean, "getName"));
    assertThrows(SecurityException.class, () -> filtered.get(bean, "field"));
    assertEquals("x", filtered.get(List.of("x"), 1L));
    assertEquals(List.of("nome", "nome=", "getName", "field", "1"), seen);
    assertEquals(false, ((Host.Member) filtered.get(bean, "getName")).cached());
  }

  @Test
  void letsHandlersAnswer() throws Throwable {
    var handled =
        new Script(
            HostOptions.DEFAULT.withHandlers(
                new AttributeHandlers((target, name) -> "got " + name, null)));
    var bean = new Bean();
    assertEquals("got name", handled.get(bean, "name"));
    assertEquals("got 1", handled.get(View.of(List.of(), false), 1L));
    handled.set(bean, "name", "q");
    assertEquals("q", bean.getName());
    assertThrows(
        IllegalArgumentException.class,
        () ->
            HostOptions.DEFAULT
                .withFilter((target, name, setting) -> name)
                .withHandlers(new AttributeHandlers(null, null)));
  }

  static void assertMessage(String start, org.junit.jupiter.api.function.Executable action) {
    var thrown = assertThrows(LuaException.class, action);
    assertTrue(thrown.getMessage().startsWith(start), thrown.getMessage());
  }
}
