package org.lupine.bridge;

import java.util.HashMap;
import java.util.Map;

/**
 * Operations whose values travel in registers: a number, boolean or nil in, any result out. Those
 * on a name become quick when the name is used again, since Lua knows it by a number then.
 * Used under the state's lock.
 */
final class Quick {
  private static final int NIL = 0, NO_VALUE = -1;
  private static final int NAMES = 256;
  private static final int UNKNOWN = 0, ONCE = -1;

  private final LuaState state;
  private final boolean integers;
  private final Map<String, Integer> names = new HashMap<>();
  private String lastName;
  private int lastNumber;
  private int numbers;

  Quick(LuaState state) {
    this.state = state;
    this.integers = state.integers();
  }

  /** The tag of an argument that can travel in a register, else -1. */
  private int tag(Object value) {
    return value instanceof Long && !integers && !Overflows.isExact((Long) value) ? -1
        : Messages.smallTag(value);
  }

  /** The number of a name, 0 if it has none. */
  private int number(String name) {
    return name.equals(lastName) ? lastNumber : find(name);
  }

  private int find(String name) {
    int number = names.getOrDefault(name, UNKNOWN);
    if (number == UNKNOWN && names.size() < NAMES) {
      names.put(name, ONCE);
      return UNKNOWN;
    }
    if (number == ONCE) {
      number = ++numbers;
      names.put(name, number);
      state.operate(Operation.NAME, number, name);
    }
    if (number > UNKNOWN) {
      lastName = name;
      lastNumber = number;
    }
    return number;
  }

  /** An operation on a name without a value. */
  long ask(int operation, int target, String name) {
    int number = number(name);
    return number <= UNKNOWN ? refused() : state.quick(operation, target, number, NIL, 0);
  }

  /** An operation on a name with a value. */
  long tell(int operation, int target, String name, Object value) {
    int tag = tag(value);
    int number = tag >= 0 ? number(name) : UNKNOWN;
    return number <= UNKNOWN ? refused()
        : state.quick(operation, target, number, tag, Messages.smallBits(value));
  }

  /** A call of a global with at most one argument. */
  long callGlobal(String name, Object[] arguments) {
    if (arguments.length == 1) {
      return tell(Operation.QUICK_CALL_GLOBAL, 0, name, arguments[0]);
    }
    int number = arguments.length == 0 ? number(name) : UNKNOWN;
    return number <= UNKNOWN ? refused()
        : state.quick(Operation.QUICK_CALL_GLOBAL, 0, number, NO_VALUE, 0);
  }

  /** A call of a function with at most one argument. */
  long call(int ref, Object[] arguments) {
    if (arguments.length == 0) {
      return state.quick(Operation.QUICK_CALL, ref, 0, NO_VALUE, 0);
    }
    int tag = arguments.length > 1 ? -1 : tag(arguments[0]);
    return tag < 0 ? refused()
        : state.quick(Operation.QUICK_CALL, ref, 0, tag, Messages.smallBits(arguments[0]));
  }

  /** What answers an operation that is not to be done quickly: nothing was done. */
  private static long refused() {
    return Status.answer(Status.NOT_FOUND, 1);
  }

  static boolean isRefused(long answer) {
    return answer == Status.answer(Status.NOT_FOUND, 1);
  }
}
