/*
** What the files of a flavour's backend share: one lua_State with our bookkeeping is a State.
** Each function with a lua_State says in brackets what it pops, pushes and how it may fail: '-'
** never, 'm' memory, 'e' any error (as the Lua manual does).
*/
#ifndef LUPINE_BACKEND_H
#define LUPINE_BACKEND_H

#include "bridge.h"
#include "compat.h"

#define LIBRARY_TABLES  24
#define KEPT  1024                /* an entry's message up to this size is kept on the C stack */
#define FRAMES_KEPT  40           /* of a traceback: the innermost and the outermost halves */

/* One level of a Lua stack, as the error handler saw it. */
typedef struct Level {
  char chunk[LUA_IDSIZE];
  char function[80];
  int line;
} Level;

/* A message that is read value by value. */
typedef struct Reader {
  const char *at;
  int32_t left;
} Reader;

/*
** A malloced block with a message behind its head. It is dropped by the C function that it is for,
** and otherwise when it is found that an error has left that: see blocks_drop_dead.
*/
typedef struct Block {
  struct Block *next;
  uintptr_t owner;                /* a stack frame that lasts as long as the block is used */
  size_t counted;                 /* of its bytes, as memory of the state */
  Reader unread;                  /* what is still to be read, if it is being read; else NULL */
  int spare;                      /* it has room for any message of the frame, for later ones too */
} Block;

_Static_assert(sizeof(Block) <= BLOCK_HEAD, "the head of a block is too small");

#define OWNED_BY_ENTRY  UINTPTR_MAX
#define FRAME_HERE      ((uintptr_t)__builtin_frame_address(0))

/* A message under way: in its first place, then in a block when it outgrows that. */
typedef struct Writer {
  State *S;
  size_t length;
  size_t capacity;
  char *bytes;
  Block *block;
  uintptr_t owner;                /* of the block */
  int32_t count;
} Writer;

/* One entry under way. */
typedef struct Entry {
  State *S;
  int32_t operation;
  int32_t length;
  int32_t status;
  unsigned refusals;              /* the state's, when this began */
  int scoped;                     /* the globals of this lua_State were replaced */
  int wrote;                      /* something was written: not to be done once more */
  int32_t loaded;                 /* a ref that Java gets only if all goes well, or 0 */
  const char *message;
  Writer W;
  char kept[KEPT];                /* the message while it is read, then the results */
} Entry;

/* What a run is ended by; in the State itself for the thread state that is attached. */
typedef struct StopWords {
  int stop;
  int32_t stop_run, run, depth;
} StopWords;

#define POOL_CLASSES  32

/* Small blocks of a state's memory. */
typedef struct Pool {
  void *blocks[POOL_CLASSES];     /* free ones, by size */
  char *next, *end;               /* of the chunk that is being used up */
  void *chunks;
  int chunk_count;
} Pool;

/* A warning under way. */
typedef struct Warning {
  int on, continues;
  size_t length;
  char text[256];
} Warning;

