/*
** The library "debug" without what lets a script damage memory: the registry itself, and what C
** functions keep in upvalues, environments and on their stack.
*/
#include "side.h"

/* debug.getregistry: what the library keeps there, without what the core and we keep. */
static int get_registry (lua_State *L) {
  lua_pushvalue(L, lua_upvalueindex(1));
  return 1;
}

/* debug.setlocal [thread] level index value; what C functions have on their stack stays. */
static int set_local (lua_State *L) {
  int arg = lua_isthread(L, 1);
  lua_State *L1 = arg ? lua_tothread(L, 1) : L;
  int top, index = (int)luaL_checkinteger(L, arg + 2);
  const char *name;
  lua_Debug ar;
  if (!lua_getstack(L1, (int)luaL_checkinteger(L, arg + 1), &ar))
    return luaL_argerror(L, arg + 1, "level out of range");
  luaL_checkany(L, arg + 3);
  lua_getinfo(L1, "S", &ar);
  if (*ar.what == 'C') {
    lua_pushnil(L);
    return 1;
  }
  lua_settop(L, arg + 3);
  top = L1 == L ? arg + 2 : lua_gettop(L1);
  if (L1 != L) {
    if (!lua_checkstack(L1, 1)) return luaL_error(L, "stack overflow");
    lua_xmove(L, L1, 1);
  }
  name = lua_setlocal(L1, &ar, index);
  lua_settop(L1, top);            /* not every version pops the value of no variable */
  lua_pushstring(L, name);
  return 1;
}

/* Whether a function's upvalues are nobody's business: C functions trust theirs, as ours do. */
static int is_closed (lua_State *L, int index) {
  lua_Debug ar;
  luaL_checktype(L, index, LUA_TFUNCTION);
  if (lua_iscfunction(L, index)) return 1;
  lua_pushvalue(L, index);
  lua_getinfo(L, ">S", &ar);
  return strcmp(ar.source, "=[lupine]") == 0;
}

/* debug.getupvalue f index, debug.setupvalue f index value */
static int get_upvalue (lua_State *L) {
  int index = (int)luaL_checkinteger(L, 2);
  const char *name;
  if (is_closed(L, 1) || (name = lua_getupvalue(L, 1, index)) == NULL) return 0;
  lua_pushstring(L, name);
  lua_insert(L, -2);
  return 2;
}

static int set_upvalue (lua_State *L) {
  int index = (int)luaL_checkinteger(L, 2);
  const char *name;
  luaL_checkany(L, 3);
  lua_settop(L, 3);
  if (is_closed(L, 1) || (name = lua_setupvalue(L, 1, index)) == NULL) return 0;
  lua_pushstring(L, name);
  return 1;
}

#if FLAVOUR >= 502 || FLAVOUR_JIT

/* debug.upvaluejoin f1 index1 f2 index2 */
static int join_upvalues (lua_State *L) {
  int i;
  for (i = 1; i <= 3; i += 2) {
    int index = (int)luaL_checkinteger(L, i + 1);
    luaL_argcheck(L, !is_closed(L, i), i, "Lua function expected");
    luaL_argcheck(L, lua_getupvalue(L, i, index) != NULL, i + 1, "invalid upvalue index");
    lua_pop(L, 1);
  }
  lua_upvaluejoin(L, 1, (int)lua_tointeger(L, 2), 3, (int)lua_tointeger(L, 4));
  return 0;
}

#endif

#if FLAVOUR < 502

/* Whether the library trusts the environment of the value at 1. */
static int has_own_environment (lua_State *L) {
  return lua_iscfunction(L, 1) || lua_isuserdata(L, 1);
}

static int get_environment (lua_State *L) {
  luaL_checkany(L, 1);
  if (has_own_environment(L)) lua_pushglobaltable(L);
  else lua_getfenv(L, 1);
  return 1;
}

static int set_environment (lua_State *L) {
  luaL_checktype(L, 2, LUA_TTABLE);
  lua_settop(L, 2);
  if (has_own_environment(L) || !lua_setfenv(L, 1))
    return luaL_error(L, "'setfenv' cannot change environment of given object");
  return 1;
}

#endif

/* The entries of the registry that have names. [-0, +1, m] */
static void push_named (lua_State *L) {
  lua_newtable(L);
  lua_pushnil(L);
  while (lua_next(L, LUA_REGISTRYINDEX)) {
    if (lua_type(L, -2) == LUA_TSTRING) {
      lua_pushvalue(L, -2);
      lua_insert(L, -2);
      lua_rawset(L, -4);
    }
    else
      lua_pop(L, 1);
  }
}

void debug_open (lua_State *L) {
  static const luaL_Reg guarded[] = {
    { "setlocal", set_local }, { "getupvalue", get_upvalue }, { "setupvalue", set_upvalue },
#if FLAVOUR >= 502 || FLAVOUR_JIT
    { "upvaluejoin", join_upvalues },
#endif
#if FLAVOUR < 502
    { "getfenv", get_environment }, { "setfenv", set_environment },
#endif
    { NULL, NULL }
  };
  const luaL_Reg *each;
  lua_getglobal(L, "debug");
  if (lua_istable(L, -1)) {
    for (each = guarded; each->name != NULL; each++) {
      lua_pushcfunction(L, each->func);
      lua_setfield(L, -2, each->name);
    }
    push_named(L);
    lua_pushcclosure(L, get_registry, 1);
    lua_setfield(L, -2, "getregistry");
  }
  lua_pop(L, 1);
}
