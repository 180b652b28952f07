/*
** Environments: the tables that runs under a scope have as their globals. A scope is a Java object
** with variables, such as the Bindings of a script engine.
**
** An environment is empty, unless a script bypasses its metamethods. These read and write the
** variables of the scope, so that scripts and Java see each other's changes. There are two caches,
** each of which the scope must permit. Java passes some values when a run begins (find_prefetched).
** Numbers, booleans and short texts that the run writes may stay in the frame until Java is called
** or the run ends (write_later).
**
** Functions, coroutines and values whose key is not a string are not stored in the scope but kept,
** in a table in the metatable. A host may serialize the variables of a scope; functions and
** coroutines cannot be serialized. A function that stands for a Java object is stored in the scope,
** as that object. When a value is kept, the scope's variable of that name is removed. When a script
** writes a variable, the kept value of that name is removed. So if there are both, Java has set the
** variable afterwards, and it hides the kept value. A name is looked up in this order:
**   1. the scope's own variables;
**   2. the kept values;
**   3. what else the scope finds, such as variables of other scopes of the script engine;
**   4. the library, which is the original content of the globals.
** Another key is looked up in the kept values only.
**
** The last environment is the one that was last made for an outermost run. The next outermost run
** uses it again if it is under the same scope, the environment has kept nothing, and no code that
** remains can reach it, in Lua (is_last, let_escape) or by a value that Java holds
** (scope_push_environment). An environment that keeps values is passed to Java, which passes it to
** the next run under the scope (chunk_run, scope_put_environment).
*/
#include "scope.h"

#include <stdlib.h>

#include "codec.h"
#include "core.h"
#include "globals.h"
#include "message.h"
#include "object.h"
#include "registry.h"
#include "stop.h"
#include "upcall.h"
#include "writer.h"

/*
** Indices in an environment's metatable: the table of kept values, if there are any; the number of
** the scope.
*/
enum { ENV_KEPT = 1, ENV_SCOPE };

/* Pushes the metatable of the environment at 1. Returns the number of its scope. [-0, +1, e] */
static int32_t push_scope (lua_State *L) {
  int32_t scope = 0;
  if (lua_getmetatable(L, 1)) {
    lua_rawgeti(L, -1, ENV_SCOPE);
    scope = (int32_t)lua_tointeger(L, -1);
    lua_pop(L, 1);
  }
  if (scope == 0) luaL_error(L, "scope is gone");
  return scope;
}

/* Returns whether the environment at 'index' is the one that the next run may use again. */
static int is_last (lua_State *L, const State *S, int index) {
  return S->environment != NULL && lua_topointer(L, index) == S->environment;
}

/* Records that code that outlives the run may use the last environment. */
static void let_escape (State *S) {
  S->environment = NULL;
  S->frame->flags |= FRAME_ESCAPED;
}

/*
** Returns whether the library's entry of this name never stores a function of the script anywhere
** that outlives the run, except where Java or the end of the run finds it. Entries that set
** finalizers, and entries that a host has added, may store one; these are not in the list. None of
** the listed functions can damage the library. A listed table itself can be changed.
*/
static int keeps_nothing (const char *name) {
  static const char *const names[] = {
    "assert", "bit", "bit32", "coroutine", "error", "io", "ipairs", "math", "next", "os", "pairs",
    "pcall", "print", "rawequal", "rawget", "rawlen", "rawset", "select", "string", "table",
    "tonumber", "tostring", "type", "unpack", "utf8", "xpcall", "_VERSION"
  };
  size_t i;
  for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
    if (strcmp(name, names[i]) == 0) return 1;
  return 0;
}

/*
** Returns the next of the variables that Java has prefetched if it has this name, else NULL. Names
** are compared by address, since Lua has each short string once.
*/
static const PrefetchedValue *read_prefetched (State *S, const char *name) {
  Prefetched *prefetched = &S->prefetched;
  PrefetchedValue *value = &prefetched->values[prefetched->read];
  Reader R = prefetched->unread;
  int64_t number;
  if (R.left <= 0 || prefetched->read >= PREFETCHED_VALUES) return NULL;
  number = message_next_integer(&R);
  value->number = (int32_t)(number < 0 ? -number : number);
  if (value->number >= NAMES_KNOWN || S->names[value->number] != name) return NULL;
  value->name = name;
  value->value = number < 0 ? NULL : message_next(&R);
  prefetched->unread = R;
  prefetched->read++;
  S->frame->taken++;
  return value;
}

