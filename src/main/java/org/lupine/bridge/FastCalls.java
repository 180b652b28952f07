package org.lupine.bridge;

import java.lang.ref.Reference;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.lupine.bridge.Protocol.FastOp;
import org.lupine.bridge.Protocol.Layout;
import org.lupine.bridge.Protocol.Op;
import org.lupine.bridge.Protocol.Status;
import org.lupine.bridge.Protocol.Tag;
import org.lupine.value.LuaMemoryException;

/**
 * The fast path: operations that need no message. One argument travels in a register; two to eight
 * arguments of a function travel in the frame. An argument is a number, a boolean, nil or a string
 * that Lua knows by a number; results may be anything. An operation on a name takes the fast path
 * from the second use of the name on, since Lua knows the name by a number then; only {@link
 * #NAMES} names are remembered. An operation that cannot take the fast path is refused before it
 * has any effect, and is sent as a message. Methods that are named for an operation acquire the
 * state's lock unless noted otherwise; the others are called under the lock.
 */
final class FastCalls {
  static final int NAMES = 256;
  private static final int UNKNOWN = 0, ONCE = -1;
  private static final int SEVERAL = 8; // arguments at most

  private final LuaState state;
  private final Crossing crossing;
  private final Messages messages;
  private final KnownStrings strings;
  private final boolean integers;
  private final Map<String, Integer> names = new HashMap<>();
  private @Nullable String lastName;
  private int lastNumber;
  private int numbers;

  FastCalls(LuaState state, Crossing crossing, Messages messages, KnownStrings strings) {
    this.state = state;
    this.crossing = crossing;
    this.messages = messages;
    this.strings = strings;
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

  /** Notes that a name is used, and returns its number, or 0 if it has none. */
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
    if (value instanceof String) {
      int number = number(name);
      return number <= UNKNOWN ? refused() : fast(operation, target, number, value);
    }
    int tag = tag(value);
    if (tag < 0) {
      return refused();
    }
    long bits = Messages.smallBits(value); // here, where the compiler knows the class
    int number = number(name);
    return number <= UNKNOWN ? refused() : crossing.fast(operation, target, number, tag, bits);
  }

  /** Performs an operation with a value, unless the value has to travel in a message. */
  private long fast(int operation, int target, int name, @Nullable Object value) {
    if (value instanceof String) {
      int string = strings.number((String) value);
      return string == 0 ? refused() : crossing.fast(operation, target, name, Tag.KNOWN, string);
    }
    int tag = tag(value);
    return tag < 0
        ? refused()
        : crossing.fast(operation, target, name, tag, Messages.smallBits(value));
  }

  /**
   * Calls a function, unless a string among the arguments has no number yet. The caller has checked
   * {@link #mayBeFast(Object[])}.
   */
  private long call(int operation, int target, int name, @Nullable Object[] arguments) {
    switch (arguments.length) {
      case 0:
        return crossing.fast(operation, target, name, Tag.NONE, 0);
      case 1:
        return fast(operation, target, name, arguments[0]);
      default:
        return haveNumbers(arguments) && write(arguments)
            ? crossing.fast(operation, target, name, Tag.SEVERAL, 0)
            : refused();
    }
  }

  /** Returns whether all strings have a number, which they may get by this. */
  private boolean haveNumbers(@Nullable Object[] arguments) {
    for (var argument : arguments) {
      if (argument instanceof String && strings.number((String) argument) == 0) {
        return false;
      }
    }
    return true;
  }

  /** Writes arguments to the frame; returns false if a string has lost its number meanwhile. */
  private boolean write(@Nullable Object[] arguments) {
    messages.dropUnread();
    messages.begin();
    for (var argument : arguments) {
      if (!(argument instanceof String)) {
        messages.put(argument);
      } else {
        int number = strings.find((String) argument);
        if (number == 0) {
          return false;
        }
        messages.putKnown(number);
      }
    }
    messages.end();
    return true;
  }

  /** Calls a global. */
  private long callNamed(String name, @Nullable Object[] arguments) {
    if (arguments.length == 1) {
      return tell(FastOp.CALL_GLOBAL, 0, name, arguments[0]);
    }
    int number = mayBeFast(arguments) ? number(name) : UNKNOWN;
    return number <= UNKNOWN ? refused() : call(FastOp.CALL_GLOBAL, 0, number, arguments);
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
    if (function instanceof Function && mayBeFast(arguments)) {
      var ref = ((Function) function).ref();
      if (ref.state == state) {
        state.share();
        try {
          long answer = call(FastOp.CALL, ref.index, 0, arguments);
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
   * Returns whether the arguments can take the fast path if the strings among them have numbers.
   * Needs no lock.
   */
  private boolean mayBeFast(@Nullable Object[] arguments) {
    if (arguments.length > SEVERAL) {
      return false;
    }
    for (var argument : arguments) {
      if (!mayBeFast(argument)) {
        return false;
      }
    }
    return true;
  }

  private boolean mayBeFast(@Nullable Object argument) {
    return argument instanceof String || tag(argument) >= 0;
  }

  /** Calls a global function; returns what stands for its {@link Results}. Under the lock. */
  @Nullable Object callGlobal(String name, Object[] arguments) {
    long answer = callNamed(name, arguments);
    return isRefused(answer)
        ? Results.of(crossing.allOrNull(Op.CALL_GLOBAL, name, arguments))
        : messages.readFastResults(answer);
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

  /** Sets a global, bypassing metamethods. */
  void setGlobal(String name, @Nullable Object value) {
    state.enter();
    try {
      if (isRefused(tell(FastOp.SET_GLOBAL, 0, name, value))) {
        crossing.perform(Op.PUT_GLOBAL, name, value, false);
      }
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

  /**
   * Returns elements of a table from an index on, while they are small values of one type; null if
   * the first one is not.
   *
   * @param most how many at most; {@link Layout#ELEMENTS} at most
   */
  @Nullable ElementBlock getElements(Table table, long first, int most) {
    state.share();
    try {
      long answer = crossing.fast(FastOp.ELEMENTS, table.ref().index, most, Tag.NONE, first);
      return isRefused(answer) ? null : messages.readElements(answer, first, most, state.entries());
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
