/*
** Entries for small values, which travel in registers. What cannot raise needs no protected body,
** and a name that Java uses again is known by its number.
*/
#include <stdlib.h>

#include "side.h"

/* What a quick entry uses lies at these places of the stack: put there for it, or always there. */
typedef struct Places {
  int handler, globals, names, refs;
} Places;

/* [-0, +n, -] */
static Places find_places (lua_State *L, const Outer *outer) {
  Places places = { PLACE_HANDLER, PLACE_GLOBALS, PLACE_NAMES, PLACE_REFS };
  if (!outer->outermost) {
    quick_fill_places(L);
    places.handler += outer->top;
    places.globals += outer->top;
    places.names += outer->top;
    places.refs += outer->top;
  }
  return places;
}

/* A protected body: Entry, values... Writes them. */
static int put_values (lua_State *L) {
  Entry *E = (Entry *)lua_touserdata(L, 1);
  call_begin_results(E);
  codec_put_range(&E->W, L, 2, lua_gettop(L));
  return 0;
}

/* The answer of one string that fits the frame, written at once; 0 if it does not. */
static int64_t string_answer (State *S, lua_State *L, int index) {
  int32_t head[4] = { 1, 0, TAG_STRING, 0 };
  size_t size;
  const char *bytes = lua_tolstring(L, index, &size);
  if (size > FRAME_MESSAGE - 32) return 0;
  head[3] = (int32_t)size;
  memcpy(S->frame->message, head, sizeof(head));
  memcpy(S->frame->message + sizeof(head), bytes, size);
  return ANSWER(STATUS_OK, sizeof(head) + ((size + 7) & ~(size_t)7));
}

/* The answer of one value that needs no ref; 0 if it is another one. */
static int64_t small_answer (State *S, lua_State *L, int index) {
  int32_t tag = codec_small(S, L, index, &S->frame->answer);
  return tag >= 0 ? ANSWER(STATUS_VALUE, tag)
      : lua_type(L, index) == LUA_TSTRING ? string_answer(S, L, index) : 0;
}

/* The answer of the error on the top. [-1, +0, -] */
static int64_t answer_error (Entry *E, lua_State *L, int status, char **answer) {
  E->status = memory_was_short(E->S, status, E->refusals) ? STATUS_MEMORY : STATUS_ERROR;
  if (E->status != STATUS_MEMORY) failure_write(E, L);
  return call_answer(E, answer);
}

static void begin (Entry *E, State *S, unsigned refusals) {
  E->S = S;
  E->status = STATUS_OK;
  E->refusals = refusals;
}

/* Below a function that is to be called: what writes its results, so that they leave room. */
static void push_below (lua_State *L, Entry *E) {           /* [-0, +2, -] */
  compat_push_body(L, put_values, ANCHOR_VALUES);
  lua_pushlightuserdata(L, E);
}

/* Calls the function on the top, above push_below, with one small value. */
static int64_t call_it (Entry *E, lua_State *L, int handler, int32_t tag, int64_t bits,
                        char **answer) {
  int first = lua_gettop(L);      /* body entry results... */
  int64_t small;
  int status, count;
  if (tag != QUICK_NO_VALUE) codec_push_small(L, tag, bits);
  status = lua_pcall(L, tag != QUICK_NO_VALUE, LUA_MULTRET, handler);
  if (status != LUA_OK) return answer_error(E, L, status, answer);
  count = lua_gettop(L) - first + 1;
  if (count == 1 && (small = small_answer(E->S, L, first)) != 0) return small;
  if (lua_pcall(L, count + 1, 0, 0) != LUA_OK) E->status = STATUS_MEMORY;
  return call_answer(E, answer);
}

/* The field of a name. [-0, +1, -] */
static void push_field (lua_State *L, const Places *places, int table, int32_t name) {
  lua_rawgeti(L, places->names, name);
  lua_rawget(L, table);
}

/*
** table[name] = small value, where the key is there already: then nothing is allocated, and no
** metamethod is asked. [-0, +0, -]
*/
static int64_t put_it (State *S, lua_State *L, const Places *places, int table, int32_t name,
                       int32_t tag, int64_t bits) {
  int64_t answer;
  if (!lua_istable(L, table)) return QUICK_REFUSED;
  lua_rawgeti(L, places->names, name);
  lua_pushvalue(L, -1);
  lua_rawget(L, table);           /* name old */
  if (lua_isnil(L, -1)) return QUICK_REFUSED;
  answer = small_answer(S, L, -1);
  if (answer == 0) return QUICK_REFUSED;
  lua_pop(L, 1);
  codec_push_small(L, tag, bits);
  lua_rawset(L, table);
  return answer;
}

