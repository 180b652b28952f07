/*
** Types that the files of a flavour's backend share. A State is one lua_State with our
** bookkeeping. The comment of each function with a lua_State ends with what it pops and pushes,
** and how it may fail: '-' never, 'm' by a memory error, 'e' by any error (as in the Lua manual).
*/
#ifndef LUPINE_BACKEND_H
#define LUPINE_BACKEND_H

#include "bridge.h"
#include "compat.h"
#include "platform.h"

#define LIBRARY_TABLES  24
#define KEPT            1024      /* an entry copies messages up to this size to the C stack */
#define NAMES_KNOWN     64
#define FRAMES_KEPT     40        /* of a traceback: half of them innermost, half outermost */

/* One level of a Lua stack, as the message handler saw it. */
typedef struct Level {
  char chunk[LUA_IDSIZE];
  char function[80];
  int line;
} Level;

/* The unread part of a message. */
typedef struct Reader {
  const char *at;
  int32_t left;
} Reader;

/*
** A malloced block with a message behind its head. The C function that it was made for drops it.
** If an error leaves that function, the block is dropped when its owner is found to be gone: see
** blocks_drop_dead.
*/
typedef struct Block {
  struct Block *next;
  uintptr_t owner;                /* the stack frame of the function that uses the block */
  size_t counted;                 /* bytes counted as memory of the state */
  Reader unread;                  /* the unread part if the message is being read, else NULL */
  int spare;                      /* it has room for any message of the frame, and is reused */
} Block;

_Static_assert(sizeof(Block) <= BLOCK_HEAD, "the head of a block is too small");

#define OWNED_BY_ENTRY  UINTPTR_MAX
#define FRAME_HERE      ((uintptr_t)__builtin_frame_address(0))

/* A message being written: in memory of its caller, then in a block once it outgrows that. */
typedef struct Writer {
  State *S;
  size_t length;
  size_t capacity;
  char *bytes;
  Block *block;
  uintptr_t owner;                /* owner of the block */
  int32_t count;
} Writer;

/* An active entry. */
typedef struct Entry {
  State *S;
  int32_t operation;
  int32_t length;
  int32_t status;
  unsigned refusals;              /* the state's count when the entry began */
  int scoped;                     /* the globals of this lua_State were replaced */
  int wrote;                      /* the operation had effects and must not be repeated */
  int32_t loaded;                 /* a ref that Java gets only on success, or 0 */
  const char *message;
  Writer W;
  char kept[KEPT];                /* the message while it is read, then the results */
} Entry;

/* Requests to end a run. Those of the attached thread context are in the State itself. */
typedef struct StopWords {
  int stop;
  int32_t stop_run, run, depth;
} StopWords;

#define POOL_CLASSES  32

/* The pool of small memory blocks of a state. */
typedef struct Pool {
  void *blocks[POOL_CLASSES];     /* free blocks, by size */
  char *next, *end;               /* the unused part of the newest chunk */
  void *chunks;
  int chunk_count;
} Pool;

/* Elements of a Java object that Java has put into the frame's message: see ahead.h. */
typedef struct Ahead {
  const struct Object *object;
  int32_t member;                 /* the method that reads them, or AHEAD_INDEX */
  int64_t first;                  /* the index of the first of them */
  int32_t count;                  /* 0 or less: there are none */
  int32_t left;                   /* how often they may be used */
  int32_t asked;                  /* how many Java was asked for */
  int32_t tag;
  double *shown;                  /* the count of those that Lua code reads, or NULL */
} Ahead;

/* A variable that Java has prefetched for a run, and that the run has read. */
typedef struct PrefetchedValue {
  const char *name;
  int32_t number;                 /* of the name */
  const char *value;              /* in Prefetched.bytes, or NULL: neither the scope nor the scopes
                                     behind it have the variable */
} PrefetchedValue;

/* What Java has prefetched for a run: see FAST_RUN_IN. */
typedef struct Prefetched {
  Reader unread;
  int valid;
  int32_t crossings;              /* Frame.crossings when they were prefetched; they are out of date
                                     once it differs */
  int32_t read;                   /* how many were read */
  int32_t again;                  /* how often those that were read may be read again, in all */
  char *bytes;                    /* room for PREFETCHED bytes, or NULL */
  PrefetchedValue values[PREFETCHED_VALUES];
} Prefetched;

/* A warning that is being collected, piece by piece. */
typedef struct Warning {
  int on, continues;
  size_t length;
  char text[256];
} Warning;

#define STRINGS_KNOWN  32

/* A string that was passed to Java: see known.c. */
typedef struct KnownString {
  const char *bytes;              /* a string without a number may be freed, and another be there */
  int32_t sights;                 /* how often it was passed */
  int32_t number;                 /* or 0 */
} KnownString;

