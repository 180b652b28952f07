/*
** The library "debug", without what lets a script damage memory: the registry, the upvalues,
** environments and stacks of C functions, and our own functions that only entries call.
*/
#include "debug.h"

#include <limits.h>

#include "attach.h"
#include "blocks.h"
#include "bulk.h"
#include "console.h"
#include "core.h"
#include "entry.h"
#include "failure.h"
#include "guard.h"
#include "input.h"
#include "memory.h"
#include "fastcall.h"
#include "object.h"
#include "refs.h"
#include "traceback.h"

/*
** Returns the thread that a function of the library acts on: argument 1 if it is a thread, else L.
** Sets '*arg' to the number of arguments that it takes up.
*/
static lua_State *debugged_thread (lua_State *L, int *arg) {
  *arg = lua_isthread(L, 1);
  return *arg ? lua_tothread(L, 1) : L;
}

/*
** Returns whether the values of a level belong to the script, that is, whether it is a Lua function
** of the script. Returns 0 for a C function, for Lua code of this library, and for a level that 5.1
** adds for a tail call, for which lua_getlocal would read the lowest values of the stack.
*/
static int is_open (lua_State *L, lua_Debug *ar) {
  lua_getinfo(L, "S", ar);
  return (strcmp(ar->what, "Lua") == 0 || strcmp(ar->what, "main") == 0)
      && strcmp(ar->source, OWN_CHUNK) != 0;
}

/*
** Returns whether a function frees the memory of a luaL_Buffer, in the userdata that it trusts to
** get. [-0, +0, m]
*/
static int frees_box (lua_State *L, lua_CFunction function) {
#if COMPAT_SHOWS_BOXES
  int frees = 0;
  luaL_getmetatable(L, "_UBOX*");
  if (lua_istable(L, -1)) {
    lua_getfield(L, -1, "__gc");
    frees = lua_tocfunction(L, -1) == function;
    lua_pop(L, 1);
  }
  lua_pop(L, 1);
  return frees;
#else
  (void)L; (void)function;
  return 0;
#endif
}

/* Returns whether the value on the top is a function that scripts must not get. [-0, +0, m] */
static int is_internal (lua_State *L) {
  static const lua_CFunction internal[] = {
    run_protected, fastcall_body, failure_body, failure_plain_body, traceback_handler,
    guard_raise_fatal, memory_body, refs_lengthen, bulk_lengthen, attach_make
  };
  lua_CFunction function = lua_tocfunction(L, -1);
  size_t i;
  for (i = 0; function != NULL && i < sizeof(internal) / sizeof(internal[0]); i++)
    if (function == internal[i]) return 1;
  return function != NULL && frees_box(L, function);
}

/*
** Returns whether a value is among the arguments or results that the core reports to a hook, and
** belongs to the script. [-0, +0, m]
*/
static int is_transferred (lua_State *L, lua_Debug *ar, int index) {
#if COMPAT_HAS_TRANSFERS
  int closed;
  lua_getinfo(L, "Sfr", ar);
  closed = is_internal(L) || strcmp(ar->source, OWN_CHUNK) == 0;
  lua_pop(L, 1);
  return !closed && index >= ar->ftransfer && index - ar->ftransfer < ar->ntransfer;
#else
  (void)L; (void)ar; (void)index;
  return 0;
#endif
}

/* Returns whether the name that the core reports is not that of a variable. */
static int is_temporary (const char *name) {
  return *name == '(' && strstr(name, "temporary") != NULL;
}

/* Returns whether the core trusts that the variable of that name keeps its type. */
static int is_trusted (const char *name) {
  return is_temporary(name) || (COMPAT_TRUSTS_LOOPS && strncmp(name, "(for ", 5) == 0);
}

/* Returns whether a variable may have what is not a value, as LuaJIT's in a loop over 'pairs'. */
static int is_no_value (const char *name) {
  return COMPAT_TRUSTS_LOOPS && strcmp(name, "(for control)") == 0;
}

