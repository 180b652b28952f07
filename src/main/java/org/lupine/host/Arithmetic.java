package org.lupine.host;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.math.RoundingMode;
import org.lupine.bridge.Host;
import org.lupine.value.LuaException;

/**
 * Operators of big numbers, mixed with Lua's. Whole numbers stay whole except in {@code /}, whose
 * results have 34 digits; {@code //} and {@code %} round down, as in Lua.
 */
final class Arithmetic {
  private static final MathContext DIGITS = MathContext.DECIMAL128;

  private Arithmetic() {}

  /** Whether objects of a class are calculated with: a long is one where Lua cannot hold it. */
  static boolean knows(Class<?> type) {
    return areBig(type) || type == Long.class;
  }

  /** Whether a class is one of big numbers. */
  static boolean areBig(Class<?> type) {
    return BigInteger.class.isAssignableFrom(type) || BigDecimal.class.isAssignableFrom(type);
  }

  static boolean isBig(Object value) {
    return value instanceof BigInteger || value instanceof BigDecimal;
  }

  /** A result that stays an object, so that Lua can go on calculating with it. */
  static Object kept(Object result) {
    return isBig(result) ? new Host.AsObject(result) : result;
  }

  /** The result, which stays an object if an operand was a big number. */
  static Object operate(int operator, Object left, Object right) {
    var result = result(operator, left, right);
    return isBig(left) || isBig(right) ? kept(result) : result;
  }

  private static Object result(int operator, Object left, Object right) {
    var a = number(left);
    if (operator == Host.OP_UNM) {
      return isWhole(left) ? a.toBigIntegerExact().negate() : a.negate();
    }
    var b = number(right);
    if (isWhole(left) && isWhole(right) && operator != Host.OP_DIV) {
      return whole(operator, a.toBigIntegerExact(), b.toBigIntegerExact());
    }
    switch (operator) {
      case Host.OP_ADD:
        return a.add(b);
      case Host.OP_SUB:
        return a.subtract(b);
      case Host.OP_MUL:
        return a.multiply(b);
      case Host.OP_DIV:
        return a.divide(nonzero(b), DIGITS);
      case Host.OP_IDIV:
        return floor(a, nonzero(b));
      case Host.OP_MOD:
        return a.subtract(floor(a, nonzero(b)).multiply(b));
      default:
        return power(a, b);
    }
  }

  private static Object whole(int operator, BigInteger a, BigInteger b) {
    switch (operator) {
      case Host.OP_ADD:
        return a.add(b);
      case Host.OP_SUB:
        return a.subtract(b);
      case Host.OP_MUL:
        return a.multiply(b);
      case Host.OP_IDIV:
        return floor(new BigDecimal(a), nonzero(new BigDecimal(b))).toBigIntegerExact();
      case Host.OP_MOD:
        nonzero(new BigDecimal(b));
        var rest = a.mod(b.abs());
        return b.signum() < 0 && rest.signum() != 0 ? rest.add(b) : rest;
      default:
        return b.signum() >= 0 && b.bitLength() < Integer.SIZE ? a.pow(b.intValueExact())
            : power(new BigDecimal(a), new BigDecimal(b));
    }
  }

  private static BigDecimal power(BigDecimal a, BigDecimal b) {
    try {
      return a.pow(b.intValueExact(), DIGITS);
    } catch (ArithmeticException e) {
      throw new LuaException("cannot raise a big number to the power " + b, e);
    }
  }

  private static BigDecimal floor(BigDecimal a, BigDecimal b) {
    var whole = a.divideToIntegralValue(b);
    boolean below = a.signum() * b.signum() < 0 && whole.multiply(b).compareTo(a) != 0;
    return (below ? whole.subtract(BigDecimal.ONE) : whole).setScale(0, RoundingMode.UNNECESSARY);
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
      throw new LuaException(value instanceof Number
          ? "attempt to mix " + value + " with a big number"
          : "attempt to perform arithmetic on a " + Argument.name(value) + " value");
    }
    return (BigDecimal) big;
  }

  /** Less, equal or greater; both are numbers, at least one is big. */
  static int compare(Object left, Object right) {
    double infinite = Numbers.isFloat(left) ? ((Number) left).doubleValue()
        : Numbers.isFloat(right) ? -((Number) right).doubleValue() : 0;
    return Double.isInfinite(infinite) ? (int) Math.signum(infinite)
        : number(left).compareTo(number(right));
  }
}
