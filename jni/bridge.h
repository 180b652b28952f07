/*
** The protocol between the Java side (jvm.c, which knows no Lua) and a flavour's side (which
** knows no JNI): two tables of functions, one message format, and these rules.
**
** 1. One crossing per operation. Arguments and results go through the frame, or in registers for
**    the typed entries. No JNI function is called on a hot path.
** 2. A message is read whole before the next crossing begins (it is kept aside first, since even
**    pushing a string may run a finalizer that calls Java); results are written last. So one
**    frame serves any nesting. What does not fit the frame takes a block of its own.
** 3. Lua is entered protected: whatever can raise runs inside the protected body of its entry.
** 4. No Lua error jumps over a Java frame, no Java exception is pending while Lua runs: an upcall
**    answers with a status, and the side raises after Java has returned. The error value decides
**    what comes out at the Java end. Fatal errors are raised again on leaving any pcall.
** 5. Who creates, releases. Refs that Java dropped and handles that Lua dropped travel in the
**    frame's head with the next crossing; no other thread touches Lua.
** 6. Wrappers hang on the main state; a nested entry runs on the callback's lua_State.
** 7. One thread at a time in a state; Java's lock sees to it. Another may be attached while one is
**    in an upcall, and what belongs to a run is swapped then (attach.c): so nothing of it is kept
**    in C over an upcall but on the C stack.
** 8. The stack is checked before every entry and upcall.
** 9. Every userdata is checked by magic before use: scripts can swap metatables.
*/
#ifndef LUPINE_BRIDGE_H
#define LUPINE_BRIDGE_H

#include <stddef.h>
#include <stdint.h>

#define FRAME_IDS      124
#define FRAME_MESSAGE  3072

/* What a state and Java share. Java knows these offsets: see Frame.java. */
typedef struct Frame {
  int32_t flags;                      /* FRAME_* */
  int32_t released_count;             /* Java to Lua: refs that Java dropped */
  int32_t released[FRAME_IDS];
  int32_t crossings;                  /* both ways, since the state was opened; wraps */
  int32_t freed_count;                /* Lua to Java: handles that Lua dropped */
  int32_t freed[FRAME_IDS];
  int64_t answer;                     /* see STATUS_VALUE, SMALL_LENGTH and Backend.call_number */
  char message[FRAME_MESSAGE];        /* aligned to 8 */
  int32_t unread;                     /* Java has not begun to read the message of an upcall */
} Frame;

_Static_assert(offsetof(Frame, flags) == 0, "Frame.java");
_Static_assert(offsetof(Frame, released_count) == 4, "Frame.java");
_Static_assert(offsetof(Frame, released) == 8, "Frame.java");
_Static_assert(offsetof(Frame, crossings) == 504, "Frame.java");
_Static_assert(offsetof(Frame, freed_count) == 508, "Frame.java");
_Static_assert(offsetof(Frame, freed) == 512, "Frame.java");
_Static_assert(offsetof(Frame, answer) == 1008, "Frame.java");
_Static_assert(offsetof(Frame, message) == 1016, "Frame.java");
_Static_assert(offsetof(Frame, unread) == 1016 + FRAME_MESSAGE, "Frame.java");

#define FRAME_GLOBAL_SCOPE  1         /* somebody answers for names that the globals lack */
#define FRAME_BYTECODE      2         /* scripts may load bytecode */
#define FRAME_DIRTY       8         /* a run under a scope may have damaged the library */
#define FRAME_DOUBLES       4         /* numbers go to Java as doubles, integral or not */
#define FRAME_KINDS        16         /* Lua may not have read all of TAG_NEW_KIND: Java is to send
                                         them anew, and takes this back */

/*
** A message is {int32 count, int32 0} and then 'count' values, each {int32 tag, int32 aux} and a
** payload, padded to 8 bytes.
*/
enum Tag {
  TAG_NIL,
  TAG_BOOLEAN,      /* aux: 0 or 1 */
  TAG_INTEGER,      /* int64 */
  TAG_NUMBER,       /* double */
  TAG_STRING,       /* aux: length; the bytes */
  TAG_TABLE,        /* aux: ref; to Java also the table's address, int64 */
  TAG_FUNCTION,     /* likewise */
  TAG_THREAD,       /* likewise */
  TAG_USERDATA,     /* likewise; also LuaJIT's cdata */
  TAG_OBJECT,       /* aux: handle; to Lua also {int32 kind, int32 traits} */
  TAG_NEW_KIND,     /* as TAG_OBJECT, the first of its kind: then {int32 length, int32 0}, name */
  TAG_MEMBER,       /* aux: member; {int32 cached, int32 0}; only as answer to UP_INDEX */
  TAG_AS_FUNCTION,  /* aux: handle, {kind, traits}: a function that calls the object */
  TAG_NODE,         /* aux: one of the tables of OP_BUILD or OP_DUMP, from 1 on; no payload */
  TAG_BYTES         /* to Java: as TAG_STRING, but no string: packed numbers */
};

