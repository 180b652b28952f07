/* Entries: Java's protected calls into Lua. */
#ifndef LUPINE_ENTRY_H
#define LUPINE_ENTRY_H

#include "ahead.h"
#include "backend.h"
#include "blocks.h"
#include "capi.h"
#include "failure.h"
#include "globals.h"
#include "handles.h"
#include "refs.h"
#include "stop.h"

void entry_open (lua_State *L);                   /* [-0, +0, m] */
int64_t entry_run (State *S, int32_t operation, int32_t length, const char *large, char **answer);
int run_protected (lua_State *L);                           /* a protected body */

/* Begins an entry inside 'depth' others. [-0, +0, -] */
static inline void entry_begin (State *S, int32_t depth) {
  state_make_current(S);
  if (depth == 0) __atomic_store_n(&S->run, (int32_t)((uint32_t)S->run + 1), __ATOMIC_RELAXED);
  __atomic_store_n(&S->depth, depth + 1, __ATOMIC_RELEASE);
  S->frame->crossings = (int32_t)((uint32_t)S->frame->crossings + 1);
  ahead_drop(S);
  S->from_java = S->level_count = S->levels_left_out = S->loading_bytecode = 0;
}

/* Begins any entry, nested or not. Its cost is a part of each crossing's. [-0, +0, -] */
static inline void entry_enter (State *S, lua_State *L, Outer *outer) {
  outer->state = state_current;
  outer->blocks = S->blocks;
  outer->reading = S->reading;
  outer->outermost = S->depth == 0 && L == S->main;
  outer->top = outer->outermost ? PLACES : lua_gettop(L);
  outer->natives = S->natives;
  entry_begin(S, S->depth);
  if (!outer->outermost) {
    outer->L = L;
    outer->enclosing = S->innermost;
    S->innermost = outer;
  }
  if (outer->natives) outer->entries = capi_enter();
  if (S->frame->released_count != 0) refs_drain(S, L);
}

/* Ends an entry, and returns the answer for Java. [-n, +0, -] */
static inline int64_t entry_leave (State *S, lua_State *L, const Outer *outer, int64_t answer) {
  lua_settop(L, outer->top);
  if (!outer->outermost) S->innermost = outer->enclosing;
  if (S->blocks != outer->blocks) blocks_drop_to(S, outer->blocks);
  S->reading = outer->reading;
  if (S->freed_count > 0) handles_show_freed(S);
  state_make_current(outer->state);
  __atomic_store_n(&S->depth, S->depth - 1, __ATOMIC_RELEASE);
  if (S->depth == 0) {
    S->innermost = NULL;
    if (S->stop == STOP_INTERRUPT) stop_end_interrupt(S);
    if (S->dirty) globals_clear_clean(S);
  }
  if (outer->natives) capi_leave(outer->entries);
  return __builtin_expect(S->fatal, 0) ? failure_fatal(S, L) : answer;
}

#endif