/*
** Returns what Java has prefetched for the name at 2, or NULL. The variables are in the order in
** which Java expects them to be read first. Discards all of them, since Java must be asked, if the
** variable is neither the next one nor one that was read before, or if no further reads are left;
** and after a crossing, since other code may have changed variables. [-0, +0, -]
*/
static const PrefetchedValue *find_prefetched (lua_State *L, State *S) {
  Prefetched *prefetched = &S->prefetched;
  if (S->frame->crossings != prefetched->crossings) S->frame->taken = TAKEN_UNKNOWN;
  else {
    const char *name = lua_tostring(L, 2);
    const PrefetchedValue *value = read_prefetched(S, name);
    int32_t i;
    if (value != NULL) return value;
    for (i = 0; i < prefetched->read; i++) {
      value = &prefetched->values[i];
      if (value->name == name && prefetched->again-- > 0) return value;
    }
  }
  prefetched->valid = 0;
  return NULL;
}

/*
** Returns the number of the name at 'index' if a write of it may stay in the frame until Java is
** called or the run ends, else 0. It is 0 in a nested entry, since Java must see the value when
** that entry returns.
*/
static int32_t writable_number (lua_State *L, const State *S, int index) {
  uint64_t left = S->writable;
  const char *name;
  if (left == 0 || S->depth != 1 || S->thread != S->main_thread) return 0;
  name = lua_tostring(L, index);
  for (; left != 0; left &= left - 1) {
    int number = __builtin_ctzll(left);
    if (S->names[number] == name) return number;
  }
  return 0;
}

/* Returns the value that the run has left in the frame for a name, or NULL. */
static char *find_written (const State *S, int32_t number) {
  char *at = S->frame->writes;
  const char *end = at + S->frame->written;
  while (at < end) {
    char *value = at + sizeof(Header);
    if (header_of(at).tag == number) return value;
    at = value + size_of(value);
  }
  return NULL;
}

/* Pushes the value of the name at 2 if the run has left one in the frame. [-0, +0|1, m] */
static int push_written (lua_State *L, State *S) {
  char kept[FRAME_WRITES];        /* a finalizer may write while a string is pushed */
  int32_t number = writable_number(L, S, 2);
  const char *value = number > 0 ? find_written(S, number) : NULL;
  Reader R = { kept, 1 };
  if (value == NULL) return 0;
  memcpy(kept, value, size_of(value));
  codec_push_next(&R, L, S);
  return 1;
}

/* Returns whether a text has no other characters than those of ASCII. */
static int is_ascii (const char *text, size_t length) {
  size_t i;
  unsigned char all = 0;
  for (i = 0; i < length; i++) all |= (unsigned char)text[i];
  return all < 0x80;
}

/*
** Leaves the value at 3 of the name at 2 to Java in the frame, if it is a number, a boolean or a
** short text that each charset has. Returns whether it did. [-0, +0, -]
*/
static int write_later (lua_State *L, State *S) {
  Frame *frame = S->frame;
  int32_t number = writable_number(L, S, 2);
  const char *text = NULL;
  size_t length = 0, size;
  Header name = { number, 0 }, value;
  int64_t bits = 0;
  char *place;
  if (number == 0) return 0;
  value.tag = writer_small(S, L, 3, &bits);
  value.aux = value.tag == TAG_BOOLEAN ? (int32_t)bits : 0;
  if (lua_type(L, 3) == LUA_TSTRING) {
    text = lua_tolstring(L, 3, &length);
    if (length > FRAME_WRITES || !is_ascii(text, length)) return 0;
    value.tag = TAG_STRING;
    value.aux = (int32_t)length;
  }
  else if (value.tag < TAG_BOOLEAN) return 0;
  size = sizeof(value) + (text != NULL ? PADDED(length) : value.tag == TAG_BOOLEAN ? 0 : 8);
  place = find_written(S, number);
  if (place == NULL || size_of(place) != size) {
    if ((size_t)frame->written + sizeof(name) + size > FRAME_WRITES) return 0;
    if (place != NULL) memset(place - sizeof(name), 0, sizeof(name));
    place = frame->writes + frame->written;
    memcpy(place, &name, sizeof(name));
    place += sizeof(name);
    frame->written += (int32_t)(sizeof(name) + size);
  }
  memcpy(place, &value, sizeof(value));
  if (text != NULL) memcpy(place + sizeof(value), text, length);
  else if (value.tag != TAG_BOOLEAN) memcpy(place + sizeof(value), &bits, sizeof(bits));
  return 1;
}