/* How a crossing ended: the high half of what it returns; the low half is the message's length. */
enum Status {
  STATUS_OK,
  STATUS_ERROR,     /* up: the error value, and true if it is a text that wants a position;
                       down: value, message, frames */
  STATUS_SYNTAX,    /* the same as STATUS_ERROR, from the compiler */
  STATUS_MEMORY,    /* no message */
  STATUS_STACK,     /* too little C stack left; no message */
  STATUS_FATAL,     /* the low half is 0 if Java keeps what is thrown; else it is STOP_*, and the
                       message is that of an error: nil nil, frames */
  STATUS_NOT_FOUND, /* nothing to call; no message */
  STATUS_YIELD,     /* up: the function yields: what goes on afterwards or nil, values... */
  STATUS_VALUE      /* of a quick entry, and of UP_CALL, UP_INVOKE and UP_OPERATE: ended well with
                       one value; the low half is its tag, up to TAG_NUMBER, the frame's answer
                       its bits */
};

/* Why what runs is to end, or what else a thread asks of Backend.stop. */
enum Stop {
  STOP_AGAIN,       /* what was asked before, in case that it was lost */
  STOP_TIME,        /* until STOP_OVER, by the state's own thread */
  STOP_INTERRUPT,   /* until the present entry from outside ends; nothing if there is none */
  STOP_OVER
};

/* What stands for the length of an upcall's arguments if that is one small value, in the answer. */
#define SMALL_LENGTH(tag)  (-1 - (tag))

#define BLOCK_HEAD  48

#define ANSWER(status, length)  (((int64_t)(status) << 32) | (uint32_t)(length))
#define ANSWER_NOT_ASKED        ANSWER(STATUS_MEMORY, 1)
#define ANSWER_NOT_READ         ANSWER(STATUS_STACK, 1)
#define ANSWER_STATUS(answer)   ((int32_t)((answer) >> 32))
#define ANSWER_LENGTH(answer)   ((int32_t)(answer))

/* Operations of Java on Lua; arguments as listed, results after the arrow. */
enum Operation {
  OP_LOAD,          /* environment|nil code name mode expression -> function */
  OP_RUN,           /* ref|0 [code name mode expression, if 0] scope|environment|nil args...
                         -> ref environment|nil results...; an environment is given back if it
                         is new and holds functions */
  OP_CALL,          /* callee args... -> results... */
  OP_NAME,          /* number name -> ; how the quick entries know it */
  OP_CALL_GLOBAL,   /* name args... -> results... */
  OP_CALL_METHOD,   /* table name args... -> results... */
  OP_GET_GLOBAL,    /* name -> value */
  OP_PUT_GLOBAL,    /* name value restore -> old; restore: the library's value instead */
  OP_USER_GLOBALS,  /* -> names... */
  OP_CLEAR_GLOBALS, /* -> */
  OP_RESTORE,       /* -> boolean */
  OP_GET,           /* table key -> value */
  OP_PUT,           /* table key value -> old */
  OP_RAW_GET,       /* table key -> value */
  OP_RAW_PUT,       /* table key value -> old */
  OP_LENGTH,        /* table -> integer */
  OP_RAW_LENGTH,    /* table -> integer */
  OP_ENTRIES,       /* table key|nil limit counted -> [size, if counted] key value key value ... */
  OP_SIZE,          /* table -> integer */
  OP_TO_STRING,     /* value -> string */
  OP_PAIRS,         /* table -> what its __pairs gives, if it has one */
  OP_RESUME,        /* thread iterates args... -> status results... */
  OP_THREAD_STATUS, /* thread -> integer, as LuaCoroutine.Status orders them */
  OP_NEW_THREAD,    /* function args... -> thread */
  OP_COLLECT,       /* -> used base limit, in bytes, after a full collection */
  OP_MEMORY,        /* nil|limit -> used base limit, all in bytes */
  OP_PRELOAD,       /* name function -> */
  OP_SET_NULL,      /* object -> ; what java.null is */
  OP_GLOBALS,       /* -> the state's own globals */
  OP_DRAIN,         /* -> ; only moves the ids in the frame's head */
  OP_RUN_IN,        /* environment code name mode expression args... -> results... */
  OP_SPAWN,         /* thread args... -> thread */
  OP_CLOSE_THREAD,  /* thread -> */
  OP_FUNCTION,      /* object -> function */
  OP_DESCRIBE,      /* function -> what is known of it, see function.c */
  OP_PAUSE,         /* boolean -> ; whether the collector rests */
  OP_MODULES,       /* search natives -> ; what 'require' may do, before any script runs */
  OP_REMEMBER,      /* -> ; what the globals hold now is the library */
  OP_OTHER_KEY,     /* table -> [a key besides those of its elements, if there is one] */
  OP_CONFINE,       /* -> ; scripts are to make no finalizers, and to collect nothing */