/*
** Pushes a value of a level and returns its name; NULL if there is none, or it is not the
** script's. Temporaries have their values only in a function that is calling another; elsewhere
** they may be left over from other calls, and are nil. [-0, +1|0, -]
*/
static const char *push_local (lua_State *L, lua_Debug *ar, int index) {
  const char *name = is_open(L, ar) ? lua_getlocal(L, ar, index) : NULL;
  if (name == NULL) return NULL;
  if (!is_no_value(name) && (!is_temporary(name) || core_is_calling(L, ar))) return name;
  lua_pop(L, 1);
  lua_pushnil(L);
  return name;
}

/*
** Adds the lines of the function at a level of another thread to the table on the top, as the
** option 'L' does. That allocates, and an error would leave the other thread, in which nothing
** catches it. [-0, +0, m]
*/
static void add_lines (lua_State *L, lua_State *L1, int level) {
  lua_Debug ar;
  if (!lua_checkstack(L1, 1) || !lua_getstack(L1, level, &ar)) return;
  lua_getinfo(L1, "f", &ar);
  lua_xmove(L1, L, 1);
  if (lua_isfunction(L, -1)) {
    lua_getinfo(L, ">L", &ar);
    lua_setfield(L, -2, "activelines");
  }
  else
    lua_pop(L, 1);
}

/* Returns whether the arguments from 'first' to 'last' are numbers, as the library accepts them. */
static int are_numbers (lua_State *L, int first, int last) {
  for (; first <= last; first++)
    if (!lua_isnumber(L, first)) return 0;
  return 1;
}

/*
** Implements debug.getinfo([thread,] function|level [, options]). Each function here has the
** original as an upvalue, and calls it for invalid arguments, for its message.
*/
static int get_info (lua_State *L) {
  int arg;
  lua_State *L1 = debugged_thread(L, &arg);
  int is_level = lua_isnumber(L, arg + 1);
  lua_Number level = is_level ? lua_tonumber(L, arg + 1) : 0;
  const char *options = lua_isstring(L, arg + 2) ? lua_tostring(L, arg + 2) : "";
  int lines = is_level && L1 != L && strchr(options, 'L') != NULL;
  lua_Debug ar;
  if (is_level && (!(level >= 0 && level < INT_MAX) || !lua_getstack(L1, (int)level, &ar))) {
    lua_pushnil(L);
    return 1;
  }
  if ((is_level || lua_isfunction(L, arg + 1))
      && strspn(options, COMPAT_INFO_OPTIONS) != strlen(options))
    return luaL_argerror(L, arg + 2, COMPAT_NAMES_OPTION && *options == '>' ? "invalid option '>'"
                                                                            : "invalid option");
  if (lines) {
    luaL_gsub(L, options, "L", "");
    lua_replace(L, arg + 2);
  }
  if (arg && lua_isfunction(L, 2)) lua_remove(L, 1);        /* the thread is not needed */
  guard_call_own(L, 1);
  if (!lua_istable(L, -1)) return 1;
  lua_getfield(L, -1, "func");
  if (is_internal(L)) {
    lua_pushnil(L);
    lua_setfield(L, -3, "func");
  }
  lua_pop(L, 1);
  if (lines) add_lines(L, L1, (int)level);
  return 1;
}

/* Implements debug.getlocal([thread,] level|function, index). */
static int get_local (lua_State *L) {
  int arg, level, index;
  lua_State *L1 = debugged_thread(L, &arg);
  const char *name;
  lua_Debug ar;
  if (!are_numbers(L, arg + 1, arg + 2)) return guard_call_own(L, 1);   /* or it is a function */
  level = (int)luaL_checkinteger(L, arg + 1);
  index = (int)luaL_checkinteger(L, arg + 2);
  if (!lua_getstack(L1, level, &ar))
    return luaL_argerror(L, arg + 1, "level out of range");
  if (L1 != L && !lua_checkstack(L1, 1)) return luaL_error(L, "stack overflow");
  if (L1 == L && (level == 0 || is_transferred(L, &ar, index)))
    name = lua_getlocal(L, &ar, index);           /* level 0: what this function was given */
  else
    name = push_local(L1, &ar, index);
  if (name == NULL) {
    lua_pushnil(L);
    return 1;
  }
  lua_xmove(L1, L, 1);
  lua_pushstring(L, name);
  lua_insert(L, -2);
  return 2;
}

