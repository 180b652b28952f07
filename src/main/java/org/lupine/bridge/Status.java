package org.lupine.bridge;

/** How a crossing ended; the same as {@code enum Status} in bridge.h. */
final class Status {
  static final int OK = 0, ERROR = 1, SYNTAX = 2, MEMORY = 3, STACK = 4, FATAL = 5, NOT_FOUND = 6,
      YIELD = 7, VALUE = 8;

  private Status() {}

  static long answer(int status, int length) {
    return (long) status << 32 | length;
  }

  static int of(long answer) {
    return (int) (answer >> 32);
  }

  static int length(long answer) {
    return (int) answer;
  }
}
