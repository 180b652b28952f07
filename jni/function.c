/*
** Descriptions of functions, and functions that Java makes.
*/
#include "function.h"

#include "object.h"
#include "registry.h"
#include "stop.h"
#include "upcall.h"
#include "writer.h"

/*
** Returns whether a field of the table at 'table' is the function at 1, and pushes its name.
** [-0, +1|0, -]
*/
static int find_field (lua_State *L, int table) {
  lua_pushnil(L);
  while (lua_next(L, table)) {                    /* name value */
    stop_poll(state_current, L);
    if (lua_rawequal(L, -1, 1) && lua_type(L, -2) == LUA_TSTRING) {
      lua_pop(L, 1);
      return 1;
    }
    lua_pop(L, 1);
  }
  return 0;
}

/*
** Pushes the name of the function at 1 as a global or in a loaded module, as in "f" or
** "string.rep"; nil if it has none. Calls no metamethod. [-0, +1, m]
*/
static void push_name (lua_State *L) {
  static const int globals[] = { RIDX_GLOBALS, RIDX_LIBRARY };       /* the former may be empty */
  int i, top = lua_gettop(L);
  luaL_checkstack(L, 10, NULL);
  for (i = 0; i < 2; i++) {
    if (compat_rawgeti(L, LUA_REGISTRYINDEX, globals[i]) == LUA_TTABLE && find_field(L, top + 1)) {
      lua_replace(L, top + 1);
      lua_settop(L, top + 1);
      return;
    }
    lua_settop(L, top);
  }
  lua_pushliteral(L, "_LOADED");
  if (compat_rawget(L, LUA_REGISTRYINDEX) == LUA_TTABLE) {
    lua_pushnil(L);
    while (lua_next(L, top + 1)) {                /* loaded module table */
      if (lua_type(L, -2) == LUA_TSTRING && lua_istable(L, -1) && find_field(L, top + 3)) {
        lua_pushliteral(L, ".");
        lua_insert(L, -2);
        lua_remove(L, top + 3);                   /* loaded module . name */
        lua_concat(L, 3);
        lua_replace(L, top + 1);
        return;
      }
      lua_settop(L, top + 2);
    }
  }
  lua_settop(L, top);
  lua_pushnil(L);
}

/* function: writes name source chunk line lastLine parameters varargs upvalues. */
void function_describe (Entry *E, lua_State *L) {
  Writer *W = &E->W;
  lua_Debug ar;
  if (!lua_isfunction(L, 1)) registry_damaged(L);
  lua_settop(L, 1);
  lua_pushvalue(L, 1);
  lua_getinfo(L, ">Su", &ar);
  push_name(L);
  writer_put(W, L, 2);
  writer_put_bytes(W, L, ar.source, strlen(ar.source));
  writer_put_bytes(W, L, ar.short_src, strlen(ar.short_src));
  writer_put_integer(W, L, ar.linedefined);
  writer_put_integer(W, L, ar.lastlinedefined);
  writer_put_integer(W, L, compat_parameters(&ar));
  writer_put_integer(W, L, compat_varargs(&ar));
  writer_put_integer(W, L, ar.nups);
}

/* Calls the Java object in upvalue 1. */
static int call_java (lua_State *L) {
  Object *object = object_test(state_current, L, lua_upvalueindex(1));
  if (object == NULL) return luaL_error(L, "Java function is gone");
  return upcall_call(L, UP_CALL, object->handle, 0, 1, lua_gettop(L));
}

/* object: writes a function that calls it, which Java does not take for the object. */
void function_make (Entry *E, lua_State *L) {
  if (object_test(state_current, L, 1) == NULL) luaL_error(L, "Java function expected");
  lua_settop(L, 1);
  lua_pushcclosure(L, call_java, 1);
  writer_put(&E->W, L, 1);
}