/*
** Implements debug.getregistry: returns the entries that are for libraries, without those of the
** core and ours.
*/
static int get_registry (lua_State *L) {
  lua_pushvalue(L, lua_upvalueindex(1));
  return 1;
}

/*
** Returns whether the trusted variable on the top of L1 may be replaced by the value at an index of
** L. [-0, +0, -]
*/
static int is_settable (lua_State *L1, lua_State *L, int index) {
  return lua_type(L1, -1) == LUA_TNUMBER && lua_type(L, index) == LUA_TNUMBER;
}

/*
** Implements debug.setlocal([thread,] level, index, value). Sets nothing on the stack of a C
** function.
*/
static int set_local (lua_State *L) {
  int arg, top, index;
  lua_State *L1 = debugged_thread(L, &arg);
  const char *name;
  lua_Debug ar;
  if (!are_numbers(L, arg + 1, COMPAT_SETLOCAL_CHECKS ? arg + 2 : arg + 1))
    return guard_call_own(L, 1);
  if (!lua_getstack(L1, (int)luaL_checkinteger(L, arg + 1), &ar))
    return luaL_argerror(L, arg + 1, "level out of range");
  luaL_checkany(L, arg + 3);
  index = (int)luaL_checkinteger(L, arg + 2);
  lua_settop(L, arg + 3);
  if (L1 != L && !lua_checkstack(L1, 1)) return luaL_error(L, "stack overflow");
  name = push_local(L1, &ar, index);
  if (name == NULL || (is_trusted(name) && !is_settable(L1, L, arg + 3))) {
    if (name != NULL) lua_pop(L1, 1);
    lua_pushnil(L);
    return 1;
  }
  lua_pop(L1, 1);
  top = L1 == L ? arg + 2 : lua_gettop(L1);
  if (L1 != L) lua_xmove(L, L1, 1);
  name = lua_setlocal(L1, &ar, index);
  lua_settop(L1, top);            /* not every version pops a value that it did not set */
  lua_pushstring(L, name);
  return 1;
}

/*
** Returns whether the upvalues of a function are closed to scripts: C functions trust theirs, and
** so does our Lua code.
*/
static int is_closed (lua_State *L, int index) {
  lua_Debug ar;
  if (lua_iscfunction(L, index)) return 1;
  lua_pushvalue(L, index);
  lua_getinfo(L, ">S", &ar);
  return strcmp(ar.source, OWN_CHUNK) == 0;
}

/* Implements debug.getupvalue(f, index), without the upvalues of functions that are closed. */
static int get_upvalue (lua_State *L) {
  const char *name;
  if (!lua_isfunction(L, 1) || !lua_isnumber(L, 2)) return guard_call_own(L, 1);
  if (is_closed(L, 1)) return 0;
  name = lua_getupvalue(L, 1, (int)luaL_checkinteger(L, 2));
  if (name == NULL) return 0;
  lua_pushstring(L, name);
  lua_insert(L, -2);
  return 2;
}

/* Implements debug.setupvalue(f, index, value), likewise. */
static int set_upvalue (lua_State *L) {
  const char *name;
  if (!lua_isfunction(L, 1) || !lua_isnumber(L, 2) || lua_isnone(L, 3))
    return guard_call_own(L, 1);
  lua_settop(L, 3);
  if (is_closed(L, 1)) return 0;
  name = lua_setupvalue(L, 1, (int)luaL_checkinteger(L, 2));
  if (name == NULL) return 0;
  lua_pushstring(L, name);
  return 1;
}

