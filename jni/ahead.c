/*
** Elements of Java's arrays and lists, read ahead of their use. A script that reads them one after
** another, by index or by a method like List.get, gets several with one upcall, as far as they are
** small values of one type. They stay in the frame's message until something else crosses the
** boundary or other elements are read. If the core compiles Lua functions, elements that are read
** by index are in a Lua table instead, and a Lua function reads them there. Each element answers at
** most four reads, on average. Then Java is asked again, so that a loop which waits for another
** thread to write an element ends.
*/
#include "ahead.h"

#include "registry.h"
#include "upcall.h"

#define MOST_AHEAD  64
#define USES        4             /* reads of each element, on average */

_Static_assert(MOST_AHEAD * sizeof(int64_t) <= FRAME_MESSAGE, "elements fit the frame");
_Static_assert((MOST_AHEAD + 1) << AHEAD_SHIFT <= FRAME_MESSAGE, "an answer is not large");

/* Returns how many elements to ask for: twice as many as before if the index goes on from there. */
static int32_t how_many (const Ahead *ahead, const Object *object, int32_t member,
                         int64_t index) {
  if (ahead->count <= 0 || ahead->object != object || ahead->member != member
      || (uint64_t)index - (uint64_t)ahead->count != (uint64_t)ahead->first)
    return 1;
  return ahead->asked < MOST_AHEAD ? 2 * ahead->asked : MOST_AHEAD;
}

/* Calls Java for 'asked' elements from the number at 2 on. [-0, +0, e] */
static int64_t ask (lua_State *L, const Object *object, int32_t member, int32_t asked,
                    const char **message) {
  if (member == AHEAD_INDEX)
    return upcall_answer(L, UP_INDEX, object->handle, asked, 2, 2, message);
  return upcall_answer(L, UP_INVOKE, object->handle, member | UP_SELF | asked << UP_ASKED_SHIFT,
                       2, 2, message);
}

#if CORE_COMPILES

/* The table of the elements that Lua code reads: numbers, the object, the elements. */
enum ShownIndex {
  SHOWN_COUNT = 1,                /* 0: there are none */
  SHOWN_FIRST,                    /* the index of the first of them */
  SHOWN_LEFT,                     /* how often they may be used */
  SHOWN_OBJECT,
  SHOWN_ELEMENTS,
  SHOWN_SIZE = SHOWN_ELEMENTS + MOST_AHEAD - 1
};

/*
** Makes the function for __index of a kind from the one in C. Compiled code would be left for a C
** function, but inlines this one.
*/
static const char maker[] =
    "local t, type, rawequal = ...\n"
    "return function(index)\n"
    "  return function(o, k)\n"
    "    if type(k) == 'number' and rawequal(o, t[4]) then\n"
    "      local i, left = k - t[2], t[3]\n"
    "      if i >= 0 and i < t[1] and left > 0 and i % 1 == 0 then\n"
    "        t[3] = left - 1\n"
    "        return t[i + 5]\n"
    "      end\n"
    "    end\n"
    "    return index(o, k)\n"
    "  end\n"
    "end\n";

static void put_number (lua_State *L, int table, int index, double number) {
  lua_pushnumber(L, number);
  lua_rawseti(L, table, index);
}

/* Stores the elements in an answer for the Lua code, which alone uses them then. [-0, +0, e] */
static void show (lua_State *L, State *S, const char *message) {
  Ahead *ahead = &S->ahead;
  int64_t bits;
  int i, table;
  if (ahead->shown == NULL || ahead->count < 2) return;
  push_registry(L, RIDX_AHEAD);
  table = lua_gettop(L);
  for (i = 0; i < ahead->count; i++) {
    memcpy(&bits, message + (size_t)i * sizeof(bits), sizeof(bits));
    codec_push_small(L, ahead->tag, bits);
    lua_rawseti(L, table, SHOWN_ELEMENTS + i);
  }
  lua_pushvalue(L, 1);
  lua_rawseti(L, table, SHOWN_OBJECT);
  put_number(L, table, SHOWN_FIRST, (double)ahead->first);
  put_number(L, table, SHOWN_LEFT, ahead->left);
  put_number(L, table, SHOWN_COUNT, ahead->count);
  lua_pop(L, 1);
  ahead->left = 0;
}

/* Makes the table, which has weak values: it must not keep an object. [-0, +1, m] */
static void push_shown (lua_State *L, State *S) {
  int i;
  lua_createtable(L, SHOWN_SIZE, 0);
  make_weak(L, "v");
  for (i = 1; i <= SHOWN_SIZE; i++) {
    lua_pushnumber(L, 0);
    lua_rawseti(L, -2, i);
  }
  lua_pushvalue(L, -1);
  lua_rawseti(L, LUA_REGISTRYINDEX, RIDX_AHEAD);
  S->ahead.shown = core_number_at(lua_topointer(L, -1), SHOWN_COUNT);
}

/* Pushes the function that makes functions for __index. [-0, +1, e] */
static void push_reader_maker (lua_State *L) {
  if (compat_rawgeti(L, LUA_REGISTRYINDEX, RIDX_READERS) == LUA_TFUNCTION) return;
  lua_pop(L, 1);
  compat_load_isolated(L, maker);
  push_shown(L, state_current);
  lua_rawgeti(L, LUA_REGISTRYINDEX, RIDX_TYPE);
  lua_rawgeti(L, LUA_REGISTRYINDEX, RIDX_RAWEQUAL);
  lua_call(L, 3, 1);
  lua_pushvalue(L, -1);
  lua_rawseti(L, LUA_REGISTRYINDEX, RIDX_READERS);
}

void ahead_wrap (lua_State *L) {
  push_reader_maker(L);
  lua_insert(L, -2);
  lua_call(L, 1, 1);
}

void ahead_open (lua_State *L) {
  lua_getglobal(L, "rawequal");
  lua_rawseti(L, LUA_REGISTRYINDEX, RIDX_RAWEQUAL);
}

#else

static void show (lua_State *L, State *S, const char *message) {
  (void)L; (void)S; (void)message;
}

void ahead_wrap (lua_State *L) {
  (void)L;
}

void ahead_open (lua_State *L) {
  (void)L;
}

#endif

/*
** Reads object[number] from Java, or calls a method with the number, and maybe reads elements that
** follow. The object and the number are at 1 and 2.
*/
int ahead_read (lua_State *L, State *S, const Object *object, int32_t member) {
  const char *message;
  int64_t index = 0, answer;
  int32_t asked = 0, count;
  if (compat_to_long(L, 2, &index)) asked = how_many(&S->ahead, object, member, index);
  answer = ask(L, object, member, asked, &message);
  count = ANSWER_COUNT(answer);
  if (ANSWER_STATUS(answer) != STATUS_VALUE || count <= 0)
    return upcall_push(L, answer, message);
  S->ahead.object = object;
  S->ahead.member = member;
  S->ahead.first = index;
  S->ahead.count = count;
  S->ahead.left = USES * count - 1;
  S->ahead.asked = asked;
  S->ahead.tag = ANSWER_TAG(answer);
  if (member == AHEAD_INDEX) show(L, S, message);
  codec_push_small(L, S->ahead.tag, S->frame->answer);
  return 1;
}
