package org.lupine.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.lupine.support.Runtimes.runtime;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.DayOfWeek;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.lupine.Flavour;
import org.lupine.Lua;
import org.lupine.LuaRuntime;
import org.lupine.support.EachFlavour;
import org.lupine.value.LuaException;

/** Operators of Lua on Java objects. */
class OperatorsTest {
  private static final BigInteger BIG = BigInteger.TWO.pow(70);

  private static final String CLASSES =
      "Int, Dec = java.import 'java.math.BigInteger', " + "java.import 'java.math.BigDecimal'";

  private static void assertFails(
      LuaRuntime lua, String message, String expression, Object... arguments) {
    var thrown =
        assertThrows(LuaException.class, () -> lua.eval(expression, arguments), expression);
    assertTrue(thrown.getMessage().contains(message), thrown::getMessage);
  }

  // BEHAVIOURS 122
  @EachFlavour
  void giveTheLength(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      assertEquals(3L, lua.eval("#...", List.of(1, 2, 3)).first());
      assertEquals(1L, lua.eval("#...", Map.of("a", 1)).first());
      assertEquals(2L, lua.eval("#...", (Object) new String[2]).first());
      assertEquals(5L, lua.eval("#...", (Object) new double[5]).first());
      assertEquals(4L, lua.eval("#...", new StringBuilder("text")).first());
      assertFails(lua, "attempt to get length", "#...", DayOfWeek.MONDAY);
    }
  }

  // BEHAVIOURS 122
  @EachFlavour
  void compareObjectsByEquals(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      assertEquals(
          List.of(true, false),
          lua.execute(
              "local a, b, c = ... return a == b, a == c",
              List.of(1),
              Arrays.asList(1),
              List.of(2)));
      assertEquals(
          List.of(false, true, false),
          lua.execute(
              "local a, b = ... " + "return a ~= b, a ~= nil, rawequal(a, b)",
              List.of(1),
              Arrays.asList(1)));
      assertEquals(
          List.of(false, false, false),
          lua.execute("local a = ... " + "return a == 5, a == '5', a == {}", Lua.asMembers(BIG)));
    }
  }

  // BEHAVIOURS 122
  @EachFlavour
  void passOnWhatEqualsThrows(Flavour flavour) {
    var boom = new IllegalStateException("boom");
    var grumpy =
        new Object() {
          @Override
          public boolean equals(Object other) {
            throw boom;
          }

          @Override
          public int hashCode() {
            return 1;
          }
        };
    try (var lua = runtime(flavour)) {
      var thrown =
          assertThrows(
              LuaException.class,
              () -> lua.execute("local a, b = ... return a == b", grumpy, List.of()));
      assertSame(boom, thrown.getCause());
      assertEquals(true, lua.execute("local a = ... return a == a", grumpy).first());
    }
  }

  // BEHAVIOURS 122
  @EachFlavour
  void orderComparables(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      assertEquals(
          List.of(true, false, true, true),
          lua.execute(
              "local a, b = ... " + "return a < b, a > b, a <= b, b >= a",
              DayOfWeek.MONDAY,
              DayOfWeek.FRIDAY));
      assertFails(lua, "attempt to compare", "... < {}", DayOfWeek.MONDAY);
      assertThrows(
          LuaException.class,
          () -> lua.execute("local a, b = ... return a < b", DayOfWeek.MONDAY, List.of()));
      assertThrows(
          LuaException.class,
          () -> lua.execute("local a, b = ... return a < b", List.of(), List.of()));
      lua.execute(
          "local t = {...} table.sort(t) assert(t[1] == (select(2, ...)))",
          DayOfWeek.FRIDAY,
          DayOfWeek.MONDAY);
    }
  }

  // BEHAVIOURS 122: Lua 5.1 compares values of one type only
  @EachFlavour
  void orderBigNumbersAmongLuaNumbers(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      lua.execute("big = java.import 'java.math.BigInteger'('5')");
      if (flavour == Flavour.LUA51) {
        assertFails(lua, "attempt to compare", "big < 6");
        return;
      }
      assertEquals(
          List.of(true, true, false, true, true),
          lua.eval("big < 6, 4.5 < big, big > 5, big <= 5, big < 1/0"));
    }
  }

  // BEHAVIOURS 122
  @EachFlavour
  void concatenate(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      assertEquals(
          List.of("[1]!", "<[1]", "[1][1]", "1[1]"),
          lua.execute("local l = ... " + "return l .. '!', '<' .. l, l .. l, 1 .. l", List.of(1)));
      assertEquals(
          flavour.integers() ? "2.0[1]" : "2[1]",
          lua.execute("local l = ... return 2.0 .. l", List.of(1)).first());
      assertFails(lua, "attempt to concatenate", "(...) .. nil", List.of(1));
      assertFails(lua, "attempt to concatenate", "(...) .. {}", List.of(1));
    }
  }

  // BEHAVIOURS 122
  @EachFlavour
  void calculateWithBigNumbers(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      lua.execute(CLASSES + " big, half = Int('2'):pow(70), Dec('0.5')");
      assertEquals(
          Arrays.asList(
              BIG.add(BigInteger.ONE),
              BIG.subtract(BIG),
              BIG.shiftLeft(1),
              BIG.negate(),
              BIG.pow(2)),
          lua.eval("big + 1, big - big, 2 * big, -big, big ^ 2"));
      assertEquals(
          Arrays.asList(
              new BigDecimal("1.5"),
              new BigDecimal("0.25"),
              new BigDecimal("2"),
              new BigDecimal("-0.5")),
          lua.eval("half + 1, half * half, 1 / half, -half"));
      assertEquals(
          Arrays.asList(BigInteger.valueOf(4), BigInteger.ONE),
          lua.eval("Int('-8') % 12, Int('7') % Int('2')"));
      assertEquals("userdata", lua.eval("type(Int('2') + 3)").first());
      assertEquals(BigInteger.valueOf(-6), lua.eval("-(Int('2') + 3) - 1").first());
      assertFails(lua, "divide a big number by zero", "big / 0");
      assertFails(lua, "attempt to mix", "big + 0/0");
      assertFails(lua, "attempt to perform arithmetic", "big + {}");
      assertFails(lua, "attempt to perform arithmetic", "big + nil");
    }
  }

  // BEHAVIOURS 122: Lua has // since 5.3
  @EachFlavour
  void divideBigNumbersRoundingDown(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      lua.execute("big = java.import 'java.math.BigInteger'('-7')");
      if (flavour.integers()) {
        assertEquals(BigInteger.valueOf(-4), lua.eval("big // 2").first());
      } else {
        assertThrows(LuaException.class, () -> lua.eval("big // 2"));
      }
    }
  }

  // BEHAVIOURS 39, 122: whatever the overflow policy
  @EachFlavour
  void leaveBigNumbersObjects(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      lua.execute(CLASSES);
      for (var expression :
          List.of(
              "Int('5')",
              "Int.new('5')",
              "Int.valueOf(5)",
              "Int.TEN",
              "Int('5'):add(Int('1'))",
              "Int('5') + 1",
              "Dec('0.1')",
              "Dec('2.50'):setScale(1)",
              "Int('5'):pow(100)",
              "Dec('0.1'):toBigInteger()")) {
        assertEquals("userdata", lua.eval("type(" + expression + ")").first(), expression);
      }
      assertEquals(new BigDecimal("2.50"), lua.eval("Dec('2.50')").first());
      assertEquals(List.of("2.50", "x2.50"), lua.eval("tostring(Dec('2.50')), 'x' .. Dec('2.50')"));
      assertEquals(1L, lua.eval("Int('5'):signum()").first());
      var list = new ArrayList<Object>();
      lua.execute("(...):add(Int('5'))", list);
      assertEquals(List.of(BigInteger.valueOf(5)), list);
    }
  }

  // BEHAVIOURS 122: Lua has <close> since 5.4
  @EachFlavour
  void closeVariablesWhereTheFlavourCan(Flavour flavour) {
    var closed = new ArrayList<String>();
    AutoCloseable one = () -> closed.add("one");
    AutoCloseable two = () -> closed.add("two");
    var script = "local one, two = ... do local a <close> = one local b <close> = two end return 1";
    try (var lua = runtime(flavour)) {
      if (!flavour.integers() || flavour == Flavour.LUA53) {
        assertThrows(LuaException.class, () -> lua.execute(script, one, two));
        return;
      }
      assertEquals(1L, lua.execute(script, one, two).first());
      assertEquals(List.of("two", "one"), closed);
      assertThrows(LuaException.class, () -> lua.execute("local a <close> = ... error('x')", one));
      assertEquals(3, closed.size());
      assertThrows(LuaException.class, () -> lua.execute("local a <close> = ...", List.of()));
      var boom = new IllegalStateException("boom");
      AutoCloseable bad =
          () -> {
            throw boom;
          };
      assertSame(
          boom,
          assertThrows(LuaException.class, () -> lua.execute("do local a <close> = ... end", bad))
              .getCause());
    }
  }

  // BEHAVIOURS 123
  @EachFlavour
  void loopOverCollections(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      lua.execute(
          "function joined(loop, o) local t = {} for k, v in loop(o) do "
              + "t[#t + 1] = tostring(k) .. '=' .. tostring(v) end return table.concat(t, ' ') end");
      for (var each : List.of(List.of("a", "b"), new String[] {"a", "b"})) {
        assertEquals(
            List.of("1=a 2=b", "1=a 2=b"),
            lua.execute("local o = ... return joined(pairs, o), joined(ipairs, o)", each));
      }
      assertEquals("k=v", lua.execute("return joined(pairs, ...)", Map.of("k", "v")).first());
      assertEquals(
          "1=5 2=6", lua.execute("return joined(ipairs, ...)", (Object) new int[] {5, 6}).first());
      assertEquals(
          "1=nil 2=x", lua.execute("return joined(ipairs, ...)", Arrays.asList(null, "x")).first());
      assertThrows(
          LuaException.class, () -> lua.execute("for _ in pairs(...) do end", DayOfWeek.MONDAY));
    }
  }

  // BEHAVIOURS 122
  @EachFlavour
  void applyToViewsAndCasts(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      assertEquals(
          List.of(2L, 2L, true, "[1, 2]!", true),
          lua.execute(
              "local l = ... "
                  + "local m = java.members(l) return #m, #java.items(l), m == l, m .. '!', "
                  + "java.cast('java.util.List', l) == l",
              List.of(1, 2)));
      assertEquals(
          new BigDecimal("1.5"), lua.eval("java.cast('java.math.BigDecimal', 1) + 0.5").first());
      assertFails(lua, "attempt to perform arithmetic", "java.members(...) + 1", List.of());
      assertFails(lua, "attempt to get length", "#java.members(...)", DayOfWeek.MONDAY);
      assertFails(lua, "attempt to call", "java.members(...)()", List.of());
      assertEquals(
          "called", lua.eval("java.members(...)()", (Supplier<String>) () -> "called").first());
    }
  }

  // BEHAVIOURS 202
  @EachFlavour
  void haveAClosedMetatable(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      assertEquals(
          List.of(false, false, false),
          lua.execute(
              "local o = ... "
                  + "return getmetatable(o), getmetatable(java.import('String')), getmetatable(java.null)",
              List.of()));
      assertThrows(LuaException.class, () -> lua.execute("setmetatable(..., {})", List.of()));
      assertEquals(
          List.of(1L, 0L),
          lua.execute("local o = ... return o[1], #java.array('int', 0)", List.of(1)));
    }
  }
}