/*
** Pushes the metatable of the value at 1 if scripts may not change it; returns whether they may
** not: that of Java objects, one of which may be finalized already, and that of the pointers and
** the like of LuaJIT, whose metamethods would get those that our own code uses. [-0, +1|0, m]
*/
static int push_closed_metatable (lua_State *L) {
  int type = lua_type(L, 1), is_java;
  if (type < LUA_TUSERDATA || type == LUA_TTHREAD || !lua_getmetatable(L, 1)) return 0;
  if (type > LUA_TTHREAD) return 1;
  lua_pushliteral(L, "__gc");
  lua_rawget(L, -2);
  is_java = lua_tocfunction(L, -1) == object_collect;
  lua_pop(L, is_java ? 1 : 2);
  return is_java;
}

/*
** Implements debug.getmetatable(value): returns a copy of a closed metatable without __gc. Only the
** collector may call that of Java objects: a script could free by it a handle that C code is still
** using.
*/
static int get_metatable (lua_State *L) {
  lua_settop(L, 1);
  if (lua_isnone(L, 1) || !push_closed_metatable(L)) return guard_call_own(L, 1);
  lua_newtable(L);
  lua_pushnil(L);
  while (lua_next(L, 2)) {        /* value metatable copy key value */
    lua_pushvalue(L, 4);
    lua_insert(L, 4);
    lua_rawset(L, 3);
  }
  lua_pushliteral(L, "__gc");
  lua_pushnil(L);
  lua_rawset(L, 3);
  return 1;
}

/*
** Implements debug.setmetatable(value, table). A Java object without __gc would never be released.
*/
static int debug_setmetatable (lua_State *L) {
  if (push_closed_metatable(L)) return luaL_error(L, "cannot change a protected metatable");
  return guard_call_own(L, 1);
}

#if COMPAT_HAS_UPVALUEJOIN

/* Implements debug.upvaluejoin(f1, index1, f2, index2). */
static int join_upvalues (lua_State *L) {
  int i;
  for (i = 1; i <= 3; i += 2) {
    if (!lua_isfunction(L, i) || !lua_isnumber(L, i + 1)) return guard_call_own(L, 1);
    if (lua_getupvalue(L, i, (int)luaL_checkinteger(L, i + 1)) == NULL)
      return luaL_argerror(L, i + 1, "invalid upvalue index");
    lua_pop(L, 1);
  }
  for (i = 1; i <= 3; i += 2) luaL_argcheck(L, !is_closed(L, i), i, "Lua function expected");
  lua_upvaluejoin(L, 1, (int)lua_tointeger(L, 2), 3, (int)lua_tointeger(L, 4));
  return 0;
}

#endif

#if !COMPAT_HAS_ENV_UPVALUE

/* Returns whether the library trusts the environment of the value at 1. */
static int has_own_environment (lua_State *L) {
  return lua_iscfunction(L, 1) || lua_isuserdata(L, 1);
}

static int get_environment (lua_State *L) {
  luaL_checkany(L, 1);
  if (has_own_environment(L)) lua_pushglobaltable(L);
  else lua_getfenv(L, 1);
  return 1;
}

static int debug_setfenv (lua_State *L) {
  luaL_checktype(L, 2, LUA_TTABLE);
  lua_settop(L, 2);
  if (has_own_environment(L) || !lua_setfenv(L, 1))
    return luaL_error(L, "'setfenv' cannot change environment of given object");
  return 1;
}

#endif

/*
** Compiles and runs a line of debug.debug; returns 0, with the error, if that fails. [-0, +0|1, e]
*/
static int run_line (lua_State *L, const char *line, size_t length) {
  int status = compat_load(L, line, length, "=(debug command)", "t");
  if (status == LUA_OK) status = lua_pcall(L, 0, 0, 0);
  if (state_current->fatal) guard_raise_fatal(L);
  if (status == LUA_OK) return 1;
  blocks_drop_dead(state_current, FRAME_HERE);
  return 0;
}

