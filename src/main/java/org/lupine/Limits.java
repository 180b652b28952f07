package org.lupine;

import java.time.Duration;

/** Validates limits of time and memory. */
final class Limits {
  private Limits() {}

  static long bytes(long limit) {
    if (limit < 0) {
      throw new IllegalArgumentException("negative memory limit " + limit);
    }
    return limit;
  }

  static long someNanoseconds(Duration limit) {
    if (limit.isZero()) {
      throw new IllegalArgumentException("a time limit of zero");
    }
    return nanoseconds(limit);
  }

  /** Returns a timeout in nanoseconds, or the maximum if it is longer. */
  static long waiting(Duration timeout) {
    return timeout.isNegative()
        ? 0
        : timeout.compareTo(Duration.ofNanos(Long.MAX_VALUE)) < 0
            ? timeout.toNanos()
            : Long.MAX_VALUE;
  }

  static long nanoseconds(Duration limit) {
    if (limit.isNegative()) {
      throw new IllegalArgumentException("negative time limit " + limit);
    }
    try {
      return limit.toNanos();
    } catch (ArithmeticException e) {
      throw new IllegalArgumentException("time limit " + limit + " is too long", e);
    }
  }
}