/* The value on the top, if it needs no ref. */
static int64_t get_it (State *S, lua_State *L) {
  int64_t answer = small_answer(S, L, -1);
  return answer == 0 ? QUICK_REFUSED : answer;
}

/* table[name] of the table on the top, where that asks no metamethod. */
static int64_t get_field (State *S, lua_State *L, const Places *places, int32_t name) {
  int table = lua_gettop(L);
  if (!lua_istable(L, table)) return QUICK_REFUSED;
  push_field(L, places, table, name);
  if (lua_isnil(L, -1) && lua_getmetatable(L, table)) return QUICK_REFUSED;
  return get_it(S, L);
}

int64_t quick_run (State *S, int32_t operation, int32_t target, int32_t name, int32_t tag,
                   int64_t bits, char **answer) {
  lua_State *L = S->running;
  Entry E;
  Outer outer;
  Places places;
  int64_t result = QUICK_REFUSED;
  if (limits_stack_low()) return ANSWER(STATUS_STACK, 0);
  call_enter(S, L, &outer);
  places = find_places(L, &outer);
  switch (operation) {
    case QUICK_CALL:
      begin(&E, S, S->refusals);
      push_below(L, &E);
      lua_rawgeti(L, places.refs, target);
      result = call_it(&E, L, places.handler, tag, bits, answer);
      break;
    case QUICK_CALL_GLOBAL:
      begin(&E, S, S->refusals);
      push_below(L, &E);
      push_field(L, &places, places.globals, name);
      if (lua_isfunction(L, -1)) result = call_it(&E, L, places.handler, tag, bits, answer);
      break;
    case QUICK_GET_GLOBAL:
      push_field(L, &places, places.globals, name);
      result = get_it(S, L);
      break;
    case QUICK_PUT_GLOBAL:
      result = put_it(S, L, &places, places.globals, name, tag, bits);
      break;
    case QUICK_GET_FIELD:
      lua_rawgeti(L, places.refs, target);
      result = get_field(S, L, &places, name);
      break;
    case QUICK_PUT_FIELD:
      lua_rawgeti(L, places.refs, target);
      result = put_it(S, L, &places, lua_gettop(L), name, tag, bits);
      break;
    default:
      break;
  }
  return call_leave(S, L, &outer, result);
}

/* The one result of a typed call, on the top, is no number: it is written. [-1, +0, -] */
static int64_t answer_other (State *S, lua_State *L, char **answer) {
  Entry E;
  int value = lua_gettop(L);
  begin(&E, S, S->refusals);
  push_below(L, &E);
  lua_pushvalue(L, value);
  if (lua_pcall(L, 2, 0, 0) != LUA_OK) E.status = STATUS_MEMORY;
  return call_answer(&E, answer);
}

static int64_t answer_failure (State *S, lua_State *L, int status, unsigned refusals,
                               char **answer) {
  Entry E;
  begin(&E, S, refusals);
  return answer_error(&E, L, status, answer);
}

int64_t quick_call_number (State *S, int32_t ref, double argument, double *result,
                           char **answer) {
  lua_State *L = S->running;
  Outer outer;
  Places places;
  unsigned refusals = S->refusals;
  int64_t rest = 0;
  int status;
  if (limits_stack_low()) return ANSWER(STATUS_STACK, 0);
  call_enter(S, L, &outer);
  places = find_places(L, &outer);
  lua_rawgeti(L, places.refs, ref);
  lua_pushnumber(L, (lua_Number)argument);
  status = lua_pcall(L, 1, 1, places.handler);
  if (status != LUA_OK) rest = answer_failure(S, L, status, refusals, answer);
  else if (lua_type(L, -1) == LUA_TNUMBER) *result = (double)lua_tonumber(L, -1);
  else rest = answer_other(S, L, answer);
  return call_leave(S, L, &outer, rest);
}

void quick_open (lua_State *L) {
  lua_newtable(L);
  lua_rawseti(L, LUA_REGISTRYINDEX, ANCHOR_NAMES);
  compat_anchor_body(L, put_values, ANCHOR_VALUES);
}

/* Pushes what the quick entries use, in the order of PLACE_*. */
void quick_fill_places (lua_State *L) {
  failure_push_handler(L);
  lua_rawgeti(L, LUA_REGISTRYINDEX, ANCHOR_GLOBALS);
  lua_rawgeti(L, LUA_REGISTRYINDEX, ANCHOR_NAMES);
  lua_rawgeti(L, LUA_REGISTRYINDEX, ANCHOR_REFS);
}
