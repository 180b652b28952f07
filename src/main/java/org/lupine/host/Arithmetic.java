package org.lupine.host;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import org.jspecify.annotations.Nullable;
import org.lupine.bridge.Host;
import org.lupine.bridge.Protocol.Operator;
import org.lupine.value.LuaException;

/**
 * Implements operators on big numbers, also mixed with Lua's numbers. Results are exact, except for
 * quotients without a finite decimal expansion. Whole numbers stay whole except in {@code /};
 * {@code //} and {@code %} round down, as in Lua. Results are limited in size, since an operation
 * that takes seconds could not be interrupted.
 */
final class Arithmetic {
  private static final MathContext DIGITS = MathContext.DECIMAL128;

  private static final int MOST_BITS = 1 << 22;
  private static final int MOST_EXACT_DIGITS = 2000; // of the operands of an exact division
  private static final int SMALL_BYTES = 64;
  private static final int MOST_EXPONENT = 999_999_999;

  private Arithmetic() {}

  /**
   * Returns whether arithmetic applies to objects of a class. A long is such an object where Lua
   * cannot represent it.
   */
  static boolean knows(Class<?> type) {
    return areBig(type) || type == Long.class;
  }

  /** Returns whether a class is a big number. */
  static boolean areBig(Class<?> type) {
    return BigInteger.class.isAssignableFrom(type) || BigDecimal.class.isAssignableFrom(type);
  }

  /**
   * Returns whether a value is a number of the JDK's own classes, for which access need not be
   * checked.
   */
  static boolean isValue(Object value) {
    return value instanceof Number
        && (value.getClass() == BigDecimal.class
            || value.getClass() == BigInteger.class
            || value instanceof Long);
  }

  static boolean isBig(@Nullable Object value) {
    return value instanceof BigInteger || value instanceof BigDecimal;
  }

  /**
   * Returns a result as an object rather than a Lua number, so that further arithmetic stays exact.
   */
  static @Nullable Object kept(@Nullable Object result) {
    return result != null && isBig(result) ? new Host.AsObject(result) : result;
  }

  /**
   * Returns the result of an operator. It stays an object if an operand was a big number; for longs
   * it is converted as a Java result is, to a Lua number where that is exact.
   */
  static @Nullable Object operate(int operator, Object left, Object right) {
    var result = result(operator, left, right);
    if (isBig(left) || isBig(right)) {
      return kept(result);
    }
    var whole = result instanceof BigInteger ? Numbers.whole(result) : null;
    return whole == null ? result : whole;
  }

  /**
   * Returns how many bytes a result occupies in Java, by which a script could fill Java's heap: 0 for
   * a result that is no larger than its userdata, which counts as Lua's memory.
   */
  static long size(@Nullable Object result) {
    var number = result instanceof Host.AsObject ? ((Host.AsObject) result).target() : result;
    long bits =
        number instanceof BigInteger
            ? ((BigInteger) number).bitLength()
            : number instanceof BigDecimal ? ((BigDecimal) number).unscaledValue().bitLength() : 0;
    return bits <= 8 * SMALL_BYTES ? 0 : bits / 8;
  }

  private static Object result(int operator, Object left, Object right) {
    var a = number(left);
    if (operator == Operator.UNM) {
      return isWhole(left) ? a.toBigIntegerExact().negate() : a.negate();
    }
    var b = number(right);
    if (isWhole(left) && isWhole(right) && operator != Operator.DIV) {
      return whole(operator, a.toBigIntegerExact(), b.toBigIntegerExact());
    }
    switch (operator) {
      case Operator.ADD:
        return aligned(a, b).add(b);
      case Operator.SUB:
        return aligned(a, b).subtract(b);
      case Operator.MUL:
        checkProduct(a.unscaledValue(), b.unscaledValue());
        return a.multiply(b);
      case Operator.DIV:
        return quotient(a, nonzero(b));
      case Operator.IDIV:
        return floor(a, nonzero(b));
      case Operator.MOD:
        return modulo(a, nonzero(b));
      default:
        return power(a, b);
    }
  }

  private static Object whole(int operator, BigInteger a, BigInteger b) {
    switch (operator) {
      case Operator.ADD:
        return a.add(b);
      case Operator.SUB:
        return a.subtract(b);
      case Operator.MUL:
        checkProduct(a, b);
        return a.multiply(b);
      case Operator.IDIV:
        nonzero(new BigDecimal(b));
        return floor(a, b);
      case Operator.MOD:
        nonzero(new BigDecimal(b));
        var rest = a.mod(b.abs());
        return b.signum() < 0 && rest.signum() != 0 ? rest.add(b) : rest;
      default:
        return b.signum() < 0
            ? power(new BigDecimal(a), new BigDecimal(b))
            : power(new BigDecimal(a), new BigDecimal(b)).toBigIntegerExact();
    }
  }

