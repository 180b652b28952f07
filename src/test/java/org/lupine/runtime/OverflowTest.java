package org.lupine.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.lupine.support.Engines.engine;

import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import javax.script.SimpleBindings;
import org.lupine.Flavour;
import org.lupine.LuaOptions;
import org.lupine.LuaRuntime;
import org.lupine.support.EachFlavour;
import org.lupine.value.BigNumbers;
import org.lupine.value.LuaException;
import org.lupine.value.LuaFunction;
import org.lupine.value.Overflow;

/** Numbers that Lua cannot hold, and what stands for them. */
class OverflowTest {
  private static final BigInteger BIG = BigInteger.TWO.pow(70);
  private static final BigDecimal HUGE = new BigDecimal("1e400");
  private static final long ODD = (1L << 53) + 1;

  private static LuaRuntime runtime(Flavour flavour) {
    return runtime(flavour, Overflow.ERROR);
  }

  private static LuaRuntime runtime(Flavour flavour, Overflow overflow) {
    return LuaRuntime.builder()
        .flavour(flavour)
        .bigNumbers(BigNumbers.EXACT_AS_NUMBER)
        .overflow(overflow)
        .build();
  }

  // BEHAVIOURS 39
  @EachFlavour
  void isAnErrorOnDemand(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      for (var number : List.of(BIG, BIG.negate(), HUGE, new BigDecimal("0.1"))) {
        var thrown = assertThrows(ArithmeticException.class, () -> lua.eval("...", number));
        assertTrue(thrown.getMessage().contains(number.toString()), thrown::getMessage);
        assertThrows(ArithmeticException.class, () -> lua.globals().put("n", number));
        assertThrows(ArithmeticException.class, () -> lua.globals().put(number, 1));
      }
      Supplier<Object> make = () -> BIG;
      var thrown = assertThrows(LuaException.class, () -> lua.execute("return (...)()", make));
      assertInstanceOf(ArithmeticException.class, thrown.getCause());
      if (!flavour.integers()) {
        assertThrows(ArithmeticException.class, () -> lua.eval("...", ODD));
        assertThrows(ArithmeticException.class, () -> lua.globals().put("n", -ODD));
      }
      assertEquals(1L, lua.eval("1").first());
    }
  }

  // BEHAVIOURS 39
  @EachFlavour
  void doesNotHappenWhereANumberFits(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      assertEquals(
          List.of(5L, 0.5, 7L),
          lua.eval("...", BigInteger.valueOf(5), new BigDecimal("0.5"), new BigDecimal("7.00")));
      assertEquals(
          List.of("number", "number"),
          lua.eval("type((...)), type((select(2, ...)))", BigInteger.ONE, BigDecimal.TEN));
    }
  }

  // BEHAVIOURS 29, 30
  @EachFlavour
  void concernsLongsOnlyWhereLuaHasNoIntegers(Flavour flavour) {
    try (var lua = runtime(flavour, Overflow.TO_STRING)) {
      for (long number : new long[] {ODD, -ODD, Long.MAX_VALUE, Long.MIN_VALUE + 1}) {
        assertEquals(
            flavour.integers() ? (Object) number : Long.toString(number),
            lua.eval("...", number).first());
      }
      assertEquals(
          flavour.integers() ? (Object) Long.MIN_VALUE : (Object) (double) Long.MIN_VALUE,
          lua.eval("...", Long.MIN_VALUE).first());
    }
  }

  // BEHAVIOURS 40
  @EachFlavour
  void mayBeTheNearestFloat(Flavour flavour) {
    try (var lua = runtime(flavour, Overflow.TO_DOUBLE)) {
      assertEquals(0x1p70, lua.eval("...", BIG).first());
      assertEquals(0.1, lua.eval("...", new BigDecimal("0.1")).first());
      assertThrows(ArithmeticException.class, () -> lua.eval("...", HUGE));
      assertThrows(ArithmeticException.class, () -> lua.eval("...", HUGE.negate()));
      lua.overflowHandler(Number::doubleValue);
      assertEquals(0x1p70, lua.eval("...", BIG).first());
      assertThrows(ArithmeticException.class, () -> lua.eval("...", HUGE));
      lua.execute("java.set_overflow_handler(function(n) return n:doubleValue() end)");
      assertEquals(0x1p70, lua.eval("...", BIG).first());
      assertThrows(ArithmeticException.class, () -> lua.eval("...", HUGE));
    }
  }

  // BEHAVIOURS 210
  @EachFlavour
  void mayBeAnObjectOrText(Flavour flavour) {
    try (var lua = runtime(flavour, Overflow.WRAP_OBJECT)) {
      assertEquals(List.of("userdata", BIG), lua.eval("type(...), ...", BIG));
      assertEquals(BIG.add(BigInteger.ONE), lua.eval("... + 1", BIG).first());
      if (!flavour.integers()) {
        assertEquals(List.of("userdata", ODD), lua.eval("type(...), ...", ODD));
        assertEquals((double) (ODD + 1), lua.eval("... + 1", ODD).first());
        assertEquals(true, lua.eval("(...) < (select(2, ...))", ODD, ODD + 2).first());
      }
      lua.overflowHandler(Overflow.TO_STRING);
      assertEquals(BIG.toString(), lua.eval("...", BIG).first());
    }
  }

  // BEHAVIOURS 210
  @EachFlavour
  void mayBeWhateverAHandlerReturns(Flavour flavour) {
    try (var lua = runtime(flavour, number -> Map.of("big", number.toString()))) {
      assertEquals(BIG.toString(), lua.eval("(...).big", BIG).first());
      lua.overflowHandler(number -> null);
      assertEquals(2L, lua.eval("select('#', ...)", 1, BIG).first());
      assertEquals(true, lua.eval("(...) == nil", BIG).first());
      lua.overflowHandler(number -> BigInteger.TEN);
      assertEquals(10L, lua.eval("...", BIG).first());
    }
  }

  // BEHAVIOURS 41
  @EachFlavour
  void isAnObjectIfAHandlerReturnsItsArgument(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      lua.execute("java.set_overflow_handler(function(n) kind = type(n) return n end)");

      assertEquals(List.of("userdata", BIG), lua.eval("type(...), ...", BIG));
      assertEquals("userdata", lua.eval("kind").first());
      Supplier<Object> make = () -> BIG;
      assertEquals("userdata", lua.eval("type((...)())", make).first());
      if (!flavour.integers()) {
        assertEquals(List.of("userdata", ODD), lua.eval("type(...), ...", ODD));
      }
    }
  }

  // BEHAVIOURS 42
  @EachFlavour
  void isHandledByTheHandlerThatWasSetLast(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      assertThrows(ArithmeticException.class, () -> lua.eval("...", BIG));
      lua.execute("java.set_overflow_handler(tostring)");
      assertEquals(BIG.toString(), lua.eval("...", BIG).first());
      lua.overflowHandler(number -> "java");
      assertEquals("java", lua.eval("...", BIG).first());
      lua.execute("java.set_overflow_handler(function() return 'lua' end)");
      assertEquals("lua", lua.eval("...", BIG).first());
      lua.execute("java.set_overflow_handler(...)", Overflow.TO_DOUBLE);
      assertEquals(0x1p70, lua.eval("...", BIG).first());
      lua.execute("java.set_overflow_handler(nil)");
      assertThrows(ArithmeticException.class, () -> lua.eval("...", BIG));
      lua.execute("java.set_overflow_handler(tostring)");
      lua.overflowHandler(null);
      assertThrows(ArithmeticException.class, () -> lua.eval("...", BIG));
    }
  }

  // BEHAVIOURS 42: at once, within one run
  @EachFlavour
  void isHandledByANewHandlerAtOnce(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      Supplier<Object> make = () -> BIG;
      Runnable reset = () -> lua.overflowHandler(number -> "reset");

      assertEquals(
          List.of(false, "set", "reset"),
          lua.execute(
              "local make, reset = ... "
                  + "local ok = pcall(make) java.set_overflow_handler(function() return 'set' end) "
                  + "local set = make() reset() return ok, set, make()",
              make,
              reset));
    }
  }

  // BEHAVIOURS 43
  @EachFlavour
  void refusesHandlersThatCannotBeCalled(Flavour flavour) {
    try (var lua = runtime(flavour, Overflow.TO_STRING)) {
      for (var bad :
          List.of(
              "1",
              "{}",
              "true",
              "'to_double'",
              "java.null",
              "coroutine.create(function() end)",
              "setmetatable({}, {__call = print})")) {
        var thrown =
            assertThrows(
                LuaException.class,
                () -> lua.execute("java.set_overflow_handler(" + bad + ")"),
                bad);
        assertTrue(
            thrown
                .getMessage()
                .contains(
                    "bad argument #1 to 'set_overflow_handler' (function or nil expected, got "),
            thrown::getMessage);
      }
      assertThrows(
          LuaException.class, () -> lua.execute("java.set_overflow_handler(...)", List.of(1)));
      assertThrows(
          LuaException.class, () -> lua.execute("java.set_overflow_handler(tostring, tostring)"));
      assertEquals(BIG.toString(), lua.eval("...", BIG).first());
    }
  }

  // BEHAVIOURS 44
  @EachFlavour
  void isAnErrorIfTheResultOfAHandlerOverflows(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      lua.overflowHandler(number -> number);
      assertThrows(ArithmeticException.class, () -> lua.eval("...", BIG));
      lua.overflowHandler(number -> BIG.add(BigInteger.ONE));
      var thrown = assertThrows(ArithmeticException.class, () -> lua.eval("...", BIG));
      assertTrue(thrown.getMessage().contains(BIG.toString()), thrown::getMessage);
      if (!flavour.integers()) {
        lua.overflowHandler(number -> ODD);
        assertThrows(ArithmeticException.class, () -> lua.eval("...", BIG));
      }
      assertEquals(1L, lua.eval("1").first());
    }
  }

  // BEHAVIOURS 44: an overflow inside the handler
  @EachFlavour
  void isAnErrorWithinAHandler(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      Supplier<Object> make = () -> BIG.add(BigInteger.ONE);
      lua.execute(
          "calls, make = 0, ... java.set_overflow_handler("
              + "function() calls = calls + 1 return make() end)",
          make);

      var thrown = assertThrows(ArithmeticException.class, () -> lua.eval("...", BIG));

      assertInstanceOf(ArithmeticException.class, thrown.getCause());
      assertEquals(1L, lua.eval("calls").first());
      lua.overflowHandler(number -> lua.eval("...", BIG.add(BigInteger.ONE)).first());
      assertThrows(ArithmeticException.class, () -> lua.eval("...", BIG));
      lua.overflowHandler(Overflow.TO_DOUBLE);
      assertEquals(0x1p70, lua.eval("...", BIG).first());
    }
  }

  // BEHAVIOURS 44
  @EachFlavour
  void mayBeHandledByALuaFunctionThatJavaCalls(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      var text =
          (LuaFunction) lua.eval("function(n) return type(n) .. ' ' .. tostring(n) end").first();
      lua.overflowHandler(number -> text.call(number).first());

      assertEquals("userdata " + BIG, lua.eval("...", BIG).first());
    }
  }

  // BEHAVIOURS 45
  @EachFlavour
  void isAnErrorWithTheHandlersExceptionAsItsCause(Flavour flavour) {
    var boom = new IOException("boom");
    try (var lua =
        runtime(
            flavour,
            number -> {
              throw boom;
            })) {
      assertSame(
          boom, assertThrows(ArithmeticException.class, () -> lua.eval("...", BIG)).getCause());
      Supplier<Object> make = () -> BIG;
      var thrown = assertThrows(LuaException.class, () -> lua.execute("return (...)()", make));
      assertInstanceOf(ArithmeticException.class, thrown.getCause());
      assertSame(boom, thrown.getCause().getCause());

      lua.execute("java.set_overflow_handler(function() error('no way') end)");
      var cause = assertThrows(ArithmeticException.class, () -> lua.eval("...", BIG)).getCause();
      assertInstanceOf(LuaException.class, cause);
      assertTrue(cause.getMessage().contains("no way"), cause::getMessage);
      lua.execute("local e = ... java.set_overflow_handler(function() error(e) end)", boom);
      assertSame(
          boom, assertThrows(ArithmeticException.class, () -> lua.eval("...", BIG)).getCause());
      assertEquals(1L, lua.eval("1").first());
    }
  }

  // BEHAVIOURS 45
  @EachFlavour
  void passesOnErrorsOfTheJvm(Flavour flavour) {
    var fatal = new InternalError("fatal");
    try (var lua =
        runtime(
            flavour,
            number -> {
              throw fatal;
            })) {
      assertSame(fatal, assertThrows(InternalError.class, () -> lua.eval("...", BIG)));
      Supplier<Object> make = () -> BIG;
      assertSame(
          fatal, assertThrows(InternalError.class, () -> lua.execute("pcall(...) return 1", make)));
      assertEquals(1L, lua.eval("1").first());
    }
  }

  // BEHAVIOURS 42
  @EachFlavour
  void isHandledForEachRuntimeApart(Flavour flavour) {
    var options =
        LuaOptions.builder()
            .flavour(flavour)
            .bigNumbers(BigNumbers.EXACT_AS_NUMBER)
            .overflow(Overflow.TO_STRING)
            .build();
    try (var one = LuaRuntime.create(options);
        var other = LuaRuntime.create(options)) {
      one.execute("java.set_overflow_handler(function() return 'one' end)");

      assertEquals("one", one.eval("...", BIG).first());
      assertEquals(BIG.toString(), other.eval("...", BIG).first());
    }
  }

  // BEHAVIOURS H4
  @EachFlavour
  void forgetsTheHandlerOfARunUnderForeignBindings(Flavour flavour) throws Exception {
    var options =
        LuaOptions.builder()
            .flavour(flavour)
            .bigNumbers(BigNumbers.EXACT_AS_NUMBER)
            .overflow(Overflow.TO_STRING)
            .build();
    try (var engine = engine(flavour, options)) {
      var first =
          engine.eval(
              "java.set_overflow_handler(function() return 'mine' end) return n",
              new SimpleBindings(Map.of("n", BIG)));

      assertEquals("mine", first);
      assertEquals(BIG.toString(), engine.eval("return n", new SimpleBindings(Map.of("n", BIG))));
    }
  }
}
