/*
** What the files of a flavour's side share. One lua_State with our bookkeeping is a State.
** Each function with a lua_State says in brackets what it pops, pushes and how it may fail: '-'
** never, 'm' memory, 'e' any error (as the Lua manual does).
*/
#ifndef LUPINE_SIDE_H
#define LUPINE_SIDE_H

#include "bridge.h"
#include "compat.h"
#include "exported.h"

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
** and otherwise when it is found that an error has left that: see state_drop_dead.
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
  int touched;                    /* something was written: not to be done once more */
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
  char stop_held;                 /* a lock of a few instructions */
  ThreadState *thread;            /* which is attached */
  ThreadState *own_thread;        /* which is there always */
  lua_State *maker;               /* makes the coroutines of others, and does nothing else */
  int keeps_thread;               /* above 0: no other thread may be attached */
  int ending;                     /* the core is being freed */
  int natives;                    /* whether it may have C modules */
  int touched;                    /* what a run under a scope may have damaged: TOUCHED_* */
  int library_count;              /* the tables of the library that can be restored one by one */
  const void *library[LIBRARY_TABLES];
  struct CoreImage *images[LIBRARY_TABLES];   /* of those that were touched before, or NULL */

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

#define TOUCHED_LIBRARY  1
#define TOUCHED_ALL      2        /* no way to tell: the state is not to be used again */
#define TOUCHED_TABLE    4        /* shifted by the table's place in State.library */

extern _Thread_local char *lupine_stack_limit;

/*
** The state that runs in this thread, which the core knows by its first member; set by each entry,
** restored when it ends. While none runs, one that nobody stops.
*/
extern _Thread_local volatile int *lupine_stop;
#define state_current  ((State *)(void *)lupine_stop)

static inline void state_make_current (State *S) {
  lupine_stop = &S->stop;
}

/* limits.c */
void limits_find_stack (void);
int lupine_text_only (void);
void limits_open (lua_State *L);                            /* [-0, +0, e] */
void limits_set_fatal (State *S, lua_State *L, int fatal);  /* [-0, +0, -] */
int limits_raise_fatal (lua_State *L);                      /* raises */
int limits_passed (lua_State *L, int status, int extra);
int lupine_entered (lua_State *L);
lua_State *lupine_catcher (const void *handler);

/* pool.c */
void *pool_resize (Pool *pool, void *block, size_t old, size_t size);
void pool_close (Pool *pool);

/* memory.c */
void *memory_allocate (void *data, void *block, size_t old, size_t size);
int memory_was_short (const State *S, int status, unsigned refusals);
void memory_prepare (State *S);
void memory_opened (State *S);    /* what is used by now does not count */
void memory_close (State *S);
void memory_allow (State *S, int more);                     /* a little beyond the limit, or not */
void memory_check_stack (State *S, lua_State *L, int count);            /* [-0, +0, e] */
int memory_collect (State *S, lua_State *L, int status, unsigned refusals);  /* [-0, +0, -] */
void memory_run (lua_State *L, State *S, int32_t operation, Writer *W);  /* [-0, +0, m] */
int memory_refuse (State *S, lua_State *L);                 /* raises a memory error */
int memory_take (State *S, size_t size, size_t *counted);
size_t memory_count (State *S, size_t size);
void memory_give (State *S, size_t counted);
int memory_make_room (State *S, lua_State *L);              /* [-0, +0, -] */
int lupine_short (lua_State *L);
void lupine_collected (lua_State *L);

/* attach.c */
int attach_open (State *S);
void attach_open_maker (lua_State *L);                      /* [-0, +0, m] */
StopWords *attach_words (ThreadState *T);
int attach_is_possible (const State *S, lua_State *L);
ThreadState *attach_open_thread (State *S, int32_t *status);
void attach_resume_thread (State *S, ThreadState *T);
void attach_close_thread (State *S, ThreadState *T);

/* stop.c */
int stop_ask (State *S, ThreadState *T, int32_t why);       /* any thread */
void stop_switch (State *S, ThreadState *T);
void stop_end_interrupt (State *S);
void lupine_stopped (lua_State *L);                         /* [-0, +0, e] */
int lupine_fatal (void);
int stop_is_due (State *S);
void lupine_closing (lua_State *L);

