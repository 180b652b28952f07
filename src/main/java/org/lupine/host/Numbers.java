package org.lupine.host;

import java.math.BigDecimal;
import java.math.BigInteger;
import org.jspecify.annotations.Nullable;

/** Converts numbers between types, without loss or not at all. */
final class Numbers {
  private static final double LONG_END = 0x1p63;
  private static final double EXACT = 0x1p53;

  private Numbers() {}

  /**
   * Converts a number to a primitive type, box or big number; returns {@link Parameter#NO} if it
   * does not fit.
   */
  static Object convert(Class<?> type, Object value) {
    if (!(value instanceof Number)) {
      return Parameter.NO;
    }
    var number = (Number) value;
    if (type == double.class || type == Double.class) {
      return isFloat(number) || isWhole(number) || isHeld(number, number.doubleValue())
          ? (Object) number.doubleValue()
          : Parameter.NO;
    }
    if (type == float.class || type == Float.class) {
      if (Arithmetic.isBig(number)) {
        return isHeld(number, Double.parseDouble(Float.toString(number.floatValue())))
            ? (Object) number.floatValue()
            : Parameter.NO;
      }
      float narrow = number.floatValue();
      return plain(number) && Float.isInfinite(narrow) == Double.isInfinite(number.doubleValue())
          ? (Object) narrow
          : Parameter.NO;
    }
    if (type == BigDecimal.class) {
      return big(number);
    }
    if (type == BigInteger.class) {
      var big = big(number);
      return big == Parameter.NO ? big : exact((BigDecimal) big);
    }
    var whole = whole(number);
    return whole == null ? Parameter.NO : narrow(type, whole);
  }

  private static boolean plain(Number number) {
    return isFloat(number) || isWhole(number);
  }

  /** Returns whether a double has the value of a big number, or the same decimal text. */
  private static boolean isHeld(Number number, double value) {
    if (!Arithmetic.isBig(number) || Double.isInfinite(value)) {
      return false;
    }
    var big = (BigDecimal) big(number);
    return big.compareTo((BigDecimal) big(value)) == 0 || big.compareTo(new BigDecimal(value)) == 0;
  }

  static boolean isWhole(@Nullable Object number) {
    return number instanceof Long
        || number instanceof Integer
        || number instanceof Short
        || number instanceof Byte;
  }

  /** Returns whether a type holds whole numbers only. */
  static boolean isWholeType(Class<?> type) {
    return type == int.class
        || type == long.class
        || type == short.class
        || type == byte.class
        || type == Integer.class
        || type == Long.class
        || type == Short.class
        || type == Byte.class
        || type == BigInteger.class;
  }

  static boolean isFloat(@Nullable Object number) {
    return number instanceof Double || number instanceof Float;
  }

  /** Returns a number's value as a long if it has one, else null. */
  static @Nullable Long whole(@Nullable Object number) {
    if (number instanceof Long) {
      return (Long) number;
    }
    if (number == null) {
      return null;
    }
    if (isWhole(number)) {
      return ((Number) number).longValue();
    }
    if (isFloat(number)) {
      double value = ((Number) number).doubleValue();
      return value == Math.rint(value) && value >= -LONG_END && value < LONG_END
          ? (Long) (long) value
          : null;
    }
    if (number instanceof BigInteger) {
      return ((BigInteger) number).bitLength() < Long.SIZE
          ? (Long) ((Number) number).longValue()
          : null;
    }
    try {
      return number instanceof BigDecimal ? (Long) ((BigDecimal) number).longValueExact() : null;
    } catch (ArithmeticException e) {
      return null;
    }
  }

  private static Object narrow(Class<?> type, long number) {
    if (type == long.class || type == Long.class) {
      return number;
    }
    if (type == int.class || type == Integer.class) {
      return (int) number == number ? (Object) (int) number : Parameter.NO;
    }
    if (type == short.class || type == Short.class) {
      return (short) number == number ? (Object) (short) number : Parameter.NO;
    }
    return (byte) number == number ? (Object) (byte) number : Parameter.NO;
  }

  /**
   * Returns a finite number as a BigDecimal, or {@link Parameter#NO}. A float becomes the shortest
   * decimal that identifies it, as it is printed; beyond 2^53, the whole number that it is.
   */
  static Object big(Object number) {
    if (number instanceof BigDecimal) {
      return number;
    }
    if (number instanceof BigInteger) {
      return new BigDecimal((BigInteger) number);
    }
    if (isWhole(number)) {
      return BigDecimal.valueOf(((Number) number).longValue());
    }
    if (isFloat(number) && Double.isFinite(((Number) number).doubleValue())) {
      double value = ((Number) number).doubleValue();
      return Math.abs(value) < EXACT ? BigDecimal.valueOf(value) : new BigDecimal(value);
    }
    return Parameter.NO;
  }

  private static Object exact(BigDecimal number) {
    try {
      return Arithmetic.isTooBig(number) ? Parameter.NO : number.toBigIntegerExact();
    } catch (ArithmeticException e) {
      return Parameter.NO;
    }
  }
}
