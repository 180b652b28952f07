package org.lupine.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeout;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.lupine.support.Runtimes.runtime;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.lupine.Flavour;
import org.lupine.LuaRuntime;
import org.lupine.Sandbox;
import org.lupine.support.EachFlavour;
import org.lupine.value.BigNumbers;
import org.lupine.value.LuaException;
import org.lupine.value.Overflow;

/** BEHAVIOURS 30, 39, 122: big numbers, and longs that Lua cannot hold, are exact objects. */
class BigNumbersTest {
  private static final long ODD = (1L << 53) + 1;
  private static final BigDecimal PRICE = new BigDecimal("19.99");
  private static final BigInteger BIG = BigInteger.TWO.pow(70);

  private static BigDecimal dec(String number) {
    return new BigDecimal(number);
  }

  /** A host's class with big numbers. */
  public static final class Item {
    public BigDecimal getPrice() {
      return PRICE;
    }

    public BigDecimal getRound() {
      return BigDecimal.TEN;
    }

    public long getId() {
      return ODD;
    }

    public String ofInt(int n) {
      return "int " + n;
    }

    public String ofLong(long n) {
      return "long " + n;
    }

    public String ofByte(byte n) {
      return "byte " + n;
    }

    public String ofDouble(double n) {
      return "double " + n;
    }

    public String ofFloat(Float n) {
      return "float " + n;
    }

    public String ofBig(BigInteger n) {
      return "BigInteger " + n;
    }

    public String ofDecimal(BigDecimal n) {
      return "BigDecimal " + n;
    }
  }

