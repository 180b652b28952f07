/*
** Operations on tables and memory; each is one crossing.
*/
#include "side.h"

/* The table at 1, for raw access: a script may have put anything in its place. */
static void check_table (lua_State *L) {
  if (!lua_istable(L, 1)) luaL_error(L, "registry is damaged");
}

static int64_t length_of (lua_State *L) {
  if (luaL_getmetafield(L, 1, "__len")) {
    lua_pushvalue(L, 1);
    lua_call(L, 1, 1);
    if (!lua_isnumber(L, -1)) luaL_error(L, "object length is not an integer");
    return (int64_t)lua_tointeger(L, -1);
  }
  check_table(L);
  return (int64_t)lua_rawlen(L, 1);
}

/* table key limit: entries after the key. */
static void put_entries (lua_State *L, Writer *W) {
  int limit = (int)lua_tointeger(L, 3);
  check_table(L);
  lua_settop(L, 2);
  while (limit-- > 0 && lua_next(L, 1)) {         /* table key value */
    codec_put(W, L, 2);
    codec_put(W, L, 3);
    lua_settop(L, 2);
  }
}

static int64_t count (lua_State *L) {
  int64_t size = 0;
  check_table(L);
  lua_settop(L, 1);
  lua_pushnil(L);
  while (lua_next(L, 1)) {
    size++;
    lua_pop(L, 1);
  }
  return size;
}

void table_run (lua_State *L, State *S, int32_t operation, Writer *W) {
  switch (operation) {
    case DOWN_GET:
      lua_settop(L, 2);
      lua_gettable(L, 1);
      codec_put(W, L, -1);
      break;
    case DOWN_PUT:                /* table key value */
      lua_settop(L, 3);
      lua_pushvalue(L, 2);
      if (lua_istable(L, 1)) lua_rawget(L, 1);
      else lua_gettable(L, 1);
      lua_insert(L, 2);           /* table old key value */
      lua_settable(L, 1);
      codec_put(W, L, 2);
      break;
    case DOWN_RAW_GET:
      check_table(L);
      lua_settop(L, 2);
      lua_rawget(L, 1);
      codec_put(W, L, -1);
      break;
    case DOWN_RAW_PUT:
      check_table(L);
      lua_settop(L, 3);
      lua_pushvalue(L, 2);
      lua_rawget(L, 1);
      lua_insert(L, 2);
      lua_rawset(L, 1);
      codec_put(W, L, 2);
      break;
    case DOWN_LENGTH:
      codec_put_integer(W, L, length_of(L));
      break;
    case DOWN_RAW_LENGTH:
      check_table(L);
      codec_put_integer(W, L, (int64_t)lua_rawlen(L, 1));
      break;
    case DOWN_ENTRIES:
      put_entries(L, W);
      break;
    case DOWN_SIZE:
      codec_put_integer(W, L, count(L));
      break;
    case DOWN_TO_STRING:
      luaL_tolstring(L, 1, NULL);
      codec_put(W, L, -1);
      break;
    case DOWN_NEW_TABLE: {        /* nil elements... */
      int i, n = lua_gettop(L) - 1;
      lua_createtable(L, n, 0);
      lua_replace(L, 1);
      for (i = n; i > 0; i--) lua_rawseti(L, 1, i);
      codec_put(W, L, 1);
      break;
    }
    case DOWN_PAUSE:              /* boolean */
      S->paused = lua_toboolean(L, 1);
      lua_gc(L, S->paused ? LUA_GCSTOP : LUA_GCRESTART, 0);
      break;
    case DOWN_PRELOAD:            /* name function */
      lua_getfield(L, LUA_REGISTRYINDEX, "_PRELOAD");
      if (!lua_istable(L, -1)) {
        lua_pop(L, 1);
        lua_getglobal(L, "package");
        if (!lua_istable(L, -1)) break;           /* nobody can require it */
        lua_getfield(L, -1, "preload");
      }
      lua_pushvalue(L, 1);
      lua_pushvalue(L, 2);
      lua_settable(L, -3);
      break;
    case DOWN_MODULES:
      module_set_up(L, lua_toboolean(L, 1), lua_toboolean(L, 2));
      break;
    case DOWN_SET_NULL:
      library_set_null(L);
      break;
    default:
      luaL_error(L, "unknown operation %d", (int)operation);
  }
}
