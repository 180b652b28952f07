/*
** The library "java", and replacements of Lua's own functions that would reach outside of the
** state.
*/
#include "library.h"

#include "globals.h"
#include "guard.h"
#include "object.h"
#include "scope.h"
#include "upcall.h"

/* Calls the function of the library whose number is upvalue 1. */
static int call_library (lua_State *L) {
  return upcall_call(L, UP_LIBRARY, -1, (int32_t)lua_tointeger(L, lua_upvalueindex(1)), 1,
                     lua_gettop(L));
}

/* Implements os.exit: ends the script, never the process. */
static int os_exit (lua_State *L) {
  int status;
  if (lua_isboolean(L, 1)) status = !lua_toboolean(L, 1);
  else status = (int)luaL_optinteger(L, 1, 0);
  lua_settop(L, 0);
  lua_pushinteger(L, status);
  return upcall_call(L, UP_EXIT, -1, 0, 1, 1);
}

/* Implements os.setlocale: cannot change the locale, since it is process-wide. */
static int os_setlocale (lua_State *L) {
  static const char *const categories[] = { "all", "collate", "ctype", "monetary", "numeric",
                                            "time", NULL };
  const char *name = luaL_optstring(L, 1, "");
  luaL_checkoption(L, 2, "all", categories);
  if (*name == '\0' || strcmp(name, "C") == 0 || strcmp(name, "POSIX") == 0)
    lua_pushliteral(L, "C");
  else
    lua_pushnil(L);
  return 1;
}

#if COMPAT_HAS_TABLE_FINALIZERS

/* Implements setmetatable, but refuses finalizers; the upvalue is the original. */
static int set_plain_metatable (lua_State *L) {
  if (lua_istable(L, 2)) {
    lua_pushliteral(L, "__gc");
    if (compat_rawget(L, 2) != LUA_TNIL)
      return luaL_error(L, "finalizers are not allowed here");
    lua_pop(L, 1);
  }
  return guard_call_own(L, 1);
}

#endif

#if COMPAT_HIDES_FINALIZERS

/* setmetatable for a core that does not call lupine_finalizer; the upvalue is the original. */
static int mark_finalizer (lua_State *L) {
  if (lua_istable(L, 2)) {
    lua_pushliteral(L, "__gc");
    if (compat_rawget(L, 2) != LUA_TNIL) lupine_finalizer();
    lua_pop(L, 1);
  }
  return guard_call_own(L, 1);
}

#endif

/* math.randomseed. Upvalues: upvalue 1 of the original, the original. */
static int seed_random (lua_State *L) {
  globals_mark(state_current, DIRTY_SEED);
  return guard_call_own(L, 2);
}

/* collectgarbage that only counts; the upvalue is the original. */
static int count_memory (lua_State *L) {
  if (lua_type(L, 1) == LUA_TSTRING && strcmp(lua_tostring(L, 1), "count") == 0)
    return guard_call_own(L, 1);
  lua_pushinteger(L, 0);
  return 1;
}

/*
** Replaces a global function, which becomes an upvalue of the new one, unless that is done.
** [-0, +0, e]
*/
static void replace (lua_State *L, const char *name, lua_CFunction function) {
  lua_getglobal(L, name);
  if (lua_tocfunction(L, -1) == function) {
    lua_pop(L, 1);
    return;
  }
  lua_pushcclosure(L, function, 1);
  lua_setglobal(L, name);
}

void library_confine (Entry *E, lua_State *L) {
  (void)E;
#if COMPAT_HAS_TABLE_FINALIZERS
  replace(L, "setmetatable", set_plain_metatable);
#endif
  replace(L, "collectgarbage", count_memory);
}

#if !COMPAT_CALLS_PAIRS || !COMPAT_CALLS_IPAIRS

/*
** Pushes the metamethod for loops of the value at 1, if it is a Java object or an environment of
** scope.c. As in plain Lua, no other value's is called. [-0, +1|0, e]
*/
static int push_own_loop (lua_State *L, const char *name) {
  if (!luaL_getmetafield(L, 1, name)) return 0;
  if (object_test(state_current, L, 1) != NULL || lua_tocfunction(L, -1) == scope_pairs) return 1;
  lua_pop(L, 1);
  return 0;
}

/*
** Implements pairs or ipairs, and calls '__pairs' or '__ipairs'. Upvalues: upvalue 1 of the
** original, the original, the name of the metamethod.
*/
static int pairs_or_ipairs (lua_State *L) {
  if (!push_own_loop(L, lua_tostring(L, lua_upvalueindex(3))))
    return guard_call_own(L, 2);
  lua_pushvalue(L, 1);
  lua_call(L, 1, 3);
  return 3;
}

static void open_loops (lua_State *L) {
  static const char *const names[][2] = { { "pairs", "__pairs" }, { "ipairs", "__ipairs" } };
  int i = COMPAT_CALLS_PAIRS ? 1 : 0;
  for (; i < 2; i++) {
    lua_getglobal(L, names[i][0]);
    if (lua_getupvalue(L, -1, 1) == NULL) lua_pushnil(L);
    lua_insert(L, -2);                            /* upvalue original */
    lua_pushstring(L, names[i][1]);
    lua_pushcclosure(L, pairs_or_ipairs, 3);
    lua_setglobal(L, names[i][0]);
  }
}

#else

static void open_loops (lua_State *L) {
  (void)L;
}

#endif

static void open_os (lua_State *L) {
  lua_getglobal(L, "os");
  if (lua_istable(L, -1)) {
    lua_pushcfunction(L, os_exit);
    lua_setfield(L, -2, "exit");
    lua_pushcfunction(L, os_setlocale);
    lua_setfield(L, -2, "setlocale");
  }
  lua_pop(L, 1);
}

static void open_math (lua_State *L) {
  lua_getglobal(L, "math");
  if (lua_istable(L, -1)) {
    lua_getfield(L, -1, "randomseed");            /* math original */
    if (lua_getupvalue(L, -1, 1) == NULL) lua_pushnil(L);
    lua_insert(L, -2);
    lua_pushcclosure(L, seed_random, 2);
    lua_setfield(L, -2, "randomseed");
  }
  lua_pop(L, 1);
}

void library_open (lua_State *L, const char *const *names, int count) {
  int i;
  open_os(L);
  open_math(L);
#if COMPAT_HIDES_FINALIZERS
  replace(L, "setmetatable", mark_finalizer);
#endif
  open_loops(L);
  if (count == 0) return;
  lua_createtable(L, 0, count + 1);               /* java */
  for (i = 0; i < count; i++) {
    lua_pushinteger(L, i);
    lua_pushcclosure(L, call_library, 1);
    lua_setfield(L, -2, names[i]);
  }
  lua_getglobal(L, "package");
  lua_getfield(L, -1, "loaded");                  /* java package loaded */
  lua_pushvalue(L, -3);
  lua_setfield(L, -2, "java");
  lua_pop(L, 2);
  lua_setglobal(L, "java");
}

/* object: sets java.null. */
void library_set_null (Entry *E, lua_State *L) {
  (void)E;
  lua_getglobal(L, "java");
  if (lua_istable(L, -1)) {
    lua_insert(L, -2);
    lua_setfield(L, -2, "null");
  }
  else
    lua_pop(L, 1);
  lua_pop(L, 1);
}
