/*
** The protocol between Java's half (jvm.c, which knows no Lua) and the backend of a flavour (which
** knows no JNI): two tables of functions, one message format, and these rules.
**
** 1. One crossing per operation. Arguments and results go through the frame, or through registers
**    for fast and typed calls. Hot paths call no JNI function.
** 2. A message is read completely before the next crossing begins. It is copied first, since even
**    pushing a string may run a finalizer that calls Java. Results are written last. So one frame
**    serves calls nested to any depth. What does not fit the frame gets a block of its own.
** 3. Lua is entered protected: whatever can raise runs in the protected body of its entry.
** 4. No Lua error jumps over a Java frame, and no Java exception is pending while Lua runs. An
**    upcall answers with a status, and the backend raises after Java has returned. The error value
**    decides what Java throws in the end. Fatal errors are raised again whenever a pcall ends.
** 5. Who creates, releases. Refs that Java dropped and handles that Lua dropped travel in the
**    frame's head with the next crossing; no other thread touches Lua.
** 6. Wrappers belong to the main state. A nested entry runs on the callback's lua_State.
** 7. One thread at a time runs in a state, which Java's lock ensures. While it is in an upcall,
**    another thread may be attached, and the fields that belong to a run are swapped (attach.c). So
**    during an upcall nothing of a run is kept in C except on the C stack.
** 8. The C stack is checked before every entry and upcall.
** 9. Every userdata is checked by a magic number before use: scripts can swap metatables.
*/
#ifndef LUPINE_BRIDGE_H
#define LUPINE_BRIDGE_H

#include <stddef.h>
#include <stdint.h>

#define FRAME_IDS      124
#define FRAME_MESSAGE  3072
#define FRAME_WRITES   496

/* The memory that a state shares with Java, which knows these offsets: see Protocol.Layout. */
typedef struct Frame {
  int32_t flags;                      /* FRAME_* */
  int32_t released_count;             /* from Java: refs that it dropped */
  int32_t released[FRAME_IDS];
  int32_t crossings;                  /* in both directions, since the state was opened; wraps */
  int32_t freed_count;                /* from Lua: handles that it dropped */
  int32_t freed[FRAME_IDS];
  int64_t answer;                     /* see STATUS_VALUE, SMALL_LENGTH and Backend.call_number */
  char message[FRAME_MESSAGE];        /* aligned to 8 */
  int32_t unread;                     /* Java has not begun to read an upcall's message */
  int32_t taken;                      /* how many of the values that the last FAST_RUN_IN passed
                                         were read */
  int64_t writable;                   /* from Java: the variables whose values FAST_RUN_IN may leave
                                         in 'writes', as bits by the numbers of their names */
  int32_t written;                    /* how many bytes of 'writes' are used; Java sets it to 0
                                         when it has read them: before it answers an upcall, and
                                         when the run has ended */
  int32_t unused;
  char writes[FRAME_WRITES];          /* what the script has set: {int32 number of the name, or 0
                                         for none, int32 0}, value as in a message... */
} Frame;

_Static_assert(offsetof(Frame, flags) == 0, "Protocol.Layout");
_Static_assert(offsetof(Frame, released_count) == 4, "Protocol.Layout");
_Static_assert(offsetof(Frame, released) == 8, "Protocol.Layout");
_Static_assert(offsetof(Frame, crossings) == 504, "Protocol.Layout");
_Static_assert(offsetof(Frame, freed_count) == 508, "Protocol.Layout");
_Static_assert(offsetof(Frame, freed) == 512, "Protocol.Layout");
_Static_assert(offsetof(Frame, answer) == 1008, "Protocol.Layout");
_Static_assert(offsetof(Frame, message) == 1016, "Protocol.Layout");
_Static_assert(offsetof(Frame, unread) == 1016 + FRAME_MESSAGE, "Protocol.Layout");
_Static_assert(offsetof(Frame, taken) == 1020 + FRAME_MESSAGE, "Protocol.Layout");
_Static_assert(offsetof(Frame, writable) == 1024 + FRAME_MESSAGE, "Protocol.Layout");
_Static_assert(offsetof(Frame, written) == 1032 + FRAME_MESSAGE, "Protocol.Layout");
_Static_assert(offsetof(Frame, writes) == 1040 + FRAME_MESSAGE, "Protocol.Layout");