  @EachFlavour
  void areObjectsWhateverTheirValues(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      lua.execute("item = ...", new Item());
      assertEquals(
          List.of(PRICE, BigDecimal.TEN, ODD),
          lua.execute("return item.price, item.round, item:getId()"));
      assertEquals(
          List.of("userdata", "userdata"),
          lua.execute("return type(item.price), type(item.round)"));
      assertEquals(
          List.of(false, false, false),
          lua.execute("return item.price == nil, item.round == nil, item.id == nil"));
      assertEquals(
          List.of("BigDecimal 19.99", "long " + ODD),
          lua.execute("return item:ofDecimal(item.price), item:ofLong(item.id)"));
      var map = new LinkedHashMap<String, Object>();
      map.put("a", PRICE);
      map.put("b", BIG);
      map.put("c", ODD);
      assertEquals(
          "a=19.99 b=" + BIG + " c=" + ODD + " ",
          lua.execute(
                  "local s = '' "
                      + "for k, v in pairs(...) do s = s .. k .. '=' .. tostring(v) .. ' ' end return s",
                  map)
              .first());
      assertEquals(List.of(PRICE, ODD), lua.tableFrom(List.of(PRICE, ODD)).asList());
    }
  }

  @EachFlavour
  void calculateExactly(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      lua.execute("price, big = ...", PRICE, BIG);
      assertEquals(
          Arrays.asList(
              dec("20.99"),
              dec("0.99"),
              dec("39.98"),
              dec("21.989"),
              dec("-19.99"),
              dec("4.99"),
              dec("399.6001")),
          lua.eval(
              "price + 1, price - 19, " + "2 * price, price * 1.1, -price, price % 5, price ^ 2"));
      assertEquals(dec("9.995"), lua.eval("price / 2").first());
      assertEquals(BIG.pow(4), lua.eval("big ^ 4").first());
      assertEquals(new BigDecimal(BIG.pow(3).shiftRight(1)), lua.eval("big ^ 3 / 2").first());
      assertEquals(dec("0." + "3".repeat(34)), lua.eval("(price - 18.99) / 3").first());
      assertEquals(dec("0.25"), lua.eval("(price - 17.99) ^ -2").first());
      assertEquals(
          BIG.shiftLeft(1),
          lua.eval("big + 2.0^70").first() instanceof BigDecimal
              ? ((BigDecimal) lua.eval("big + 2.0^70").first()).toBigIntegerExact()
              : null);
      if (flavour.integers()) {
        assertEquals(
            Arrays.asList(dec("6"), dec("-7"), BIG.shiftRight(1)),
            lua.eval("price // 3, -price // 3, big // 2"));
      }
      assertEquals(dec("0.01"), lua.eval("-price % 5").first());
    }
  }

  private static void assertSame(String expected, LuaRuntime lua, String expression) {
    var value = (BigDecimal) lua.eval(expression).first();
    assertEquals(0, dec(expected).compareTo(value), expression);
  }

  // Regression: took minutes, since trailing zeros were removed one by one
  @EachFlavour
  void divideLongNumbersSoon(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      lua.globals().put("price", PRICE);
      assertTimeout(
          Duration.ofSeconds(60),
          () -> {
            lua.execute("two = price - price + 2 long = two ^ 200000");
            assertSame("1", lua, "long / long");
            assertSame("10", lua, "long * 10 / long");
            assertTrue(((BigDecimal) lua.eval("two ^ -200000").first()).signum() > 0);
            assertSame("0.5", lua, "(long + 0.5) % long");
            if (flavour.integers()) {
              assertSame("1", lua, "(long + 0.5) // (long + 0.5)");
              assertSame("-2", lua, "-(long + 0.75) // (long + 0.5)");
              assertSame("0", lua, "two // (long + 0.5)");
            }
          });
    }
  }

  @EachFlavour
  void refuseResultsThatAreTooBig(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      for (var use :
          List.of(
              "... ^ 2000000000",
              "big(...) * big(...)",
              "(...) + 1",
              "(...) % 3",
              "java.import 'java.math.BigInteger'('3') ^ 100000000")) {
        var thrown =
            assertThrows(
                LuaException.class,
                () ->
                    lua.execute(
                        "local function big(n) "
                            + "return java.import 'java.math.BigInteger'('2') ^ 4000000 end return "
                            + use,
                        dec("3e900000000")),
                use);
        assertTrue(
            thrown.getMessage().contains("too big") || thrown.getMessage().contains("cannot raise"),
            thrown::getMessage);
      }
      assertEquals(
          List.of(BigInteger.ONE, BigInteger.ONE.negate()),
          lua.execute(
              "local one = "
                  + "java.import 'java.math.BigInteger'('1') return one ^ 999999999, (-one) ^ 999999999"));
      assertEquals(
          true, lua.execute("local n, m = ... return m < n", dec("3e900000000"), PRICE).first());
    }
  }

  @EachFlavour
  void compareWithEachOtherByValue(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      assertEquals(
          List.of(true, true, true, false, true),
          lua.execute(
              "local a, b, c = ... " + "return a == b, a <= b, c < a, a < c, a ~= c",
              dec("2.50"),
              dec("2.5"),
              BigInteger.TWO));
      assertEquals(
          List.of(true, true, false),
          lua.execute(
              "local a, b = ... " + "return a == b, a >= b, a > b",
              dec("5"),
              BigInteger.valueOf(5)));
      assertEquals(
          List.of(true, true), lua.execute("local a, b = ... return a < b, a ~= b", PRICE, BIG));
      if (!flavour.integers()) {
        assertEquals(
            List.of(true, true, true, false),
            lua.execute(
                "local a, b, c = ... " + "return a == b, a < c, a <= b, a > c",
                ODD,
                BigInteger.valueOf(ODD),
                ODD + 2));
      }
      lua.execute(
          "local t = {...} table.sort(t) assert(tostring(t[1]) == '2' and "
              + "tostring(t[3]) == '19.99')",
          PRICE,
          BigInteger.TWO,
          dec("2.5"));
    }
  }

  // Lua 5.1 calls no metamethod where the types differ; no version does for ==
  @EachFlavour
  void compareWithLuaNumbersWhereLuaAsks(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      assertEquals(
          List.of(false, true),
          lua.execute("local n = ... return n == 10, n ~= 10", BigDecimal.TEN));
      if (flavour == Flavour.LUA51) {
        var thrown = assertThrows(LuaException.class, () -> lua.eval("(...) > 0", PRICE));
        assertTrue(thrown.getMessage().contains("attempt to compare"), thrown::getMessage);
        assertEquals(
            List.of(1L, true),
            lua.execute("local n = ... return n:compareTo(0), n > n - 1", PRICE));
        assertEquals(0L, lua.execute("return (...):compareTo(10)", BigDecimal.TEN).first());
        return;
      }
      assertEquals(
          List.of(true, false, true, true, true),
          lua.execute(
              "local n = ... " + "return n > 0, n < 0, n >= 19.99, n <= 19.99, 20 > n", PRICE));
      assertEquals(
          List.of(true, true, false, false, false, false),
          lua.execute(
              "local n = ... " + "return n < 1/0, n > -1/0, n < 0/0, n >= 0/0, 0/0 < n, n > 1/0",
              PRICE));
      assertEquals(
          List.of(true, true), lua.execute("local n = ... return n <= 2^70, n >= 2^70", BIG));
      if (!flavour.integers()) {
        assertEquals(
            List.of(true, false), lua.execute("local n = ... return n > 2^53, n < 2^53", ODD));
      }
    }
  }

  @EachFlavour
  void becomeText(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      assertEquals(
          List.of("19.99", "EUR 19.99", "19.99!", "19.992"),
          lua.execute(
              "local n = ... " + "return tostring(n), 'EUR ' .. n, n .. '!', n .. 2", PRICE));
    }
  }

  @EachFlavour
  void areKeysByValue(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      lua.execute("seen = {}");
      lua.execute(
          "local d, i, l = ... seen[d], seen[i], seen[l] = 'd', 'i', 'l'",
          dec("19.99"),
          BigInteger.TWO.pow(70),
          ODD);
      System.gc();
      lua.gc();
      assertEquals(
          List.of("d", "i", "l"),
          lua.execute(
              "local d, i, l = ... return seen[d], seen[i], seen[l]",
              dec("19.99"),
              BigInteger.TWO.pow(70),
              Long.valueOf(ODD)));
      assertEquals("i", lua.execute("return seen[... + 1]", BIG.subtract(BigInteger.ONE)).first());
      var globals = lua.globals();
      globals.put(dec("1.5"), "x");
      assertEquals("x", globals.get(dec("1.5")));
      assertEquals(
          List.of(true, false),
          lua.execute(
              "local a, b, c = ... " + "return rawequal(a, b), rawequal(a, c)",
              dec("2.5"),
              dec("2.5"),
              dec("2.50")));
      assertEquals("l", lua.execute("return seen[... - 2]", ODD + 2).first());
    }
  }

  @EachFlavour
  void fitParametersThatHoldThemWithoutLoss(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      lua.execute("item = ...", new Item());
      var calls = new LinkedHashMap<String, Map.Entry<Object, String>>();
      calls.put("ofInt", Map.entry(dec("7.00"), "int 7"));
      calls.put("ofLong", Map.entry(BigInteger.valueOf(ODD), "long " + ODD));
      calls.put("ofByte", Map.entry(BigInteger.TEN, "byte 10"));
      calls.put("ofDouble", Map.entry(PRICE, "double 19.99"));
      calls.put("ofFloat", Map.entry(dec("0.1"), "float 0.1"));
      calls.put("ofBig", Map.entry(dec("1e3"), "BigInteger 1000"));
      calls.put("ofDecimal", Map.entry(BIG, "BigDecimal " + BIG));
      calls.forEach(
          (name, call) ->
              assertEquals(
                  call.getValue(),
                  lua.execute("return item:" + name + "(...)", call.getKey()).first(),
                  name));
      assertEquals("double " + 0x1p70, lua.execute("return item:ofDouble(...)", BIG).first());
      assertEquals("BigInteger " + BIG, lua.execute("return item:ofBig(2.0^70)").first());
      assertEquals("long " + ODD, lua.execute("return item:ofLong(...)", ODD).first());
      var lossy =
          new ArrayList<Map.Entry<String, Object>>(
              List.of(
                  Map.entry("ofInt", PRICE),
                  Map.entry("ofInt", BIG),
                  Map.entry("ofLong", BIG),
                  Map.entry("ofByte", dec("200")),
                  Map.entry("ofDouble", BIG.add(BigInteger.ONE)),
                  Map.entry("ofDouble", dec("1e400")),
                  Map.entry("ofFloat", dec("0.123456789012")),
                  Map.entry("ofBig", PRICE),
                  Map.entry("ofBig", dec("1e999999999"))));
      if (!flavour.integers()) {
        lossy.add(Map.entry("ofDouble", ODD));
      }
      lossy.forEach(
          each ->
              assertThrows(
                  LuaException.class,
                  () -> lua.execute("return item:" + each.getKey() + "(...)", each.getValue()),
                  each.toString()));
    }
  }

  @EachFlavour
  void calculateUnderAPreset(Flavour flavour) {
    try (var lua = LuaRuntime.builder().flavour(flavour).sandbox(Sandbox.SANDBOX).build()) {
      assertEquals(
          List.of(dec("20.99"), "19.99", true, "19.99!"),
          lua.execute(
              "local n, m = ... " + "return n + 1, tostring(n), n == m, n .. '!'",
              PRICE,
              dec("19.990")));
      assertEquals(true, lua.execute("local n, m = ... return n < m", PRICE, BIG).first());
      assertThrows(LuaException.class, () -> lua.execute("return (...):negate()", PRICE));
    }
  }

  @EachFlavour
  void areNumbersWhereTheseAreExactIfAsked(Flavour flavour) {
    try (var lua =
        LuaRuntime.builder().flavour(flavour).bigNumbers(BigNumbers.EXACT_AS_NUMBER).build()) {
      assertEquals(
          List.of("number", "number", "userdata", "userdata"),
          lua.execute(
              "local t = {} "
                  + "for i = 1, 4 do t[i] = type((select(i, ...))) end return t[1], t[2], t[3], t[4]",
              BigDecimal.TEN,
              dec("0.5"),
              PRICE,
              BIG));
    }
  }

  @EachFlavour
  void longsAreExactInEachLoop(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      var all = List.of(ODD, -ODD, ODD + 2);
      for (var each : List.of(all, new long[] {ODD, -ODD, ODD + 2})) {
        for (var loop : List.of("java.iter(l)", "ipairs(l)", "pairs(l)", "java.enumerate(l)")) {
          assertEquals(
              all,
              lua.execute(
                  "local l = ... local t = {} for a, b in "
                      + loop
                      + " do t[#t + 1] = b or a end return t[1], t[2], t[3]",
                  each),
              loop);
        }
      }
    }
  }

  @EachFlavour
  void longsThatAreObjectsCalculateExactly(Flavour flavour) {
    if (flavour.integers()) {
      try (var lua = runtime(flavour)) {
        assertEquals(List.of(3 * ODD, -ODD), lua.execute("local n = ... return n * 3, -n", ODD));
      }
      return;
    }
    try (var lua = runtime(flavour)) {
      assertEquals(
          List.of("27021597764222979", "3", "-" + ODD, "true", "true"),
          lua.execute(
              "local n = ... return tostring(n * 3), tostring(n % 10), tostring(-n), "
                  + "tostring(n > -n), tostring(n == n * 1)",
              ODD));
      assertEquals(
          "81129638414606699710187514626049", lua.eval("tostring((...) ^ 2)", ODD).first());
    }
  }

  /** Where a number may go: properties, constructors, arrays, varargs. */
  public static final class Places {
    public int count;
    public short small;
    public Integer boxed;

    public Places() {}

    public Places(int count) {
      this.count = count;
    }

    public int sum(int... numbers) {
      return Arrays.stream(numbers).sum();
    }
  }

  @EachFlavour
  void fitEachPlaceOfANumber(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      var places = new Places();
      var ints = new int[1];
      lua.execute(
          "local p, a, seven = ... p.count = seven p.small = seven p.boxed = seven a[1] = seven",
          places,
          ints,
          dec("7.00"));
      assertEquals(
          List.of(7, 7, 7, 7), List.of(places.count, (int) places.small, places.boxed, ints[0]));
      assertEquals(
          14L,
          lua.execute("local p, seven = ... return p:sum(seven, seven)", places, dec("7")).first());
      lua.execute("P = java.import('" + Places.class.getName() + "')");
      assertEquals(7L, lua.execute("return P(...).count", dec("7")).first());
      for (var place :
          List.of("p.count = n", "p.small = n", "p.boxed = n", "a[1] = n", "p:sum(n)", "P(n)")) {
        assertThrows(
            LuaException.class,
            () -> lua.execute("local p, a, n = ... " + place, places, ints, PRICE),
            place);
      }
      assertThrows(
          LuaException.class,
          () -> lua.execute("local p, n = ... p.small = n", places, dec("40000")));
      assertEquals(
          List.of(7, 7, 7, 7), List.of(places.count, (int) places.small, places.boxed, ints[0]));
    }
  }

  @EachFlavour
  void areObjectsThoughOverflowIsAnError(Flavour flavour) {
    try (var lua = LuaRuntime.builder().flavour(flavour).overflow(Overflow.ERROR).build()) {
      assertEquals("userdata", lua.eval("type(...)", dec("10.10")).first());
      if (flavour.integers()) {
        assertEquals(ODD, lua.eval("...", ODD).first());
      } else {
        assertThrows(ArithmeticException.class, () -> lua.eval("...", ODD));
      }
    }
  }
}
