/*
** The fast path: entries whose arguments and results are small values, which travel in registers.
** Code that cannot raise needs no protected body, and a name that Java uses again is known by a
** number.
*/
#include "fastcall.h"

#include "codec.h"
#include "core.h"
#include "entry.h"
#include "failure.h"
#include "guard.h"
#include "memory.h"
#include "message.h"
#include "scope.h"
#include "known.h"
#include "traceback.h"
#include "writer.h"

/* For functions that every fast call runs, and for those that few of them run. */
#define ALWAYS_INLINE  static inline __attribute__((always_inline))
#define NEVER_INLINE  static __attribute__((noinline))

/*
** The stack indices of the values that a fast call uses. They were pushed for this call, or are
** there permanently. 'body' is the last one: it encodes results that are not small. It is pushed
** beforehand, directly below the results, because there may be no free slot left afterwards.
*/
typedef struct Places {
  int handler, globals, names, refs, body;
} Places;

static const Places plain_places = { PLACE_HANDLER, PLACE_GLOBALS, PLACE_NAMES, PLACE_REFS,
                                     PLACE_BODY };

/* Returns the slot of an index, which is valid until something is called. */
ALWAYS_INLINE CoreSlot slot_of (lua_State *L, const Places *places, int index) {
  return places == &plain_places ? core_base_slot(L, index) : core_slot(L, index);
}

/* Returns the first free slot. */
ALWAYS_INLINE CoreSlot free_slot (lua_State *L, const Places *places) {
  return slot_of(L, places, places->body + 1);
}

/* [-0, +n, -] */
static Places find_places (lua_State *L, const Outer *outer) {
  Places places = plain_places;
  if (!outer->outermost) {
    fastcall_push_places(L);
    places.handler += outer->top;
    places.globals += outer->top;
    places.names += outer->top;
    places.refs += outer->top;
    places.body += outer->top;
  }
  return places;
}

/*
** In the common case, a plain call, no other entry is running and nothing waits to be done first.
** Such a call saves and restores only the fields that can differ, and knows its stack indices. All
** other cases take the general path, entry_enter and entry_leave.
*/
static int is_plain (const State *S) {
  return (S->depth | S->natives | S->frame->released_count) == 0;
}

static State *enter_plain (State *S) {            /* returns the outer state */
  State *outer = state_current;
  entry_begin(S, 0);
  return outer;
}

/* Returns whether entry_leave would have nothing to do. */
static int is_done (const State *S) {
  return (S->stop | S->fatal | S->freed_count | S->reading) == 0 && S->blocks == NULL;
}

static void leave_plain (State *S, State *outer) {
  core_drop(S->main, core_base_slot(S->main, PLACES + 1));
  state_make_current(outer);
  __atomic_store_n(&S->depth, 0, __ATOMIC_RELEASE);
}

/* Returns what entry_leave needs to know of a plain call. */
static Outer plain_outer (State *state) {
  Outer outer = { state, NULL, PLACES, 0, 1, 0, NULL, NULL, NULL };
  return outer;
}

/* A protected body: values... Writes them. */
int fastcall_body (lua_State *L) {
  Entry *E = guard_take_entry(L);
  writer_put_range(&E->W, L, 1, lua_gettop(L));
  return 0;
}

/* Writes the error on the top, which may be a memory error. [-1, +0, -] */
static void failed (Entry *E, lua_State *L, int status, unsigned refusals) {
  E->status = memory_was_short(E->S, status, refusals) ? STATUS_MEMORY : STATUS_ERROR;
  if (E->status != STATUS_MEMORY) failure_write(E, L);
}

/* Returns the answer for the values above the body. [-n, +0, -] */
static int64_t answer_values (State *S, lua_State *L, const Places *places, char **answer) {
  Entry *waiting = S->entry;
  Entry E;
  unsigned refusals = S->refusals;
  int status;
  E.S = S;
  E.status = STATUS_OK;
  writer_begin_results(&E);
  S->entry = &E;
  status = lua_pcall(L, lua_gettop(L) - places->body, 0, 0);
  S->entry = waiting;
  if (status != LUA_OK) {
    writer_abandon(&E.W, L);
    S->from_java = S->level_count = S->levels_left_out = 0;   /* no code of the script failed */
    failed(&E, L, status, refusals);
  }
  lua_settop(L, places->body - 1);
  compat_push_body(L, fastcall_body, RIDX_VALUES);
  return writer_answer(&E, answer);
}

