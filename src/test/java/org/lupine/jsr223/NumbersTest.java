package org.lupine.jsr223;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.lupine.support.Engines.engine;
import static org.lupine.support.Engines.foreign;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import javax.script.ScriptException;
import org.lupine.Flavour;
import org.lupine.support.EachFlavour;
import org.lupine.value.LuaException;

/** Nil, booleans and numbers, both ways. */
class NumbersTest {
  private static final long EXACT = 1L << 53;

  // BEHAVIOURS 26
  @EachFlavour
  void mapsNilToNullAndBack(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      engine.eval("function isNil(v) return v == nil end");

      assertNull(engine.eval("nil"));
      assertEquals(true, engine.invokeFunction("isNil", (Object) null));
    }
  }

  // BEHAVIOURS 28
  @EachFlavour
  void mapsBooleansAndNeverToNumbers(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      engine.eval("function same(v) return v, type(v) end");

      assertArrayEquals(
          new Object[] {true, "boolean"}, (Object[]) engine.invokeFunction("same", true));
      assertArrayEquals(
          new Object[] {false, "boolean"}, (Object[]) engine.invokeFunction("same", false));
      engine.put("list", new ArrayList<>(List.of(1, 2)));
      assertThrows(ScriptException.class, () -> engine.eval("return list:get(true)"));
    }
  }

  // BEHAVIOURS J11
  @EachFlavour
  void returnsAnIntegerAsALongWhateverItsSize(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      for (var n : new long[] {0, 1, -1, 127, 65_536, Integer.MAX_VALUE, EXACT - 1, 1 - EXACT}) {
        assertEquals(n, engine.eval("return " + n));
      }
    }
  }

  // BEHAVIOURS 31, 32, J11
  @EachFlavour
  void returnsAFloatAsADoubleWhereLuaHasBoth(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      assertEquals(flavour.integers() ? (Object) 5.0 : (Object) 5L, engine.eval("return 5.0"));
      assertEquals(flavour.integers() ? (Object) 3.0 : (Object) 3L, engine.eval("return 6/2"));
      assertEquals(0.5, engine.eval("return 1/2"));
      assertEquals(1.5, engine.eval("return 1.5"));
    }
  }

  // BEHAVIOURS J11: integral doubles beyond 2^53 stay doubles
  @EachFlavour
  void returnsABigFloatAsADouble(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      assertEquals(0x1p60, engine.eval("return 2.0^60"));
      assertEquals(1e300, engine.eval("return 1e300"));
      assertEquals(-0x1p60, engine.eval("return -(2.0^60)"));
    }
  }

  // BEHAVIOURS 33, J11
  @EachFlavour
  void keepsTheSignOfZero(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      assertEquals(-0.0, engine.eval("local zero = 0.0 return -zero"));
      engine.put("zero", -0.0);
      assertEquals(Double.NEGATIVE_INFINITY, engine.eval("return 1 / zero"));
      assertEquals(-0.0, engine.eval("return zero"));
    }
  }

  // BEHAVIOURS 34
  @EachFlavour
  void returnsNanAndInfinityAsDoubles(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      assertEquals(Double.NaN, engine.eval("return 0/0"));
      assertEquals(Double.POSITIVE_INFINITY, engine.eval("return 1e308 * 10"));
      assertEquals(Double.NEGATIVE_INFINITY, engine.eval("return -1e308 * 10"));
      engine.eval("function same(v) return v end");
      assertEquals(Double.NaN, engine.invokeFunction("same", Double.NaN));
      assertEquals(Double.MIN_VALUE, engine.invokeFunction("same", Double.MIN_VALUE));
      assertEquals(Double.MAX_VALUE, engine.invokeFunction("same", Double.MAX_VALUE));
    }
  }

  // BEHAVIOURS 35
  @EachFlavour
  void wrapsIntegersRoundAsLuaDoes(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      if (flavour.integers()) {
        assertEquals(Long.MIN_VALUE, engine.eval("return math.maxinteger + 1"));
      } else {
        assertNull(engine.eval("return math.maxinteger"));
      }
    }
  }

  // BEHAVIOURS 36
  @EachFlavour
  void addsTextByTheRulesOfItsVersion(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      assertEquals(
          flavour == Flavour.LUA53 ? (Object) 11.0 : (Object) 11L, engine.eval("return '10' + 1"));
    }
  }

  // BEHAVIOURS 32
  @EachFlavour
  void tellsLuaWhetherANumberIsAFloat(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      engine.eval(
          "function text(v) return tostring(v) end"
              + " function kind(v) return math.type and math.type(v) end");

      assertEquals(flavour.integers() ? "3.0" : "3", engine.invokeFunction("text", 3.0));
      assertEquals("3", engine.invokeFunction("text", 3L));
      assertEquals(flavour.integers() ? "float" : null, engine.invokeFunction("kind", 3.0));
      assertEquals(flavour.integers() ? "integer" : null, engine.invokeFunction("kind", 3L));
    }
  }

  // BEHAVIOURS 38
  @EachFlavour
  void takesEveryPrimitiveWrapper(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      engine.eval("function same(v) return v, type(v) end");

      assertArrayEquals(new Object[] {7L, "number"}, (Object[]) engine.invokeFunction("same", 7));
      assertArrayEquals(
          new Object[] {7L, "number"}, (Object[]) engine.invokeFunction("same", (short) 7));
      assertArrayEquals(
          new Object[] {-7L, "number"}, (Object[]) engine.invokeFunction("same", (byte) -7));
      assertArrayEquals(
          new Object[] {"c", "string"}, (Object[]) engine.invokeFunction("same", 'c'));
      assertArrayEquals(
          new Object[] {1.5, "number"}, (Object[]) engine.invokeFunction("same", 1.5f));
      var atomic = new AtomicInteger(7);
      assertArrayEquals(
          new Object[] {atomic, "userdata"}, (Object[]) engine.invokeFunction("same", atomic));
    }
  }

  // BEHAVIOURS 29, 30, J46
  @EachFlavour
  void passesALongExactly(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      engine.eval("function same(v) return v, type(v) end");
      var type = flavour.integers() ? "number" : "userdata";

      for (var n : new long[] {Long.MIN_VALUE + 1, Long.MAX_VALUE, EXACT + 1, -EXACT - 1}) {
        assertArrayEquals(new Object[] {n, type}, (Object[]) engine.invokeFunction("same", n));
        assertEquals(n, engine.eval("return n", foreign(Map.of("n", n))));
        engine.put("n", n);
        assertEquals(n, engine.eval("return n"));
        assertEquals(Long.toString(n), engine.eval("return '' .. n"));
      }
    }
  }

  // BEHAVIOURS 211
  @EachFlavour
  void passesALongThatADoubleHolds(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      engine.put("n", 1L << 60);

      assertEquals(
          flavour.integers() ? (Object) (1L << 60) : (Object) 0x1p60, engine.eval("return n"));
    }
  }

  // BEHAVIOURS 39
  @EachFlavour
  void passesABigNumberAsAnObject(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      engine.eval("function same(v) return v, type(v) end");
      for (var big : List.of(BigInteger.TWO.pow(70), BigInteger.TEN, BigDecimal.TEN)) {
        engine.put("make", (Supplier<Object>) () -> big);
        engine.put("n", big);

        assertEquals(big, engine.eval("return n"));
        assertArrayEquals(
            new Object[] {big, "userdata"}, (Object[]) engine.invokeFunction("same", big));
        assertEquals(big, engine.eval("return make()"));
      }
    }
  }

  /** Takes what Java's narrower types take. */
  public static final class Narrow {
    public String ofByte(byte value) {
      return "byte " + value;
    }

    public String ofInt(int value) {
      return "int " + value;
    }

    public String ofLong(long value) {
      return "long " + value;
    }

    public String ofFloat(float value) {
      return "float " + value;
    }

    public String ofDouble(double value) {
      return "double " + value;
    }

    public String ofBoxed(Integer value) {
      return "Integer " + value;
    }
  }

  // BEHAVIOURS J47, J48
  @EachFlavour
  void refusesNumbersThatAParameterCannotHold(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      engine.put("narrow", new Narrow());

      for (var call :
          List.of(
              "narrow:ofInt(3.7)",
              "narrow:ofInt(2^31)",
              "narrow:ofInt(2147483648)",
              "narrow:ofByte(128)",
              "narrow:ofLong(1e19)",
              "narrow:ofLong(0.5)",
              "narrow:ofInt(0/0)",
              "narrow:ofBoxed(3.7)",
              "narrow:ofInt(true)",
              "narrow:ofInt(nil)",
              "narrow:ofInt({})")) {
        var thrown = assertThrows(ScriptException.class, () -> engine.eval("return " + call), call);
        assertInstanceOf(LuaException.class, thrown.getCause(), call);
      }
    }
  }

  // BEHAVIOURS J47, J48
  @EachFlavour
  void passesNumbersThatAParameterCanHold(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      engine.put("narrow", new Narrow());

      for (var call :
          Map.of(
                  "narrow:ofInt(3)",
                  "int 3",
                  "narrow:ofInt(3.0)",
                  "int 3",
                  "narrow:ofInt(-2147483648)",
                  "int -2147483648",
                  "narrow:ofByte(127)",
                  "byte 127",
                  "narrow:ofDouble(3)",
                  "double 3.0",
                  "narrow:ofFloat(0.5)",
                  "float 0.5",
                  "narrow:ofBoxed(3)",
                  "Integer 3",
                  "narrow:ofBoxed(nil)",
                  "Integer null",
                  "narrow:ofLong(2^31)",
                  "long 2147483648")
              .entrySet()) {
        assertEquals(call.getValue(), engine.eval("return " + call.getKey()), call.getKey());
      }
    }
  }

  /** One name, several numeric types. */
  public static final class Overloaded {
    public String of(int value) {
      return "int";
    }

    public String of(long value) {
      return "long";
    }

    public String of(double value) {
      return "double";
    }

    public String boxed(Integer value) {
      return "Integer";
    }

    public String boxed(Object value) {
      return "Object";
    }

    public String wide(long value) {
      return "long";
    }

    public String wide(Object value) {
      return "Object";
    }
  }

  // BEHAVIOURS J49
  @EachFlavour
  void choosesTheMostSpecificOverloadForANumber(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      engine.put("o", new Overloaded());

      assertEquals("int", engine.eval("return o:of(1)"));
      assertEquals("long", engine.eval("return o:of(2147483648)"));
      assertEquals("double", engine.eval("return o:of(1.5)"));
      assertEquals("double", engine.eval("return o:of(1e300)"));
      assertEquals("long", engine.eval("return o:wide(1)"));
      assertEquals("Object", engine.eval("return o:wide('x')"));
      assertEquals("Integer", engine.eval("return o:boxed(1)"));
      assertEquals("Object", engine.eval("return o:boxed('x')"));
      if (flavour.integers()) {
        assertEquals("double", engine.eval("return o:of(1.0)"));
      }
    }
  }
}