#define FRAME_GLOBAL_SCOPE  1         /* Java looks up names that the globals lack */
#define FRAME_BYTECODE      2         /* scripts may load bytecode */
#define FRAME_DOUBLES       4         /* numbers go to Java as doubles, integral or not */
#define FRAME_DIRTY         8         /* a run under a scope may have damaged the library */
#define FRAME_KINDS        16         /* Lua may not have read each TAG_NEW_KIND: Java must send
                                         them again, and clears this */
#define FRAME_ESCAPED      32         /* the environment made last may be used beyond its run */

/*
** A message is {int32 count, int32 0}, followed by 'count' values: {int32 tag, int32 aux} and a
** payload, padded to 8 bytes.
*/
enum Tag {
  TAG_NONE = -1,    /* no value; only as the tag of a small value */
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
  TAG_MEMBER,       /* aux: member; {int32 cached, int32 property}; only as answer to UP_INDEX
                       and UP_NEW_INDEX */
  TAG_AS_FUNCTION,  /* aux: handle, {kind, traits}: a function that calls the object */
  TAG_NODE,         /* aux: one of the tables of OP_BUILD or OP_DUMP, from 1 on; no payload */
  TAG_BYTES,        /* to Java: laid out as TAG_STRING: packed numbers */
  TAG_KNOWN,        /* aux: number of a string; to Lua that of OP_NAME; to Java that of FAST_STRING,
                       only as a small value */
  TAG_SEVERAL,      /* only as the tag of a fast call's value: the frame's message has the values,
                       each of which is small or TAG_KNOWN */
  TAG_AS_THREAD     /* as TAG_AS_FUNCTION: a coroutine that stands for the object, which is one of
                       another state: the same one each time */
};

/* How a crossing ended: the high half of its result. The low half is the length of the message. */
enum Status {
  STATUS_OK,
  STATUS_ERROR,     /* of an upcall: the error value, then true if it is a text to which Lua is to
                       add the position; of an operation: value, message, frames */
  STATUS_SYNTAX,    /* as STATUS_ERROR, from the compiler */
  STATUS_MEMORY,    /* no message */
  STATUS_STACK,     /* too little C stack is left; no message */
  STATUS_FATAL,     /* the low half is 0 if Java knows what to throw; else it is STOP_*, and the
                       message is that of an error: nil nil, frames */
  STATUS_NOT_FOUND, /* there is nothing to call; no message */
  STATUS_YIELD,     /* of an upcall: the function yields: its continuation or nil, values... */
  STATUS_VALUE      /* success with one small value. The low half is its tag, up to TAG_NUMBER or
                       TAG_KNOWN; the frame's answer is its bits. TAG_NONE: no value. Returned by
                       fast calls, UP_CALL, UP_INVOKE, UP_OPERATE, UP_GET_PROPERTY,
                       UP_SET_PROPERTY, and UP_INDEX with a small key.
                       If Lua asked for several elements or steps, the low half may be
                       tag + (count << AHEAD_SHIFT). The frame's message is then the bits of
                       'count' values of this tag, for the key and the whole numbers that follow.
                       Lua may use them until the next crossing */
};

/* Arguments of Backend.stop. */
enum Stop {
  STOP_AGAIN,       /* repeats the last request, in case it was lost */
  STOP_TIME,        /* lasts until STOP_OVER, which the state's own thread requests */
  STOP_INTERRUPT,   /* lasts until the present outermost entry ends; no effect outside of entries */
  STOP_OVER,
  STOP_MARK,        /* stops nothing; marks the present run, or none, for STOP_MARKED */
  STOP_MARKED       /* STOP_INTERRUPT, without effect if the marked run has ended */
};

/*
** The length of an upcall without a message, 0 or less. The upcall has one argument, of this tag.
** The frame's answer has the bits of a small value, the handle of an object (TAG_OBJECT), or the
** number of a string (TAG_KNOWN). For TAG_NONE the length is 0, and there is no argument.
*/
#define SMALL_LENGTH(tag)  (-1 - (tag))

#define AHEAD_SHIFT  4                /* such a sum is below FRAME_MESSAGE, as a length */

#define BLOCK_HEAD  48