struct State {
  volatile int stop;              /* STOP_*, set by other threads; the first member, to which
                                     lupine_stop points */
  lua_State *main;
  lua_State *running;             /* the callback's lua_State, on which a nested entry runs */
  const JavaCalls *host;
  void *session;
  Frame *frame;
  Block *blocks;                  /* blocks of the innermost entry */
  Block *spare;                   /* a free block for messages of the frame, or NULL */
  Entry *entry;                   /* the entry that a protected body is about to take */
  struct Outer *innermost;        /* the running entry, unless it is the outermost one */
  uint64_t magic;                 /* marks userdata of this state */
  int fatal;                      /* a fatal error is being raised, which pcall must not catch */
  unsigned refusals;              /* how often the allocator refused memory */
  size_t used, base, limit;       /* bytes: used now, used by the new state, allowed beyond that */
  size_t grace;                   /* the ceiling for operations that free memory */
  size_t ceiling, soft;           /* hard limit; soft limit, above which a full collection is due */
  int counts;                     /* memory.c's allocator is in use, and counts */
  int is_short;                   /* 'soft' was exceeded */
  lua_Alloc inner;                /* the allocator that it calls, or NULL */
  void *inner_data;
  Pool pool;
  int32_t stop_run;               /* the run that an interrupt is meant for */
  int32_t run, depth;             /* number of outermost entries so far; nesting depth of entries */
  char stop_lock;                 /* a spin lock around a few stores */
  ThreadContext *thread;          /* the attached one */
  ThreadContext *main_thread;     /* the main one, which always exists */
  lua_State *maker;               /* creates the coroutines of other threads, and runs nothing
                                     else */
  int keeps_thread;               /* above 0: no other thread may be attached */
  int ending;                     /* the core is being freed, and must not be diverted */
  int examining;                  /* above 0: the library "debug" examines another lua_State */
  int natives;                    /* C modules may be loaded */
  int dirty;                      /* what a run under a scope may have damaged: DIRTY_* */
  int has_foreign;                /* RIDX_FOREIGN was used */

  /*
  ** The environment of the last outermost run under a scope, if no code that remains after that run
  ** can use it, else NULL; and the number of its scope.
  */
  const void *environment;
  const void *environment_nodes;  /* its hash part while it is empty, if core_parts finds it */
  int32_t scope;
  const char *names[NAMES_KNOWN]; /* by number: the names of fast calls, without a copy */
  KnownString strings[STRINGS_KNOWN];
  int32_t numbered;               /* how many strings got a number so far */
  Prefetched prefetched;
  uint64_t harmless;              /* names of the library, as bits by number: see push_library */
  uint64_t writable;              /* Frame.writable while a run may leave values, else 0 */
  Ahead ahead;

  int isolated;                   /* the state's own globals are isolated: see globals.c */
  int library_count;              /* the library's tables that can be restored one by one */
  const void *library[LIBRARY_TABLES];
  struct CoreImage *images[LIBRARY_TABLES];       /* of those that were dirty before, or NULL */

  /* Refs: the free ones, and the highest one in use so far. */
  int32_t *free_refs;
  int32_t free_ref_count, ref_capacity, ref_top;

  /*
  ** By handle: HANDLE_ALIVE for each live userdata, plus HANDLE_FREED if it is in 'freed', which
  ** Java has not read yet. A handle is in 'freed' at most once, so there is room for all handles,
  ** and for HANDLES_BEYOND without a userdata, whose arrays could not grow for lack of memory.
  */
  int32_t *alive, *freed;
  int32_t handle_capacity, freed_count;
  int reading;                    /* number of messages half read: their handles must not be
                                     freed */
  lua_State *failed;              /* the coroutine whose error its resumer is raising */
  lua_State *closing;             /* the coroutine that is being closed */
  int paused;                     /* the collector is stopped */
  size_t largest_message;         /* what a Java array can hold; less in tests */

  int flushes[2];                 /* when output and errors are flushed: FLUSH_*, see console.c */
  const char *number, *number_end;                /* the numeral that the core is reading */
  Warning warning;

  lua_CFunction raising;          /* the function that is raising Java's answer */
  int from_java;                  /* the last error was Java's answer */
  int level_count, levels_left_out;   /* likewise */
  int loading_bytecode;           /* Java loads what may be bytecode */
  Level *levels;                  /* room for FRAMES_KEPT, or NULL */
};

/* What an entry saves, and restores when it ends. */
typedef struct Outer {
  State *state;
  Block *blocks;
  int top, reading;
  int outermost;                  /* no other entry is running: see PLACE_* */
  int natives;
  void **entries;                 /* entries of C modules, if 'natives' */
  lua_State *L;                   /* its lua_State; not set in the outermost entry */
  struct Outer *enclosing;        /* the entry around it; not set in the outermost entry */
} Outer;

#define HANDLE_FREED  1
#define HANDLE_ALIVE  2
#define HANDLES_BEYOND  FRAME_IDS

/* The lowest slots of the main state's stack, which outermost fast calls use. */
enum { PLACE_HANDLER = 1, PLACE_GLOBALS, PLACE_NAMES, PLACE_REFS, PLACE_BODY,
       PLACES = PLACE_BODY };

/* A Java object in Lua. It begins like a closed file, in case a script swaps metatables. */
typedef struct Object {
  void *closed_file[2];
  uint64_t magic;
  int32_t handle;
  int32_t traits;
} Object;

/* A Java object with TRAIT_BUFFER. */
typedef struct Buffer {
  Object object;
  char *elements;                 /* NULL if Java is to be called for each */
  int64_t length;
  int32_t first;                  /* the index of the first element */
  int8_t type;                    /* ELEMENT_* */
  int8_t known;                   /* whether Java was asked for these members */
} Buffer;

#define FATAL_JAVA     1          /* Java keeps what was thrown */
#define FATAL_STOPPED  1          /* plus STOP_* */

#define DIRTY_LIBRARY  1
#define TAINTED        2          /* the damage is unknown: the state must not be reused */
#define DIRTY_TABLE    4          /* shifted by the table's index in State.library */
#define DIRTY_WARNINGS (DIRTY_TABLE << LIBRARY_TABLES)      /* warnings were turned on */
#define DIRTY_SEED     (DIRTY_WARNINGS << 1)      /* the seed of the random numbers was set */

/*
** The state that runs in this thread, known to the core by its first member. Each entry sets it,
** and restores it when it ends. Outside of entries it is a dummy that is never stopped.
*/
#define state_current  ((State *)(void *)lupine_stop)

static inline void state_make_current (State *S) {
  lupine_stop = &S->stop;
}

#endif
