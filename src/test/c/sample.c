/*
** A C module for Lua, as others write them, compiled for every flavour: NativeModulesTest.
*/
#include <stdio.h>

#include "lua.h"
#include "lauxlib.h"
#include "lualib.h"

#define COUNTER  "sample.counter"

static int collected;

static int add (lua_State *L) {
  lua_pushnumber(L, luaL_checknumber(L, 1) + luaL_checknumber(L, 2));
  return 1;
}

/* call(f, ...): returns the results of f */
static int call (lua_State *L) {
  lua_call(L, lua_gettop(L) - 1, LUA_MULTRET);
  return lua_gettop(L);
}

/* try(f, ...): returns whether f raised an error, then its results or the error */
static int try (lua_State *L) {
  lua_pushboolean(L, lua_pcall(L, lua_gettop(L) - 1, LUA_MULTRET, 0) == 0);
  lua_insert(L, 1);
  return lua_gettop(L);
}

/* is_stdout(file): whether the C file of an io file is the process's standard output */
static int is_stdout (lua_State *L) {
  FILE **file = (FILE **)luaL_checkudata(L, 1, LUA_FILEHANDLE);
  lua_pushboolean(L, *file == stdout && fflush(*file) == 0);
  return 1;
}

static int fail (lua_State *L) {
  return luaL_error(L, "failed: %s", luaL_checkstring(L, 1));
}

/* rep(s, n), by a buffer */
static int rep (lua_State *L) {
  size_t length;
  const char *text = luaL_checklstring(L, 1, &length);
  int n = (int)luaL_checkinteger(L, 2);
  luaL_Buffer buffer;
  luaL_buffinit(L, &buffer);
  while (n-- > 0) luaL_addlstring(&buffer, text, length);
  luaL_pushresult(&buffer);
  return 1;
}

/* yield(...): as coroutine.yield */
static int yield (lua_State *L) {
  return lua_yield(L, lua_gettop(L));
}

/* raise_in(thread): an error of that one, whatever it does */
static int raise_in (lua_State *L) {
  lua_State *other = lua_tothread(L, 1);
  lua_pushliteral(other, "raised");
  return lua_error(other);
}

#if LUA_VERSION_NUM >= 504

/* close(thread): as coroutine.close, but for the checks */
static int close_thread (lua_State *L) {
  lua_pushinteger(L, lua_closethread(lua_tothread(L, 1), L));
  return 1;
}

#endif

static int new_counter (lua_State *L) {
  *(int *)lua_newuserdata(L, sizeof(int)) = 0;
  luaL_getmetatable(L, COUNTER);
  lua_setmetatable(L, -2);
  return 1;
}

static int count (lua_State *L) {
  int *counter = (int *)luaL_checkudata(L, 1, COUNTER);
  lua_pushinteger(L, ++*counter);
  return 1;
}

/* A finalizer that calls Lua. */
static int collect (lua_State *L) {
  luaL_checkudata(L, 1, COUNTER);
  lua_pushinteger(L, ++collected);
  lua_setfield(L, LUA_REGISTRYINDEX, COUNTER ".collected");
  return 0;
}

static int collected_so_far (lua_State *L) {
  lua_pushinteger(L, collected);
  return 1;
}

/*
** Functions of other versions: some that this module defines for itself, as modules do that are
** to be compiled for several, and one that it does not. They must not be inlined.
*/
#define ELSEWHERE  __attribute__((weak))     /* a build without those versions has no such name */

#if LUA_VERSION_NUM >= 502

#undef lua_objlen
#undef luaL_typerror

LUALIB_API size_t lua_objlen (lua_State *L, int index);
LUALIB_API int luaL_typerror (lua_State *L, int index, const char *expected);
LUA_API void lua_getfenv (lua_State *L, int index) ELSEWHERE;

size_t lua_objlen (lua_State *L, int index) {
  return lua_rawlen(L, index) + 1000;
}

int luaL_typerror (lua_State *L, int index, const char *expected) {
  lua_pushfstring(L, "%s at %d", expected, index);
  return 1;
}

static int own (lua_State *L) {
  lua_pushinteger(L, (lua_Integer)lua_objlen(L, 1));
  return 1;
}

/* The last call becomes a jump: the core is where it returns to. */
static int own_last (lua_State *L) {
  return luaL_typerror(L, 1, "own");
}

static int lacking (lua_State *L) {
  lua_getfenv(L, 1);
  return 1;
}

#else

LUA_API size_t lua_rawlen (lua_State *L, int index);
LUA_API int lua_closethread (lua_State *L, int index, const char *expected);
LUA_API void lua_rotate (lua_State *L, int index, int n) ELSEWHERE;

size_t lua_rawlen (lua_State *L, int index) {
  return lua_objlen(L, index) + 1000;
}

int lua_closethread (lua_State *L, int index, const char *expected) {
  lua_pushfstring(L, "%s at %d", expected, index);
  return 1;
}

static int own (lua_State *L) {
  lua_pushinteger(L, (lua_Integer)lua_rawlen(L, 1));
  return 1;
}

static int own_last (lua_State *L) {
  return lua_closethread(L, 1, "own");
}

static int lacking (lua_State *L) {
  lua_rotate(L, 1, 1);
  return 1;
}

#endif

static const luaL_Reg functions[] = {
  { "add", add }, { "call", call }, { "try", try }, { "fail", fail }, { "rep", rep },
  { "yield", yield }, { "counter", new_counter }, { "collected", collected_so_far },
  { "own", own }, { "own_last", own_last }, { "lacking", lacking },
  { "raise_in", raise_in }, { "is_stdout", is_stdout },
#if LUA_VERSION_NUM >= 504
  { "close", close_thread },
#endif
  { NULL, NULL }
};

LUALIB_API int luaopen_sample (lua_State *L) {
  const luaL_Reg *each;
  luaL_newmetatable(L, COUNTER);
  lua_newtable(L);
  lua_pushcfunction(L, count);
  lua_setfield(L, -2, "count");
  lua_setfield(L, -2, "__index");
  lua_pushcfunction(L, collect);
  lua_setfield(L, -2, "__gc");
  lua_pop(L, 1);
  lua_newtable(L);
  for (each = functions; each->name != NULL; each++) {
    lua_pushcfunction(L, each->func);
    lua_setfield(L, -2, each->name);
  }
  lua_pushinteger(L, LUA_VERSION_NUM);
  lua_setfield(L, -2, "version");
  return 1;
}
