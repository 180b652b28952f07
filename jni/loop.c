/*
** Loops over Java objects. The function that 'for' calls takes several steps from Java at once, and
** returns one at each call.
*/
#include "loop.h"

#include "codec.h"
#include "compat_compile.h"
#include "object.h"
#include "registry.h"
#include "upcall.h"

#define MOST_AHEAD  32

/*
** Returns how many steps to ask for: twice as many as the last time, unless something else has
** called Java since then. What Java did may change what follows.
*/
static int32_t how_many (const State *S, int32_t asked, int32_t crossings) {
  if (asked < 1 || S->frame->crossings != crossings) return 1;
  return asked < MOST_AHEAD ? 2 * asked : MOST_AHEAD;
}

/* Returns the number of items in an answer; 0 if it is not one of items. */
static int32_t count_of_items (int64_t answer) {
  return ANSWER_STATUS(answer) == STATUS_VALUE ? ANSWER_COUNT(answer) : 0;
}

#if COMPAT_COMPILES

#define MOST_WIDTH  2             /* of a step: the number of its values */

/* The elements of a loop's table: the object, numbers, and the values that were taken. */
enum LoopIndex {
  LOOP_NEXT = 1,                  /* the index of the next value */
  LOOP_END,                       /* the index after the last value */
  LOOP_WIDTH,
  LOOP_OBJECT,
  LOOP_ASKED,                     /* the number of steps that it asked for last, or 0 */
  LOOP_CROSSINGS,                 /* how many upcalls there had been then */
  LOOP_COUNTER,                   /* of the last step that was taken, if steps have one */
  LOOP_VALUES,
  LOOP_SIZE = LOOP_VALUES + MOST_AHEAD * MOST_WIDTH - 1
};

/*
** Makes the function for a loop from its table. Compiled code would be left for a C function, but
** inlines this one, and calls 'refill' once for many steps. That call replaces the function, so an
** error in it has the position of the loop. The loop at the end makes a few functions in advance:
** LuaJIT then compiles one piece of code for all of them, instead of one for each.
*/
static const char maker[] =
    "local refill = ...\n"
    "local function make(t)\n"
    "  return function()\n"
    "    local i, width = t[1], t[3]\n"
    "    if i >= t[2] then return refill(t) end\n"
    "    t[1] = i + width\n"
    "    if width == 1 then return t[i] end\n"
    "    return t[i], t[i + 1]\n"
    "  end\n"
    "end\n"
    "for _ = 1, 4 do make() end\n"
    "return make\n";

static int64_t get_number (lua_State *L, int table, int index) {
  lua_Number number;
  lua_rawgeti(L, table, index);
  number = lua_tonumber(L, -1);
  lua_pop(L, 1);
  return number >= -0x1p63 && number < 0x1p63 ? (int64_t)number : 0;
}

/* Stores a number in an element that exists. [-0, +0, -] */
static void set_number (lua_State *L, int table, int index, int64_t number) {
  compat_push_long(L, number);
  lua_rawseti(L, table, index);
}

/* Sets which values of the table are those of the next steps. [-0, +0, -] */
static void set_values (lua_State *L, int table, int next, int end) {
  set_number(L, table, LOOP_NEXT, next);
  set_number(L, table, LOOP_END, end);
}

/* Stores the items of an answer, and pushes the values of the first step. [-0, +n, -] returns n */
static int take_items (lua_State *L, int table, int32_t tag, int32_t count, const char *message) {
  int counts = get_number(L, table, LOOP_WIDTH) != 1;
  int64_t bits, counter = get_number(L, table, LOOP_COUNTER);
  int32_t i;
  int end = LOOP_VALUES;
  for (i = 0; i < count; i++) {
    counter = (int64_t)((uint64_t)counter + 1);   /* it is Java's */
    if (counts) set_number(L, table, end++, counter);
    memcpy(&bits, message + (size_t)i * sizeof(bits), sizeof(bits));
    codec_push_small(L, tag, bits);
    lua_rawseti(L, table, end++);
  }
  set_number(L, table, LOOP_COUNTER, counter);
  set_values(L, table, LOOP_VALUES + 1 + counts, end);
  lua_rawgeti(L, table, LOOP_VALUES);
  if (counts) lua_rawgeti(L, table, LOOP_VALUES + 1);
  return 1 + counts;
}

/*
** Stores the values above 'table', but leaves those of the first step, which are on the top then.
** [-(n-m), +0, -] returns m
*/
static int take_values (lua_State *L, int table, int32_t asked) {
  int i, width, count = lua_gettop(L) - table;
  if (count == 0 || lua_isnil(L, table + 1)) {    /* the end */
    set_number(L, table, LOOP_ASKED, 0);
    set_values(L, table, LOOP_VALUES, LOOP_VALUES);
    return count;
  }
  if (asked == 1) set_number(L, table, LOOP_WIDTH, count);
  width = (int)get_number(L, table, LOOP_WIDTH);
  if (width < 1 || width > count) width = count;  /* a script has changed it */
  if (lua_type(L, -width) == LUA_TNUMBER) {       /* it may be the counter */
    lua_pushvalue(L, -width);
    lua_rawseti(L, table, LOOP_COUNTER);
  }
  for (i = count - 1; i >= width; i--) lua_rawseti(L, table, LOOP_VALUES + i);
  set_values(L, table, LOOP_VALUES + width, LOOP_VALUES + count);
  return width;
}

