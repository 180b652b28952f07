/*
** The registry. A script may have put anything there by the library "debug" of an installed core,
** and a C module by the API.
*/
#include "registry.h"

void registry_damaged (lua_State *L) {
  luaL_error(L, "registry is damaged");
}

void make_weak (lua_State *L, const char *mode) {
  lua_newtable(L);
  lua_pushstring(L, mode);
  lua_setfield(L, -2, "__mode");
  lua_setmetatable(L, -2);
}

void push_weak_table (lua_State *L, const char *mode) {
  lua_newtable(L);
  make_weak(L, mode);
}

void push_registry (lua_State *L, int index) {
  if (compat_rawgeti(L, LUA_REGISTRYINDEX, index) != LUA_TTABLE) registry_damaged(L);
}
