/*
** Errors on their way to Java: the stack as it was, the value, a text for it.
*/
#include <stdio.h>

#include "side.h"

/* An error's text that is longer may be more than a message holds, which has it twice. */
#define LARGEST_TEXT  (256 * 1024 * 1024)

/* Copies text into a field, cut to fit. */
static void copy_text (char *field, size_t size, const char *text) {
  size_t length = strlen(text);
  if (length >= size) length = size - 1;
  memcpy(field, text, length);
  field[length] = '\0';
}

/* What Lua's own traceback would say of a function. */
static void describe (Level *level, const lua_Debug *ar) {
  if (*ar->what == 'm')
    copy_text(level->function, sizeof(level->function), "main chunk");
  else if (ar->name != NULL && *ar->namewhat != '\0')
    snprintf(level->function, sizeof(level->function), "%s '%.60s'", ar->namewhat, ar->name);
  else if (*ar->what == 'C')
    copy_text(level->function, sizeof(level->function), "?");
  else
    snprintf(level->function, sizeof(level->function), "function <%.40s:%d>", ar->short_src,
             ar->linedefined);
  copy_text(level->chunk, sizeof(level->chunk), ar->short_src);
  level->line = ar->currentline;
}

/* Whether an error is raised now by what raises Java's answers, and is no other of later. */
static int is_from_java (lua_State *L, int level, const State *S) {
  lua_Debug ar;
  int same;
  if (S->raising == NULL || !lua_getstack(L, level, &ar)) return 0;
  lua_getinfo(L, "f", &ar);
  same = lua_tocfunction(L, -1) == S->raising;
  lua_pop(L, 1);
  return same;
}

/* Notes the levels of a stack from 'level' on, after those that are there, as far as room goes. */
static void note_levels (State *S, lua_State *L, int level) {
  lua_Debug ar;
  int last = compat_last_level(L);
  int there = lua_getstack(L, level, &ar);
  while (there && level <= last && S->level_count < FRAMES_KEPT) {
    int by = 1;
    lua_getinfo(L, "Snl", &ar);
    describe(&S->levels[S->level_count++], &ar);
    if (S->level_count == FRAMES_KEPT / 2 && last - level > FRAMES_KEPT / 2) {
      by = last - level + 1 - FRAMES_KEPT / 2;
      S->levels_left_out = by - 1;
    }
    there = level + by <= last && compat_move_level(L, &ar, level, by);
    level += by;
  }
}

/*
** The message handler: notes the stack before it is gone, and leaves the error value alone.
** Allocates and raises nothing.
*/
int failure_handler (lua_State *L) {
  State *S = state_current;
  lua_State *failed = S->failed;
  S->failed = NULL;
  lua_settop(L, 1);
  if (S->fatal > FATAL_JAVA) return 1;            /* noted where it began */
  S->from_java = failed != NULL ? is_from_java(failed, 0, S) : is_from_java(L, 1, S);
  S->raising = NULL;
  S->level_count = 0;
  S->levels_left_out = 0;
  if (failed != NULL) note_levels(S, failed, 0);
  note_levels(S, L, 1);           /* 0 is this handler */
  return 1;
}

/* Notes the stack of what is being stopped, before the scripts' own pcalls leave it. */
void failure_note_stopped (State *S, lua_State *L) {
  S->from_java = S->level_count = S->levels_left_out = 0;
  note_levels(S, L, 0);
}

/* Text for the error value at 'index'. Java makes its own for a Java object. [-0, +1, e] */
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
  codec_put_integer(W, L, S->from_java);
  codec_put_integer(W, L, S->levels_left_out);
  for (i = 0; i < S->level_count; i++) {
    const Level *level = &S->levels[i];
    codec_put_bytes(W, L, level->chunk, strlen(level->chunk));
    codec_put_integer(W, L, level->line);
    codec_put_bytes(W, L, level->function, strlen(level->function));
  }
}

/* Writes the innermost levels of what was stopped to the frame, as many as it has room for. */
void failure_write_stopped (State *S) {
  enum { LEVEL_SIZE = 3 * 16 + LUA_IDSIZE + 80 };
  int most = (FRAME_MESSAGE - 64) / LEVEL_SIZE;
  Writer W;
  codec_begin(&W, S, S->frame->message, FRAME_MESSAGE);
  codec_put_nil(&W, S->main);
  codec_put_nil(&W, S->main);
  if (S->level_count > most) S->level_count = most;
  S->levels_left_out = 0;
  put_levels(&W, S->main, S);
  codec_end(&W);
}

/* A protected body: error value. Writes value, message, origin, levels. */
int failure_body (lua_State *L) {
  Entry *E = call_take_entry(L);
  push_message(L, 1);
  codec_put(&E->W, L, 1);
  codec_put(&E->W, L, 2);
  put_levels(&E->W, L, E->S);
  return 0;
}

/* A protected body: value. Writes the value, without the text of '__tostring'. */
int failure_plain_body (lua_State *L) {
  Entry *E = call_take_entry(L);
  codec_put(&E->W, L, 1);
  if (lua_type(L, 1) == LUA_TSTRING) lua_pushvalue(L, 1);
  else lua_pushfstring(L, "(error object is a %s value)", luaL_typename(L, 1));
  codec_put(&E->W, L, -1);
  put_levels(&E->W, L, E->S);
  return 0;
}

/* Writes the error on the top of the stack; memory may be short. [-1, +0, -] */
void failure_write (Entry *E, lua_State *L) {
  Entry *waiting = E->S->entry;
  int status;
  call_begin_results(E);
  compat_push_body(L, failure_body, ANCHOR_FAILURE);
  lua_pushvalue(L, -2);           /* value body value */
  E->S->entry = E;
  status = lua_pcall(L, 1, 0, 0);
  if (status != LUA_OK && status != LUA_ERRMEM) {
    lua_Hook hook = lua_gethook(L);
    int mask = lua_gethookmask(L), count = lua_gethookcount(L);
    lua_pop(L, 1);                /* the '__tostring' raised, or a hook */
    codec_abandon(&E->W, L);
    call_begin_results(E);
    if (mask != 0) lua_sethook(L, NULL, 0, 0);
    compat_push_body(L, failure_plain_body, ANCHOR_PLAIN_FAILURE);
    lua_pushvalue(L, -2);
    E->S->entry = E;
    status = lua_pcall(L, 1, 0, 0);
    if (mask != 0) lua_sethook(L, hook, mask, count);
  }
  E->S->entry = waiting;
  if (status != LUA_OK) {
    int too_large = lua_type(L, -2) == LUA_TSTRING && lua_rawlen(L, -2) > LARGEST_TEXT;
    E->status = status == LUA_ERRMEM || too_large ? STATUS_MEMORY : STATUS_STACK;
    codec_abandon(&E->W, L);
    lua_pop(L, 1);
  }
  lua_pop(L, 1);
}

/* The message handler of every entry. [-0, +1, -] */
void failure_push_handler (lua_State *L) {
  compat_push_body(L, failure_handler, ANCHOR_HANDLER);
}

void failure_open (lua_State *L) {
  compat_anchor_body(L, failure_handler, ANCHOR_HANDLER);
  compat_anchor_body(L, failure_body, ANCHOR_FAILURE);
  compat_anchor_body(L, failure_plain_body, ANCHOR_PLAIN_FAILURE);
}
