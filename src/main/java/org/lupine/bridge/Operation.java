package org.lupine.bridge;

/** What one side asks of the other; the same as {@code enum Down} and {@code Up} in bridge.h. */
final class Operation {
  static final int LOAD = 0, RUN = 1, CALL = 2, NAME = 3, CALL_GLOBAL = 4, CALL_METHOD = 5,
      GET_GLOBAL = 6, PUT_GLOBAL = 7, USER_GLOBALS = 8, CLEAR_GLOBALS = 9, RESTORE = 10, GET = 11,
      PUT = 12, RAW_GET = 13, RAW_PUT = 14, LENGTH = 15, RAW_LENGTH = 16, ENTRIES = 17, SIZE = 18,
      TO_STRING = 19, PAIRS = 20, RESUME = 21, THREAD_STATUS = 22, NEW_THREAD = 23,
      COLLECT = 24, MEMORY = 25, PRELOAD = 26, SET_NULL = 27, GLOBALS = 28, DRAIN = 29,
      RUN_IN = 30, SPAWN = 31, CLOSE_THREAD = 32, FUNCTION = 33, DESCRIBE = 34, PAUSE = 35,
      MODULES = 36, REMEMBER = 37, OTHER_KEY = 38, CONFINE = 39, BUILD = 64, DUMP = 65, PUT_ALL = 66,
      CLEAR = 67, RANGE = 68, SPLICE = 69, PACK = 70, UNPACK = 71;

  static final int FAST_CALL = 0, FAST_CALL_GLOBAL = 1, FAST_GET_GLOBAL = 2,
      FAST_PUT_GLOBAL = 3, FAST_GET_FIELD = 4, FAST_PUT_FIELD = 5;

  static final int UP_INDEX = 0, UP_NEW_INDEX = 1, UP_CALL = 2, UP_INVOKE = 3, UP_OPERATE = 4,
      UP_LIBRARY = 5, UP_SCOPE_GET = 6, UP_SCOPE_PUT = 7, UP_WRITE = 8, UP_FLUSH = 9, UP_READ = 10,
      UP_EXIT = 11, UP_SEARCH = 12, UP_SCOPE_NAMES = 13;

  static final int SELF = 0x40000000;
  static final int WRITE_ERROR = 1, WRITE_LINE = 2;
  static final int READ_BACK = 3, READ_SHIFT = 2;

  /** Of an operation of Lua on Java: no other thread may be attached meanwhile. */
  static final int ATTACHED = 0x100;

  private Operation() {}

  /**
   * Whether a thread may do this while another is in a call of Java; not what a host does to the
   * state as a whole, for which a script that is under way does not reckon.
   */
  static boolean isShared(int operation) {
    switch (operation) {
      case RUN: case RUN_IN: case CALL_GLOBAL: case GET_GLOBAL: case PUT_GLOBAL:
      case USER_GLOBALS: case CLEAR_GLOBALS: case GLOBALS: case RESTORE: case PRELOAD:
      case MODULES: case REMEMBER: case CONFINE: case PAUSE:
        return false;
      default:
        return true;
    }
  }
}
