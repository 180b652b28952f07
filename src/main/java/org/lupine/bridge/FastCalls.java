package org.lupine.bridge;

import java.lang.ref.Reference;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.lupine.bridge.Protocol.FastOp;
import org.lupine.bridge.Protocol.Op;
import org.lupine.bridge.Protocol.Status;
import org.lupine.bridge.Protocol.Tag;
import org.lupine.value.LuaMemoryException;

/**
 * The fast path: operations whose values travel in registers. The argument is a number, a boolean
 * or nil; the result may be anything. An operation on a name takes the fast path when the name is
 * used for the second time, since Lua knows the name by a number then. What cannot take the fast
 * path is refused, having done nothing, and goes by a message. Methods acquire the state's lock
 * unless noted otherwise.
 */
final class FastCalls {
  private static final int NAMES = 256;
  private static final int UNKNOWN = 0, ONCE = -1;

  private final LuaState state;
  private final Crossing crossing;
  private final Messages messages;
  private final boolean integers;
  private final Map<String, Integer> names = new HashMap<>();
  private @Nullable String lastName;
  private int lastNumber;
  private int numbers;

  FastCalls(LuaState state, Crossing crossing, Messages messages) {
    this.state = state;
    this.crossing = crossing;
    this.messages = messages;
    this.integers = state.integers();
  }

  /** Returns the tag of an argument that can travel in a register, else -1. */
  int tag(@Nullable Object value) {
    return value instanceof Long && !integers && !Overflows.isExact((Long) value)
        ? -1
        : Messages.smallTag(value);
  }

  /** Returns the number of a name that will be used again, or 0 if it cannot get one. */
  int numberAtOnce(String name) {
    int number = number(name);
    return number > UNKNOWN ? number : number(name);
  }

  /** Returns the number of a name, or 0 if it has none. */
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
      number = tell(name);
    }
    if (number > UNKNOWN) {
      lastName = name;
      lastNumber = number;
    }
    return number;
  }

  /**
   * Tells Lua the number of a name. The name gets it once Lua knows; if memory is short it gets
   * none.
   */
  private int tell(String name) {
    int number = ++numbers; // unique, though this may run a finalizer that comes here
    boolean known = false;
    try {
      crossing.first(Op.NAME, number, name);
      known = true;
    } catch (LuaMemoryException e) {
      return UNKNOWN;
    } finally {
      if (!known && numbers == number) {
        numbers--;
      }
    }
    names.put(name, number);
    return number;
  }

  /** Performs an operation on a name without a value. */
  private long ask(int operation, int target, String name) {
    int number = number(name);
    return number <= UNKNOWN ? refused() : crossing.fast(operation, target, number, Tag.NIL, 0);
  }

  /** Performs an operation on a name with a value. */
  private long tell(int operation, int target, String name, @Nullable Object value) {
    int tag = tag(value);
    int number = tag >= 0 ? number(name) : UNKNOWN;
    return number <= UNKNOWN
        ? refused()
        : crossing.fast(operation, target, number, tag, Messages.smallBits(value));
  }

  /** Calls a global with at most one argument. */
  private long fastCall(String name, Object[] arguments) {
    if (arguments.length == 1) {
      return tell(FastOp.CALL_GLOBAL, 0, name, arguments[0]);
    }
    int number = arguments.length == 0 ? number(name) : UNKNOWN;
    return number <= UNKNOWN
        ? refused()
        : crossing.fast(FastOp.CALL_GLOBAL, 0, number, Tag.NONE, 0);
  }

  /** Returns the answer for an operation that cannot take the fast path: nothing was done. */
  private static long refused() {
    return Status.answer(Status.NOT_FOUND, 1);
  }

  /** Returns whether an operation could not take the fast path, so that nothing was done. */
  static boolean isRefused(long answer) {
    return answer == Status.answer(Status.NOT_FOUND, 1);
  }

  /** Calls whatever can be called and returns the results, none to many. */
  Object[] call(Object function, Object[] arguments) {
    if (function instanceof Function && arguments.length <= 1) {
      var argument = arguments.length == 0 ? null : arguments[0];
      int tag = arguments.length == 0 ? Tag.NONE : tag(argument);
      var ref = ((Function) function).ref();
      if ((tag >= 0 || arguments.length == 0) && ref.state == state) {
        state.share();
        try {
          long answer = crossing.fast(FastOp.CALL, ref.index, 0, tag, Messages.smallBits(argument));
          if (!isRefused(answer)) {
            return messages.readFast(answer);
          }
        } finally {
          state.exit();
          Reference.reachabilityFence(function);
        }
      }
    }
    return crossing.all(Op.CALL, function, arguments);
  }

  /**
   * Calls a global function; returns null if nothing of that name can be called. Under the lock.
   */
  Object[] callGlobal(String name, Object[] arguments) {
    long answer = fastCall(name, arguments);
    return isRefused(answer)
        ? crossing.all(Op.CALL_GLOBAL, name, arguments)
        : messages.readFast(answer);
  }

  /** Returns the value of a global, bypassing metamethods; null if there is none. */
  @Nullable Object getGlobal(String name) {
    state.enter();
    try {
      long answer = ask(FastOp.GET_GLOBAL, 0, name);
      return isRefused(answer)
          ? crossing.first(Op.GET_GLOBAL, name)
          : messages.readFastFirst(answer);
    } finally {
      state.exit();
    }
  }

  /** Sets a global, bypassing metamethods, and returns its old value. */
  @Nullable Object putGlobal(String name, @Nullable Object value) {
    state.enter();
    try {
      long answer = tell(FastOp.PUT_GLOBAL, 0, name, value);
      return isRefused(answer)
          ? crossing.first(Op.PUT_GLOBAL, name, value, false)
          : messages.readFastFirst(answer);
    } finally {
      state.exit();
    }
  }

  /** Returns a table's value of a string key. */
  @Nullable Object getField(Table table, String key) {
    state.share();
    try {
      long answer = ask(FastOp.GET_FIELD, table.ref().index, key);
      return isRefused(answer)
          ? crossing.first(Op.GET, table, key)
          : messages.readFastFirst(answer);
    } finally {
      state.exit();
      Reference.reachabilityFence(table);
    }
  }

  /** Sets a table's value of a string key and returns the old one. */
  @Nullable Object putField(Table table, String key, @Nullable Object value) {
    state.share();
    try {
      long answer = tell(FastOp.PUT_FIELD, table.ref().index, key, value);
      return isRefused(answer)
          ? crossing.first(Op.PUT, table, key, value)
          : messages.readFastFirst(answer);
    } finally {
      state.exit();
      Reference.reachabilityFence(table);
    }
  }
}
