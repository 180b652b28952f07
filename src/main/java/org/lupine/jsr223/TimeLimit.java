package org.lupine.jsr223;

import java.time.DateTimeException;
import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.lupine.bridge.Deadline;

/** Parses the values of {@link LuaScriptEngine#TIME_LIMIT}. */
final class TimeLimit {
  private TimeLimit() {}

  /**
   * Runs an action within a limit; zero means no limit.
   *
   * @throws IllegalArgumentException if the value is not a limit
   */
  static <T> T callWithin(Object limit, Supplier<T> action) {
    long nanoseconds = nanoseconds(limit);
    if (nanoseconds == 0) {
      return action.get();
    }
    try {
      return Deadline.callWithin(nanoseconds, action::get);
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new AssertionError(e); // a supplier throws no other exceptions
    }
  }

  private static long nanoseconds(Object limit) {
    var duration = duration(limit);
    if (duration.isNegative()) {
      throw bad(limit, null);
    }
    try {
      return duration.toNanos();
    } catch (ArithmeticException e) {
      return Long.MAX_VALUE;
    }
  }

  /**
   * Parses a limit.
   *
   * @throws IllegalArgumentException if the value is not a limit
   */
  static Duration duration(Object limit) {
    try {
      if (limit instanceof Duration) {
        return (Duration) limit;
      }
      if (limit instanceof Number) {
        return ofMillis(((Number) limit).doubleValue());
      }
      var text = limit.toString().strip();
      return text.startsWith("P") ? Duration.parse(text) : ofMillis(Double.parseDouble(text));
    } catch (NumberFormatException | DateTimeException e) {
      throw bad(limit, e);
    }
  }

  private static Duration ofMillis(double milliseconds) {
    if (Double.isNaN(milliseconds)) {
      throw new NumberFormatException("not a number");
    }
    double nanoseconds = milliseconds * 1e6;
    // what is less than a nanosecond is no limit of zero, which would be none
    return Duration.ofNanos(
        Math.abs(nanoseconds) < 1 ? (long) Math.signum(nanoseconds) : (long) nanoseconds);
  }

  private static IllegalArgumentException bad(Object limit, @Nullable Exception cause) {
    return new IllegalArgumentException(
        "'"
            + LuaScriptEngine.TIME_LIMIT
            + "' is not a duration, nor a number of milliseconds: "
            + limit,
        cause);
  }
}
