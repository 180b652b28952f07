/*
** The state's own globals, the library among them. Runs under a scope may damage the library; it
** is restored before the state is reused.
**
** A run reaches the library only through its environment, which marks what the run may damage. Code
** that outlives its run, such as a function that Java holds, may have captured a part of the
** library, and can damage it later without a mark. Then the whole library is restored. If such code
** compiles code outside of a run, that gets the state's own globals. These are isolated: an empty
** table, whose metamethod reads the library and marks it, too.
*/
#include "globals.h"

#include <stdlib.h>

#include "codec.h"
#include "core.h"
#include "guard.h"
#include "registry.h"
#include "stop.h"
#include "upcall.h"
#include "writer.h"

#define LIBRARY_NAMES  48          /* about as many globals has the library */

/* Pushes a copy of the table on the top, with room for that many names. [-0, +1, m] */
static void push_copy (lua_State *L, int names) {
  lua_createtable(L, 0, names);
  lua_pushnil(L);
  while (lua_next(L, -3)) {                       /* table copy key value */
    lua_pushvalue(L, -2);
    lua_insert(L, -2);
    lua_rawset(L, -4);
  }
}

/* __index of the state's globals: looks missing names up in Java's global scope. */
static int get_outer (lua_State *L) {
  State *S = state_current;
  int32_t length;
  const char *answer;
  if (!(S->frame->flags & FRAME_GLOBAL_SCOPE) || lua_type(L, 2) != LUA_TSTRING) return 0;
  answer = upcall_ask(L, UP_SCOPE_GET, -1, 0, 2, 2, &length);
  return codec_push_answer(L, S, answer, length);
}

/*
** __index of isolated globals: looks names up in the library, whose entries it marks, and then in
** Java's global scope.
*/
static int get_isolated (lua_State *L) {
  lua_settop(L, 2);
  push_registry(L, RIDX_LIBRARY);
  lua_pushvalue(L, 2);
  lua_rawget(L, 3);                               /* globals name library value */
  if (lua_isnil(L, -1)) {
    lua_settop(L, 2);
    return get_outer(L);
  }
  if (lua_type(L, 2) == LUA_TSTRING) globals_mark_dirty(L, state_current, lua_tostring(L, 2));
  return 1;
}

/* Sets a new metatable for the table at 'table', an absolute index. [-0, +0, m] */
static void set_index (lua_State *L, int table, lua_CFunction index) {
  lua_newtable(L);
  lua_pushcfunction(L, index);
  lua_setfield(L, -2, "__index");
  lua_setmetatable(L, table);
}

/* Saves the globals of now as the library. [-0, +0, e] */
static void remember (lua_State *L) {
  lua_rawgeti(L, LUA_REGISTRYINDEX, RIDX_GLOBALS);
  push_copy(L, LIBRARY_NAMES);
  lua_rawseti(L, LUA_REGISTRYINDEX, RIDX_LIBRARY);
  lua_pop(L, 1);
}

void globals_remember (Entry *E, lua_State *L) {
  (void)E;
  remember(L);
}

/* Returns the index of one of the library's tables, or -1. */
static int library_place (const State *S, const void *table) {
  int i;
  for (i = 0; i < S->library_count; i++)
    if (S->library[i] == table) return i;
  return -1;
}

/* Returns the dirty bit of one of the library's tables, or of all for a table that is unknown. */
static int table_bit (const State *S, const void *table) {
  int place = library_place(S, table);
  return place < 0 ? DIRTY_LIBRARY : DIRTY_TABLE << place;
}

/* Returns the marks for the damage that a script can do with the library's entry on the top. */
static int dirt_of (lua_State *L, const char *name) {
  static const char *const roads[] = { "debug", "ffi", "jit", "package", "require", "module",
                                       "getfenv", "setfenv", "newproxy", "collectgarbage" };
  size_t i;
  for (i = 0; i < sizeof(roads) / sizeof(roads[0]); i++)
    if (strcmp(name, roads[i]) == 0) return TAINTED;
  if (strcmp(name, "getmetatable") == 0) return DIRTY_LIBRARY;
  return lua_istable(L, -1) ? table_bit(state_current, lua_topointer(L, -1)) : 0;
}

static void mark_dirty (State *S, int dirty) {
  S->dirty |= dirty;
  if (dirty) S->frame->flags |= FRAME_DIRTY;
}

/* Marks the state as tainted: a run has changed something that cannot be restored. */
void globals_taint (State *S) {
  mark_dirty(S, TAINTED);
}

/* Marks something else that a run has changed, if runs under scopes use this state. */
void globals_mark (State *S, int dirty) {
  if (S->library_count > 0) mark_dirty(S, dirty);
}

/* A script has set a finalizer, which may run as a part of any later run. */
void lupine_finalizer (void) {
  globals_mark(state_current, TAINTED);
}

/* Marks the table on the top, an entry of the library, if it is one. [-0, +0, -] */
void globals_mark_table_dirty (lua_State *L, State *S) {
  if (lua_istable(L, -1)) mark_dirty(S, table_bit(S, lua_topointer(L, -1)));
}