struct State {
  volatile int stop;              /* STOP_*: another thread wants an end; first, see lupine_stop */
  lua_State *main;
  lua_State *running;             /* where a nested entry runs: the callback's lua_State */
  const Host *host;
  void *session;
  Frame *frame;
  Block *blocks;                  /* of the innermost entry */
  Block *spare;                   /* one that is free, or NULL */
  Entry *entry;                   /* the one that a protected body of ours is about to take */
  struct Outer *innermost;        /* what runs now in this thread, unless it is the outermost */
  uint64_t magic;                 /* of the userdata of this state */
  int fatal;                      /* a fatal error is under way: no pcall may keep it */
  unsigned refusals;              /* of the allocator */
  size_t used, base, limit;       /* bytes: now, when the state was open, that may be added */
  size_t grace;                   /* the ceiling for what is to free memory */
  size_t ceiling, soft;           /* 'used' may not exceed; had better not without a collection */
  int counts;                     /* the allocator is ours */
  int is_short;                   /* 'soft' was exceeded */
  lua_Alloc inner;                /* who allocates for ours, or NULL */
  void *inner_data;
  Pool pool;
  int32_t stop_run;               /* the run that an interrupt is for */
  int32_t run, depth;             /* entries from outside so far; those now inside each other */
  char stop_lock;                 /* a lock of a few instructions */
  ThreadState *thread;            /* which is attached */
  ThreadState *own_thread;        /* which is there always */
  lua_State *maker;               /* makes the coroutines of others, and does nothing else */
  int keeps_thread;               /* above 0: no other thread may be attached */
  int ending;                     /* the core is being freed */
  int natives;                    /* whether it may have C modules */
  int dirty;                      /* what a run under a scope may have damaged: DIRTY_* */
  int library_count;              /* the tables of the library that can be restored one by one */
  const void *library[LIBRARY_TABLES];
  struct CoreImage *images[LIBRARY_TABLES];   /* of those that were dirty before, or NULL */

  /* Refs: free ids, and the highest that was given out. */
  int32_t *free_refs;
  int32_t free_ref_count, ref_capacity, ref_top;

  /*
  ** By handle: HANDLE_ALIVE for each userdata alive, and HANDLE_FREED if it waits in 'freed' for
  ** Java. None waits there twice, so 'freed' has room for all, and for HANDLES_BEYOND that no
  ** userdata ever had, since there was no memory to lengthen these two.
  */
  int32_t *alive, *freed;
  int32_t handle_capacity, freed_count;
  int reading;                    /* messages half read: their handles must not be freed */
  lua_State *failed;              /* a coroutine whose error is being raised by who resumed it */
  lua_State *closing;             /* a coroutine that is being closed */
  int paused;                     /* the collector rests */

  int flushes[2];                 /* when output and errors are flushed, see console.c */
  const char *number, *number_end;          /* a numeral that the core reads */
  Warning warning;

  lua_CFunction raising;          /* the function that raises Java's answer, when it does */
  int from_java;                  /* of the last error: it was that answer */
  int level_count, levels_left_out;   /* likewise */
  int loading_bytecode;           /* Java loads what may be bytecode */
  Level levels[FRAMES_KEPT];
};

/* What holds for one entry, and is put back when it ends. */
typedef struct Outer {
  State *state;
  Block *blocks;
  int top, reading;
  int outermost;                  /* no other entry is under way: see PLACE_* */
  int natives;
  void **entries;                 /* of C modules, if 'natives' */
  lua_State *L;                   /* where it runs, and the one that it is inside of; these two */
  struct Outer *enclosing;        /* only if it is not the outermost */
} Outer;

#define HANDLE_FREED  1
#define HANDLE_ALIVE  2
#define HANDLES_BEYOND  FRAME_IDS

/* The lowest places of the main state's stack: what the quick entries use, if outermost. */
enum { PLACE_HANDLER = 1, PLACE_GLOBALS, PLACE_NAMES, PLACE_REFS, PLACE_BODY,
       PLACES = PLACE_BODY };

/* A Java object in Lua. Begins as a closed file does, should a script swap metatables. */
typedef struct Object {
  void *closed_file[2];
  uint64_t magic;
  int32_t handle;
  int32_t kind;
} Object;

#define FATAL_JAVA     1          /* Java keeps what was thrown */
#define FATAL_STOPPED  1          /* plus why: STOP_* */

#define DIRTY_LIBRARY  1
#define TAINTED      2        /* no way to tell: the state is not to be used again */
#define DIRTY_TABLE    4        /* shifted by the table's place in State.library */

/*
** The state that runs in this thread, which the core knows by its first member; set by each entry,
** restored when it ends. While none runs, one that nobody stops.
*/
extern _Thread_local volatile int *lupine_stop;
#define state_current  ((State *)(void *)lupine_stop)

static inline void state_make_current (State *S) {
  lupine_stop = &S->stop;
}

#endif
