/*
** Entries for small values, which travel in registers. What cannot raise needs no protected body,
** and a name that Java uses again is known by its number.
*/
#include <stdlib.h>

#include "side.h"

/* [-0, +1, -] the lowest places of the main state's stack, if that is where we are */
static void push_place (lua_State *L, const Outer *outer, int place, int anchor) {
  if (L == outer->own->main && outer->top == PLACES) lua_pushvalue(L, place);
  else lua_rawgeti(L, LUA_REGISTRYINDEX, anchor);
}

/* The table at the top becomes its element, or nil if a script put something else there. */
static void replace_by_element (lua_State *L, int32_t index) {
  if (lua_istable(L, -1)) lua_rawgeti(L, -1, index);
  else lua_pushnil(L);
  lua_replace(L, -2);
}

static void push_name (lua_State *L, const Outer *outer, int32_t name) {
  push_place(L, outer, PLACE_NAMES, ANCHOR_NAMES);
  replace_by_element(L, name);
}

/* A value that fits a register. [-0, +1, -] */
static void push_small (lua_State *L, int32_t tag, int64_t bits) {
  double number;
  switch (tag) {
    case TAG_BOOLEAN:
      lua_pushboolean(L, bits != 0);
      break;
    case TAG_INTEGER:
      compat_push_long(L, bits);
      break;
    case TAG_NUMBER:
      memcpy(&number, &bits, sizeof(number));
      lua_pushnumber(L, (lua_Number)number);
      break;
    default:
      lua_pushnil(L);
      break;
  }
}

/* A protected body: Entry, values... Writes them. */
static int put_values (lua_State *L) {
  Entry *E = (Entry *)lua_touserdata(L, 1);
  call_begin_results(E);
  codec_put_range(&E->W, L, 2, lua_gettop(L));
  return 0;
}

/* The answer of one value that needs no ref, written at once; 0 if it is another one. */
static int64_t small_answer (State *S, lua_State *L, int index) {
  struct { int32_t count, zero, tag, aux; int64_t bits; } message = { 1, 0, TAG_NIL, 0, 0 };
  double number;
  int32_t length = 24;
  switch (lua_type(L, index)) {
    case LUA_TNIL:
      length = 16;
      break;
    case LUA_TBOOLEAN:
      message.tag = TAG_BOOLEAN;
      message.aux = lua_toboolean(L, index);
      length = 16;
      break;
    case LUA_TNUMBER:
      if (!(S->frame->flags & FRAME_DOUBLES) && compat_to_long(L, index, &message.bits))
        message.tag = TAG_INTEGER;
      else {
        message.tag = TAG_NUMBER;
        number = (double)lua_tonumber(L, index);
        memcpy(&message.bits, &number, sizeof(number));
      }
      break;
    case LUA_TSTRING: {
      size_t size;
      const char *bytes = lua_tolstring(L, index, &size);
      if (size > FRAME_MESSAGE - 32) return 0;
      message.tag = TAG_STRING;
      message.aux = (int32_t)size;
      memcpy(S->frame->message + 16, bytes, size);
      memcpy(S->frame->message, &message, 16);
      return ANSWER(STATUS_OK, 16 + ((size + 7) & ~(size_t)7));
    }
    default:
      return 0;
  }
  memcpy(S->frame->message, &message, (size_t)length);
  return ANSWER(STATUS_OK, length);
}

/* The answer of the error on the top. [-1, +0, -] */
static int64_t answer_error (Entry *E, lua_State *L, int status, char **answer) {
  E->status = memory_was_short(E->S, status, E->refusals) ? STATUS_MEMORY : STATUS_ERROR;
  if (E->status != STATUS_MEMORY) failure_write(E, L);
  return call_answer(E, answer);
}

/*
** Below a function that is to be called: the message handler, and what writes its results, so
** that none of it needs room when they are there. [-0, +3, -]
*/
static void push_below (lua_State *L, const Outer *outer, Entry *E) {
  E->S = outer->own;
  E->status = STATUS_OK;
  E->refusals = E->S->refusals;
  push_place(L, outer, PLACE_HANDLER, ANCHOR_HANDLER);
  compat_push_body(L, put_values, ANCHOR_VALUES);
  lua_pushlightuserdata(L, E);
}

/* Calls the function on the top, above push_below, with one small value. */
static int64_t call_it (Entry *E, lua_State *L, const Outer *outer, int32_t tag, int64_t bits,
                        char **answer) {
  int first = outer->top + 4;     /* handler body entry results... */
  int64_t small;
  int status, count;
  if (tag != QUICK_NO_VALUE) push_small(L, tag, bits);
  status = lua_pcall(L, tag != QUICK_NO_VALUE, LUA_MULTRET, outer->top + 1);
  if (status != LUA_OK) return answer_error(E, L, status, answer);
  count = lua_gettop(L) - first + 1;
  if (count == 1 && (small = small_answer(E->S, L, first)) != 0) return small;
  if (lua_pcall(L, count + 1, 0, 0) != LUA_OK) E->status = STATUS_MEMORY;
  return call_answer(E, answer);
}