/*
** Pushes the entry of the library by the name at 2, or nil. 'number': of the name, or 0. _G is the
** environment itself, which is at 1. [-0, +2, e]
*/
static int push_library (lua_State *L, State *S, int32_t number) {
  const char *name;
  push_registry(L, RIDX_LIBRARY);
  lua_pushvalue(L, 2);
  lua_rawget(L, -2);
  if (lua_isnil(L, -1)) return 1;
  if (S->harmless >> number & 1) {                /* it keeps nothing: the usual case */
    globals_mark_table_dirty(L, S);
    return 1;
  }
  name = lua_tostring(L, 2);
  if (strcmp(name, "_G") == 0) {
    lua_pushvalue(L, 1);
    return 1;
  }
  globals_mark_dirty(L, S, name);
  if (!keeps_nothing(name)) {
    if (is_last(L, S, 1)) let_escape(S);
  }
  else if (number > 0) S->harmless |= (uint64_t)1 << number;
  return 1;
}

/*
** Environment, key: returns, for a string, the scope's own value, else the kept value, else what
** the scope finds elsewhere, else the library's value; for another key the kept value. SCOPE_KEPT
** tells Java to return only the scope's own value. _G is the environment itself, unless the scope
** has a variable or there is a kept value of that name.
*/
static int get_variable (lua_State *L) {
  State *S = state_current;
  const char *answer;
  int32_t length, scope = S->scope;
  int kept = 0;
  lua_settop(L, 2);
  if (is_last(L, S, 1)) {                         /* it keeps nothing */
    if (lua_type(L, 2) == LUA_TSTRING) {
      const PrefetchedValue *prefetched;
      if (S->frame->written > 0 && push_written(L, S)) return 1;
      if (S->prefetched.valid && (prefetched = find_prefetched(L, S)) != NULL) {
        Reader R = { prefetched->value, 1 };
        if (R.at == NULL) return push_library(L, S, prefetched->number);
        codec_push_next(&R, L, S);
        return 1;
      }
    }
  }
  else {
    scope = push_scope(L);                        /* environment key mt */
    if (compat_rawgeti(L, 3, ENV_KEPT) == LUA_TTABLE) {
      lua_pushvalue(L, 2);
      kept = compat_rawget(L, 4) != LUA_TNIL;     /* ... kept value */
    }
  }
  if (lua_type(L, 2) != LUA_TSTRING) {
    if (!kept) lua_pushnil(L);
    return 1;
  }
  answer = upcall_ask(L, UP_SCOPE_GET, scope, kept ? SCOPE_KEPT : 0, 2, 2, &length);
  if (codec_push_answer(L, S, answer, length) > 0 || kept) return 1;
  return push_library(L, S, 0);
}

