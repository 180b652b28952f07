package org.lupine.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.lupine.value.LuaException;
import org.lupine.value.LuaString;
import org.lupine.value.Values;

class OverloadsTest {
  private final Script script = new Script();
  private final Cases cases = new Cases();

  /** Methods that say which of them was called. */
  public static class Cases {
    public String number(int x) {
      return "int";
    }

    public String number(long x) {
      return "long";
    }

    public String number(double x) {
      return "double";
    }

    public String box(long x) {
      return "long";
    }

    public String box(Integer x) {
      return "Integer";
    }

    public String box(Object... x) {
      return "Object...";
    }

    public String any(Object x) {
      return "Object " + x.getClass().getSimpleName();
    }

    public String any(String x) {
      return "String";
    }

    public String any(boolean x) {
      return "boolean";
    }

    public String vary(String format, Object... rest) {
      return "String, " + rest.length;
    }

    public String vary(Object... all) {
      return "Object..., " + all.length;
    }

    public String nil(Object x) {
      return "Object";
    }

    public String nil(String x) {
      return "String";
    }

    public String unclear(String x) {
      return "String";
    }

    public String unclear(List<?> x) {
      return "List";
    }

    public String letter(char x) {
      return "char " + x;
    }

    public String letter(Integer x) {
      return "Integer";
    }

    public String run(Runnable x) {
      return "Runnable";
    }

    public String run(Callable<?> x) {
      return "Callable";
    }

    public String kind(Number x) {
      return "Number";
    }

    public String kind(CharSequence x) {
      return "CharSequence";
    }

    public String kind(Collection<?> x) {
      return "Collection";
    }

    public String kind(List<?> x) {
      return "List";
    }

    public String kind(Map<?, ?> x) {
      return "Map";
    }

    public int whole(int x) {
      return x;
    }

    public byte small(byte x) {
      return x;
    }

    public float single(float x) {
      return x;
    }

    public BigDecimal big(BigDecimal x) {
      return x;
    }

    public int sum(int... x) {
      int sum = 0;
      for (int each : x) {
        sum += each;
      }
      return sum;
    }

    public String unit(TimeUnit unit) {
      return unit.name();
    }

    public int bytes(byte[] bytes) {
      return bytes.length;
    }

    public String five(Object a, Object b, Object c, Object d, Object e) {
      return "" + a + b + c + d + e;
    }

    public void nothing() {}

    public Object nil() {
      return null;
    }
  }

  @Test
  void takesTheNumberTypeThatFits() throws Throwable {
    assertEquals("int", script.send(cases, "number", 1L));
    assertEquals("long", script.send(cases, "number", 1L << 31));
    assertEquals("double", script.send(cases, "number", 1.5));
    assertEquals("double", script.send(cases, "number", 1.0));
  }

  @Test
  void prefersWideningToBoxingToVarargs() throws Throwable {
    assertEquals("long", script.send(cases, "box", 1L));
    assertEquals("Object...", script.send(cases, "box", "a"));
    assertEquals("Object...", script.send(cases, "box"));
    assertEquals("Object...", script.send(cases, "box", 1L, 2L));
  }

  @Test
  void prefersTheMostSpecific() throws Throwable {
    assertEquals("String", script.send(cases, "any", "a"));
    assertEquals("boolean", script.send(cases, "any", true));
    assertEquals("Object Long", script.send(cases, "any", 1L));
    assertEquals("Object Double", script.send(cases, "any", 1.5));
    assertEquals("String", script.send(cases, "nil", (Object) null));
    assertEquals("String", script.send(cases, "nil", JavaNull.NULL));
    var out = new java.io.StringWriter();
    script.send(new java.io.PrintWriter(out, true), "println", (Object) null);
    assertEquals("null", out.toString().strip());
    assertEquals("String, 0", script.send(cases, "vary", "a"));
    assertEquals("String, 1", script.send(cases, "vary", "a", 1L));
    assertEquals("Object..., 2", script.send(cases, "vary", 1L, "a"));
    assertEquals("List", script.send(cases, "kind", List.of()));
    assertEquals("Collection", script.send(cases, "kind", Map.of().keySet()));
    assertEquals("Map", script.send(cases, "kind", Map.of()));
    assertEquals("Number", script.send(cases, "kind", 5L));
    assertEquals("CharSequence", script.send(cases, "kind", "a"));
    assertEquals("Map", script.send(cases, "kind", FakeTable.of("a", 1L)));
  }

  @Test
  void cachesBySignatureAndClass() throws Throwable {
    for (int i = 0; i < 3; i++) {
      assertEquals("List", script.send(cases, "kind", new ArrayList<>()));
      assertEquals("Map", script.send(cases, "kind", new HashMap<>()));
      assertEquals("String", script.send(cases, "any", "a"));
      assertEquals("Object ArrayList", script.send(cases, "any", new ArrayList<>()));
    }
  }

