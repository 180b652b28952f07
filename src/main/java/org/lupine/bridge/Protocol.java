package org.lupine.bridge;

/**
 * The numbers that both sides of the boundary know. They are those of {@code jni/bridge.h}, which
 * says what each means; {@code ProtocolTest} compares them.
 */
public final class Protocol {
  private Protocol() {}

  /** Operations of Java on Lua: {@code OP_*}. */
  static final class Op {
    static final int LOAD = 0,
        RUN = 1,
        CALL = 2,
        NAME = 3,
        CALL_GLOBAL = 4,
        CALL_METHOD = 5,
        GET_GLOBAL = 6,
        PUT_GLOBAL = 7,
        USER_GLOBALS = 8,
        CLEAR_GLOBALS = 9,
        RESTORE = 10,
        GET = 11,
        PUT = 12,
        RAW_GET = 13,
        RAW_PUT = 14,
        LENGTH = 15,
        RAW_LENGTH = 16,
        ENTRIES = 17,
        SIZE = 18,
        TO_STRING = 19,
        PAIRS = 20,
        RESUME = 21,
        THREAD_STATUS = 22,
        NEW_THREAD = 23,
        COLLECT = 24,
        MEMORY = 25,
        PRELOAD = 26,
        SET_NULL = 27,
        GLOBALS = 28,
        DRAIN = 29,
        RUN_IN = 30,
        SPAWN = 31,
        CLOSE_THREAD = 32,
        FUNCTION = 33,
        DESCRIBE = 34,
        PAUSE = 35,
        MODULES = 36,
        REMEMBER = 37,
        OTHER_KEY = 38,
        CONFINE = 39,
        ENVIRONMENT = 40,
        ISOLATE = 41,
        CALL_THREAD = 42;

    // these read their values one by one
    static final int BUILD = 64,
        DUMP = 65,
        PUT_ALL = 66,
        CLEAR = 67,
        RANGE = 68,
        SPLICE = 69,
        PACK = 70,
        UNPACK = 71,
        ELEMENTS = 72;

    private Op() {}

    /**
     * Returns whether a thread may do this while another is in a call from Lua to Java. It may not
     * if the operation is one of the host on the state as a whole, which a running script does not
     * expect.
     */
    static boolean isShared(int operation) {
      switch (operation) {
        case RUN:
        case RUN_IN:
        case CALL_GLOBAL:
        case GET_GLOBAL:
        case PUT_GLOBAL:
        case USER_GLOBALS:
        case CLEAR_GLOBALS:
        case GLOBALS:
        case RESTORE:
        case PRELOAD:
        case MODULES:
        case REMEMBER:
        case CONFINE:
        case ISOLATE:
        case PAUSE:
          return false;
        default:
          return true;
      }
    }
  }

  /** Operations whose values travel in registers: {@code FAST_*}. */
  static final class FastOp {
    static final int CALL = 0,
        CALL_GLOBAL = 1,
        GET_GLOBAL = 2,
        PUT_GLOBAL = 3,
        GET_FIELD = 4,
        PUT_FIELD = 5,
        RUN = 6,
        STRING = 7,
        RUN_IN = 8,
        ELEMENTS = 9,
        SET_GLOBAL = 10;

    private FastOp() {}
  }

  /** Operations of Lua on Java: {@code UP_*}. */
  public static final class Upcall {
    public static final int INDEX = 0,
        NEW_INDEX = 1,
        CALL = 2,
        INVOKE = 3,
        OPERATE = 4,
        LIBRARY = 5,
        SCOPE_GET = 6,
        SCOPE_PUT = 7,
        WRITE = 8,
        FLUSH = 9,
        READ = 10,
        EXIT = 11,
        SEARCH = 12,
        SCOPE_NAMES = 13,
        SCOPE_REMOVE = 14,
        GET_PROPERTY = 15,
        SET_PROPERTY = 16,
        MEMORY = 17,
        COROUTINE = 18;

    /** Added to a member: the target itself came before the arguments. */
    public static final int SELF = 0x40000000;

    /** Where the count of elements that Lua asks for is in the member of INVOKE. */
    static final int ASKED_SHIFT = 20;

    /** The bits of the member of INVOKE that are the number of the method. */
    public static final int METHOD = (1 << ASKED_SHIFT) - 1;

    /** Where the count of elements is in the answer to INDEX or INVOKE. */
    static final int AHEAD_SHIFT = 4;

    /** Added to an operation: no other thread may be attached meanwhile. */
    static final int ATTACHED = 0x100;

    /** The member of SCOPE_GET if the state keeps a value of that name. */
    static final int SCOPE_KEPT = 1;

    // the members of WRITE, FLUSH and READ
    static final int WRITE_ERROR = 1, WRITE_LINE = 2;
    static final int READ_LINE = 0, READ_COUNT = 1, READ_NUMBER = 2, READ_BACK = 3, READ_SHIFT = 2;

    private Upcall() {}
  }