/* Returns the answer for the error on the top. [-1, +0, -] */
static int64_t answer_error (State *S, lua_State *L, int status, unsigned refusals,
                             char **answer) {
  Entry E;
  E.S = S;
  failed(&E, L, status, refusals);
  return writer_answer(&E, answer);
}

/* Writes the string on the top to the frame if it fits; returns the answer, or else 0. */
static int64_t string_message (State *S, lua_State *L) {
  int32_t head[4] = { 1, 0, TAG_STRING, 0 };
  size_t size;
  const char *bytes = lua_tolstring(L, -1, &size);
  if (size > FRAME_MESSAGE - 32) return 0;
  head[3] = (int32_t)size;
  memcpy(S->frame->message, head, sizeof(head));
  memcpy(S->frame->message + sizeof(head), bytes, size);
  return ANSWER(STATUS_OK, sizeof(head) + ((size + 7) & ~(size_t)7));
}

/* Returns the answer for the string on the top, or 0 if it is too long for the frame. */
static int64_t string_answer (State *S, lua_State *L) {
  int32_t number = known_number(S, L, lua_gettop(L));
  if (number == 0) return string_message(S, L);
  S->frame->answer = number;
  return ANSWER(STATUS_VALUE, TAG_KNOWN);
}

/* Returns the tag of the number in a slot, and stores its bits; -1 if the slot has no number. */
ALWAYS_INLINE int32_t small_number (const State *S, lua_State *L, CoreSlot slot, int64_t *bits) {
  double number;
  if (core_is_float(L, slot, &number)) {
    memcpy(bits, &number, sizeof(number));
    return TAG_NUMBER;
  }
  if (core_is_integer(L, slot, bits)) return TAG_INTEGER;
  if (!core_is_number(L, slot, &number)) return -1;
  if (!(S->frame->flags & FRAME_DOUBLES) && compat_is_whole(number, bits)) return TAG_INTEGER;
  memcpy(bits, &number, sizeof(number));
  return TAG_NUMBER;
}

/* Returns what small_answer does for a value other than a number. */
NEVER_INLINE int64_t other_answer (State *S, lua_State *L) {
  int32_t tag = writer_small(S, L, -1, &S->frame->answer);
  return tag >= 0 ? ANSWER(STATUS_VALUE, tag)
      : lua_type(L, -1) == LUA_TSTRING ? string_answer(S, L) : 0;
}

/* Returns the answer for the value in a slot, the top, if it needs no ref; else 0. */
ALWAYS_INLINE int64_t small_answer (State *S, lua_State *L, CoreSlot slot) {
  int32_t tag = small_number(S, L, slot, &S->frame->answer);
  return tag >= 0 ? ANSWER(STATUS_VALUE, tag) : other_answer(S, L);
}

/* Puts a small value into the slot, the first one above the top. [-0, +1, -] */
ALWAYS_INLINE void put_small (lua_State *L, const Places *places, CoreSlot slot, int32_t tag,
                              int64_t bits) {
  double number;
  if (tag == TAG_NUMBER) {
    memcpy(&number, &bits, sizeof(number));
    core_put_number(L, slot, number);
  }
  else if (tag == TAG_INTEGER) core_put_integer(L, slot, bits);
  else if (tag == TAG_KNOWN)
    core_put_element(L, slot, slot_of(L, places, places->names), (int)bits);
  else codec_push_small(L, tag, bits);
}

/* Puts the values of the frame's message from the slot on, the first one above the top. */
static void put_several (State *S, lua_State *L, const Places *places, CoreSlot slot) {
  Reader R = message_reader(S->frame->message);
  const char *value;
  while ((value = message_next(&R)) != NULL) {
    Header header = header_of(value);
    int64_t bits = header.aux;
    if (header.tag == TAG_NUMBER || header.tag == TAG_INTEGER)
      memcpy(&bits, value + sizeof(Header), sizeof(bits));
    put_small(L, places, slot++, header.tag, bits);
  }
}

