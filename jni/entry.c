/*
** Entries: Java's protected calls into Lua.
*/
#include "entry.h"

#include "guard.h"
#include "memory.h"
#include "message.h"
#include "operations.h"
#include "scope.h"
#include "traceback.h"
#include "writer.h"

/* Reads the message, runs the operation, writes the results: the protected body of every entry. */
int run_protected (lua_State *L) {
  Entry *E = guard_take_entry(L);
  lua_settop(L, 0);
  operations_run(E, L);
  return 0;
}

/* Makes the protected body, which is a closure in old flavours, beforehand. [-0, +0, m] */
void entry_open (lua_State *L) {
  compat_register_body(L, run_protected, RIDX_BODY);
}

/*
** Returns a copy of the frame's message, NULL if there is no memory. To read a message can run a
** finalizer, which can call Java, which writes to the frame.
*/
static const char *copy_message (State *S, char *kept, int32_t length) {
  if (length > KEPT) {
    Block *block = blocks_take_spare(S);
    if (block == NULL) return NULL;
    blocks_link(S, block, OWNED_BY_ENTRY);
    kept = (char *)block + BLOCK_HEAD;
  }
  memcpy(kept, S->frame->message, (size_t)length);
  return kept;
}

/*
** Drops the results that the body has written, and keeps its message for another attempt.
** [-0, +0, -]
*/
static void abandon (Entry *E, lua_State *L, const Outer *outer, Block *mark) {
  State *S = E->S;
  writer_abandon(&E->W, L);
  blocks_drop_to(S, mark);
  if (E->loaded != 0) refs_release(S, L, E->loaded);
  E->loaded = 0;
  writer_begin_results(E);
  S->reading = outer->reading + (E->message != NULL);       /* it may be read again */
  S->failed = NULL;
}

/* Returns whether Java frees memory by this operation. The limit is then less strict. */
static int frees (int32_t operation, const char *message) {
  switch (operation) {
    case OP_COLLECT: case OP_MEMORY: case OP_GLOBALS: case OP_CLEAR_GLOBALS:
    case OP_DRAIN:
      return 1;
    case OP_PUT_GLOBAL:
      return message_is_nil(message, 1);
    case OP_PUT: case OP_RAW_PUT:
      return message_is_nil(message, 2);
    default:
      return 0;
  }
}

int64_t entry_run (State *S, int32_t operation, int32_t length, const char *large, char **answer) {
  lua_State *L = S->running;
  Entry *waiting = S->entry;      /* another entry's, if a hook runs before its body */
  Entry E;
  Outer outer;
  Block *mark;
  int64_t result;
  int status;
  if (guard_stack_low()) {
    message_free_undelivered(S, large != NULL ? large : S->frame->message);
    return ANSWER(STATUS_STACK, 0);
  }
  entry_enter(S, L, &outer);
  E.S = S;
  memory_allow(S, S->limit != 0 && frees(operation, large != NULL ? large : S->frame->message));
  E.operation = operation;
  E.length = length;
  E.status = STATUS_OK;
  E.refusals = S->refusals;
  E.scoped = E.wrote = 0;
  E.loaded = 0;
  writer_begin_results(&E);
  E.message = large != NULL ? large : copy_message(S, E.kept, length);
  if (E.message == NULL) {
    message_free_undelivered(S, S->frame->message);
    return entry_leave(S, L, &outer, ANSWER(STATUS_MEMORY, 0));
  }
  mark = S->blocks;
  lua_pushglobaltable(L);                         /* globals */
  traceback_push_handler(L);
  compat_push_body(L, run_protected, RIDX_BODY);  /* globals handler body */
  S->entry = &E;
  status = lua_pcall(L, 0, 0, outer.top + 2);
  if (status != LUA_OK) abandon(&E, L, &outer, mark);
  if (status != LUA_OK && E.message != NULL && !E.wrote
      && memory_collect(S, L, status, E.refusals)) {
    lua_pop(L, 1);                                /* nothing was done yet: once more */
    S->reading = outer.reading;
    compat_push_body(L, run_protected, RIDX_BODY);
    S->entry = &E;
    status = lua_pcall(L, 0, 0, outer.top + 2);
    if (status != LUA_OK) abandon(&E, L, &outer, mark);
  }
  if (E.scoped) {
    lua_pushvalue(L, outer.top + 1);
    compat_set_globals(L);
    scope_end(L, S);
  }
  S->entry = waiting;
  if (status != LUA_OK) {
    if (E.message != NULL) message_free_undelivered(S, E.message);
    S->reading = outer.reading;
    if (E.status == STATUS_OK)
      E.status = memory_was_short(S, status, E.refusals) ? STATUS_MEMORY : STATUS_ERROR;
    if (E.status != STATUS_MEMORY) failure_write(&E, L);
  }
  else if (S->fatal) abandon(&E, L, &outer, mark);          /* Java will not read the results */
  result = writer_answer(&E, answer);
  memory_allow(S, 0);
  if (E.loaded != 0 && ANSWER_STATUS(result) != STATUS_OK) refs_release(S, L, E.loaded);
  return entry_leave(S, L, &outer, result);
}