#define ANSWER(status, length)  (((int64_t)(status) << 32) | (uint32_t)(length))
#define ANSWER_NOT_ASKED        ANSWER(STATUS_MEMORY, 1)
#define ANSWER_NOT_READ         ANSWER(STATUS_STACK, 1)
#define ANSWER_STATUS(answer)   ((int32_t)((answer) >> 32))
#define ANSWER_LENGTH(answer)   ((int32_t)(answer))

/* The count and the tag of several small values: see STATUS_VALUE. */
#define ANSWER_COUNT(answer)    (ANSWER_LENGTH(answer) >> AHEAD_SHIFT)
#define ANSWER_TAG(answer)      (ANSWER_LENGTH(answer) & ((1 << AHEAD_SHIFT) - 1))

/* Operations of Java on Lua: arguments -> results. */
enum Operation {
  OP_LOAD,          /* environment|true|nil code name mode expression -> function; true: its globals
                       are the state's own, nil: those of what is running */
  OP_RUN,           /* ref|0 [code name mode expression, if 0] scope|environment|nil args...
                       -> ref environment|nil results...; the environment is returned if it
                       is of a scope, which is a number, and has functions */
  OP_CALL,          /* callee args... -> results... */
  OP_NAME,          /* number name -> ; the number by which fast calls know the name */
  OP_CALL_GLOBAL,   /* name args... -> results... */
  OP_CALL_METHOD,   /* table name args... -> results... */
  OP_GET_GLOBAL,    /* name -> value */
  OP_PUT_GLOBAL,    /* name value restore -> old; if restore, sets the library's value */
  OP_USER_GLOBALS,  /* -> names... */
  OP_CLEAR_GLOBALS, /* -> */
  OP_RESTORE,       /* all -> boolean; if all, restores tables that are not marked as dirty, too */
  OP_GET,           /* table key -> value */
  OP_PUT,           /* table key value -> old */
  OP_RAW_GET,       /* table key -> value */
  OP_RAW_PUT,       /* table key value -> old */
  OP_LENGTH,        /* table -> integer */
  OP_RAW_LENGTH,    /* table -> integer */
  OP_ENTRIES,       /* table key|nil limit counted -> [size, if counted] key value key value ... */
  OP_SIZE,          /* table -> integer */
  OP_TO_STRING,     /* value -> string */
  OP_PAIRS,         /* table -> [the results of its __pairs, if it has one] */
  OP_RESUME,        /* thread iterates args... -> status results... */
  OP_THREAD_STATUS, /* thread -> integer, in the order of LuaCoroutine.Status */
  OP_NEW_THREAD,    /* function args... -> thread */
  OP_COLLECT,       /* -> used base limit, in bytes, after a full collection */
  OP_MEMORY,        /* nil|limit -> used base limit, all in bytes */
  OP_PRELOAD,       /* name function -> */
  OP_SET_NULL,      /* object -> ; sets java.null */
  OP_GLOBALS,       /* -> the state's own globals */
  OP_DRAIN,         /* -> ; only transfers the ids in the frame's head */
  OP_RUN_IN,        /* environment code name mode expression args... -> results... */
  OP_SPAWN,         /* thread args... -> thread */
  OP_CLOSE_THREAD,  /* thread -> */
  OP_FUNCTION,      /* object -> function */
  OP_DESCRIBE,      /* function -> its description, see function.c */
  OP_PAUSE,         /* boolean -> ; stops or restarts the collector */
  OP_MODULES,       /* search natives -> ; sets up 'require' before any script runs */
  OP_REMEMBER,      /* -> ; the present globals are the library */
  OP_OTHER_KEY,     /* table -> [a key that is not of an element, if there is one] */
  OP_CONFINE,       /* -> ; from now on scripts can make no finalizers and run no collection */
  OP_ENVIRONMENT,   /* -> environment|nil: the one made last, if it has functions */
  OP_ISOLATE,       /* -> ; prepares for runs under scopes: isolates the globals, see globals.c */
  OP_CALL_THREAD,   /* function args... -> nil results... | thread values...: calls it in a
                       coroutine of its own; the thread is returned if it has yielded */

