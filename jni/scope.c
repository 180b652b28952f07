/*
** Environments of scripts that run under a scope: a Java object with the global variables, such as
** the Bindings of a script engine.
**
** An environment is an empty table whose metamethods pass each access on, so that scripts and Java
** see each other's changes at once. A write goes to the scope, and removes a kept value of that key.
** A function, other than one of a Java object, or a coroutine, of which Java could only have a
** reference, is kept in a table in the metatable instead, and so is every value whose key is not a
** string. The scope then removes its own value of the key, so what it has under the key of a kept
** value was written by Java afterwards. A read therefore asks, in this order: for a string the
** scope, the table of kept values, the library. scope_holds_functions tells whether any are kept.
*/
#include "scope.h"

#include "codec.h"
#include "globals.h"
#include "object.h"
#include "registry.h"
#include "stop.h"
#include "upcall.h"

/*
** Indices in an environment's metatable: a table of the variables that the scope cannot store, if
** any; the scope.
*/
enum { ENV_BESIDE = 1, ENV_SCOPE };

/* Pushes the metatable of the environment at 1 and its scope. Returns the scope. [-0, +2, e] */
static Object *push_scope (lua_State *L, State *S) {
  Object *scope = NULL;
  if (lua_getmetatable(L, 1)) {
    lua_rawgeti(L, -1, ENV_SCOPE);
    scope = object_test(S, L, -1);
  }
  if (scope == NULL) luaL_error(L, "scope is gone");
  return scope;
}

/*
** Environment, key: returns, for a string, the scope's value; else the kept one; else the library's.
** _G is the environment itself, unless it is kept or in the scope.
*/
static int get_variable (lua_State *L) {
  State *S = state_current;
  Object *scope;
  const char *answer;
  int32_t length;
  int kept = 0;
  lua_settop(L, 2);
  scope = push_scope(L, S);                       /* environment key mt scope */
  if (compat_rawgeti(L, 3, ENV_BESIDE) == LUA_TTABLE) {
    lua_pushvalue(L, 2);
    kept = compat_rawget(L, 5) != LUA_TNIL;       /* ... beside value */
  }
  if (lua_type(L, 2) != LUA_TSTRING) {
    if (!kept) lua_pushnil(L);
    return 1;
  }
  answer = upcall_ask(L, UP_SCOPE_GET, scope->handle, kept ? SCOPE_KEPT : 0, 2, 2, &length);
  if (codec_push_answer(L, S, answer, length) > 0 || kept) return 1;
  push_registry(L, RIDX_LIBRARY);
  lua_pushvalue(L, 2);
  lua_rawget(L, -2);
  if (!lua_isnil(L, -1)) {
    const char *name = lua_tostring(L, 2);
    if (strcmp(name, "_G") == 0) lua_pushvalue(L, 1);
    else globals_mark_dirty(L, S, name);
  }
  return 1;
}

/*
** Environment, key, value: writes to the scope, and removes the kept value of that key. Keeps the
** value instead, and removes the scope's, if it is a thread or a function, other than one of a Java
** object, or if the key is not a string.
*/
static int set_variable (lua_State *L) {
  State *S = state_current;
  Object *scope;
  int type = lua_type(L, 3);
  int stays = type == LUA_TFUNCTION || type == LUA_TTHREAD || lua_type(L, 2) != LUA_TSTRING;
  lua_settop(L, 3);
  if (stays && object_of_function(S, L, 3) != NULL) stays = 0;
  scope = push_scope(L, S);                       /* environment key value mt scope */
  if (stays && lua_type(L, 2) == LUA_TSTRING) {
    int32_t length;
    upcall_ask(L, UP_SCOPE_REMOVE, scope->handle, 0, 2, 2, &length);
  }
  if (compat_rawgeti(L, 4, ENV_BESIDE) != LUA_TTABLE && stays) {
    lua_newtable(L);
    lua_pushvalue(L, -1);
    lua_rawseti(L, 4, ENV_BESIDE);
  }
  if (lua_istable(L, -1)) {
    lua_pushvalue(L, 2);
    if (stays) lua_pushvalue(L, 3);
    else lua_pushnil(L);
    lua_rawset(L, -3);
  }
  if (!stays) upcall_call(L, UP_SCOPE_PUT, scope->handle, 0, 2, 3);
  return 0;
}

