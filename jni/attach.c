/*
** Several threads inside one state. While a thread is in a call from Lua to Java, another one may
** be attached to the state, and runs on a coroutine of its own. The fields of the State that belong
** to the run of the first thread are saved, and restored when that thread is attached again. The
** threads return in any order.
**
** No thread touches the lua_State on which another one runs: an error there would jump into the C
** stack of the other thread. A thread with a coroutine does not use the main lua_State either.
*/
#include "attach.h"

#include <stdlib.h>

#include "blocks.h"
#include "capi.h"
#include "core.h"
#include "guard.h"
#include "refs.h"
#include "stop.h"

struct ThreadContext {
  StopWords words;                /* first, see stop.c */
  int32_t ref;                    /* of the coroutine; 0 for the state's own thread context */
  lua_State *running;
  Block *blocks;
  Entry *entry;
  struct Outer *innermost;
  int fatal;
  lua_State *failed, *closing;
  lua_CFunction raising;
  int from_java, level_count, levels_left_out, loading_bytecode;
  CoreThread core;
  Level *levels;
};

/* Saves what belongs to a run. */
static void save (State *S, ThreadContext *T) {
  T->running = S->running;
  T->blocks = S->blocks;
  T->entry = S->entry;
  T->innermost = S->innermost;
  T->fatal = S->fatal;
  T->failed = S->failed;
  T->closing = S->closing;
  T->raising = S->raising;
  T->from_java = S->from_java;
  T->level_count = S->level_count;
  T->levels_left_out = S->levels_left_out;
  T->loading_bytecode = S->loading_bytecode;
  T->levels = S->levels;
  core_leave(S->running, &T->core);
}

static void restore_context (State *S, const ThreadContext *T) {
  S->running = T->running;
  S->blocks = T->blocks;
  S->entry = T->entry;
  S->innermost = T->innermost;
  if (S->fatal != T->fatal) guard_set_fatal(S, S->maker, T->fatal);
  S->failed = T->failed;
  S->closing = T->closing;
  S->raising = T->raising;
  S->from_java = T->from_java;
  S->level_count = T->level_count;
  S->levels_left_out = T->levels_left_out;
  S->loading_bytecode = T->loading_bytecode;
  S->levels = T->levels;
}

/* Switches to another thread context. */
static void switch_to (State *S, ThreadContext *T) {
  ThreadContext *from = S->thread;
  if (from == T) return;
  save(S, from);
  stop_switch(S, T);
  restore_context(S, T);
  core_return(T->running, &T->core, &from->core, S->paused);
}

static void free_thread (ThreadContext *T) {
  free(T->levels);
  free(T);
}

/* Returns whether another thread may be attached while L is in a call from Lua to Java. */
int attach_is_possible (const State *S, lua_State *L) {
  return S->reading == 0 && !S->keeps_thread && core_can_detach(L);
}

/* A protected body: makes the coroutine of the attached thread context. [-0, +0, m] */
int attach_make (lua_State *L) {
  State *S = state_current;
  lua_State *made;
  if (L != S->maker || S->thread->ref != 0) return luaL_error(L, "no thread is being attached");
  made = lua_newthread(L);
  S->thread->ref = refs_add(S, L);
  S->running = made;
  return 0;
}

ThreadContext *attach_open_thread (State *S, int32_t *status) {
  State *outer = state_current;
  ThreadContext *from = S->thread;
  ThreadContext *T;
  void **entries;
  int failed;
  *status = STATUS_STACK;
  if (guard_stack_low()) return NULL;
  *status = STATUS_MEMORY;
  T = (ThreadContext *)calloc(1, sizeof(ThreadContext));
  if (T == NULL) return NULL;
  T->running = S->maker;
  T->words.run = T->words.depth = 1;              /* an entry of it is never the outermost: see
                                                     PLACE_* */
  core_begin(S->maker, &T->core);
  switch_to(S, T);
  state_make_current(S);
  entries = S->natives ? capi_enter() : NULL;
  S->keeps_thread++;
  if (!COMPAT_SHARES_HOOKS) lua_sethook(S->maker, NULL, 0, 0);    /* a finalizer's, if any */
  failed = compat_cpcall(S->maker, attach_make, NULL);
  lua_settop(S->maker, 0);
  S->keeps_thread--;
  if (S->natives) capi_leave(entries);
  state_make_current(outer);
  if (failed == LUA_OK && T->ref != 0) return T;
  switch_to(S, from);
  free_thread(T);
  return NULL;
}

void attach_resume_thread (State *S, ThreadContext *T) {
  switch_to(S, T == NULL ? S->main_thread : T);
}

/* Closes T, which is attached, or whose thread is dead so that its run will never continue. */
void attach_close_thread (State *S, ThreadContext *T) {
  State *outer = state_current;
  Block *blocks;
  if (S->thread == T) switch_to(S, S->main_thread);
  state_make_current(S);
  refs_release(S, S->maker, T->ref);
  blocks = S->blocks;
  S->blocks = T->blocks;
  blocks_drop_to(S, NULL);
  S->blocks = blocks;
  state_make_current(outer);
  free_thread(T);
}

/* Makes the main thread context. */
int attach_open (State *S) {
  S->main_thread = S->thread = (ThreadContext *)calloc(1, sizeof(ThreadContext));
  return S->thread != NULL;
}

/* Frees the main thread context, which is mostly the attached one. */
void attach_release (State *S) {
  if (S->main_thread == NULL) return;
  if (S->thread == S->main_thread) S->main_thread->levels = S->levels;
  else free(S->levels);
  free_thread(S->main_thread);
}

void attach_open_maker (lua_State *L) {
  state_current->maker = lua_newthread(L);
  lua_rawseti(L, LUA_REGISTRYINDEX, RIDX_MAKER);
}