  @Test
  void prefersAnInterfaceThatReturnsSomething() throws Throwable {
    assertEquals("Callable", script.send(cases, "run", new FakeFunction(any -> null)));
  }

  @Test
  void takesATextOfOneLetterForAChar() throws Throwable {
    assertEquals("char x", script.send(cases, "letter", "x"));
    assertEquals("Integer", script.send(cases, "letter", 5L));
    assertThrows(LuaException.class, () -> script.send(cases, "letter", "xy"));
  }

  @Test
  void convertsNumbersOnlyWithoutLoss() throws Throwable {
    assertEquals(3, script.send(cases, "whole", 3.0));
    assertEquals((byte) -128, script.send(cases, "small", -128L));
    assertEquals(3.7f, script.send(cases, "single", 3.7));
    assertEquals(new BigDecimal("0.1"), script.send(cases, "big", 0.1));
    for (Object bad : new Object[] {3.7, 1L << 31, Double.NaN, 1e300}) {
      var thrown = assertThrows(LuaException.class, () -> script.send(cases, "whole", bad));
      assertEquals(
          "bad argument #1 to 'whole' (number has no integer representation that fits)",
          thrown.getMessage());
    }
    assertThrows(LuaException.class, () -> script.send(cases, "small", 128L));
    assertThrows(LuaException.class, () -> script.send(cases, "single", 1e300));
  }

  @Test
  void spreadsVariableArguments() throws Throwable {
    assertEquals(0, script.send(cases, "sum"));
    assertEquals(6, script.send(cases, "sum", 1L, 2L, 3L));
    assertEquals(3, script.send(cases, "sum", FakeTable.sequence(1L, 2L)));
    assertEquals(5, script.send(cases, "sum", new int[] {5}));
    assertThrows(LuaException.class, () -> script.send(cases, "sum", 1.5));
    assertEquals("null 1", script.send(script.type("String"), "format", "%s %s", null, 1L));
    assertEquals("null", script.send(script.type("String"), "format", "%s", (Object) null));
  }

  @Test
  void convertsTextsToBytesAndConstants() throws Throwable {
    assertEquals("DAYS", script.send(cases, "unit", "DAYS"));
    assertThrows(LuaException.class, () -> script.send(cases, "unit", "days"));
    assertEquals(2, script.send(cases, "bytes", "ä"));
    assertEquals(1, script.send(cases, "bytes", LuaString.of((byte) 0xff)));
  }

  @Test
  void callsWithMoreArgumentsThanTheCacheHolds() throws Throwable {
    assertEquals("12345", script.send(cases, "five", 1L, 2L, 3L, 4L, 5L));
  }

  @Test
  void tellsNoArgumentFromNil() throws Throwable {
    assertEquals(Values.none(), script.send(cases, "nothing"));
    assertEquals(null, script.send(cases, "nil"));
  }

  @Test
  void namesTheCandidates() {
    var map = new HashMap<>();
    var thrown = assertThrows(LuaException.class, () -> script.send(map, "put", "a"));
    assertEquals(
        "no method 'put' of java.util.HashMap takes (string), candidates: " + "put(Object, Object)",
        thrown.getMessage());

    var unclear =
        assertThrows(LuaException.class, () -> script.send(cases, "unclear", (Object) null));
    assertTrue(unclear.getMessage().startsWith("ambiguous call of 'unclear' of "));
    assertTrue(unclear.getMessage().contains("unclear(String)"));
  }

  @Test
  void choosesByACast() throws Throwable {
    assertEquals("String", script.send(cases, "unclear", script.java("cast", "String", null)));
    assertEquals("double", script.send(cases, "number", script.java("cast", "double", 1L)));
    assertEquals("Object", script.send(cases, "nil", script.java("cast", "Object", "a")));
  }

  @Test
  void passesTheCastValue() throws Throwable {
    var cast = script.java("cast", "java.util.List", new ArrayList<>(List.of("a")));
    assertEquals(1, script.send(cast, "size"));
    assertEquals("a", script.get(cast, 1L));
    script.set(cast, 1L, "b");
    assertEquals(List.of("b"), script.host.toJava(cast));
    assertThrows(LuaException.class, () -> script.get(script.java("cast", "String", null), "x"));
  }

  @Test
  void keepsTheTargetAsAnArgumentWhereOnlyThatFits() throws Throwable {
    var list = new ArrayList<Object>();
    assertEquals(true, script.plain(list, "equals", list));
    assertEquals(true, script.send(list, "equals", list));
    assertEquals(true, script.send(list, "equals"));
    assertThrows(LuaException.class, () -> script.send(list, "set", 0L));
    assertEquals(true, script.plain(list, "add", 1L));
    assertEquals(List.of(1), list);
  }
}
