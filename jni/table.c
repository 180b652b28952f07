/*
** Operations on tables, and on values that behave like one. Each is one crossing.
*/
#include "table.h"

#include "registry.h"
#include "stop.h"
#include "writer.h"

/* Checks that a table is at 1, for raw access: a script may have put anything in its place. */
void table_check (lua_State *L) {
  if (!lua_istable(L, 1)) registry_damaged(L);
}

/* Returns the length of the table at 1, as '#' does. */
int64_t table_length (lua_State *L) {
  int64_t length;
  table_check(L);
  if (!luaL_getmetafield(L, 1, "__len")) return (int64_t)lua_rawlen(L, 1);
  lua_pop(L, 1);
  compat_push_length(L, 1);
  if (!lua_isnumber(L, -1)) luaL_error(L, "object length is not an integer");
  length = (int64_t)lua_tointeger(L, -1);
  lua_pop(L, 1);
  return length;
}

static int64_t count (lua_State *L) {
  State *S = state_current;
  int64_t size = 0;
  lua_pushnil(L);
  while (lua_next(L, 1)) {
    stop_poll(S, L);
    size++;
    lua_pop(L, 1);
  }
  return size;
}

/*
** Returns whether the key at 'index' is that of an element, or the field n as table.pack sets it.
*/
static int is_element (lua_State *L, int index, int64_t length) {
  if (lua_type(L, index) == LUA_TNUMBER) {
    lua_Number key = lua_tonumber(L, index);
    return key >= 1 && key <= (lua_Number)length && (lua_Number)(int64_t)key == key;
  }
  return lua_type(L, index) == LUA_TSTRING && strcmp(lua_tostring(L, index), "n") == 0;
}

/*
** Pushes the first key that is neither an index of an element nor "n", if there is one; returns
** whether there is. Returns 0 for a table with __len where '#' calls that. [-0, +(0|1), e]
*/
int table_push_other_key (lua_State *L) {
  int key = lua_gettop(L) + 1;
  int64_t length;
  table_check(L);
  if (COMPAT_CALLS_LEN && luaL_getmetafield(L, 1, "__len")) {
    lua_pop(L, 1);
    return 0;
  }
  length = (int64_t)lua_rawlen(L, 1);
  lua_pushnil(L);
  while (lua_next(L, 1)) {        /* key value */
    stop_poll(state_current, L);
    lua_pop(L, 1);
    if (!is_element(L, key, length)) return 1;
  }
  return 0;
}

/* table key: writes the value of the key, with metamethods. */
void table_get (Entry *E, lua_State *L) {
  lua_settop(L, 2);
  lua_gettable(L, 1);
  writer_put(&E->W, L, -1);
}

/* table key value: sets the value, with metamethods; writes the old one, of a table its own. */
void table_put (Entry *E, lua_State *L) {
  lua_settop(L, 3);
  lua_pushvalue(L, 2);
  if (lua_istable(L, 1)) lua_rawget(L, 1);
  else lua_gettable(L, 1);
  lua_insert(L, 2);               /* table old key value */
  lua_settable(L, 1);
  writer_put(&E->W, L, 2);
}

/* table key: writes the value of the key, without metamethods. */
void table_raw_get (Entry *E, lua_State *L) {
  table_check(L);
  lua_settop(L, 2);
  lua_rawget(L, 1);
  writer_put(&E->W, L, -1);
}

/* table key value: sets the value, without metamethods; writes the old one. */
void table_raw_put (Entry *E, lua_State *L) {
  table_check(L);
  lua_settop(L, 3);
  lua_pushvalue(L, 2);
  lua_rawget(L, 1);
  lua_insert(L, 2);
  lua_rawset(L, 1);
  writer_put(&E->W, L, 2);
}

/* table: writes its length, with metamethods. */
void table_put_length (Entry *E, lua_State *L) {
  writer_put_integer(&E->W, L, table_length(L));
}

/* table: writes its length, without metamethods. */
void table_put_raw_length (Entry *E, lua_State *L) {
  table_check(L);
  writer_put_integer(&E->W, L, (int64_t)lua_rawlen(L, 1));
}

/* table key limit counted: writes the entries after the key. */
void table_entries (Entry *E, lua_State *L) {
  Writer *W = &E->W;
  int limit = (int)lua_tointeger(L, 3);
  table_check(L);
  if (lua_toboolean(L, 4)) writer_put_integer(W, L, count(L));
  lua_settop(L, 2);
  while (limit-- > 0 && lua_next(L, 1)) {         /* table key value */
    writer_put(W, L, 2);
    writer_put(W, L, 3);
    lua_settop(L, 2);
    stop_poll(W->S, L);
  }
}

/* table: writes the number of its entries, without metamethods. */
void table_size (Entry *E, lua_State *L) {
  table_check(L);
  writer_put_integer(&E->W, L, count(L));
}

/* table: writes what table_push_other_key pushes. */
void table_put_other_key (Entry *E, lua_State *L) {
  if (table_push_other_key(L)) writer_put(&E->W, L, -1);
}

void table_pairs (Entry *E, lua_State *L) {
  table_check(L);
  if (!luaL_getmetafield(L, 1, "__pairs")) return;
  if (compat_rawgeti(L, LUA_REGISTRYINDEX, RIDX_PAIRS) != LUA_TFUNCTION) return;
  lua_pushvalue(L, 1);
  lua_call(L, 1, 3);
  writer_put_range(&E->W, L, 3, 5);
}

/* value: writes what tostring returns for it. */
void table_to_string (Entry *E, lua_State *L) {
  luaL_tolstring(L, 1, NULL);     /* 5.2 accepts any result of __tostring */
  if (!lua_isstring(L, -1)) luaL_error(L, "'__tostring' must return a string");
  writer_put(&E->W, L, -1);
}

/* Saves the original 'pairs', which knows whether __pairs is called here. */
void table_open (lua_State *L) {
  compat_register_length(L);
  lua_getglobal(L, "pairs");
  lua_rawseti(L, LUA_REGISTRYINDEX, RIDX_PAIRS);
}
