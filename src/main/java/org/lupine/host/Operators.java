package org.lupine.host;

import org.jspecify.annotations.Nullable;
import org.lupine.access.HostAccess.Operation;
import org.lupine.bridge.LuaState;
import org.lupine.bridge.Protocol.Operator;
import org.lupine.value.LuaException;
import org.lupine.value.LuaTable;

/** Implements operators on Java objects, {@code tostring} and loops. */
final class Operators {
  private final MethodCalls calls;
  private final long base;

  Operators(MethodCalls calls, HostOptions options) {
    this.calls = calls;
    this.base = options.indexBase();
  }

  @SuppressWarnings("NullAway") // only a unary operator has no right operand
  @Nullable Object operate(LuaState state, int operator, Object left, @Nullable Object right)
      throws Throwable {
    var a = operand(left);
    var b = operand(right);
    if (a instanceof ForeignTable) {
      return ((ForeignTable) a).operate(operator, a, b);
    }
    if (b instanceof ForeignTable && operator != Operator.CLOSE) { // or else it is an error value
      // Lua asks the right operand only if the left one has no metamethod
      return a instanceof LuaTable
          ? ((ForeignTable) b).operateRight(operator, a, b)
          : ((ForeignTable) b).operate(operator, a, b);
    }
    boolean numbers = isValue(left) && isValue(right);
    switch (operator) {
      case Operator.EQ:
        return equal(Conversion.unwrap(a), Conversion.unwrap(b));
      case Operator.LT:
      case Operator.LE:
        if (!numbers) {
          checkObjects(a, b, "<");
          calls.gate.checkPassed(a);
          calls.gate.checkPassed(b);
        }
        if (isNaN(a) && Arithmetic.isValue(b) || isNaN(b) && Arithmetic.isValue(a)) {
          return false;
        }
        int order = compare(a, b);
        return operator == Operator.LT ? order < 0 : order <= 0;
      case Operator.CONCAT:
        return Text.concat(calls.context(state), a, b);
      case Operator.LENGTH:
        calls.gate.check(Operation.LENGTH, a.getClass(), "#");
        long length = Loops.length(a);
        if (length < 0) {
          throw new LuaException("attempt to get length of a " + Kinds.name(a) + " value");
        }
        return length;
      case Operator.TOSTRING:
        return Text.of(calls.context(state), a);
      case Operator.PAIRS:
      case Operator.IPAIRS:
        if (!Loops.loops(a)) {
          throw new LuaException("attempt to loop over a " + Kinds.name(a) + " value");
        }
        calls.gate.check(Operation.ITERATE, a.getClass(), "pairs");
        return operator == Operator.PAIRS ? Loops.pairs(a, base) : Loops.ipairs(a, base);
      case Operator.CLOSE:
        calls.gate.check(Operation.CLOSE, a.getClass(), "close");
        ((AutoCloseable) a).close();
        return null;
      default:
        if (!numbers) {
          checkObjects(a, b, "arithmetic");
        }
        var result = Arithmetic.operate(operator, a, b);
        LuaState.countTransfer(Arithmetic.size(result));
        return result;
    }
  }

  /**
   * Returns whether a value needs no access check: a number of the JDK, or anything that is not a
   * Java object.
   */
  private static boolean isValue(Object value) {
    return Arithmetic.isValue(value) || !isObject(value);
  }

  private static boolean isNaN(Object value) {
    return value instanceof Double && ((Double) value).isNaN();
  }

  private static boolean isObject(Object value) {
    return Argument.kind(value) == Argument.OBJECT;
  }

  /** Checks access for each operand that is a Java object. */
  private void checkObjects(Object left, Object right, String operator) {
    if (isObject(left)) {
      calls.gate.check(Operation.COMPARE, left.getClass(), operator);
    }
    if (isObject(right)) {
      calls.gate.check(Operation.COMPARE, right.getClass(), operator);
    }
  }

  private static Object operand(Object value) {
    return value instanceof View || value instanceof Cast
        ? JavaNull.orNull(Conversion.unwrap(value))
        : value;
  }

  private boolean equal(@Nullable Object left, @Nullable Object right) {
    if (left == right || left == null || right == null) {
      return left == right;
    }
    if (Arithmetic.isValue(left) && Arithmetic.isValue(right)) {
      return Arithmetic.compare(left, right) == 0;
    }
    if (!calls.gate.allows(Operation.EQUALS, left.getClass(), "equals")
        || calls.gate.keeps(right)) {
      return false;
    }
    return left.equals(right);
  }

  @SuppressWarnings("unchecked")
  private int compare(Object left, Object right) {
    if (left instanceof Number
        && right instanceof Number
        && (Arithmetic.knows(left.getClass()) || Arithmetic.knows(right.getClass()))) {
      return Arithmetic.compare(left, right);
    }
    if (left instanceof Comparable && right != null && right != JavaNull.NULL) {
      try {
        return ((Comparable<Object>) left).compareTo(Conversion.unwrap(right));
      } catch (ClassCastException e) {
        throw new LuaException(
            "attempt to compare " + Argument.name(left) + " with " + Argument.name(right), e);
      }
    }
    throw new LuaException(
        "attempt to compare " + Argument.name(left) + " with " + Argument.name(right));
  }
}