/* Adds the keys of the table at 'table' to the set on the top. [-0, +0, m] */
static void add_keys (lua_State *L, int table) {
  lua_pushnil(L);
  while (lua_next(L, table)) {                    /* keys key value */
    stop_poll(state_current, L);
    lua_pop(L, 1);
    lua_pushvalue(L, -1);
    lua_pushboolean(L, 1);
    lua_rawset(L, -4);
  }
}

/* Environment, name: returns the next name and its present value. */
static int step (lua_State *L) {
  lua_settop(L, 2);
  while (lua_next(L, lua_upvalueindex(1))) {      /* environment name true */
    stop_poll(state_current, L);
    lua_pushvalue(L, 2);
    lua_gettable(L, 1);
    if (!lua_isnil(L, -1)) {
      lua_replace(L, 3);
      return 2;
    }
    lua_settop(L, 2);
  }
  return 0;
}

/* __pairs of an environment: iterates over the names of now. Each is read in its turn. */
int scope_pairs (lua_State *L) {
  State *S = state_current;
  Object *scope;
  const char *answer;
  int32_t length;
  luaL_checktype(L, 1, LUA_TTABLE);
  lua_settop(L, 1);
  scope = push_scope(L, S);                       /* environment mt scope */
  push_registry(L, RIDX_LIBRARY);
  lua_rawgeti(L, 2, ENV_BESIDE);
  lua_newtable(L);                                /* ... library beside names */
  add_keys(L, 4);
  if (lua_istable(L, 5)) add_keys(L, 5);
  answer = upcall_ask(L, UP_SCOPE_NAMES, scope->handle, 0, 1, 0, &length);
  codec_add_keys(L, S, answer, length);
  lua_pushcclosure(L, step, 1);
  lua_pushvalue(L, 1);
  return 2;
}

int scope_push_environment (lua_State *L, State *S) {
  if (object_test(S, L, -1) == NULL) luaL_error(L, "scope expected");
  globals_snapshot(L, S);
  lua_newtable(L);
  lua_insert(L, -2);                              /* env scope */
  lua_createtable(L, ENV_SCOPE, 4);
  lua_insert(L, -2);                              /* env mt scope */
  lua_rawseti(L, -2, ENV_SCOPE);
  compat_push_body(L, get_variable, RIDX_ENV_GET);
  lua_setfield(L, -2, "__index");
  compat_push_body(L, set_variable, RIDX_ENV_SET);
  lua_setfield(L, -2, "__newindex");
  compat_push_body(L, scope_pairs, RIDX_ENV_PAIRS);
  lua_setfield(L, -2, "__pairs");
  lua_pushboolean(L, 0);
  lua_setfield(L, -2, "__metatable");
  lua_setmetatable(L, -2);
  return 1;
}

void scope_open (lua_State *L) {
  compat_register_body(L, get_variable, RIDX_ENV_GET);
  compat_register_body(L, set_variable, RIDX_ENV_SET);
  compat_register_body(L, scope_pairs, RIDX_ENV_PAIRS);
  compat_open_environments(L);
}

/* Returns whether the environment has variables that the scope cannot store. */
int scope_holds_functions (lua_State *L, int environment) {
  int holds = 0, top = lua_gettop(L);
  if (lua_getmetatable(L, environment)) {
    lua_rawgeti(L, -1, ENV_BESIDE);
    lua_pushnil(L);
    if (lua_istable(L, -2)) holds = lua_next(L, -2);
  }
  lua_settop(L, top);
  return holds;
}