  /* From here on the values are read one by one, so that there may be any number. */
  OP_BUILD = 64,    /* count {elements entries}... {value... {key value}...}... -> table, the
                         first; key nil: all of a table; key TAG_NODE 0: the next element */
  OP_DUMP,          /* table levels -> {entries {key value}...}...; a table as value: TAG_NODE */
  OP_PUT_ALL,          /* table {key value}... -> */
  OP_CLEAR,         /* table -> */
  OP_RANGE,         /* table from count -> length values... */
  OP_SPLICE,        /* table from removed values... -> length [old, if one was removed]; nothing
                         is done if so much is not there */
  OP_PACK,          /* table whole -> TAG_BYTES of int64 or double | place of the first element
                         that does not fit, or 0 if the table has other keys */
  OP_UNPACK         /* whole bytes -> table */
};

/*
** Quick operations of Java on Lua: a target, the number of a name, a value of a register. What
** does not go quickly is refused, having done nothing, and is to be asked by a message.
*/
enum FastCall {
  FAST_CALL,         /* ref value -> results... */
  FAST_CALL_GLOBAL,  /* name value -> results... */
  FAST_GET_GLOBAL,   /* name -> value */
  FAST_PUT_GLOBAL,   /* name value -> old */
  FAST_GET_FIELD,    /* ref name -> value */
  FAST_PUT_FIELD     /* ref name value -> old */
};

#define FAST_NO_VALUE  (-1)          /* a tag: no argument */
#define FAST_REFUSED   ANSWER(STATUS_NOT_FOUND, 1)

/* Operations of Lua on Java, with the target's handle and a member. */
enum Upcall {
  UP_INDEX,           /* key -> value | member */
  UP_NEW_INDEX,       /* key value -> */
  UP_CALL,            /* args... -> results... */
  UP_INVOKE,          /* member | UP_SELF; args... -> results... */
  UP_OPERATE,         /* member: operator of Host.java; left right -> results... */
  UP_LIBRARY,         /* member: function; args... -> results... */
  UP_SCOPE_GET,       /* target: scope, -1 the global one; name -> value, none if absent */
  UP_SCOPE_PUT,       /* name value -> */
  UP_WRITE,           /* member: WRITE_*; texts... -> */
  UP_FLUSH,           /* member: WRITE_ERROR or 0 -> */
  UP_READ,            /* member: READ_*, how many bytes at most << READ_SHIFT -> bytes, none at
                         the end; READ_BACK: bytes -> */
  UP_EXIT,            /* status -> */
  UP_SEARCH,          /* module -> 0 places... | 1 code chunk origin | 2 value origin */
  UP_SCOPE_NAMES      /* target: scope -> names... */
};

#define UP_SELF      0x40000000       /* before the arguments there was the target itself */
#define WRITE_ERROR  1
#define WRITE_LINE   2                /* to be flushed */

#define READ_LINE    0                /* to the end of a line */
#define READ_COUNT   1                /* of none: an empty string, unless at the end */
#define READ_NUMBER  2                /* past white space, what can be of a numeral */
#define READ_BACK    3                /* what was read and not wanted */
#define READ_SHIFT   2

/* Operators of UP_OPERATE, the same in Host.java. */
enum Operator {
  OPERATOR_EQ, OPERATOR_LT, OPERATOR_LE, OPERATOR_ADD, OPERATOR_SUB, OPERATOR_MUL, OPERATOR_DIV,
  OPERATOR_MOD, OPERATOR_POW, OPERATOR_IDIV, OPERATOR_UNM, OPERATOR_CONCAT, OPERATOR_LENGTH,
  OPERATOR_TOSTRING, OPERATOR_PAIRS, OPERATOR_IPAIRS, OPERATOR_CLOSE, OPERATOR_BAND,
  OPERATOR_BOR, OPERATOR_BXOR, OPERATOR_SHL, OPERATOR_SHR, OPERATOR_BNOT
};

/* Metamethods that the objects of a kind have, the same in Host.java. */
enum Trait {
  TRAIT_CALL = 1, TRAIT_LENGTH = 2, TRAIT_ORDER = 4, TRAIT_ARITHMETIC = 8, TRAIT_PAIRS = 16,
  TRAIT_CLOSE = 32,
  TRAIT_BITS = 64,
  TRAIT_FUNCTION = 128                /* as TAG_AS_FUNCTION it is the same function each time */
};

