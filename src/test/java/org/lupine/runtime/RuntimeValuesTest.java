package org.lupine.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.lupine.support.Runtimes.runtime;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Supplier;
import org.lupine.Flavour;
import org.lupine.LuaRuntime;
import org.lupine.support.EachFlavour;
import org.lupine.value.LuaException;
import org.lupine.value.LuaFunction;
import org.lupine.value.LuaTable;
import org.lupine.value.NumberMode;
import org.lupine.value.Values;

/** Nil, booleans, numbers and beans, which behave alike on all flavours unless noted. */
class RuntimeValuesTest {
  // BEHAVIOURS 26
  @EachFlavour
  void nilIsNull(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      assertEquals(Arrays.asList((Object) null), lua.eval("nil"));
      assertEquals(
          true,
          lua.compile("return (function(v) return v == nil end)(...)").call((Object) null).first());
    }
  }

  // BEHAVIOURS 27
  @EachFlavour
  void noResultIsNotNull(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      lua.globals().put("nothing", (Runnable) () -> {});
      lua.globals().put("null", (Supplier<Object>) () -> null);
      lua.globals().put("none", (Supplier<Object>) Values::none);

      assertEquals(
          List.of(0L, 1L, 0L),
          lua.eval("(select('#', nothing())), (select('#', null())), (select('#', none()))"));
    }
  }

  // BEHAVIOURS 28
  @EachFlavour
  void booleansAreNoNumbers(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      assertEquals(
          List.of(true, false, "boolean", false),
          lua.execute("local a, b = ... return a, b, type(a), a == 1", true, false));
      assertThrows(LuaException.class, () -> lua.execute("return ... + 1", true));
    }
  }

  // BEHAVIOURS 29, 30
  @EachFlavour
  void longsAreExact(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      for (long each : new long[] {Long.MIN_VALUE, Long.MAX_VALUE, (1L << 53) + 1}) {
        Object expected =
            flavour.integers() || each != Long.MIN_VALUE ? (Object) each : (Object) (double) each;
        assertEquals(expected, lua.eval("...", each).first());
      }
      assertEquals(1L << 53, lua.eval("...", 1L << 53).first());
    }
  }

  // BEHAVIOURS 31, 33, 34, 35, 36
  @EachFlavour
  void numbersArriveWithTheTypeOfTheirFlavour(Flavour flavour) {
    boolean integers = flavour.integers();
    try (var lua = runtime(flavour)) {
      assertEquals(integers ? (Object) 3.0 : (Object) 3L, lua.eval("6/2").first());
      assertEquals(-0.0, lua.eval("-0.0").first());
      assertEquals(Double.NaN, lua.eval("0/0").first());
      assertEquals(Double.POSITIVE_INFINITY, lua.eval("1e308*10").first());
      assertEquals(
          flavour == Flavour.LUA53 ? (Object) 11.0 : (Object) 11L, lua.eval("'10'+1").first());
      if (integers) {
        assertEquals(Long.MIN_VALUE, lua.eval("math.maxinteger+1").first());
      }
    }
  }

  // BEHAVIOURS 32
  @EachFlavour
  void numbersKeepTheirType(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      if (flavour.integers()) {
        assertEquals(
            List.of("float", "integer"),
            lua.execute("local a, b = ... return math.type(a), math.type(b)", 3.0, 3L));
        assertEquals("3.0", lua.eval("tostring(...)", 3.0).first());
      } else {
        assertEquals("3", lua.eval("tostring(...)", 3.0).first());
      }
      assertEquals("3", lua.eval("tostring(...)", 3L).first());
    }
  }

  // BEHAVIOURS 38
  @EachFlavour
  void smallerTypesAreNumbersAndText(Flavour flavour) {
    var counter = new AtomicInteger(5);
    try (var lua = runtime(flavour)) {
      assertEquals(
          List.of(1L, 2L, 3L, "c", 1.5), lua.eval("...", 1, (short) 2, (byte) 3, 'c', 1.5f));
      assertSame(counter, lua.eval("...", counter).first());
      assertEquals("userdata", lua.eval("type(...)", counter).first());
      assertEquals(6L, lua.eval("(...):incrementAndGet()", counter).first());
    }
  }

  // BEHAVIOURS 209
  @EachFlavour
  void numbersAreAlwaysDoublesOnDemand(Flavour flavour) {
    try (var lua =
        LuaRuntime.builder().flavour(flavour).numbers(NumberMode.ALWAYS_DOUBLE).build()) {
      Object three = flavour.integers() ? (Object) 3L : (Object) 3.0;
      var seen = new HashMap<String, Object>();
      lua.globals().put("see", (Function<Object, Object>) each -> seen.put("it", each));
      lua.globals().put("list", List.of("a", "b"));
      lua.globals().put("n", 3);

      assertEquals(three, lua.eval("1 + 2").first());
      assertEquals(three, lua.globals().get("n"));
      assertEquals(List.of(three, three), lua.compile("return 3, ...").call(3));
      lua.execute("see(3)");
      assertEquals(three, seen.get("it"));
      assertEquals("b", lua.eval("list[2]").first());
      assertEquals("b", lua.eval("list:get(1)").first());
      var table = (LuaTable) lua.eval("{10, 20}").first();
      assertEquals(2, table.size());
      assertEquals(2L, table.length());
      assertEquals("20", lua.eval("tostring((...)[2])", table).first());
      Object twenty = flavour.integers() ? (Object) 20L : (Object) 20.0;
      assertEquals(twenty, ((List<?>) table.toJava()).get(1));
      assertEquals(twenty, table.asList().get(1));
      assertEquals(twenty, table.get(2));
      assertEquals(three, lua.compile("coroutine.yield(3)").coroutine().next());
    }
  }

  /** A host's object. */
  public static final class Bean {
    private int number = 1;
    public String text = "t";

    public int getNumber() {
      return number;
    }

    public void setNumber(int number) {
      this.number = number;
    }

    public double half(double of) {
      return of / 2;
    }

    public String join(String a, Object b) {
      return a + b;
    }
  }

  // BEHAVIOURS 198
  @EachFlavour
  void numbersTextAndBeansAreTheSameOnAllFlavours(Flavour flavour) {
    var bean = new Bean();
    try (var lua = runtime(flavour)) {
      lua.globals().put("bean", bean);
      var same = (LuaFunction) lua.eval("function(x) return x end").first();
      for (Object each :
          new Object[] {
            0L,
            1L,
            -1L,
            1L << 31,
            -(1L << 52),
            0.5,
            -1.25,
            1e300,
            Double.MIN_VALUE,
            Double.NEGATIVE_INFINITY,
            "",
            "text",
            "ä\0€😀",
            true,
            false
          }) {
        assertEquals(List.of(each, each), lua.execute("local a = ... return a, a", each));
        assertEquals(each, same.call(each).first());
      }
      assertEquals(
          List.of(1L, "t", 1.5, "ab", "a1"),
          lua.eval("bean.number, bean.text, bean:half(3), bean:join('a', 'b'), bean:join('a', 1)"));
      lua.execute("bean.number = 7 bean.text = 'u'");
      assertEquals(7, bean.getNumber());
      assertEquals("u", bean.text);
      assertThrows(LuaException.class, () -> lua.execute("bean.number = 'x'"));
      assertThrows(LuaException.class, () -> lua.execute("bean.number = 1.5"));
      assertThrows(LuaException.class, () -> lua.execute("return bean.missing"));
    }
  }

  // BEHAVIOURS 201
  @EachFlavour
  void everythingHasAText(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      var text = lua.compile("return '<' .. tostring(...) .. '>'");

      assertEquals("<nil>", text.call((Object) null).first());
      assertEquals("<1.5>", text.call(1.5).first());
      assertEquals("<true>", text.call(true).first());
      assertEquals("<[1, 2]>", text.call(List.of(1, 2)).first());
      assertEquals(
          "<" + lua.eval("tostring(java.null)").first() + ">",
          lua.execute("return '<' .. tostring(java.null) .. '>'").first());
      assertNull(lua.eval("java.null").first());
      assertEquals(Map.of(), lua.eval("...", Map.of()).first());
    }
  }
}