/* Calls the function above the body with small values. */
ALWAYS_INLINE int64_t call_function (State *S, lua_State *L, const Places *places, int32_t tag,
                                     int64_t bits, char **answer) {
  unsigned refusals = S->refusals;
  CoreSlot slot = free_slot(L, places), argument = core_first_argument(L, slot);
  int64_t small;
  int status;
  if (tag == TAG_SEVERAL) put_several(S, L, places, argument);
  else if (tag != TAG_NONE) put_small(L, places, argument, tag, bits);
  status = core_pcall(L, slot, LUA_MULTRET, slot_of(L, places, places->handler));
  if (status != LUA_OK) return answer_error(S, L, status, refusals, answer);
  slot = free_slot(L, places);
  if (core_is_top(L, slot) && (small = small_answer(S, L, slot)) != 0) return small;
  if (core_is_top(L, slot - 1)) return ANSWER(STATUS_VALUE, TAG_NONE);
  return answer_values(S, L, places, answer);
}

/* Puts the field of that name into the slot, the first one above the top. [-0, +1, -] */
ALWAYS_INLINE void put_field (lua_State *L, const Places *places, CoreSlot slot, int table,
                              int32_t name) {
  core_put_field(L, slot, slot_of(L, places, table), slot_of(L, places, places->names), name);
}

/*
** table[name] = small value, if the key exists already: then nothing is allocated, and no
** metamethod is called. 'slot' is the first one above the top. [-0, +0, -]
*/
static int64_t set_value (lua_State *L, const Places *places, CoreSlot slot, int table,
                          int32_t name, int32_t tag, int64_t bits) {
  put_small(L, places, slot, tag, bits);
  return core_set_field(L, slot, slot_of(L, places, table), slot_of(L, places, places->names), name)
      ? ANSWER(STATUS_VALUE, TAG_NONE) : FAST_REFUSED;
}

/* Does what set_value does if the old value needs no ref, and returns the answer for that. */
static int64_t put_value (State *S, lua_State *L, const Places *places, CoreSlot slot, int table,
                          int32_t name, int32_t tag, int64_t bits) {
  int64_t answer;
  if (!core_is_table(L, slot_of(L, places, table))) return FAST_REFUSED;
  put_field(L, places, slot, table, name);
  answer = small_answer(S, L, slot);
  if (answer == 0) return FAST_REFUSED;
  core_drop(L, slot);
  return set_value(L, places, slot, table, name, tag, bits) == FAST_REFUSED ? FAST_REFUSED : answer;
}

/* Returns the answer for the value in a slot, the top, if it needs no ref. */
static int64_t get_value (State *S, lua_State *L, CoreSlot slot) {
  int64_t answer = small_answer(S, L, slot);
  return answer == 0 ? FAST_REFUSED : answer;
}

/* Gets table[name] of the table above the body, if no metamethod is called for that. */
static int64_t get_field (State *S, lua_State *L, const Places *places, int32_t name) {
  int table = places->body + 1;
  CoreSlot slot = free_slot(L, places) + 1;
  int64_t answer;
  if (!core_is_table(L, slot - 1)) return FAST_REFUSED;
  put_field(L, places, slot, table, name);
  answer = get_value(S, L, slot);
  return answer == ANSWER(STATUS_VALUE, TAG_NIL) && lua_getmetatable(L, table) ? FAST_REFUSED
      : answer;
}

/* Runs the chunk above the body if the state's own globals are its environment already. */
ALWAYS_INLINE int64_t run_chunk (State *S, lua_State *L, const Places *places, char **answer) {
  CoreSlot chunk = free_slot(L, places);
  return core_is_function(L, chunk)
      && core_has_environment(L, chunk, slot_of(L, places, places->globals))
      ? call_function(S, L, places, TAG_NONE, 0, answer) : FAST_REFUSED;
}