#define UP_ATTACHED  0x100            /* of an operation: the thread stays attached meanwhile */

typedef struct State State;

/*
** What a thread has in a state that it entered while another was in a call of Java. Java sees to it
** that one thread at a time is attached, in whose thread state everything is done.
*/
typedef struct ThreadState ThreadState;

/* What a flavour's side asks of Java. 'session' is what backend->open was given. */
typedef struct Host {
  /*
  ** Calls Java. The message lies in the frame, or in 'large' if it is longer than the frame's;
  ** 'length' may be a SMALL_LENGTH.
  ** ANSWER_NOT_ASKED and ANSWER_NOT_READ say that Java did not see them.
  ** An answer that is longer lies in *answer, malloced, behind a head of BLOCK_HEAD bytes that
  ** are the caller's; the caller frees it.
  */
  int64_t (*upcall) (void *session, int32_t operation, int32_t target, int32_t member,
                     int32_t length, const char *large, char **answer);
} Host;

/*
** What a flavour's library exports, by the name "lupine_backend". A process has one copy of a library
** for all class loaders, and keeps it: nothing here belongs to any of them, but for what 'open' is
** given, which has to last until 'release'.
*/
typedef struct Backend {
  const char *version;                          /* LUA_RELEASE or its like */

  /*
  ** Notes which file the library came from, if nobody has; whether it is that one. These two come
  ** first in every version: what is open by a name may be from another build.
  */
  int (*is_file) (uint64_t file);

  /*
  ** A new state, or NULL and in *status whether memory or stack is short. 'names': those of the
  ** library "java", or NULL; 'seed': of string hashes, where the flavour lets one choose; -1 for
  ** any.
  */
  State *(*open) (const Host *host, void *session, Frame *frame, const char *const *names,
                  int32_t name_count, int64_t seed, int32_t *status);

  /* Closes; finalizers run, and may still call Java. Then only 'stop' and 'release' may follow. */
  void (*close) (State *S);

  /* Frees what 'close' left. */
  void (*release) (State *S);

  /*
  ** Any thread, until 'release': STOP_*, of the run in a thread state; NULL for the one that is
  ** there always. Whether a stop is under way, and to be asked again.
  */
  int (*stop) (State *S, ThreadState *T, int32_t why);

  /*
  ** One operation. The message lies in the frame, or in 'large'; the results likewise, or in
  ** *answer, malloced, for the caller to free.
  */
  int64_t (*run) (State *S, int32_t operation, int32_t length, const char *large, char **answer);

  /* One fast call; 'tag' and 'bits' are the value. */
  int64_t (*fast_call) (State *S, int32_t operation, int32_t target, int32_t name, int32_t tag,
                        int64_t bits, char **answer);

  /*
  ** Calls the function 'ref' with one number. Gives its one result. OTHER_NUMBER by its bits: what
  ** there was is in the frame, as 'run' would leave it, and in the frame's answer what 'run' would
  ** give; so too if it is a number, and Java is to see to handles that Lua dropped.
  */
  double (*call_number) (State *S, int32_t ref, double argument, char **answer);

  /* A function of Lua's C API that is inside this library, or NULL. */
  void *(*find) (const char *name);

  /*
  ** From now on states that may have C modules make 'entries' those of the thread that runs them,
  ** by 'swap', which gives what there was before. Whether it has them now: the first come stay.
  */
  int (*use_modules) (void **entries, void **(*swap) (void **entries));

  /* A new thread state, attached from now on; or NULL and in *status whether memory or stack is
     short. */
  ThreadState *(*open_thread) (State *S, int32_t *status);

  /* A thread state is attached again; NULL for the one that is there always. */
  void (*resume_thread) (State *S, ThreadState *T);

  /* The thread state that is attached is no more; the one that is there always is. */
  void (*close_thread) (State *S, ThreadState *T);
} Backend;

#define OTHER_NUMBER  INT64_C(0x7ff84c7570696e65)   /* the bits of a NaN; see Native.java */

/* The bytes of C stack that an entry or an upcall needs until the next of these checks. */
#define STACK_NEEDED  (64 * 1024)

/*
** The bytes that must be left of a thread's stack, above its lowest address: those, and the zones
** that HotSpot guards there, which are 2, 1, 1 and 20 times 4 KiB, each in whole pages.
*/
static inline size_t stack_reserve (size_t page) {
  size_t zones = 0, i;
  static const size_t sizes[] = { 8 * 1024, 4 * 1024, 4 * 1024, 80 * 1024 };
  for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++)
    zones += (sizes[i] + page - 1) / page * page;
  return zones + STACK_NEEDED;
}

#endif
