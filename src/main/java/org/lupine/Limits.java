package org.lupine;

import java.time.Duration;

/** What a limit of time or memory may be. */
final class Limits {
  private Limits() {}

  static long bytes(long limit) {
    if (limit < 0) {
      throw new IllegalArgumentException("negative memory limit " + limit);
    }
    return limit;
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