/* Marks the damage that a run under a scope can do with the entry on the top. [-0, +0, -] */
void globals_mark_dirty (lua_State *L, State *S, const char *name) {
  mark_dirty(S, dirt_of(L, name));
}

/*
** Saves the content of the library's tables, and of the metatables of strings and files, before a
** script can reach them. [-0, +0, m]
*/
static void take_snapshot (lua_State *L, State *S) {
  lua_newtable(L);                                /* snapshot */
  push_registry(L, RIDX_LIBRARY);
  lua_pushnil(L);
  while (lua_next(L, -2)) {                       /* snapshot library name value */
    if (lua_istable(L, -1) && lua_type(L, -2) == LUA_TSTRING
        && strcmp(lua_tostring(L, -2), "_G") != 0) {
      if (S->library_count < LIBRARY_TABLES)
        S->library[S->library_count++] = lua_topointer(L, -1);
      push_copy(L, 0);
      lua_rawset(L, -5);
    }
    else
      lua_pop(L, 1);
  }
  lua_pop(L, 1);
  lua_pushliteral(L, "");
  if (lua_getmetatable(L, -1)) {                  /* snapshot "" mt */
    push_copy(L, 0);
    lua_rawset(L, -4);
  }
  lua_pop(L, 1);
  luaL_getmetatable(L, LUA_FILEHANDLE);
  if (lua_istable(L, -1)) {                       /* snapshot mt */
    lua_getfield(L, -1, "__index");
    if (lua_istable(L, -1) && !lua_rawequal(L, -1, -2)) {
      push_copy(L, 0);                            /* snapshot mt methods copy */
      lua_rawset(L, -4);
    }
    else
      lua_pop(L, 1);
    push_copy(L, 0);
    lua_rawset(L, -3);
  }
  else
    lua_pop(L, 1);
  lua_rawseti(L, LUA_REGISTRYINDEX, RIDX_SNAPSHOT);
}

/* [-0, +0, m] */
void globals_snapshot (lua_State *L, State *S) {
  int known = compat_rawgeti(L, LUA_REGISTRYINDEX, RIDX_SNAPSHOT) == LUA_TTABLE;
  lua_pop(L, 1);
  if (!known) take_snapshot(L, S);
}

/* Restores the content of 'table' from 'copy'. Both indices are absolute. [-0, +0, e] */
static void restore_table (lua_State *L, int table, int copy) {
  lua_pushnil(L);
  lua_setmetatable(L, table);
  lua_pushnil(L);
  while (lua_next(L, table)) {                    /* key value */
    lua_pushvalue(L, -2);
    lua_rawget(L, copy);                          /* key value original */
    if (lua_rawequal(L, -1, -2)) {
      lua_pop(L, 2);
    }
    else {
      lua_pushvalue(L, -3);
      lua_insert(L, -2);                          /* key value key original */
      lua_rawset(L, table);                       /* the key exists: the table does not grow
                                                     while it is traversed */
      lua_pop(L, 1);
    }
  }
  lua_pushnil(L);
  while (lua_next(L, copy)) {                     /* key original */
    lua_pushvalue(L, -2);
    lua_rawget(L, table);
    if (lua_isnil(L, -1)) {
      lua_pushvalue(L, -3);
      lua_pushvalue(L, -3);
      lua_rawset(L, table);
    }
    lua_pop(L, 2);
  }
}

/* Clears the dirty bits of tables that are unchanged, which need not be restored. */
void globals_clear_clean (State *S) {
  int i;
  for (i = 0; i < S->library_count; i++) {
    int bit = DIRTY_TABLE << i;
    if ((S->dirty & bit) && core_is_as(S->library[i], S->images[i])) S->dirty &= ~bit;
  }
  if (S->dirty == 0) S->frame->flags &= ~FRAME_DIRTY;
}

void globals_close (State *S) {
  int i;
  for (i = 0; i < S->library_count; i++) free(S->images[i]);
}

/* Restores a table unless it is unchanged, and saves an image of its memory. [-0, +0, e] */
static void restore_known (lua_State *L, State *S, int table, int copy) {
  int place = library_place(S, lua_topointer(L, table));
  if (place >= 0 && core_is_as(S->library[place], S->images[place])) return;
  restore_table(L, table, copy);
  if (place < 0) return;
  free(S->images[place]);
  S->images[place] = core_image(S->library[place]);
}

/* Makes the state's own globals empty, with the library behind them. [-0, +0, e] */
static void empty_globals (lua_State *L) {
  int globals;
  push_registry(L, RIDX_GLOBALS);
  globals = lua_gettop(L);
  lua_pushnil(L);
  while (lua_next(L, globals)) {                  /* globals key value */
    stop_poll(state_current, L);
    lua_pop(L, 1);
    lua_pushvalue(L, -1);
    lua_pushnil(L);
    lua_rawset(L, globals);
  }
  set_index(L, globals, get_isolated);
  lua_pop(L, 1);
}