/*
** Takes a loop's table, whose values were all used; gets more from Java, and returns those of the
** next step. A script may call it by the library "debug", with any table.
*/
static int refill (lua_State *L) {
  State *S = state_current;
  const char *message;
  int64_t answer;
  int32_t asked, count;
  luaL_checktype(L, 1, LUA_TTABLE);
  lua_settop(L, 1);
  asked = how_many(S, (int32_t)get_number(L, 1, LOOP_ASKED),
                   (int32_t)get_number(L, 1, LOOP_CROSSINGS));
  lua_rawgeti(L, 1, LOOP_OBJECT);
  lua_pushinteger(L, asked);
  answer = upcall_answer(L, UP_CALL, object_check(L, 2)->handle, 0, 3, 3, &message);
  lua_settop(L, 1);
  set_number(L, 1, LOOP_ASKED, asked);
  set_number(L, 1, LOOP_CROSSINGS, S->frame->crossings);
  count = count_of_items(answer);
  if (count > 0) return take_items(L, 1, ANSWER_TAG(answer), count, message);
  upcall_push(L, answer, message);
  return take_values(L, 1, asked);
}

/* Pushes the function that makes the functions of loops. [-0, +1, e] */
static void push_step_maker (lua_State *L) {
  if (compat_rawgeti(L, LUA_REGISTRYINDEX, RIDX_STEPS) == LUA_TFUNCTION) return;
  lua_pop(L, 1);
  compat_load_isolated(L, maker);
  lua_pushcfunction(L, refill);
  lua_call(L, 1, 1);
  compat_interpret(L, -1);        /* the compiler would fail to: it makes functions */
  lua_pushvalue(L, -1);
  lua_rawseti(L, LUA_REGISTRYINDEX, RIDX_STEPS);
}

void loop_push (lua_State *L) {
  int table = lua_gettop(L);
  lua_createtable(L, LOOP_SIZE, 0);
  lua_insert(L, table);                           /* table object */
  lua_rawseti(L, table, LOOP_OBJECT);
  set_values(L, table, LOOP_VALUES, LOOP_VALUES);
  set_number(L, table, LOOP_WIDTH, 1);
  push_step_maker(L);
  lua_insert(L, table);                           /* maker table */
  lua_call(L, 1, 1);
  lua_pushglobaltable(L);         /* what getfenv returns for a C function */
  lua_setfenv(L, -2);
}

#else

/* The items that a loop has taken ahead, from 'next' to 'end': here, or in a table. */
typedef struct Loop {
  int32_t next, end;
  int32_t width;                  /* the number of values of a step */
  int32_t asked;                  /* the number of steps that it asked for last, or 0 */
  int32_t crossings;              /* how many upcalls there had been then */
  int32_t tag;                    /* of the items; TAG_NONE: their values are in the table */
  int64_t counter;                /* of the last step, if steps have one */
  int64_t items[MOST_AHEAD];      /* as bits */
} Loop;

/* Pushes the values of a step that was taken ahead; returns how many. */
static int push_step (lua_State *L, Loop *loop) {
  int i;
  loop->counter = (int64_t)((uint64_t)loop->counter + 1);         /* it is Java's */
  if (loop->tag != TAG_NONE) {
    if (loop->width == 2) compat_push_long(L, loop->counter);
    codec_push_small(L, loop->tag, loop->items[loop->next++]);
    return loop->width == 2 ? 2 : 1;
  }
  for (i = 0; i < loop->width; i++) lua_rawgeti(L, lua_upvalueindex(2), ++loop->next);
  return loop->width;
}

/*
** A step of a loop. Upvalues: the object, a table of values that were taken ahead, a Loop. While
** values are pushed, a finalizer may call this step: the Loop is changed before or after that.
*/
static int loop_step (lua_State *L) {
  State *S = state_current;
  Loop *loop = (Loop *)lua_touserdata(L, lua_upvalueindex(3));
  const char *message;
  int64_t answer;
  int32_t asked, crossings;
  int i, count, width;
  lua_settop(L, 0);
  if (loop->next < loop->end) return push_step(L, loop);
  asked = how_many(S, loop->asked, loop->crossings);
  lua_pushinteger(L, asked);
  answer = upcall_answer(L, UP_CALL, object_check(L, lua_upvalueindex(1))->handle, 0, 1, 1,
                         &message);
  crossings = S->frame->crossings;
  count = count_of_items(answer);
  if (count > 0) {
    loop->asked = asked;
    loop->crossings = crossings;
    loop->tag = ANSWER_TAG(answer);
    loop->next = 0;
    loop->end = count;
    memcpy(loop->items, message, (size_t)count * sizeof(loop->items[0]));
    return push_step(L, loop);
  }
  count = upcall_push(L, answer, message);
                                                  /* steps values... */
  loop->tag = TAG_NONE;
  loop->next = loop->end = 0;
  loop->crossings = crossings;
  if (count == 0 || lua_isnil(L, 2)) {            /* the end */
    loop->asked = 0;
    return count;
  }
  width = asked == 1 || loop->width > count ? count : loop->width;
  for (i = count; i > width; i--) lua_rawseti(L, lua_upvalueindex(2), i - width);
  if (!compat_to_long(L, 2, &loop->counter)) loop->counter = 0;       /* it has none */
  loop->asked = asked;
  loop->width = width;
  loop->end = count - width;
  return width;
}

void loop_push (lua_State *L) {
  Loop *loop;
  lua_newtable(L);
  loop = (Loop *)lua_newuserdatauv(L, sizeof(Loop), 0);
  memset(loop, 0, sizeof(Loop));
  lua_pushcclosure(L, loop_step, 3);
}

#endif
