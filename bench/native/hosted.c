/*
** What scripts call, and what a core calls in its host.
*/
#include <stdint.h>
#include <stdio.h>

#include "hosted.h"
#include "platform.h"

/* What our cores call in their host. NULL: the stack has no limit. Nothing is to be stopped. */
static volatile int never;
PLATFORM_THREAD ThreadWords lupine_thread = { NULL, &never };

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wunused-parameter"

#define HOOK(type, name, parameters, answer)  \
  type lupine_##name parameters;  \
  type lupine_##name parameters { return answer; }
#define NOTHING

HOOK(int, text_only, (void), 0)
HOOK(int, short, (lua_State *L), 0)
HOOK(int, fatal, (void), 0)
HOOK(int, entered, (lua_State *L), 0)
HOOK(int, finalizers_wait, (void), 0)
HOOK(int, is_table, (lua_State *L, int index), 0)
HOOK(int, push_resume, (lua_State *L), 0)
HOOK(lua_State *, catcher, (const void *handler), NULL)
HOOK(unsigned int, seed, (void), 1)
HOOK(void, stopped, (lua_State *L), NOTHING)
HOOK(void, closing, (lua_State *L), NOTHING)
HOOK(void, collected, (lua_State *L), NOTHING)
HOOK(void, finalizer, (void), NOTHING)

/* The standard streams, which are not used here. */
HOOK(int, write, (lua_State *L, FILE *file, int first, int last), 0)
HOOK(int, flush, (lua_State *L, FILE *file), 0)
HOOK(int, buffer, (FILE *file, int mode), 0)
HOOK(int, has_more, (lua_State *L, FILE *file), 0)
HOOK(int, read_line, (lua_State *L, FILE *file, int chop), 0)
HOOK(int, read_chars, (lua_State *L, FILE *file, size_t count), 0)
HOOK(int, read_number, (lua_State *L, FILE *file, lua_Number *number), 0)
HOOK(void, begin_number, (lua_State *L, FILE *file), NOTHING)
HOOK(int, next_char, (void), EOF)
HOOK(void, unread_char, (int c), NOTHING)
HOOK(void, end_number, (lua_State *L), NOTHING)
HOOK(void, default_file, (void), NOTHING)

#pragma GCC diagnostic pop

/* An object is a userdata whose only field is a number. */
static lua_Number *object_of (lua_State *L) {
  return (lua_Number *)luaL_checkudata(L, 1, "object");
}

/* obj:mi(i), obj:md(d) */
static int take_number (lua_State *L) {
  *object_of(L) += luaL_checknumber(L, 2);
  return 0;
}

/* obj:rd() */
static int give_number (lua_State *L) {
  lua_pushnumber(L, *object_of(L));
  return 1;
}

/* obj:add(d) */
static int add_number (lua_State *L) {
  lua_Number *total = object_of(L);
  *total += luaL_checknumber(L, 2);
  lua_pushnumber(L, *total);
  return 1;
}

/* obj:ms(text) */
static int take_text (lua_State *L) {
  size_t length;
  object_of(L);
  luaL_checklstring(L, 2, &length);
  return 0;
}

/* obj:mo(object) */
static int take_object (lua_State *L) {
  object_of(L);
  luaL_checkany(L, 2);
  return 0;
}

/* obj:ov(number or text) */
static int take_either (lua_State *L) {
  object_of(L);
  if (lua_type(L, 2) != LUA_TNUMBER) luaL_checkstring(L, 2);
  return 0;
}

/* obj:echo(text) */
static int give_text (lua_State *L) {
  size_t length;
  const char *text;
  object_of(L);
  text = luaL_checklstring(L, 2, &length);
  lua_pushlstring(L, text, length);
  return 1;
}

/* obj:fail() */
static int fail_always (lua_State *L) {
  object_of(L);
  return luaL_error(L, "no");
}

static const luaL_Reg object_methods[] = {
  {"mi", take_number}, {"md", take_number}, {"rd", give_number}, {"add", add_number},
  {"ms", take_text}, {"mo", take_object}, {"ov", take_either}, {"echo", give_text},
  {"fail", fail_always}, {NULL, NULL}
};