  /* From here on, values are read one by one, so that there may be any number of them. */
  OP_BUILD = 64,    /* count {elements entries}... {value... {key value}...}... -> table, the
                       first; key nil: all of a table; key TAG_NODE 0: the next element */
  OP_DUMP,          /* table levels -> {entries {key value}...}...; a table as value: TAG_NODE */
  OP_PUT_ALL,       /* table {key value}... -> */
  OP_CLEAR,         /* table -> */
  OP_RANGE,         /* table from count -> length values... */
  OP_SPLICE,        /* table from removed values... -> length [old, if one was removed]; nothing
                       is done if that many elements do not exist */
  OP_PACK,          /* table whole -> TAG_BYTES of int64 or double | index of the first element
                       that does not fit, or 0 if the table has other keys */
  OP_UNPACK,        /* whole bytes -> table */
  OP_ELEMENTS       /* table from count -> values..., up to the first that is nil, an object or a
                       long string */
};

/*
** Fast calls from Java to Lua: a target, the number of a name, and one value in registers, for a
** function perhaps TAG_SEVERAL. A call that the fast path cannot do has no effect and returns
** FAST_REFUSED; Java then sends a message.
*/
enum FastCall {
  FAST_CALL,         /* ref value -> results... */
  FAST_CALL_GLOBAL,  /* name value -> results... */
  FAST_GET_GLOBAL,   /* name -> value */
  FAST_PUT_GLOBAL,   /* name value -> old */
  FAST_GET_FIELD,    /* ref name -> value */
  FAST_PUT_FIELD,    /* ref name value -> old */
  FAST_RUN,          /* ref of a chunk -> results...; refused unless its globals are the state's */
  FAST_STRING,       /* number of a string of Lua -> string */
  FAST_RUN_IN,       /* ref of a chunk -> results...
                        Name: the scope. Value: the length of the frame's message; 0 for none.
                        Message: how many further reads the values may answer, in all; then {number
                        of the name, value} for each prefetched variable, in the order in which the
                        run is expected to read them first. A negative number without a value:
                        neither the scope nor the scopes behind it have the variable.
                        Refused unless the chunk's environment is that of the scope, and no other
                        code can use it */
  FAST_ELEMENTS,     /* ref of a table; the name is a count, and the value the index of the first
                        element -> small values of one type, as the answer to UP_INDEX */
  FAST_SET_GLOBAL    /* name value -> */
};

#define PREFETCHED     2048           /* the maximum length of the message of FAST_RUN_IN */
#define PREFETCHED_VALUES 16          /* the maximum number of variables in it */
#define TAKEN_UNKNOWN  (-1)           /* Frame.taken if Java was called before one was read */

#define FAST_REFUSED   ANSWER(STATUS_NOT_FOUND, 1)

/* Operations of Lua on Java, with the handle of a target and a member. */
enum Upcall {
  UP_INDEX,           /* member: how many values to answer at most, see STATUS_VALUE;
                         key -> value | member */
  UP_NEW_INDEX,       /* key value -> [a property, to which nothing was assigned yet] */
  UP_CALL,            /* member: whether a function of another state may yield;
                         args... -> results... */
  UP_INVOKE,          /* member | UP_SELF | how many elements to answer at most, if the method
                         reads one, << UP_ASKED_SHIFT; args... -> results... */
  UP_OPERATE,         /* member: OPERATOR_*; left right -> results... */
  UP_LIBRARY,         /* member: function; args... -> results... */
  UP_SCOPE_GET,       /* target: number of a scope, -1: the global one; member: SCOPE_KEPT or 0;
                         name -> value, none if absent */
  UP_SCOPE_PUT,       /* name value -> */
  UP_WRITE,           /* member: WRITE_*; texts... -> */
  UP_FLUSH,           /* member: WRITE_ERROR or 0 -> */
  UP_READ,            /* member: READ_* | most bytes << READ_SHIFT -> bytes, none at the end;
                         READ_BACK: bytes -> */
  UP_EXIT,            /* status -> */
  UP_SEARCH,          /* module -> 0 places... | 1 code chunk origin | 2 value origin */
  UP_SCOPE_NAMES,     /* target: scope -> names... */
  UP_SCOPE_REMOVE,    /* target: scope; name -> */
  UP_GET_PROPERTY,    /* member -> value */
  UP_SET_PROPERTY,    /* member: value -> */
  UP_MEMORY,          /* of a buffer -> address, length, ELEMENT_*, index of the first element; none
                         if Java is to be called for each element */
  UP_COROUTINE        /* target: a coroutine of another state; member: COROUTINE_* */
};

#define UP_SELF         0x40000000    /* the target itself preceded the arguments */
#define UP_ASKED_SHIFT  20            /* members of methods are below 1 << UP_ASKED_SHIFT */

