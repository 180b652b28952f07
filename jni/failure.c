/*
** Errors on their way to Java: the value, a text for it, the stack.
*/
#include "failure.h"

#include "guard.h"
#include "memory.h"
#include "object.h"
#include "writer.h"

/*
** Pushes a text for the error value at 'index'. For a Java object, Java makes its own. [-0, +1, e]
*/
static void push_message (lua_State *L, int index) {
  if (lua_type(L, index) == LUA_TSTRING || lua_type(L, index) == LUA_TNUMBER
      || object_test(state_current, L, index) != NULL)
    lua_pushvalue(L, index);
  else if (luaL_getmetafield(L, index, "__tostring")) {
    lua_pushvalue(L, index);
    lua_call(L, 1, 1);
    if (!lua_isstring(L, -1)) {
      lua_pop(L, 1);
      lua_pushfstring(L, "(error object is a %s value)", luaL_typename(L, index));
    }
  }
  else
    lua_pushfstring(L, "(error object is a %s value)", luaL_typename(L, index));
}

static void put_levels (Writer *W, lua_State *L, const State *S) {
  int i;
  writer_put_integer(W, L, S->from_java);
  writer_put_integer(W, L, S->levels_left_out);
  for (i = 0; i < S->level_count; i++) {
    const Level *level = &S->levels[i];
    writer_put_bytes(W, L, level->chunk, strlen(level->chunk));
    writer_put_integer(W, L, level->line);
    writer_put_bytes(W, L, level->function, strlen(level->function));
  }
}

/* Writes the innermost levels of a stopped stack to the frame, as many as fit. */
void failure_write_stopped (State *S) {
  enum { LEVEL_SIZE = 3 * 16 + LUA_IDSIZE + 80 };
  int most = (FRAME_MESSAGE - 64) / LEVEL_SIZE;
  Writer W;
  writer_begin(&W, S, S->frame->message, FRAME_MESSAGE);
  writer_put_nil(&W, S->main);
  writer_put_nil(&W, S->main);
  if (S->level_count > most) S->level_count = most;
  S->levels_left_out = 0;
  put_levels(&W, S->main, S);
  writer_end(&W);
}

/* A protected body, error value: writes value, message, origin, levels. */
int failure_body (lua_State *L) {
  Entry *E = guard_take_entry(L);
  push_message(L, 1);
  writer_put(&E->W, L, 1);
  writer_put(&E->W, L, 2);
  put_levels(&E->W, L, E->S);
  return 0;
}

/* A protected body, value: writes the same without calling '__tostring'. */
int failure_plain_body (lua_State *L) {
  Entry *E = guard_take_entry(L);
  writer_put(&E->W, L, 1);
  if (lua_type(L, 1) == LUA_TSTRING) lua_pushvalue(L, 1);
  else lua_pushfstring(L, "(error object is a %s value)", luaL_typename(L, 1));
  writer_put(&E->W, L, -1);
  put_levels(&E->W, L, E->S);
  return 0;
}

/* Writes the error on the top of the stack, even where memory is short. [-1, +0, -] */
void failure_write (Entry *E, lua_State *L) {
  Entry *waiting = E->S->entry;
  int status;
  writer_begin_results(E);
  compat_push_body(L, failure_body, RIDX_FAILURE);
  lua_pushvalue(L, -2);           /* value body value */
  E->S->entry = E;
  status = lua_pcall(L, 1, 0, 0);
  if (status != LUA_OK && status != LUA_ERRMEM) {
    lua_Hook hook = lua_gethook(L);
    int mask = lua_gethookmask(L), count = lua_gethookcount(L);
    lua_pop(L, 1);                /* '__tostring' raised, or a hook did */
    writer_abandon(&E->W, L);
    writer_begin_results(E);
    if (mask != 0) lua_sethook(L, NULL, 0, 0);
    compat_push_body(L, failure_plain_body, RIDX_PLAIN_FAILURE);
    lua_pushvalue(L, -2);
    E->S->entry = E;
    status = lua_pcall(L, 1, 0, 0);
    if (mask != 0) lua_sethook(L, hook, mask, count);
  }
  E->S->entry = waiting;
  if (status != LUA_OK) {
    /* a message contains the text twice, and more */
    int too_large = lua_type(L, -2) == LUA_TSTRING
        && lua_rawlen(L, -2) > E->S->largest_message / 8;
    E->status = status == LUA_ERRMEM || too_large ? STATUS_MEMORY : STATUS_STACK;
    writer_abandon(&E->W, L);
    lua_pop(L, 1);
  }
  lua_pop(L, 1);
}

/* Ends an entry that a fatal error has left. Returns its answer. */
int64_t failure_fatal (State *S, lua_State *L) {
  int why = S->fatal - FATAL_JAVA;
  guard_set_fatal(S, L, 0);
  if (why != 0) {
    failure_write_stopped(S);
    /* perhaps a hook of the script ran on; the next run must not call it */
    if (S->depth == 0) lua_sethook(S->main, NULL, 0, 0);
  }
  return ANSWER(STATUS_FATAL, why);
}

void failure_open (lua_State *L) {
  compat_register_body(L, failure_body, RIDX_FAILURE);
  compat_register_body(L, failure_plain_body, RIDX_PLAIN_FAILURE);
}