/* Runs the chunk above the body in the environment of a scope, if it is there and not in use. */
static int64_t run_in (State *S, lua_State *L, const Places *places, int32_t scope,
                       int64_t prefetched, char **answer) {
  int64_t result;
  if (places != &plain_places || !core_is_function(L, free_slot(L, places))
      || !scope_begin_again(L, S, scope, places->body + 1, (size_t)prefetched))
    return FAST_REFUSED;
  result = call_function(S, L, places, TAG_NONE, 0, answer);
  lua_pushvalue(L, places->globals);
  compat_set_globals(L);
  scope_end(L, S);
  if (S->dirty) globals_clear_clean(S);           /* as entry_leave does */
  return result;
}

/*
** Gets elements of the table above the body, from an index on, while they are small values of one
** type. They are present, so no metamethod of the table would be called for them.
*/
static int64_t get_elements (State *S, lua_State *L, const Places *places, int64_t first,
                             int32_t most) {
  CoreSlot table = free_slot(L, places), slot = table + 1;
  int32_t count = 0, tag = TAG_NIL;
  if (!core_is_table(L, table) || first < 1 || first > INT32_MAX - most)
    return FAST_REFUSED;
  for (; count < most; count++) {
    int64_t bits;
    int32_t next;
    core_put_element(L, slot, table, (int)first + count);
    next = small_number(S, L, slot, &bits);
    if (next < 0) next = writer_small(S, L, -1, &bits);
    core_drop(L, slot);
    if (count == 0) tag = next;
    if (next <= TAG_NIL || next != tag) break;
    memcpy(S->frame->message + (size_t)count * sizeof(bits), &bits, sizeof(bits));
  }
  return count == 0 ? FAST_REFUSED : ANSWER(STATUS_VALUE, tag | count << AHEAD_SHIFT);
}

ALWAYS_INLINE int64_t operate (State *S, lua_State *L, const Places *places, int32_t operation,
                               int32_t target, int32_t name, int32_t tag, int64_t bits,
                               char **answer) {
  CoreSlot slot = free_slot(L, places);
  switch (operation) {
    case FAST_CALL:
      core_put_element(L, slot, slot_of(L, places, places->refs), target);
      return call_function(S, L, places, tag, bits, answer);
    case FAST_CALL_GLOBAL:
      put_field(L, places, slot, places->globals, name);
      return core_is_function(L, slot) ? call_function(S, L, places, tag, bits, answer)
          : FAST_REFUSED;
    case FAST_GET_GLOBAL:
      put_field(L, places, slot, places->globals, name);
      return get_value(S, L, slot);
    case FAST_SET_GLOBAL:
      return set_value(L, places, slot, places->globals, name, tag, bits);
    case FAST_PUT_GLOBAL:
      return put_value(S, L, places, slot, places->globals, name, tag, bits);
    case FAST_GET_FIELD:
      core_put_element(L, slot, slot_of(L, places, places->refs), target);
      return get_field(S, L, places, name);
    case FAST_PUT_FIELD:
      core_put_element(L, slot, slot_of(L, places, places->refs), target);
      return put_value(S, L, places, slot + 1, places->body + 1, name, tag, bits);
    case FAST_RUN:
      core_put_element(L, slot, slot_of(L, places, places->refs), target);
      return run_chunk(S, L, places, answer);
    case FAST_RUN_IN:
      core_put_element(L, slot, slot_of(L, places, places->refs), target);
      return run_in(S, L, places, name, bits, answer);
    case FAST_ELEMENTS:
      core_put_element(L, slot, slot_of(L, places, places->refs), target);
      return get_elements(S, L, places, bits, name);
    case FAST_STRING:
      return known_push(S, L, target) ? string_message(S, L) : FAST_REFUSED;
    default:
      return FAST_REFUSED;
  }
}

NEVER_INLINE int64_t run_nested (State *S, int32_t operation, int32_t target, int32_t name,
                                 int32_t tag, int64_t bits, char **answer) {
  lua_State *L = S->running;
  Outer outer;
  Places places;
  entry_enter(S, L, &outer);
  places = find_places(L, &outer);
  return entry_leave(S, L, &outer,
                     operate(S, L, &places, operation, target, name, tag, bits, answer));
}