/* point.x and point.y: the fields and properties of a userdata. */
static int point_get (lua_State *L) {
  const double *point = (const double *)luaL_checkudata(L, 1, "point");
  const char *name = luaL_checkstring(L, 2);
  if (strcmp(name, "x") != 0 && strcmp(name, "y") != 0) return luaL_error(L, "no %s", name);
  lua_pushnumber(L, point[name[0] - 'x']);
  return 1;
}

static int point_set (lua_State *L) {
  double *point = (double *)luaL_checkudata(L, 1, "point");
  const char *name = luaL_checkstring(L, 2);
  if (strcmp(name, "x") != 0 && strcmp(name, "y") != 0) return luaL_error(L, "no %s", name);
  point[name[0] - 'x'] = luaL_checknumber(L, 3);
  return 0;
}

/* list:get(i), from 0 */
static int list_get (lua_State *L) {
  const double *list = (const double *)luaL_checkudata(L, 1, "list");
  lua_Integer index = luaL_checkinteger(L, 2);
  luaL_argcheck(L, index >= 0 && index < LIST_SIZE, 2, "out of bounds");
  lua_pushnumber(L, list[index]);
  return 1;
}

/* list[i], from 1, and list.get, which is the upvalue. */
static int list_index (lua_State *L) {
  const double *list = (const double *)luaL_checkudata(L, 1, "list");
  if (lua_type(L, 2) == LUA_TNUMBER) {
    lua_Integer index = lua_tointeger(L, 2);
    luaL_argcheck(L, index >= 1 && index <= LIST_SIZE, 2, "out of bounds");
    lua_pushnumber(L, list[index - 1]);
  }
  else
    lua_pushvalue(L, lua_upvalueindex(1));
  return 1;
}

static int list_length (lua_State *L) {
  luaL_checkudata(L, 1, "list");
  lua_pushinteger(L, LIST_SIZE);
  return 1;
}

/* plus(number) */
static int plus (lua_State *L) {
  lua_pushnumber(L, luaL_checknumber(L, 1) + 1);
  return 1;
}

/* same(anything) */
static int same (lua_State *L) {
  lua_settop(L, 1);
  return 1;
}

/* echo(text) */
static int echo (lua_State *L) {
  size_t length;
  const char *text = luaL_checklstring(L, 1, &length);
  lua_pushlstring(L, text, length);
  return 1;
}

/* call(x): the global 'id' of x, in a protected call. */
static int call_back (lua_State *L) {
  lua_getglobal(L, "id");
  lua_pushvalue(L, 1);
  if (lua_pcall(L, 1, 1, 0) != LUA_OK) return lua_error(L);
  return 1;
}

static void set_function (lua_State *L, const char *name, lua_CFunction function) {
  lua_pushcfunction(L, function);
  lua_setglobal(L, name);
}

/* Sets a field of the table on the top. */
static void add_function (lua_State *L, const char *name, lua_CFunction function) {
  lua_pushcfunction(L, function);
  lua_setfield(L, -2, name);
}

void define_hosted (lua_State *L) {
  const luaL_Reg *each;
  double *numbers;
  set_function(L, "plus", plus);
  set_function(L, "same", same);
  set_function(L, "echo", echo);
  set_function(L, "call", call_back);

  *(lua_Number *)lua_newuserdatauv(L, sizeof(lua_Number), 0) = 0;
  luaL_newmetatable(L, "object");
  lua_newtable(L);
  for (each = object_methods; each->name != NULL; each++) add_function(L, each->name, each->func);
  lua_setfield(L, -2, "__index");
  lua_setmetatable(L, -2);
  lua_setglobal(L, "obj");

  numbers = (double *)lua_newuserdatauv(L, 2 * sizeof(double), 0);
  numbers[0] = numbers[1] = 1;
  luaL_newmetatable(L, "point");
  add_function(L, "__index", point_get);
  add_function(L, "__newindex", point_set);
  lua_setmetatable(L, -2);
  lua_setglobal(L, "point");

  numbers = (double *)lua_newuserdatauv(L, LIST_SIZE * sizeof(double), 0);
  for (int i = 0; i < LIST_SIZE; i++) numbers[i] = i + 0.5;
  luaL_newmetatable(L, "list");
  lua_pushcfunction(L, list_get);
  lua_pushcclosure(L, list_index, 1);
  lua_setfield(L, -2, "__index");
  add_function(L, "__len", list_length);
  lua_setmetatable(L, -2);
  lua_setglobal(L, "list");
}
