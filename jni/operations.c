/*
** The table of Java's operations on Lua, and the operations that belong to no other file.
*/
#include "operations.h"

#include "bulk.h"
#include "chunk.h"
#include "codec.h"
#include "function.h"
#include "globals.h"
#include "library.h"
#include "memory.h"
#include "module.h"
#include "registry.h"
#include "scope.h"
#include "table.h"
#include "thread.h"
#include "writer.h"

/* Returns whether the value at 'index' can be called. [-0, +0, m] */
static int callable (lua_State *L, int index) {
  if (lua_isfunction(L, index)) return 1;
  if (!luaL_getmetafield(L, index, "__call")) return 0;
  lua_pop(L, 1);
  return 1;
}

/* Calls the function at 'callee' with the values above it, and writes the results. [-n, +n, e] */
static void call_and_put (Entry *E, lua_State *L, int callee) {
  lua_call(L, lua_gettop(L) - callee, LUA_MULTRET);
  writer_put_range(&E->W, L, callee, lua_gettop(L));
}

/* callee args...: calls it; writes its results. */
static void call (Entry *E, lua_State *L) {
  call_and_put(E, L, 1);
}

/* name args...: calls the function in a global; writes its results. */
static void call_global (Entry *E, lua_State *L) {
  push_registry(L, RIDX_GLOBALS);
  lua_pushvalue(L, 1);
  lua_rawget(L, -2);
  if (!callable(L, -1)) {
    E->status = STATUS_NOT_FOUND;
    return;
  }
  lua_replace(L, 1);
  lua_pop(L, 1);
  call_and_put(E, L, 1);
}

/* table name args...: calls the function in a field; writes its results. */
static void call_method (Entry *E, lua_State *L) {
  lua_pushvalue(L, 2);
  lua_gettable(L, 1);
  if (!callable(L, -1)) {
    E->status = STATUS_NOT_FOUND;
    return;
  }
  lua_replace(L, 2);              /* table method args... */
  lua_pushvalue(L, 1);
  lua_pushvalue(L, 2);
  lua_replace(L, 1);
  lua_replace(L, 2);              /* method table args... */
  call_and_put(E, L, 1);
}

/* number name: makes fast calls know the name by this number. */
static void name_value (Entry *E, lua_State *L) {
  int number = (int)lua_tointeger(L, 1);
  push_registry(L, RIDX_NAMES);
  lua_pushvalue(L, 2);
  lua_rawseti(L, -2, number);
  if (number < NAMES_KNOWN) E->S->names[number] = lua_tostring(L, 2);
}

/* name: writes the value of a global, without metamethods. */
static void get_global (Entry *E, lua_State *L) {
  push_registry(L, RIDX_GLOBALS);
  lua_insert(L, 1);
  lua_rawget(L, 1);
  writer_put(&E->W, L, -1);
}

static void put_globals (Entry *E, lua_State *L) {
  push_registry(L, RIDX_GLOBALS);
  writer_put(&E->W, L, -1);
}

/* Does nothing: every entry reads and writes the ids in the frame's head. */
static void drain (Entry *E, lua_State *L) {
  (void)E; (void)L;
}

static void put_memory (Entry *E, lua_State *L) {
  State *S = E->S;
  writer_put_integer(&E->W, L, memory_used(S));
  writer_put_integer(&E->W, L, (int64_t)S->base);
  writer_put_integer(&E->W, L, (int64_t)S->limit);
}

static void collect (Entry *E, lua_State *L) {
  lua_gc(L, LUA_GCCOLLECT, 0);
  if (E->S->paused) lua_gc(L, LUA_GCSTOP, 0);     /* older cores restart it */
  put_memory(E, L);
}

/* nil|limit: sets the limit, unless it is nil; writes the memory in use. */
static void memory (Entry *E, lua_State *L) {
  if (!lua_isnil(L, 1)) memory_limit(E->S, compat_limit(L, 1));
  put_memory(E, L);
}

/* boolean: stops the collector, or lets it go on. */
static void pause (Entry *E, lua_State *L) {
  E->S->paused = lua_toboolean(L, 1);
  lua_gc(L, E->S->paused ? LUA_GCSTOP : LUA_GCRESTART, 0);
}

typedef void (*Function) (Entry *E, lua_State *L);

/* Each operation finds the values of its message on the stack. [-n, +n, e] */
static const Function functions[] = {
  [OP_LOAD] = chunk_load, [OP_RUN] = chunk_run, [OP_RUN_IN] = chunk_run_in,
  [OP_CALL] = call, [OP_CALL_GLOBAL] = call_global, [OP_CALL_METHOD] = call_method,
  [OP_NAME] = name_value,
  [OP_GET_GLOBAL] = get_global, [OP_PUT_GLOBAL] = globals_put,
  [OP_USER_GLOBALS] = globals_user, [OP_CLEAR_GLOBALS] = globals_clear,
  [OP_RESTORE] = globals_restore, [OP_GLOBALS] = put_globals,
  [OP_REMEMBER] = globals_remember,
  [OP_GET] = table_get, [OP_PUT] = table_put,
  [OP_RAW_GET] = table_raw_get, [OP_RAW_PUT] = table_raw_put,
  [OP_LENGTH] = table_put_length, [OP_RAW_LENGTH] = table_put_raw_length,
  [OP_ENTRIES] = table_entries, [OP_SIZE] = table_size,
  [OP_OTHER_KEY] = table_put_other_key, [OP_PAIRS] = table_pairs,
  [OP_TO_STRING] = table_to_string,
  [OP_RESUME] = thread_resume, [OP_THREAD_STATUS] = thread_status,
  [OP_NEW_THREAD] = thread_new, [OP_SPAWN] = thread_spawn,
  [OP_CLOSE_THREAD] = thread_close, [OP_CALL_THREAD] = thread_call,
  [OP_FUNCTION] = function_make, [OP_DESCRIBE] = function_describe,
  [OP_COLLECT] = collect, [OP_MEMORY] = memory, [OP_PAUSE] = pause, [OP_DRAIN] = drain,
  [OP_PRELOAD] = module_preload, [OP_MODULES] = module_set_up,
  [OP_SET_NULL] = library_set_null, [OP_CONFINE] = library_confine,
  [OP_ENVIRONMENT] = scope_put_environment, [OP_ISOLATE] = globals_isolate
};

void operations_run (Entry *E, lua_State *L) {
  if (E->operation >= OP_BUILD) {
    bulk_run(E, L);
    return;
  }
  codec_push_all(L, E->S, E->message);
  E->message = NULL;              /* it is read, and its place is for the results */
  if ((size_t)E->operation >= sizeof(functions) / sizeof(functions[0]))
    luaL_error(L, "unknown operation %d", (int)E->operation);
  functions[E->operation](E, L);
}