int64_t fastcall_run (State *S, int32_t operation, int32_t target, int32_t name, int32_t tag,
                      int64_t bits, char **answer) {
  State *outer;
  int64_t result;
  if (guard_stack_low()) return ANSWER(STATUS_STACK, 0);
  if (!is_plain(S)) return run_nested(S, operation, target, name, tag, bits, answer);
  outer = enter_plain(S);
  result = operate(S, S->main, &plain_places, operation, target, name, tag, bits, answer);
  if (!is_done(S)) {
    Outer all = plain_outer(outer);
    return entry_leave(S, S->main, &all, result);
  }
  leave_plain(S, outer);
  return result;
}

static double other_number (State *S, int64_t answer) {
  int64_t bits = OTHER_NUMBER;
  double number;
  memcpy(&number, &bits, sizeof(number));
  S->frame->answer = answer;
  return number;
}

/* Canonicalizes NaN: another NaN pattern is the sentinel OTHER_NUMBER. */
static double plain_number (double number) {
  return number != number ? NAN : number;
}

/*
** Ends a typed call in all cases but the common one. When Java must be told of handles that Lua
** dropped, a number is written as a message, since Java looks for handles where there is a
** message.
*/
NEVER_INLINE double end_number (State *S, lua_State *L, const Outer *outer, const Places *places,
                                int status, unsigned refusals, char **answer) {
  double number = 0;
  int64_t rest = 0;
  if (status != LUA_OK) rest = answer_error(S, L, status, refusals, answer);
  else if (S->freed_count > 0 || !core_is_number(L, free_slot(L, places), &number))
    rest = answer_values(S, L, places, answer);
  rest = entry_leave(S, L, outer, rest);
  return rest == 0 ? plain_number(number) : other_number(S, rest);
}

/* Calls a function with one number for one result. [-0, +1, -] */
ALWAYS_INLINE int call_with (lua_State *L, const Places *places, int32_t ref, double argument) {
  CoreSlot slot = free_slot(L, places);
  core_put_element(L, slot, slot_of(L, places, places->refs), ref);
  core_put_number(L, core_first_argument(L, slot), argument);
  return core_pcall(L, slot, 1, slot_of(L, places, places->handler));
}

NEVER_INLINE double call_number_nested (State *S, int32_t ref, double argument, char **answer) {
  lua_State *L = S->running;
  unsigned refusals = S->refusals;
  Outer outer;
  Places places;
  int status;
  entry_enter(S, L, &outer);
  places = find_places(L, &outer);
  status = call_with(L, &places, ref, argument);
  return end_number(S, L, &outer, &places, status, refusals, answer);
}

double fastcall_call_number (State *S, int32_t ref, double argument, char **answer) {
  lua_State *L = S->main;
  unsigned refusals = S->refusals;
  State *outer;
  double number;
  int status;
  if (guard_stack_low()) return other_number(S, ANSWER(STATUS_STACK, 0));
  if (!is_plain(S)) return call_number_nested(S, ref, argument, answer);
  outer = enter_plain(S);
  status = call_with(L, &plain_places, ref, argument);
  if (status != LUA_OK || !core_is_number(L, free_slot(L, &plain_places), &number)
      || !is_done(S)) {
    Outer all = plain_outer(outer);
    return end_number(S, L, &all, &plain_places, status, refusals, answer);
  }
  leave_plain(S, outer);
  return plain_number(number);
}

void fastcall_open (lua_State *L) {
  lua_newtable(L);
  lua_rawseti(L, LUA_REGISTRYINDEX, RIDX_NAMES);
  compat_register_body(L, fastcall_body, RIDX_VALUES);
}

/* Pushes what fast calls use, in the order of PLACE_*. [-0, +n, -] */
void fastcall_push_places (lua_State *L) {
  traceback_push_handler(L);
  lua_rawgeti(L, LUA_REGISTRYINDEX, RIDX_GLOBALS);
  lua_rawgeti(L, LUA_REGISTRYINDEX, RIDX_NAMES);
  lua_rawgeti(L, LUA_REGISTRYINDEX, RIDX_REFS);
  compat_push_body(L, fastcall_body, RIDX_VALUES);
}