void globals_isolate (Entry *E, lua_State *L) {
  lua_settop(L, 0);
  push_registry(L, RIDX_GLOBALS);
  push_copy(L, LIBRARY_NAMES);                    /* globals copy */
  lua_getfield(L, LUA_REGISTRYINDEX, "_LOADED");
  if (lua_istable(L, 3)) {                        /* tracebacks find names of functions there */
    lua_getfield(L, 3, "_G");
    lua_pushvalue(L, 2);
    if (lua_rawequal(L, 4, 1)) lua_setfield(L, 3, "_G");
  }
  globals_snapshot(L, E->S);
  empty_globals(L);
  E->S->isolated = 1;
}

/*
** Seeds the random numbers anew, by the function in the copy of the library's table, which is in
** the snapshot at 'snapshot'. [-0, +0, e]
*/
static void reseed (lua_State *L, int snapshot) {
  push_registry(L, RIDX_LIBRARY);
  lua_getfield(L, -1, "math");
  lua_rawget(L, snapshot);                        /* library copy */
  lua_getfield(L, -1, "randomseed");
  lua_pushinteger(L, (lua_Integer)(lupine_seed() & INT32_MAX));
  lua_call(L, 1, 0);
  lua_pop(L, 2);
}

/* Restores the library after runs under a scope; returns 0 if the state is tainted. [-0, +0, e] */
static int restore_library (lua_State *L, State *S) {
  int dirty = S->dirty;
  if (dirty & TAINTED) return 0;
  if (dirty & DIRTY_WARNINGS) S->warning.on = S->warning.continues = 0;
  if (dirty) {
    int snapshot;
    push_registry(L, RIDX_SNAPSHOT);
    snapshot = lua_gettop(L);
    lua_pushnil(L);
    while (lua_next(L, snapshot)) {               /* table copy */
      if (dirty & (DIRTY_LIBRARY | table_bit(S, lua_topointer(L, -2))))
        restore_known(L, S, lua_gettop(L) - 1, lua_gettop(L));
      lua_pop(L, 1);
    }
    if (dirty & DIRTY_SEED) reseed(L, snapshot);
    lua_pop(L, 1);
  }
  S->dirty = 0;
  S->frame->flags &= ~FRAME_DIRTY;
  return 1;
}

/* all -> boolean */
void globals_restore (Entry *E, lua_State *L) {
  if (lua_toboolean(L, 1) && E->S->isolated) {
    E->S->dirty |= DIRTY_LIBRARY;
    empty_globals(L);
  }
  lua_pushboolean(L, restore_library(L, E->S));
  writer_put(&E->W, L, -1);
}

/* Writes the names of the globals that the library does not have, or has with another value. */
void globals_user (Entry *E, lua_State *L) {
  lua_settop(L, 0);
  push_registry(L, RIDX_LIBRARY);
  push_registry(L, RIDX_GLOBALS);
  lua_pushnil(L);
  while (lua_next(L, 2)) {                        /* library globals key value */
    stop_poll(E->S, L);
    if (lua_type(L, 3) == LUA_TSTRING) {
      lua_pushvalue(L, 3);
      lua_rawget(L, 1);
      if (!lua_rawequal(L, 4, 5)) writer_put(&E->W, L, 3);
    }
    lua_settop(L, 3);
  }
}

void globals_clear (Entry *E, lua_State *L) {
  lua_settop(L, 0);
  push_registry(L, RIDX_LIBRARY);
  push_registry(L, RIDX_GLOBALS);
  lua_pushnil(L);
  while (lua_next(L, 2)) {
    stop_poll(E->S, L);
    lua_settop(L, 3);
    lua_pushvalue(L, 3);
    lua_pushnil(L);
    lua_rawset(L, 2);             /* library globals key */
  }
  lua_settop(L, 2);
  lua_pushnil(L);
  while (lua_next(L, 1)) {        /* library globals key value */
    lua_pushvalue(L, 3);
    lua_insert(L, 4);
    lua_rawset(L, 2);
  }
}

/*
** name value restore: sets a global to the value; if 'restore', sets it to the library's value
** instead, or to nil if it has the library's value already. Writes the old value.
*/
void globals_put (Entry *E, lua_State *L) {
  int restore = lua_toboolean(L, 3);
  lua_settop(L, 2);
  push_registry(L, RIDX_GLOBALS);
  lua_pushvalue(L, 1);
  lua_rawget(L, 3);               /* name value globals old */
  if (restore) {
    push_registry(L, RIDX_LIBRARY);
    lua_pushvalue(L, 1);
    lua_rawget(L, -2);
    if (lua_rawequal(L, -1, 4)) { /* name nil globals old library original */
      lua_pop(L, 1);
      lua_pushnil(L);
    }
    lua_replace(L, 2);
    lua_pop(L, 1);
  }
  lua_pushvalue(L, 1);
  lua_pushvalue(L, 2);
  lua_rawset(L, 3);
  writer_put(&E->W, L, -1);
}

void globals_open (lua_State *L) {
  lua_pushglobaltable(L);
  lua_pushvalue(L, -1);
  lua_rawseti(L, LUA_REGISTRYINDEX, RIDX_GLOBALS);
  remember(L);
  set_index(L, lua_gettop(L), get_outer);
  lua_pop(L, 1);
}