/* state.c */
unsigned lupine_seed (void);
int state_room_for_ref (State *S, lua_State *L);            /* [-0, +1|0, -] status, and an error */
int32_t state_new_ref (State *S, lua_State *L);             /* [-1, +0, -] where there is room */
int32_t state_add_ref (State *S, lua_State *L);             /* [-1, +0, m] */
void state_release_ref (State *S, lua_State *L, int32_t ref);           /* [-0, +0, -] */
void state_open_refs (lua_State *L);                        /* [-0, +0, m] */
void state_push_ref (lua_State *L, int32_t ref);            /* [-0, +1, -] nil if there is none */
void state_drain (State *S, lua_State *L);                  /* [-0, +0, -] */
void state_show_freed (State *S);
Block *state_resize_block (State *S, Block *block, size_t size);        /* NULL if it is refused */
Block *state_spare_block (State *S);                        /* for a message of the frame, or NULL */
void state_link_block (State *S, Block *block, uintptr_t owner);
void state_drop_blocks (State *S, Block *down_to);
void state_drop_block (State *S, Block *block);
void state_drop_dead (State *S, uintptr_t frame);

/* writer.c and codec.c */
int32_t codec_small (const State *S, lua_State *L, int index, int64_t *bits);
                                                            /* [-0, +0, -] the tag, or -1 */
void codec_push_small (lua_State *L, int32_t tag, int64_t bits);        /* [-0, +1, -] */
void codec_begin (Writer *W, State *S, char *place, size_t capacity);
void codec_abandon (Writer *W, lua_State *L);               /* [-0, +0, -] the message is not sent */
void codec_put_nil (Writer *W, lua_State *L);               /* [-0, +0, m], like all of these */
void codec_put_integer (Writer *W, lua_State *L, int64_t value);
void codec_put_bytes (Writer *W, lua_State *L, const char *bytes, size_t length);
void codec_put (Writer *W, lua_State *L, int index);
void codec_put_range (Writer *W, lua_State *L, int first, int last);
int32_t codec_end (Writer *W);
int codec_push_all (lua_State *L, State *S, const char *message);       /* [-0, +n, m] gives n */
int codec_push_answer (lua_State *L, State *S, const char *message, int32_t length);
                                                            /* likewise */
void codec_add_keys (lua_State *L, State *S, const char *message, int32_t length);
                                                            /* [-0, +0, m] */
void codec_take_answer (lua_State *L, State *S, Block *block, int32_t length, uintptr_t owner);
                                                            /* [-0, +0, e] */
size_t codec_put_count (Writer *W, lua_State *L);           /* an integer to be known later */
void codec_set_count (Writer *W, size_t place, int64_t count);
void codec_put_node (Writer *W, lua_State *L, int32_t node);
char *codec_put_packed (Writer *W, lua_State *L, size_t length);  /* where the bytes go */
void codec_read (Reader *R, State *S, const char *message); /* until codec_read_end: rule 2 */
void codec_read_end (State *S);
int codec_next_node (Reader *R);                            /* -1 if the next value is none */
int64_t codec_next_integer (Reader *R);
const char *codec_next_bytes (Reader *R, size_t *length);
void codec_next (Reader *R, lua_State *L, State *S);        /* [-0, +1, m] nil after the last */
int codec_is_nil (const char *message, int place);         /* the value at a place, from 0 */
void codec_free_unborn (State *S, const char *message);     /* handles that found no userdata */
void codec_free_unread (State *S, Reader R);                /* likewise */

/* call.c */
void call_open (lua_State *L);                              /* [-0, +0, m] */
int64_t call_run (State *S, int32_t operation, int32_t length, const char *large, char **answer);
int64_t call_fatal (State *S, lua_State *L);                 /* [-0, +0, -] */
Entry *call_take_entry (lua_State *L);                      /* [-0, +0, e] */
void call_begin_results (Entry *E);
int64_t call_answer (Entry *E, char **answer);
const char *call_ask (lua_State *L, int32_t operation, int32_t target, int32_t member, int first,
                      int last, int32_t *length);           /* [-0, +0, e] the answer */
