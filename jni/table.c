/*
** Operations on tables, threads and memory; each is one crossing.
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

static lua_State *check_thread (lua_State *L) {
  lua_State *thread = lua_tothread(L, 1);
  if (thread == NULL) luaL_error(L, "registry is damaged");
  return thread;
}

/* thread args...: what it yields or returns. An error in it is raised here. */
static void resume (lua_State *L, Writer *W) {
  lua_State *thread = check_thread(L);
  int count = lua_gettop(L) - 1;
  int results = 0;
  int status = lua_status(thread);
  if (thread == L || (status == LUA_OK && lua_gettop(thread) == 0)
      || (status != LUA_OK && status != LUA_YIELD))
    luaL_error(L, "cannot resume %s coroutine", thread == L ? "non-suspended" : "dead");
  if (!lua_checkstack(thread, count + 1)) luaL_error(L, "too many arguments to resume");
  lua_xmove(L, thread, count);
  status = compat_resume(thread, L, count, &results);
  if (status == LUA_OK || status == LUA_YIELD) {
    luaL_checkstack(L, results + 4, "too many results to resume");
    lua_xmove(thread, L, results);
    codec_put_range(W, L, 2, 1 + results);
  }
  else {
    lua_xmove(thread, L, 1);
    lua_error(L);
  }
}

/* In the order of LuaCoroutine.Status: new suspended running normal dead. */
static int64_t thread_status (lua_State *L) {
  lua_State *thread = check_thread(L);
  lua_Debug ar;
  if (thread == state_current->running || thread == L) return 2;
  switch (lua_status(thread)) {
    case LUA_YIELD: return 1;
    case LUA_OK:
      if (lua_getstack(thread, 0, &ar)) return 3;
      return lua_gettop(thread) == 0 ? 4 : 0;
    default: return 4;
  }
}

void table_run (lua_State *L, State *S, int32_t operation, Writer *W) {
  (void)S;
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
    case DOWN_RESUME:
      resume(L, W);
      break;
    case DOWN_THREAD_STATUS:
      codec_put_integer(W, L, thread_status(L));
      break;
    case DOWN_NEW_THREAD: {       /* function args... */
      int n = lua_gettop(L);
      lua_State *thread = lua_newthread(L);
      lua_insert(L, 1);
      if (!lua_checkstack(thread, n)) luaL_error(L, "too many arguments");
      lua_xmove(L, thread, n);
      codec_put(W, L, 1);
      break;
    }
    case DOWN_COLLECT:
      lua_gc(L, LUA_GCCOLLECT, 0);
      codec_put_integer(W, L, compat_memory(L));
      break;
    case DOWN_MEMORY:
      codec_put_integer(W, L, compat_memory(L));
      break;
    case DOWN_PRELOAD:            /* name function */
      lua_getfield(L, LUA_REGISTRYINDEX, "_PRELOAD");
      if (!lua_istable(L, -1)) {
        lua_pop(L, 1);
        lua_getglobal(L, "package");
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