  /** The types of values in a message: {@code TAG_*}. */
  public static final class Tag {
    public static final int NONE = -1,
        NIL = 0,
        BOOLEAN = 1,
        INTEGER = 2,
        NUMBER = 3,
        STRING = 4,
        TABLE = 5,
        FUNCTION = 6,
        THREAD = 7,
        USERDATA = 8,
        OBJECT = 9,
        NEW_KIND = 10,
        MEMBER = 11,
        AS_FUNCTION = 12,
        NODE = 13,
        BYTES = 14,
        KNOWN = 15,
        SEVERAL = 16,
        AS_THREAD = 17;

    private Tag() {}
  }

  /** How a crossing ended, the high half of its answer: {@code STATUS_*}. */
  static final class Status {
    static final int OK = 0,
        ERROR = 1,
        SYNTAX = 2,
        MEMORY = 3,
        STACK = 4,
        FATAL = 5,
        NOT_FOUND = 6,
        YIELD = 7,
        VALUE = 8;

    private Status() {}

    /** Composes an answer. */
    static long answer(int status, int length) {
      return (long) status << 32 | length & 0xffff_ffffL;
    }

    /** Returns the status of an answer. */
    static int of(long answer) {
      return (int) (answer >> 32);
    }

    /** Returns the length of the message that an answer announces. */
    static int length(long answer) {
      return (int) answer;
    }
  }

  /** The reasons for which a run is to end, and other arguments of a stop: {@code STOP_*}. */
  static final class Stop {
    static final int AGAIN = 0, TIME = 1, INTERRUPT = 2, OVER = 3, MARK = 4, MARKED = 5;

    private Stop() {}
  }

  /** The functions of {@link Host#coroutine}: {@code COROUTINE_*}. */
  public static final class CoroutineCall {
    public static final int RESUME = 0, STATUS = 1, CLOSE = 2;

    private CoroutineCall() {}
  }

  /** The operators of {@link Host#operate}: {@code OPERATOR_*}. */
  public static final class Operator {
    public static final int EQ = 0,
        LT = 1,
        LE = 2,
        ADD = 3,
        SUB = 4,
        MUL = 5,
        DIV = 6,
        MOD = 7,
        POW = 8,
        IDIV = 9,
        UNM = 10,
        CONCAT = 11,
        LENGTH = 12,
        TOSTRING = 13,
        PAIRS = 14,
        IPAIRS = 15,
        CLOSE = 16,
        BAND = 17,
        BOR = 18,
        BXOR = 19,
        SHL = 20,
        SHR = 21,
        BNOT = 22;

    private Operator() {}
  }

  /**
   * The metamethods that an object has, as bits: {@code TRAIT_*}. All objects have {@code __index},
   * {@code __eq} and {@code __tostring}.
   */
  public static final class Trait {
    public static final int CALL = 1,
        LENGTH = 2,
        ORDER = 4,
        ARITHMETIC = 8,
        PAIRS = 16,
        CLOSE = 32,
        BITS = 64;

    /** Not a metamethod: as a function, an object is the same function each time. */
    public static final int FUNCTION = 128;

    /** Not a metamethod: as a function, called with n, returns the next n steps of a loop. */
    public static final int LOOP = 256;

    /** Not a metamethod: a table to the function {@code type}. */
    public static final int TABLE = 512;

    /** Not a metamethod: a buffer, whose elements may be in memory that Lua can access. */
    public static final int BUFFER = 1024;

    /** Not a metamethod: an array or a list, whose elements Lua may read ahead of their use. */
    public static final int ELEMENTS = 2048;

    /** Not a metamethod: as a function, Java gets the function, and not the object. */
    public static final int STEP = 4096;

    private Trait() {}
  }

  /** The types of the elements of buffers: {@code ELEMENT_*}. */
  public static final class Element {
    public static final int BYTE = 0, SHORT = 1, INT = 2, LONG = 3, FLOAT = 4, DOUBLE = 5;

    private Element() {}
  }

  /** The offsets and sizes of {@code struct Frame}. */
  static final class Layout {
    static final int IDS = 124, MESSAGE_SIZE = 3072, WRITES_SIZE = 496;
    static final int FLAGS = 0,
        RELEASED_COUNT = 4,
        RELEASED = 8,
        CROSSINGS = 504,
        FREED_COUNT = 508,
        FREED = 512,
        ANSWER = 1008,
        MESSAGE = 1016,
        END = MESSAGE + MESSAGE_SIZE,
        UNREAD = END,
        TAKEN = UNREAD + 4,
        WRITABLE = TAKEN + 4,
        WRITTEN = WRITABLE + 8,
        WRITES = WRITTEN + 8;

    /** How many elements are read ahead at most; their bits fit the message. */
    static final int ELEMENTS = 64;

    /** The numbers of names that WRITABLE has bits for are below this. */
    static final int WRITABLE_NAMES = 64;

    /** The maximum length of a message that carries prefetched values. */
    static final int PREFETCHED = 2048;

    /** The maximum number of variables in it. */
    static final int PREFETCHED_VALUES = 16;

    /** The content of TAKEN if Java was called before a value was read. */
    static final int TAKEN_UNKNOWN = -1;

    private Layout() {}
  }

  /** The bits of a frame's flags: {@code FRAME_*}. */
  static final class Flag {
    static final int GLOBAL_SCOPE = 1,
        BYTECODE = 2,
        DOUBLES = 4,
        DIRTY = 8,
        KINDS = 16,
        ESCAPED = 32;

    private Flag() {}
  }
}