#define SCOPE_KEPT   1                /* the environment keeps a value of that name */

#define WRITE_ERROR  1
#define WRITE_LINE   2                /* flush afterwards */

#define READ_LINE    0                /* to the end of a line */
#define READ_COUNT   1                /* of 0 bytes: an empty string, unless at the end */
#define READ_NUMBER  2                /* after white space, all that can belong to a numeral */
#define READ_BACK    3                /* returns what was read and not used */
#define READ_SHIFT   2

/* Functions of UP_COROUTINE. */
enum CoroutineCall {
  COROUTINE_RESUME,   /* args... -> true results... | false message; else the error is raised */
  COROUTINE_STATUS,   /* -> string, never "running" */
  COROUTINE_CLOSE     /* -> true; else the error is raised */
};

/* Operators of UP_OPERATE. */
enum Operator {
  OPERATOR_EQ, OPERATOR_LT, OPERATOR_LE, OPERATOR_ADD, OPERATOR_SUB, OPERATOR_MUL, OPERATOR_DIV,
  OPERATOR_MOD, OPERATOR_POW, OPERATOR_IDIV, OPERATOR_UNM, OPERATOR_CONCAT, OPERATOR_LENGTH,
  OPERATOR_TOSTRING, OPERATOR_PAIRS, OPERATOR_IPAIRS, OPERATOR_CLOSE, OPERATOR_BAND,
  OPERATOR_BOR, OPERATOR_BXOR, OPERATOR_SHL, OPERATOR_SHR, OPERATOR_BNOT
};

/* Metamethods of the objects of a kind. */
enum Trait {
  TRAIT_CALL = 1, TRAIT_LENGTH = 2, TRAIT_ORDER = 4, TRAIT_ARITHMETIC = 8, TRAIT_PAIRS = 16,
  TRAIT_CLOSE = 32, TRAIT_BITS = 64,
  TRAIT_FUNCTION = 128,               /* as TAG_AS_FUNCTION it is always the same function */
  TRAIT_LOOP = 256,                   /* as TAG_AS_FUNCTION it is a step of a loop: called with n,
                                         it returns the values of the next n steps, or their items
                                         as UP_INDEX does; a step is an item, or a counter and an
                                         item */
  TRAIT_TABLE = 512,                  /* 'type' calls it a table */
  TRAIT_BUFFER = 1024,                /* UP_MEMORY tells where its elements are */
  TRAIT_ELEMENTS = 2048,              /* UP_INDEX may answer with several elements */
  TRAIT_STEP = 4096                   /* as TAG_AS_FUNCTION it is a step of a loop that asks Java
                                         for each item; to Java it is a Lua function */
};

/* Types of the elements of buffers. */
enum Element {
  ELEMENT_BYTE, ELEMENT_SHORT, ELEMENT_INT, ELEMENT_LONG, ELEMENT_FLOAT, ELEMENT_DOUBLE
};

#define UP_ATTACHED  0x100            /* in an operation: the thread stays attached meanwhile */
#define UP_NARROW    0x200            /* in an operation, for the host alone: less C stack than
                                         STUB_NEEDED is left, so no stub may be called */

typedef struct State State;

/*
** The context of a thread inside a state. The main thread context always exists; a thread that
** enters while another one is in a call from Lua to Java gets one of its own. One thread at a time
** is attached, which Java ensures, and everything is done in its thread context.
*/
typedef struct ThreadContext ThreadContext;

/* What a backend calls in Java. 'session' is the argument of Backend.open. */
typedef struct JavaCalls {
  /*
  ** Calls Java. The message is in the frame, or in 'large' if it does not fit; 'length' may be a
  ** SMALL_LENGTH. ANSWER_NOT_ASKED and ANSWER_NOT_READ mean that Java has not read it. An answer
  ** that does not fit the frame is in *answer, malloced, behind a head of BLOCK_HEAD bytes for the
  ** caller's use; the caller frees it.
  */
  int64_t (*upcall) (void *session, int32_t operation, int32_t target, int32_t member,
                     int32_t length, const char *large, char **answer);
} JavaCalls;

