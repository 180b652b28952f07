package org.lupine.bridge;

/** What one side asks of the other; the same as {@code enum Down} and {@code Up} in bridge.h. */
final class Operation {
  static final int LOAD = 0, RUN = 1, CALL = 2, CALL_GLOBAL = 3, CALL_METHOD = 4, GET_GLOBAL = 5,
      PUT_GLOBAL = 6, USER_GLOBALS = 7, CLEAR_GLOBALS = 8, RESTORE = 9, GET = 10, PUT = 11,
      RAW_GET = 12, RAW_PUT = 13, LENGTH = 14, RAW_LENGTH = 15, ENTRIES = 16, SIZE = 17,
      TO_STRING = 18, NEW_TABLE = 19, RESUME = 20, THREAD_STATUS = 21, NEW_THREAD = 22,
      COLLECT = 23, MEMORY = 24, PRELOAD = 25, SET_NULL = 26, GLOBALS = 27, DRAIN = 28;

  static final int UP_INDEX = 0, UP_NEW_INDEX = 1, UP_CALL = 2, UP_INVOKE = 3, UP_OPERATE = 4,
      UP_LIBRARY = 5, UP_SCOPE_GET = 6, UP_SCOPE_PUT = 7, UP_WRITE = 8, UP_FLUSH = 9, UP_READ = 10,
      UP_EXIT = 11;

  static final int SELF = 0x40000000;
  static final int WRITE_ERROR = 1, WRITE_LINE = 2;

  private Operation() {}
}