/*
** Environment, key, value: writes to the scope, and removes the kept value of that key. Keeps the
** value instead, and removes the scope's, if it is a thread or a function, other than one of a Java
** object, or if the key is not a string.
*/
static int set_variable (lua_State *L) {
  State *S = state_current;
  int32_t scope;
  int type = lua_type(L, 3);
  int stays = type == LUA_TFUNCTION || type == LUA_TTHREAD || lua_type(L, 2) != LUA_TSTRING;
  lua_settop(L, 3);
  if (!stays && S->writable != 0 && is_last(L, S, 1) && write_later(L, S)) return 0;
  if (stays && object_of_function(S, L, 3) != NULL) stays = 0;
  scope = push_scope(L);                          /* environment key value mt */
  if (stays) {
    if (lua_type(L, 2) == LUA_TSTRING) {
      int32_t length;
      upcall_ask(L, UP_SCOPE_REMOVE, scope, 0, 2, 2, &length);
    }
    if (is_last(L, S, 1)) let_escape(S);
  }
  if (compat_rawgeti(L, 4, ENV_KEPT) != LUA_TTABLE && stays) {
    lua_newtable(L);
    lua_pushvalue(L, -1);
    lua_rawseti(L, 4, ENV_KEPT);
  }
  if (lua_istable(L, -1)) {
    lua_pushvalue(L, 2);
    if (stays) lua_pushvalue(L, 3);
    else lua_pushnil(L);
    lua_rawset(L, -3);
  }
  if (!stays) upcall_call(L, UP_SCOPE_PUT, scope, 0, 2, 3);
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
static int next_name (lua_State *L) {
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

/*
** __pairs of an environment: returns an iterator over the names that exist now. Each value is read
** when its turn comes.
*/
int scope_pairs (lua_State *L) {
  State *S = state_current;
  const char *answer;
  int32_t length, scope;
  luaL_checktype(L, 1, LUA_TTABLE);
  lua_settop(L, 1);
  scope = push_scope(L);                          /* environment mt */
  push_registry(L, RIDX_LIBRARY);
  lua_rawgeti(L, 2, ENV_KEPT);
  lua_newtable(L);                                /* ... library kept names */
  add_keys(L, 3);
  if (lua_istable(L, 4)) add_keys(L, 4);
  answer = upcall_ask(L, UP_SCOPE_NAMES, scope, 0, 1, 0, &length);
  codec_add_keys(L, S, answer, length);
  lua_pushcclosure(L, next_name, 1);
  lua_pushvalue(L, 1);
  return 2;
}

/* Pushes a new environment. [-0, +1, m] */
static void push_new (lua_State *L, State *S, int32_t scope) {
  globals_snapshot(L, S);
  lua_newtable(L);
  lua_createtable(L, ENV_SCOPE, 4);               /* env mt */
  lua_pushinteger(L, scope);
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
}

/* Pushes S->environment, or a value that a script has stored instead of it. [-0, +1, -] */
static void push_last (lua_State *L) {
  lua_rawgeti(L, LUA_REGISTRYINDEX, RIDX_ENVIRONMENT);
}

void scope_push_environment (lua_State *L, State *S, int32_t scope) {
  CoreImage parts;
  int outermost = S->depth == 1 && S->thread == S->main_thread;
  if (outermost && S->scope == scope) {
    push_last(L);
    if (is_last(L, S, -1)) return;
    lua_pop(L, 1);
  }
  push_new(L, S, scope);
  if (outermost) {
    S->frame->written = 0;
    S->environment = NULL;
    lua_pushvalue(L, -1);
    lua_rawseti(L, LUA_REGISTRYINDEX, RIDX_ENVIRONMENT);
    S->environment = lua_topointer(L, -1);
    S->environment_nodes = core_parts(S->environment, &parts) ? parts.nodes : NULL;
    S->scope = scope;
    S->frame->flags &= ~FRAME_ESCAPED;
  }
}

/* Copies what Java has prefetched. If there is no memory, Java is asked for the values. */
static void take_prefetched (State *S, size_t length) {
  Prefetched *prefetched = &S->prefetched;
  if (prefetched->bytes == NULL) prefetched->bytes = (char *)malloc(PREFETCHED);
  if (prefetched->bytes == NULL) return;
  memcpy(prefetched->bytes, S->frame->message, length);
  prefetched->unread = message_reader(prefetched->bytes);
  prefetched->again = (int32_t)message_next_integer(&prefetched->unread);
  prefetched->crossings = S->frame->crossings;
  prefetched->read = 0;
  prefetched->valid = 1;
}

int scope_begin_again (lua_State *L, State *S, int32_t scope, int chunk, size_t prefetched) {
  if (S->scope != scope) return 0;
  push_last(L);
  if (!is_last(L, S, -1) || !compat_has_environment(L, chunk)) {
    lua_pop(L, 1);
    return 0;
  }
  compat_set_globals(L);
  S->writable = (uint64_t)S->frame->writable;
  S->frame->taken = S->frame->written = 0;
  if (prefetched > 0 && prefetched <= PREFETCHED) take_prefetched(S, prefetched);
  return 1;
}

/* Returns whether the environment on the top, the last one, is still empty. [-0, +0, -] */
static int is_empty (lua_State *L, const State *S) {
  CoreImage parts;
  if (S->environment_nodes != NULL && core_parts(S->environment, &parts)
      && parts.nodes == S->environment_nodes && parts.array_bytes == 0)
    return 1;
  lua_pushnil(L);                                 /* 5.1 makes room before it calls __newindex */
  if (!lua_next(L, -2)) return 1;
  lua_pop(L, 2);
  return 0;
}

void scope_end (lua_State *L, State *S) {
  S->prefetched.valid = 0;
  S->writable = 0;
  if (S->environment == NULL) return;
  push_last(L);
  if (S->fatal || !is_last(L, S, -1)
      || !is_empty(L, S))                         /* a script has bypassed the metamethods */
    let_escape(S);
  lua_pop(L, 1);
}

void scope_put_environment (Entry *E, lua_State *L) {
  push_last(L);
  if (lua_istable(L, -1) && scope_holds_functions(L, lua_gettop(L))) writer_put(&E->W, L, -1);
  else writer_put_nil(&E->W, L);
}

void scope_open (lua_State *L) {
  compat_register_body(L, get_variable, RIDX_ENV_GET);
  compat_register_body(L, set_variable, RIDX_ENV_SET);
  compat_register_body(L, scope_pairs, RIDX_ENV_PAIRS);
}

/* Returns whether the environment keeps values, functions or others. [-0, +0, -] */
int scope_holds_functions (lua_State *L, int environment) {
  int holds = 0, top = lua_gettop(L);
  if (lua_getmetatable(L, environment)) {
    lua_rawgeti(L, -1, ENV_KEPT);
    lua_pushnil(L);
    if (lua_istable(L, -2)) holds = lua_next(L, -2);
  }
  lua_settop(L, top);
  return holds;
}