int call_up (lua_State *L, int32_t operation, int32_t target, int32_t member, int first, int last);
                                /* [-0, +n, e] gives n, or yields: only to be returned */
void call_tell (State *S, int32_t operation, int32_t member, const char *bytes, size_t length);

void call_push_globals (lua_State *L);                      /* [-0, +1, e] the state's own */

/* chunk.c */
int chunk_run (Entry *E, lua_State *L, int count);          /* [-n, +n, e] */

/* failure.c */
void failure_open (lua_State *L);                           /* [-0, +0, m] */
void failure_push_handler (lua_State *L);                   /* [-0, +1, -] */
void failure_write (Entry *E, lua_State *L);                /* [-1, +0, -] */
void failure_note_stopped (State *S, lua_State *L);         /* [-0, +0, -] */
void failure_write_stopped (State *S);

/* quick.c */
void quick_open (lua_State *L);                             /* [-0, +0, m] */
void quick_fill_places (lua_State *L);                      /* [-0, +PLACES, -] */
int64_t quick_run (State *S, int32_t operation, int32_t target, int32_t name, int32_t tag,
                   int64_t bits, char **answer);
double quick_call_number (State *S, int32_t ref, double argument, char **answer);

/* table.c */
void table_open (lua_State *L);                             /* [-0, +0, m] */
void table_run (lua_State *L, State *S, int32_t operation, Writer *W);  /* [-n, +0, e] */

int64_t table_length (lua_State *L);                        /* [-0, +0, e] of the table at 1 */
int table_push_other_key (lua_State *L);                    /* [-0, +1|0, e] */
void table_check (lua_State *L);                            /* [-0, +0, e] raises if 1 is none */

/* bulk.c */
void bulk_open (lua_State *L);                              /* [-0, +0, m] */
void bulk_run (Entry *E, lua_State *L);                     /* [-0, +n, e] */

/* object.c */
void object_open (lua_State *L);                            /* [-0, +0, m] */
void object_push (lua_State *L, State *S, int32_t handle, int32_t kind, int32_t traits,
                  const char *name, size_t name_length);    /* [-0, +1, m] */
void object_push_function (lua_State *L, int same);         /* [-1, +1, m] */
int object_prepare (State *S);    /* 0 if there is no memory */
void object_unborn (State *S, int32_t handle);
Object *object_test (State *S, lua_State *L, int index);    /* [-0, +0, -] NULL if it is none */
Object *object_of_function (State *S, lua_State *L, int index);

/* thread.c */
void thread_open (lua_State *L);                            /* [-0, +0, m] */
void thread_run (lua_State *L, int32_t operation, Writer *W);           /* [-n, +0, e] */
int thread_yield (lua_State *L, int count);                 /* yields: only to be returned */

/* function.c */
void function_describe (lua_State *L, Writer *W);           /* [-0, +n, m] */
void function_make (lua_State *L, Writer *W);               /* [-0, +n, e] */
/* module.c */
void module_set_up (lua_State *L, int search, int natives); /* [-0, +0, e] */
int module_use (void **entries, void **(*swap) (void **entries));
void **module_enter (void);                                 /* what module_leave is to put back */
void module_leave (void **entries);

/* scope.c */
void scope_open (lua_State *L);                             /* [-0, +0, m] */
void scope_remember (lua_State *L);                         /* [-0, +0, e] */
int scope_push_environment (lua_State *L, State *S);        /* [-1, +1, e] scope -> environment */
int scope_restore (lua_State *L, State *S);                 /* [-0, +0, e] */
void scope_settle (State *S);
void scope_spoil (State *S);
void scope_close (State *S);
void scope_user_globals (lua_State *L, Writer *W);          /* [-0, +0, m] */
void scope_clear_globals (lua_State *L);                    /* [-0, +0, e] */
void scope_put_global (lua_State *L);                       /* [-3, +1, e] */
int scope_holds_functions (lua_State *L, int environment);  /* [-0, +0, -] */
int scope_pairs (lua_State *L);                             /* __pairs of an environment */

