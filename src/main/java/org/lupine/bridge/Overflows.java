package org.lupine.bridge;

import java.math.BigDecimal;
import java.math.BigInteger;
import org.jspecify.annotations.Nullable;
import org.lupine.value.BigNumbers;
import org.lupine.value.LuaException;
import org.lupine.value.Overflow;

/**
 * Replaces the numbers that a state's Lua cannot represent. Used under the state's lock, except for
 * {@link #set}.
 */
final class Overflows {
  private static final long EXACT = 1L << 53;

  private final boolean integers;
  private final BigNumbers big;
  private final Overflow initial;
  private volatile Overflow host;
  private volatile Overflow current;
  private boolean brief;

  /** The thread whose run set a handler that ends with the run; null if there is none. */
  private @Nullable ThreadState setter;

  /** The number that each thread is replacing: other threads may enter while a handler runs. */
  private final ThreadLocal<Replacement> replacement = new ThreadLocal<>();

  /** A number that is being replaced, and whether its handler is running. */
  private static final class Replacement {
    final Number number;
    boolean asking = true;

    Replacement(Number number) {
      this.number = number;
    }
  }

  Overflows(boolean integers, BigNumbers big, Overflow initial) {
    this.integers = integers;
    this.big = big;
    this.initial = initial;
    this.host = initial;
    this.current = initial;
  }

  /** Sets the host's handler; null for the one that the state was opened with. */
  void set(@Nullable Overflow overflow) {
    host = overflow == null ? initial : overflow;
    current = host;
  }

  /**
   * Sets the handler on behalf of a script: permanently, or with {@link #setBrief} until its run
   * ends.
   *
   * @param overflow null for the handler that the state was opened with
   * @param thread the thread of the run
   */
  void setByScript(@Nullable Overflow overflow, ThreadState thread) {
    current = overflow == null ? initial : overflow;
    if (brief) {
      setter = thread;
      thread.hasDuties = true;
    }
  }

  /** Makes handlers that scripts set end with their runs. */
  void setBrief() {
    brief = true;
  }

  /** Restores the host's handler if a run is about to end that has set one for itself. */
  void leaving(ThreadState thread) {
    if (thread == setter && thread.depth <= thread.holds + 1) {
      setter = null;
      reset();
    }
  }

  /** Restores the host's handler. */
  void reset() {
    if (current != host) { // a volatile write would cost a full fence in each run
      current = host;
    }
  }

  /** Returns whether a double represents a whole number exactly. */
  static boolean isExact(long value) {
    return value >= -EXACT && value <= EXACT
        || (long) (double) value == value && value != Long.MAX_VALUE;
  }

  /** Returns a long as Lua can represent it: mostly itself. */
  @Nullable Object plain(Messages messages, Long number) {
    return integers || isExact(number) ? number : replace(messages, number);
  }

  /** Returns a big number itself, or a number that Lua represents exactly, or its replacement. */
  @Nullable Object plainBig(Messages messages, Number number) {
    if (big == BigNumbers.OBJECT) {
      return number;
    }
    try {
      long value =
          number instanceof BigInteger
              ? ((BigInteger) number).longValueExact()
              : ((BigDecimal) number).longValueExact();
      if (integers || isExact(value)) {
        return value;
      }
    } catch (ArithmeticException e) {
      double value = number.doubleValue();
      if (!Double.isInfinite(value)
          && number instanceof BigDecimal
          && new BigDecimal(value).compareTo((BigDecimal) number) == 0) {
        return value;
      }
    }
    return replace(messages, number);
  }

  private @Nullable Object replace(Messages messages, Number number) {
    var overflow = current;
    if (overflow == Overflow.WRAP_OBJECT) {
      return new Host.AsObject(number);
    }
    var outer = replacement.get();
    // A handler in Lua receives the number itself as an object, since a second handler must not be
    // needed.
    if (outer != null && outer.asking && outer.number == number) {
      return new Host.AsObject(number);
    }
    if (outer != null) {
      throw new ArithmeticException(
          "number "
              + number
              + " has no exact Lua representation, nor has what stands for "
              + outer.number);
    }
    var mine = new Replacement(number);
    replacement.set(mine);
    try {
      var answer = answer(overflow, number);
      mine.asking = false;
      if (answer instanceof Double && ((Double) answer).isInfinite()) {
        throw new ArithmeticException("number " + number + " is too big for a Lua number");
      }
      return messages.plain(answer);
    } finally {
      replacement.remove();
    }
  }

  private static @Nullable Object answer(Overflow overflow, Number number) {
    if (overflow == Overflow.ERROR) {
      throw new ArithmeticException("number " + number + " has no exact Lua representation");
    }
    try {
      return overflow.replace(number);
    } catch (Exception e) {
      Interrupts.rethrow(e);
      var failed =
          new ArithmeticException(
              "overflow handler failed for number " + number + ": " + e.getMessage());
      failed.initCause(e instanceof LuaException && e.getCause() != null ? e.getCause() : e);
      throw failed;
    }
  }
}