  /** Returns a power: exactly for exponents that are not negative, else as a quotient. */
  private static BigDecimal power(BigDecimal a, BigDecimal b) {
    int exponent;
    try {
      exponent = b.intValueExact();
    } catch (ArithmeticException e) {
      throw new LuaException("cannot raise a big number to the power " + b, e);
    }
    long times = Math.abs((long) exponent);
    var digits = a.unscaledValue().abs();
    if (digits.bitLength() > 1 && digits.bitLength() * times > MOST_BITS) {
      throw tooBig();
    }
    if (times > MOST_EXPONENT) {
      throw new LuaException("cannot raise a big number to the power " + b);
    }
    var power = a.pow((int) times);
    return exponent < 0 ? quotient(BigDecimal.ONE, nonzero(power)) : power;
  }

  /**
   * Returns a quotient: exactly if its decimal expansion is finite and the operands have few digits,
   * else to the operands' number of digits, at least 34.
   */
  private static BigDecimal quotient(BigDecimal a, BigDecimal b) {
    int digits = Math.max(DIGITS.getPrecision(), Math.max(a.precision(), b.precision()));
    if (digits > MOST_EXACT_DIGITS) {
      return longQuotient(a, b, digits);
    }
    try {
      return a.divide(b);
    } catch (ArithmeticException e) {
      return a.divide(b, new MathContext(digits, DIGITS.getRoundingMode()));
    }
  }

  /**
   * Returns a quotient to a number of digits, some of which may be trailing zeros: the divisions of
   * BigDecimal without a scale remove these one by one, which would take minutes.
   */
  private static BigDecimal longQuotient(BigDecimal a, BigDecimal b, int digits) {
    long scale = digits - (size(a) - size(b));
    if (scale != (int) scale) {
      throw tooBig();
    }
    return a.divide(b, (int) scale, DIGITS.getRoundingMode());
  }

  private static BigDecimal floor(BigDecimal a, BigDecimal b) {
    long digits = size(a) - size(b);
    if (digits > MOST_BITS / 4) {
      throw tooBig();
    }
    if (digits < -1) {
      return a.signum() * b.signum() < 0 ? BigDecimal.ONE.negate() : BigDecimal.ZERO;
    }
    long more = (long) a.scale() - b.scale(); // bounded, since the sizes are close
    var x = a.unscaledValue();
    var y = b.unscaledValue();
    return new BigDecimal(
        more < 0
            ? floor(shifted(x, -more), y)
            : more > 0 ? floor(x, shifted(y, more)) : floor(x, y));
  }

  private static BigInteger floor(BigInteger a, BigInteger b) {
    var parts = a.divideAndRemainder(b);
    return parts[1].signum() * b.signum() < 0 ? parts[0].subtract(BigInteger.ONE) : parts[0];
  }

  private static BigInteger shifted(BigInteger number, long digits) {
    return number.multiply(BigInteger.TEN.pow((int) digits));
  }

  private static BigDecimal modulo(BigDecimal a, BigDecimal b) {
    var times = floor(a, b).multiply(b);
    return times.signum() == 0 ? a : aligned(a, times).subtract(times);
  }

  /**
   * Returns the number of digits before the decimal point; not positive for fractions with leading
   * zeros.
   */
  private static long size(BigDecimal number) {
    return (long) number.precision() - number.scale();
  }

  /** Returns whether a whole number has too many digits to be written out. */
  static boolean isTooBig(BigDecimal number) {
    return size(number) > MOST_BITS / 4;
  }

  /** Returns the first number, after checking that both can be written with as many decimals. */
  private static BigDecimal aligned(BigDecimal a, BigDecimal b) {
    if (Math.max(size(a), size(b)) + Math.max((long) a.scale(), b.scale()) > MOST_BITS / 4) {
      throw tooBig();
    }
    return a;
  }

  private static void checkProduct(BigInteger a, BigInteger b) {
    if ((long) a.bitLength() + b.bitLength() > MOST_BITS) {
      throw tooBig();
    }
  }

  private static LuaException tooBig() {
    return new LuaException("result is too big: more than " + MOST_BITS + " bits");
  }

  private static BigDecimal nonzero(BigDecimal divisor) {
    if (divisor.signum() == 0) {
      throw new LuaException("attempt to divide a big number by zero");
    }
    return divisor;
  }

  private static boolean isWhole(Object value) {
    return value instanceof BigInteger || Numbers.isWhole(value);
  }

  private static BigDecimal number(Object value) {
    var big = Numbers.big(value);
    if (big == Parameter.NO) {
      throw new LuaException(
          value instanceof Number
              ? "attempt to mix " + value + " with a big number"
              : "attempt to perform arithmetic on a " + Argument.name(value) + " value");
    }
    return (BigDecimal) big;
  }

  /** Compares two numbers of which at least one is big; returns -1, 0 or 1. */
  static int compare(Object left, Object right) {
    double infinite =
        Numbers.isFloat(left)
            ? ((Number) left).doubleValue()
            : Numbers.isFloat(right) ? -((Number) right).doubleValue() : 0;
    return Double.isInfinite(infinite)
        ? (int) Math.signum(infinite)
        : number(left).compareTo(number(right));
  }
}