/* console.c */
void console_open (lua_State *L);                           /* [-0, +0, m] */
int lupine_write (lua_State *L, FILE *file, int first, int last);       /* [-0, +n, e] */
int lupine_read_line (lua_State *L, FILE *file, int chop);  /* [-0, +1, e] whether there is one */

/* The protected bodies and the message handler: functions that no script is to have. */
int call_body (lua_State *L);
int quick_body (lua_State *L);
int failure_body (lua_State *L);
int failure_plain_body (lua_State *L);
int failure_handler (lua_State *L);
int memory_body (lua_State *L);
int state_lengthen_refs (lua_State *L);
int bulk_lengthen (lua_State *L);
int attach_make (lua_State *L);

/* debug.c */
void debug_open (lua_State *L);                             /* [-0, +0, m] */

/* library.c */
void library_open (lua_State *L, const char *const *names, int count);  /* [-0, +0, m] */
void library_set_null (lua_State *L);                       /* [-1, +0, e] */
void library_confine (lua_State *L);                        /* [-0, +0, e] */

/*
** Lua's own function, which an upvalue is, does what the running one has been called for, in its
** place: so what it raises names what the script called, and where. Gives what the function gives.
*/
static inline int library_call_own (lua_State *L, int upvalue) {
  return lua_tocfunction(L, lua_upvalueindex(upvalue))(L);
}

/* Whether too little C stack is left for an entry or an upcall. */
static inline int limits_stack_low (void) {
  if (__builtin_expect(lupine_stack_limit == NULL, 0)) limits_find_stack();
  return (char *)__builtin_frame_address(0) < lupine_stack_limit;
}

/* Asks whether to end, where a script has a say in how long a loop is. [-0, +0, e] */
static inline void stop_poll (State *S, lua_State *L) {
  if (__builtin_expect(S->stop, 0)) lupine_stopped(L);
}

/* Whether one more ref needs no room to be made. */
static inline int state_has_room_for_ref (const State *S) {
  return S->free_ref_count > 0 || S->ref_top < S->ref_capacity;
}

/* How any entry begins; so many others are under way. [-0, +0, -] */
static inline void call_begin (State *S, int32_t depth) {
  state_make_current(S);
  if (depth == 0) __atomic_store_n(&S->run, (int32_t)((uint32_t)S->run + 1), __ATOMIC_RELAXED);
  __atomic_store_n(&S->depth, depth + 1, __ATOMIC_RELEASE);
  S->frame->crossings = (int32_t)((uint32_t)S->frame->crossings + 1);
  S->from_java = S->level_count = S->levels_left_out = S->loading_bytecode = 0;
}

/* Every entry begins with this: what it costs, each crossing costs. [-0, +0, -] */
static inline void call_enter (State *S, lua_State *L, Outer *outer) {
  outer->state = state_current;
  outer->blocks = S->blocks;
  outer->reading = S->reading;
  outer->outermost = S->depth == 0 && L == S->main;
  outer->top = outer->outermost ? PLACES : lua_gettop(L);
  outer->natives = S->natives;
  call_begin(S, S->depth);
  if (!outer->outermost) {
    outer->L = L;
    outer->enclosing = S->innermost;
    S->innermost = outer;
  }
  if (outer->natives) outer->entries = module_enter();
  if (S->frame->released_count != 0) state_drain(S, L);
}

/* And ends with this, which gives the answer as it goes to Java. */
static inline int64_t call_leave (State *S, lua_State *L, const Outer *outer, int64_t answer) {
  lua_settop(L, outer->top);
  if (!outer->outermost) S->innermost = outer->enclosing;
  if (S->blocks != outer->blocks) state_drop_blocks(S, outer->blocks);
  S->reading = outer->reading;
  if (S->freed_count > 0) state_show_freed(S);
  state_make_current(outer->state);
  __atomic_store_n(&S->depth, S->depth - 1, __ATOMIC_RELEASE);
  if (S->depth == 0) {
    S->innermost = NULL;
    if (S->stop == STOP_INTERRUPT) stop_end_interrupt(S);
    if (S->touched) scope_settle(S);
  }
  if (outer->natives) module_leave(outer->entries);
  return __builtin_expect(S->fatal, 0) ? call_fatal(S, L) : answer;
}

#endif
