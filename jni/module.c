/*
** Modules: what 'require' searches besides Lua's own places, and whether C modules may be loaded.
*/
#include "module.h"

#include "capi.h"
#include "upcall.h"

/* Pushes the places from 'first' on as the answer of a searcher that found nothing. [-0, +1, e] */
static int put_places (lua_State *L, int first) {
  const char *separator = compat_before_places();
  int i, last = lua_gettop(L);
  if (last < first) return 0;
  lua_pushliteral(L, "");
  for (i = first; i <= last; i++) {
    lua_pushstring(L, separator);
    lua_pushvalue(L, i);
    lua_concat(L, 3);
    separator = "\n\t";
  }
  return 1;
}

/* Returns the value of a module that is a value of Java: its loader. */
static int give_value (lua_State *L) {
  lua_pushvalue(L, lua_upvalueindex(1));
  return 1;
}

/*
** A searcher, name: returns a loader and the module's origin, or a message that lists the places
** searched.
*/
static int search (lua_State *L) {
  luaL_checkstring(L, 1);
  lua_settop(L, 1);
  upcall_call(L, UP_SEARCH, -1, 0, 1, 1);         /* name outcome ... */
  luaL_checkstack(L, LUA_MINSTACK, "too many places");
  switch ((int)lua_tointeger(L, 2)) {
    case 1: {                                     /* name 1 code chunk origin */
      size_t length;
      const char *code = lua_tolstring(L, 3, &length);
      if (compat_load(L, code, length, lua_tostring(L, 4), "t") != LUA_OK)
        return luaL_error(L, "error loading module '%s' from '%s':\n\t%s", lua_tostring(L, 1),
                          lua_tostring(L, 5), lua_tostring(L, -1));
      lua_insert(L, 5);                           /* name 1 code chunk function origin */
      return 2;
    }
    case 2:                                       /* name 2 value origin */
      lua_pushvalue(L, 3);
      lua_pushcclosure(L, give_value, 1);
      lua_insert(L, 4);
      return 2;
    default:
      return put_places(L, 3);
  }
}

/* Returns a message: a searcher in place of those for C modules. */
static int search_no_natives (lua_State *L) {
  lua_pushfstring(L, "%sno C modules: they are off in this runtime", compat_before_places());
  return 1;
}

/* Implements package.loadlib where C modules are off: returns nil, a message and "absent". */
static int load_nothing (lua_State *L) {
  luaL_checkstring(L, 1);
  luaL_checkstring(L, 2);
  lua_pushnil(L);
  lua_pushliteral(L, "C modules are off in this runtime");
  lua_pushliteral(L, "absent");
  return 3;
}

/* Inserts the function on the top into the list below it, at index 'place'. [-1, +0, e] */
static void insert_searcher (lua_State *L, int place) {
  int i, count = (int)lua_rawlen(L, -2);
  for (i = count; i >= place; i--) {              /* searchers function */
    lua_rawgeti(L, -2, i);
    lua_rawseti(L, -3, i + 1);
  }
  lua_rawseti(L, -2, place);
}

/*
** search natives: sets up 'require'. Lua's own searchers are those for preloaded functions, Lua
** files, C modules, and C modules that contain this one.
*/
void module_set_up (Entry *E, lua_State *L) {
  int searching = lua_toboolean(L, 1), natives = lua_toboolean(L, 2);
  int top = lua_gettop(L);
  E->S->natives = natives && capi_is_used();
  lua_getglobal(L, "package");
  if (lua_istable(L, -1)) {
    compat_push_searchers(L, top + 1);            /* package searchers */
    if (!natives && lua_istable(L, -1)) {
      lua_pushcfunction(L, search_no_natives);
      lua_rawseti(L, -2, 3);
      lua_pushnil(L);
      lua_rawseti(L, -2, 4);
      lua_pushcfunction(L, load_nothing);
      lua_setfield(L, top + 1, "loadlib");
    }
    if (searching && lua_istable(L, -1)) {
      lua_pushcfunction(L, search);
      insert_searcher(L, 2);
    }
  }
  lua_settop(L, top);
}

/* name function: makes 'require' call the function for that name. */
void module_preload (Entry *E, lua_State *L) {
  (void)E;
  lua_getfield(L, LUA_REGISTRYINDEX, "_PRELOAD");
  if (!lua_istable(L, -1)) {
    lua_pop(L, 1);
    lua_getglobal(L, "package");
    if (!lua_istable(L, -1)) return;              /* there is no 'require' */
    lua_getfield(L, -1, "preload");
  }
  lua_pushvalue(L, 1);
  lua_pushvalue(L, 2);
  lua_settable(L, -3);
}