/* Implements debug.debug: runs lines of the standard input, to its end or the line "cont". */
static int debug_lines (lua_State *L) {
  for (;;) {
    size_t length;
    const char *line;
    lua_settop(L, 0);
    lua_pushliteral(L, "lua_debug> ");
    lupine_write(L, stderr, 1, 1);
    if (!lupine_read_line(L, stdin, 1)) return 0;
    line = lua_tolstring(L, -1, &length);         /* prompt line */
    if (strcmp(line, "cont") == 0) return 0;
    if (!run_line(L, line, length)) {             /* prompt line error */
      luaL_tolstring(L, -1, NULL);
      lua_pushliteral(L, "\n");
      lupine_write(L, stderr, 4, 5);
    }
  }
}

/*
** Pushes a table of the registry's entries that scripts may have. Of the others, the library
** trusts that the finalizers of what package.loadlib loads are called with nothing else, and that
** the default files of "io" are files. [-0, +1, m]
*/
static void push_named (lua_State *L) {
  static const char *const names[] = { "_LOADED", "_PRELOAD", "FILE*" };
  size_t i;
  lua_newtable(L);
  for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
    lua_getfield(L, LUA_REGISTRYINDEX, names[i]);
    lua_setfield(L, -2, names[i]);
  }
}

/*
** Implements a function of the library that may examine the stack of another thread. Meanwhile
** finalizers wait: one could resume that thread, and so free what is examined. The upvalues are the
** original and a function; the latter is called, first in a protected call if it examines another
** thread, and again on its own stack frame if it fails, so that its message names what the script
** called.
*/
static int examine (lua_State *L) {
  State *S = state_current;
  int i, status, count = lua_gettop(L);
  if (!lua_isthread(L, 1) || lua_tothread(L, 1) == L) return guard_call_own(L, 2);
  luaL_checkstack(L, count + 1, "stack overflow");
  lua_pushvalue(L, lua_upvalueindex(2));
  for (i = 1; i <= count; i++) lua_pushvalue(L, i);
  S->examining++;
  status = lua_pcall(L, count, LUA_MULTRET, 0);
  S->examining--;
  if (S->fatal) guard_raise_fatal(L);
  if (status == LUA_OK) return lua_gettop(L) - count;
  if (status != LUA_ERRRUN) return lua_error(L);
  lua_settop(L, count);
  return guard_call_own(L, 2);
}

/* Replaces a function of the library on the top by 'examine', with 'inner', NULL for itself. */
static void set_examine (lua_State *L, const char *name, lua_CFunction inner) {
  lua_getfield(L, -1, name);
  lua_pushvalue(L, -1);
  if (inner != NULL) lua_pushcclosure(L, inner, 1);
  lua_pushcclosure(L, examine, 2);
  lua_setfield(L, -2, name);
}

void debug_open (lua_State *L) {
  static const luaL_Reg guarded[] = {
    { "debug", debug_lines },
    { "getupvalue", get_upvalue }, { "setupvalue", set_upvalue },
    { "getmetatable", get_metatable }, { "setmetatable", debug_setmetatable },
#if COMPAT_HAS_UPVALUEJOIN
    { "upvaluejoin", join_upvalues },
#endif
#if !COMPAT_HAS_ENV_UPVALUE
    { "getfenv", get_environment }, { "setfenv", debug_setfenv },
#endif
    { NULL, NULL }
  };
  const luaL_Reg *each;
  lua_getglobal(L, "debug");
  if (lua_istable(L, -1)) {
    for (each = guarded; each->name != NULL; each++) {
      lua_getfield(L, -1, each->name);
      lua_pushcclosure(L, each->func, 1);
      lua_setfield(L, -2, each->name);
    }
    set_examine(L, "getinfo", get_info);
    set_examine(L, "getlocal", get_local);
    set_examine(L, "setlocal", set_local);
    set_examine(L, "traceback", NULL);
    push_named(L);
    lua_pushcclosure(L, get_registry, 1);
    lua_setfield(L, -2, "getregistry");
  }
  lua_pop(L, 1);
}
