/*
** The registry, in which a script may put anything by the library "debug" of an installed core, and a
** C module always.
*/
#include "registry.h"

void registry_damaged (lua_State *L) {
  luaL_error(L, "registry is damaged");
}

void push_registry (lua_State *L, int index) {
  if (compat_rawgeti(L, LUA_REGISTRYINDEX, index) != LUA_TTABLE) registry_damaged(L);
}
