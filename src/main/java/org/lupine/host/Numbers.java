package org.lupine.host;

import java.math.BigDecimal;
import java.math.BigInteger;

/** Numbers from one type to another, without loss or not at all. */
final class Numbers {
  private static final double LONG_END = 0x1p63;

  private Numbers() {}

  /** A number as the given primitive, box or big type, or {@link Parameter#NO}. */
  static Object convert(Class<?> type, Object value) {
    if (!(value instanceof Number)) {
      return Parameter.NO;
    }
    var number = (Number) value;
    if (type == double.class || type == Double.class) {
      return plain(number) ? (Object) number.doubleValue() : Parameter.NO;
    }
    if (type == float.class || type == Float.class) {
      float narrow = number.floatValue();
      return plain(number) && Float.isInfinite(narrow) == Double.isInfinite(number.doubleValue())
          ? (Object) narrow : Parameter.NO;
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
    return isFloat(number) || isWhole(number)
        || number instanceof BigInteger || number instanceof BigDecimal;
  }

  static boolean isWhole(Object number) {
    return number instanceof Long || number instanceof Integer || number instanceof Short
        || number instanceof Byte;
  }

  /** Whether a type holds whole numbers only. */
  static boolean isWholeType(Class<?> type) {
    return type == int.class || type == long.class || type == short.class || type == byte.class
        || type == Integer.class || type == Long.class || type == Short.class
        || type == Byte.class || type == BigInteger.class;
  }

  static boolean isFloat(Object number) {
    return number instanceof Double || number instanceof Float;
  }

  /** A number's value as a long if it has one, else null. */
  static Long whole(Object number) {
    if (number instanceof Long) {
      return (Long) number;
    }
    if (isWhole(number)) {
      return ((Number) number).longValue();
    }
    if (isFloat(number)) {
      double value = ((Number) number).doubleValue();
      return value == Math.rint(value) && value >= -LONG_END && value < LONG_END
          ? (Long) (long) value : null;
    }
    if (number instanceof BigInteger) {
      return ((BigInteger) number).bitLength() < Long.SIZE ? (Long) ((Number) number).longValue()
          : null;
    }
    return null;
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

  /** Any finite number as a BigDecimal, or {@link Parameter#NO}. */
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
      return BigDecimal.valueOf(((Number) number).doubleValue());
    }
    return Parameter.NO;
  }

  private static Object exact(BigDecimal number) {
    try {
      return number.toBigIntegerExact();
    } catch (ArithmeticException e) {
      return Parameter.NO;
    }
  }
}