/* The global of a name. [-0, +1, -] */
static void push_global (lua_State *L, const Outer *outer, int32_t name) {
  push_place(L, outer, PLACE_GLOBALS, ANCHOR_GLOBALS);
  if (!lua_istable(L, -1)) return;
  push_name(L, outer, name);
  lua_rawget(L, -2);
  lua_replace(L, -2);
}

/*
** table[name] = small value, where the key is there already: then nothing is allocated, and no
** metamethod is asked. [-1, +0, -]
*/
static int64_t put_it (State *S, lua_State *L, const Outer *outer, int32_t name, int32_t tag,
                       int64_t bits) {
  int64_t answer;
  if (!lua_istable(L, -1)) return QUICK_REFUSED;
  push_name(L, outer, name);      /* table name */
  lua_pushvalue(L, -1);
  lua_rawget(L, -3);              /* table name old */
  if (lua_isnil(L, -1) || lua_isnil(L, -2)) return QUICK_REFUSED;
  answer = small_answer(S, L, -1);
  if (answer == 0) return QUICK_REFUSED;
  lua_pop(L, 1);
  push_small(L, tag, bits);
  lua_rawset(L, -3);
  return answer;
}

/* The value on the top, if it needs no ref. */
static int64_t get_it (State *S, lua_State *L) {
  int64_t answer = small_answer(S, L, -1);
  return answer == 0 ? QUICK_REFUSED : answer;
}

/* table[name] of the table on the top, where that asks no metamethod. */
static int64_t get_field (State *S, lua_State *L, const Outer *outer, int32_t name) {
  if (!lua_istable(L, -1)) return QUICK_REFUSED;
  push_name(L, outer, name);
  lua_rawget(L, -2);
  if (lua_isnil(L, -1) && lua_getmetatable(L, -2)) return QUICK_REFUSED;
  return get_it(S, L);
}

int64_t quick_run (State *S, int32_t operation, int32_t target, int32_t name, int32_t tag,
                   int64_t bits, char **answer) {
  lua_State *L = S->running;
  Entry E;
  Outer outer;
  int64_t result = QUICK_REFUSED;
  if (limits_stack_low()) return ANSWER(STATUS_STACK, 0);
  outer = call_enter(S, L);
  switch (operation) {
    case QUICK_CALL:
      push_below(L, &outer, &E);
      state_push_ref(L, target);
      result = call_it(&E, L, &outer, tag, bits, answer);
      break;
    case QUICK_CALL_GLOBAL:
      push_below(L, &outer, &E);
      push_global(L, &outer, name);
      if (lua_isfunction(L, -1)) result = call_it(&E, L, &outer, tag, bits, answer);
      break;
    case QUICK_GET_GLOBAL:
      push_global(L, &outer, name);
      result = get_it(S, L);
      break;
    case QUICK_PUT_GLOBAL:
      push_place(L, &outer, PLACE_GLOBALS, ANCHOR_GLOBALS);
      result = put_it(S, L, &outer, name, tag, bits);
      break;
    case QUICK_GET_FIELD:
      state_push_ref(L, target);
      result = get_field(S, L, &outer, name);
      break;
    case QUICK_PUT_FIELD:
      state_push_ref(L, target);
      result = put_it(S, L, &outer, name, tag, bits);
      break;
    default:
      break;
  }
  return call_leave(S, L, &outer, result);
}

int64_t quick_call_number (State *S, int32_t ref, double argument, double *result,
                           char **answer) {
  lua_State *L = S->running;
  Entry E;
  Outer outer;
  int64_t rest = 0;
  int status;
  if (limits_stack_low()) return ANSWER(STATUS_STACK, 0);
  outer = call_enter(S, L);
  push_below(L, &outer, &E);
  state_push_ref(L, ref);
  lua_pushnumber(L, (lua_Number)argument);
  status = lua_pcall(L, 1, 1, outer.top + 1);
  if (status == LUA_OK && lua_type(L, -1) == LUA_TNUMBER) *result = (double)lua_tonumber(L, -1);
  else if (status != LUA_OK) rest = answer_error(&E, L, status, answer);
  else {
    if (lua_pcall(L, 2, 0, 0) != LUA_OK) E.status = STATUS_MEMORY;
    rest = call_answer(&E, answer);
  }
  return call_leave(S, L, &outer, rest);
}

void quick_open (lua_State *L) {
  lua_newtable(L);
  lua_rawseti(L, LUA_REGISTRYINDEX, ANCHOR_NAMES);
  compat_anchor_body(L, put_values, ANCHOR_VALUES);
}

/* Puts into the lowest places of the main state's stack what the quick entries use. */
void quick_fill_places (lua_State *L) {
  failure_push_handler(L);
  lua_rawgeti(L, LUA_REGISTRYINDEX, ANCHOR_GLOBALS);
  lua_rawgeti(L, LUA_REGISTRYINDEX, ANCHOR_NAMES);
}