/*
** What a flavour's library exports by the name "lupine_backend". A process has one copy of a
** library for all class loaders, for good: it holds nothing of any of them except the arguments of
** 'open', which must stay valid until 'release'.
*/
typedef struct Backend {
  const char *version;                          /* LUA_RELEASE or its like */

  /*
  ** Sets the file that the library came from, if it is not set; returns whether it is this one.
  ** 'version' and 'is_file' come first in every version of this structure, since a library that is
  ** open already may be from another build.
  */
  int (*is_file) (uint64_t file);

  /*
  ** Returns a new state; or NULL, with *status saying whether memory or stack is short. 'names':
  ** the functions of the library "java", or NULL; 'seed': of string hashes, where the flavour has
  ** a choice; -1 for any.
  */
  State *(*open) (const JavaCalls *host, void *session, Frame *frame, const char *const *names,
                  int32_t name_count, int64_t seed, int32_t *status);

  /* Closes a state. Its finalizers may still call Java. Only 'stop' and 'release' may follow. */
  void (*close) (State *S);

  /* Frees what 'close' has left. */
  void (*release) (State *S);

  /*
  ** Requests STOP_* for the run in a thread context; NULL for the main one. Returns whether a stop
  ** is pending, so that the caller must repeat the request. Any thread may call this until
  ** 'release'.
  */
  int (*stop) (State *S, ThreadContext *T, int32_t why);

  /*
  ** Runs one operation. The message is in the frame, or in 'large'; so are the results, or they are
  ** in *answer, malloced, and the caller frees them.
  */
  int64_t (*run) (State *S, int32_t operation, int32_t length, const char *large, char **answer);

  /* Runs one fast call; 'tag' and 'bits' are the value. */
  int64_t (*fast_call) (State *S, int32_t operation, int32_t target, int32_t name, int32_t tag,
                        int64_t bits, char **answer);

  /*
  ** Calls the function 'ref' with one number and returns its one result. If that is not a number,
  ** or Java must be told of handles that Lua dropped, returns OTHER_NUMBER: the results are then
  ** in the frame, as 'run' leaves them, and the frame's answer is what 'run' returns.
  */
  double (*call_number) (State *S, int32_t ref, double argument, char **answer);

  /* Returns a function of Lua's C API that is inside this library, or NULL. */
  void *(*find) (const char *name);

  /*
  ** States that may have C modules set 'entries' for the thread that runs them from now on, by
  ** 'swap', which returns the previous ones. The first call in a process takes effect, and returns
  ** 1; later ones do nothing, and return 0.
  */
  int (*use_modules) (void **entries, void **(*swap) (void **entries));

  /*
  ** Returns a new thread context, which is attached; or NULL, with *status saying whether memory or
  ** stack is short.
  */
  ThreadContext *(*open_thread) (State *S, int32_t *status);

  /* Attaches a thread context again; NULL for the main one. */
  void (*resume_thread) (State *S, ThreadContext *T);

  /* Closes the attached thread context, and attaches the main one. */
  void (*close_thread) (State *S, ThreadContext *T);

  /* Frees the handles of a message from Java that the backend is not given. */
  void (*refuse) (State *S, const char *message);

  /*
  ** Returns whether fewer bytes than 'needed' are left of this thread's stack above the zones that
  ** HotSpot guards. Needs no state.
  */
  int (*stack_low) (int32_t needed);
} Backend;

#define OTHER_NUMBER  INT64_C(0x7ff84c7570696e65)   /* the bits of a NaN; see Native.java */

/* The bytes of C stack that an entry or an upcall may use until the next check. */
#define STACK_NEEDED  (64 * 1024)

/*
** Returns how many bytes above its lowest address a thread's stack must have left: STACK_NEEDED and
** the zones that HotSpot guards there, which are 2, 1, 1 and 20 times 4 KiB, each in whole pages.
*/
static inline size_t stack_reserve (size_t page) {
  size_t zones = 0, i;
  static const size_t sizes[] = { 8 * 1024, 4 * 1024, 4 * 1024, 80 * 1024 };
  for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++)
    zones += (sizes[i] + page - 1) / page * page;
  return zones + STACK_NEEDED;
}

/*
** The bytes of C stack above stack_reserve that there must be for an upcall stub: a stack overflow
** before the first line of its target would end the JVM. HotSpot checks the stack before a call by
** JNI, but not before a stub; and its zones may be 47 pages of 4 KiB larger than stack_reserve
** says (-XX:StackShadowPages and the like).
*/
#define STUB_NEEDED  (192 * 1024)

#endif
