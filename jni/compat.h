/*
** The differences between Lua versions: old flavours get the API of 5.4. Parts of it are
** compat_threads.h, on coroutines, compat_limits.h, on stops and memory, and compat_pcall.h and
** compat_yield.h, on continuations. What differs inside of the cores is in core*.h.
*/
#ifndef LUPINE_COMPAT_H
#define LUPINE_COMPAT_H

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "lua.h"
#include "lauxlib.h"
#include "lualib.h"

#if defined(LUAJIT_VERSION) || __has_include("luajit.h")
#include "luajit.h"
#define FLAVOUR_JIT  1
#else
#define FLAVOUR_JIT  0
#endif

#define FLAVOUR  LUA_VERSION_NUM      /* 501 for LuaJIT too */

/*
** Capabilities. Files other than compat* and core* ask for these and not for a version, which
** ci/check-includes holds.
*/
#define COMPAT_HAS_INTEGERS         (FLAVOUR >= 503)
#define COMPAT_HAS_WARN             (FLAVOUR >= 504)
#define COMPAT_HAS_ENV_UPVALUE      (FLAVOUR >= 502)  /* else each function has an environment */
#define COMPAT_HAS_TABLE_FINALIZERS (FLAVOUR >= 502)
#define COMPAT_HAS_TRANSFERS        (FLAVOUR >= 504)  /* hooks see arguments and results */
#define COMPAT_SHOWS_BOXES          (FLAVOUR >= 504)  /* hooks see the __gc of a luaL_Buffer */
#define COMPAT_SHARES_HOOKS         FLAVOUR_JIT  /* all coroutines do */
#define COMPAT_TRUSTS_LOOPS         FLAVOUR_JIT  /* the types of the hidden variables of loops */
#define COMPAT_HAS_UPVALUEJOIN      (FLAVOUR >= 502 || FLAVOUR_JIT)

/* Metamethods that the library and '#' call. */
#define COMPAT_CALLS_LEN            (FLAVOUR >= 502 || FLAVOUR_JIT)  /* of tables */
#define COMPAT_CALLS_PAIRS          (FLAVOUR >= 502 || FLAVOUR_JIT)
#define COMPAT_CALLS_IPAIRS         (FLAVOUR == 502 || FLAVOUR == 503 || FLAVOUR_JIT)

/* How the library checks arguments. */
#define COMPAT_XPCALL_ARGUMENTS     (FLAVOUR >= 502)  /* xpcall passes further arguments on */
#define COMPAT_XPCALL_CHECKS        (FLAVOUR >= 503)  /* its handler must be a function */
#define COMPAT_SETLOCAL_CHECKS      (FLAVOUR >= 503)  /* the index before the level is looked up */
#define COMPAT_NAMES_OPTION         (FLAVOUR >= 504)  /* debug.getinfo names the option '>' */
#if FLAVOUR >= 504
#define COMPAT_INFO_OPTIONS   "SlnrutLf"
#elif FLAVOUR >= 502
#define COMPAT_INFO_OPTIONS   "SlnutLf"
#else
#define COMPAT_INFO_OPTIONS   "SlnuLf"
#endif

#define COMPAT_COMPILES             FLAVOUR_JIT  /* Lua functions, up to a call of a C function */
#define COMPAT_OWN_ALLOCATOR        FLAVOUR_JIT  /* the core has one, which is faster than ours */

/* The patched library "io" calls console.c and input.c for the standard streams. */
#if defined(LUPINE_FIXED)
#define COMPAT_CALLS_CONSOLE  1
#else
#define COMPAT_CALLS_CONSOLE  0
#endif

/* Tables have finalizers, and the core does not call globals.c when one gets its own. */
#if defined(LUPINE_FIXED)
#define COMPAT_HIDES_FINALIZERS  0
#else
#define COMPAT_HIDES_FINALIZERS  COMPAT_HAS_TABLE_FINALIZERS
#endif

/* The cores whose internals core.h may use: those of the releases that our fixes are for. */
#if defined(LUPINE_FIXED)
#define CORE_PUC  (!FLAVOUR_JIT)
#define CORE_JIT  FLAVOUR_JIT
#else
#define CORE_PUC  0
#define CORE_JIT  0
#endif

#if FLAVOUR_JIT
#define FLAVOUR_VERSION  LUAJIT_VERSION
#else
#define FLAVOUR_VERSION  LUA_RELEASE
#endif

/* These never return, which the headers do not say. */
__attribute__((noreturn)) int luaL_error (lua_State *L, const char *format, ...);
__attribute__((noreturn)) int lua_error (lua_State *L);
__attribute__((noreturn)) int luaL_argerror (lua_State *L, int argument, const char *message);

/* Indices of the registry. They are negative, since luaL_ref takes positive ones. */
enum RegistryIndex {
  RIDX_REFS = -0x4c5500, RIDX_OBJECTS, RIDX_KINDS, RIDX_HANDLER, RIDX_BODY,
  RIDX_FAILURE, RIDX_SHARED, RIDX_LIBRARY, RIDX_SNAPSHOT, RIDX_ENV_MAKER,
  RIDX_GLOBALS, RIDX_PLAIN_FAILURE, RIDX_VALUES, RIDX_FATAL,
  RIDX_NAMES, RIDX_MAKER, RIDX_LENGTH, RIDX_PAIRS, RIDX_BODY_MAKER, RIDX_REFS_BODY,
  RIDX_BINDER, RIDX_FUNCTIONS, RIDX_LENGTHEN, RIDX_ENV_GET, RIDX_ENV_SET, RIDX_ENV_PAIRS,
  RIDX_ENVIRONMENT, RIDX_STRINGS, RIDX_TYPE, RIDX_POINTERS,
  RIDX_STEPS, RIDX_AHEAD, RIDX_READERS, RIDX_RAWEQUAL,
  RIDX_FOREIGN, RIDX_FOREIGN_MAKER
};

#if FLAVOUR < 502

#define LUA_OK  0

static inline int lua_absindex (lua_State *L, int index) {
  return index > 0 || index <= LUA_REGISTRYINDEX ? index : lua_gettop(L) + index + 1;
}

static inline size_t lua_rawlen (lua_State *L, int index) {
  return lua_objlen(L, index);
}

static inline void lua_pushglobaltable (lua_State *L) {
  lua_pushvalue(L, LUA_GLOBALSINDEX);
}

static inline const char *luaL_tolstring (lua_State *L, int index, size_t *length) {
  if (luaL_callmeta(L, index, "__tostring")) {
    if (!lua_isstring(L, -1)) luaL_error(L, "'__tostring' must return a string");
  }
  else {
    switch (lua_type(L, index)) {
      case LUA_TNUMBER: case LUA_TSTRING:
        lua_pushvalue(L, index);
        break;
      case LUA_TBOOLEAN:
        lua_pushstring(L, lua_toboolean(L, index) ? "true" : "false");
        break;
      case LUA_TNIL:
        lua_pushliteral(L, "nil");
        break;
      default:
        lua_pushfstring(L, "%s: %p", luaL_typename(L, index), lua_topointer(L, index));
        break;
    }
  }
  return lua_tolstring(L, -1, length);
}

#endif

#if FLAVOUR < 503

static inline int lua_isinteger (lua_State *L, int index) {
  (void)L; (void)index;
  return 0;
}

#endif

#if FLAVOUR < 504 && !defined(lua_newuserdatauv)
#define lua_newuserdatauv(L, size, values)  ((void)(values), lua_newuserdata(L, size))
#endif

/* lua_rawgeti that returns the type in every version. [-0, +1, -] */
static inline int compat_rawgeti (lua_State *L, int index, int key) {
  lua_rawgeti(L, index, key);
  return lua_type(L, -1);
}

/* [-1, +1, -] */
static inline int compat_rawget (lua_State *L, int index) {
  lua_rawget(L, index);
  return lua_type(L, -1);
}

/*
** Pushes one of our functions without allocating: itself where C functions are light, elsewhere
** the closure in the registry. [-0, +1, -]
*/
static inline void compat_push_body (lua_State *L, lua_CFunction body, int index) {
#if FLAVOUR >= 502
  (void)index;
  lua_pushcfunction(L, body);
#else
  (void)body;
  lua_rawgeti(L, LUA_REGISTRYINDEX, index);
#endif
}

/* Calls a C function protected, with a light userdata unless it is NULL. [-0, +0|1, -] a status */
static inline int compat_cpcall (lua_State *L, lua_CFunction function, void *data) {
#if FLAVOUR >= 502
  lua_pushcfunction(L, function);
  if (data != NULL) lua_pushlightuserdata(L, data);
  return lua_pcall(L, data != NULL, 0, 0);
#else
  return lua_cpcall(L, function, data);
#endif
}

/* Prepares compat_push_body. [-0, +0, m] */
static inline void compat_register_body (lua_State *L, lua_CFunction body, int index) {
  lua_pushcfunction(L, body);
  lua_rawseti(L, LUA_REGISTRYINDEX, index);
}

/* Returns whether a double is an integer to Java, and which: one that is integral. */
static inline int compat_is_whole (double number, int64_t *result) {
#if COMPAT_HAS_INTEGERS
  (void)number; (void)result;
  return 0;                       /* Lua's own are */
#else
  int64_t whole;
  if (!(number >= -9007199254740992.0 && number <= 9007199254740992.0)) return 0;
  whole = (int64_t)number;
  if ((double)whole != number || (whole == 0 && __builtin_signbit(number))) return 0;
  *result = whole;
  return 1;
#endif
}

/*
** Returns whether the number at 'index' is an integer to Java, and which: one of Lua's, or a
** double that is integral.
*/
static inline int compat_to_long (lua_State *L, int index, int64_t *result) {
#if COMPAT_HAS_INTEGERS
  if (!lua_isinteger(L, index)) return 0;
  *result = (int64_t)lua_tointeger(L, index);
  return 1;
#else
  return compat_is_whole(lua_tonumber(L, index), result);
#endif
}

/* [-0, +1, -] */
static inline void compat_push_long (lua_State *L, int64_t value) {
#if COMPAT_HAS_INTEGERS
  lua_pushinteger(L, (lua_Integer)value);
#else
  lua_pushnumber(L, (lua_Number)value);
#endif
}

/*
** Pushes the length of the value at 'index' by '#'. Old flavours have no function for it. There
** Lua code does it, since it depends on the build of the core whether tables have __len.
** [-0, +1, e]
*/
static inline void compat_push_length (lua_State *L, int index) {
#if FLAVOUR >= 502
  lua_len(L, index);
#else
  lua_pushvalue(L, index);
  lua_rawgeti(L, LUA_REGISTRYINDEX, RIDX_LENGTH);
  lua_insert(L, -2);
  lua_call(L, 1, 1);
#endif
}

/* Prepares compat_push_length. [-0, +0, m] */
static inline void compat_register_length (lua_State *L) {
#if FLAVOUR < 502
  static const char code[] = "return #(...)";
  if (luaL_loadbuffer(L, code, sizeof(code) - 1, "=length") != 0) lua_error(L);
  lua_rawseti(L, LUA_REGISTRYINDEX, RIDX_LENGTH);
#else
  (void)L;
#endif
}

/* Loads text, or bytecode if the mode has a 'b'. Every version obeys the mode. [-0, +1, m] */
static inline int compat_load (lua_State *L, const char *code, size_t length, const char *name,
                               const char *mode) {
#if FLAVOUR >= 502 && !FLAVOUR_JIT
  return luaL_loadbufferx(L, code, length, name, mode);
#else
  int binary = length > 0 && code[0] == LUA_SIGNATURE[0];
  if (strchr(mode, binary ? 'b' : 't') == NULL) {
    lua_pushfstring(L, "attempt to load a %s chunk (mode is '%s')", binary ? "binary" : "text",
                    mode);
    return LUA_ERRSYNTAX;
  }
  return luaL_loadbuffer(L, code, length, name);
#endif
}

/* The chunk name of our own Lua code, which positions of errors and 'debug' skip. */
#define OWN_CHUNK  "=[lupine]"

/* Loads our own Lua code. [-0, +1, e] */
static inline void compat_load_own (lua_State *L, const char *code) {
  if (luaL_loadbuffer(L, code, strlen(code), OWN_CHUNK) != LUA_OK) lua_error(L);
}

/*
** Loads our own Lua code, which uses no globals and must not hold the environment of the current
** run. [-0, +1, e]
*/
static inline void compat_load_isolated (lua_State *L, const char *code) {
  compat_load_own(L, code);
#if FLAVOUR >= 502
  lua_pushnil(L);
  lua_setupvalue(L, -2, 1);
#else
  lua_newtable(L);
  lua_setfenv(L, -2);
#endif
}

/* Sets the globals of what L and the threads that it makes run from now on. [-1, +0, -] */
static inline void compat_set_globals (lua_State *L) {
#if FLAVOUR >= 502
  lua_rawseti(L, LUA_REGISTRYINDEX, LUA_RIDX_GLOBALS);
#else
  lua_replace(L, LUA_GLOBALSINDEX);
#endif
}

/*
** Pushes a function of our own Lua code, which is loaded by compat_load_isolated when it is first
** needed, and stays in the registry at 'index'. [-0, +1, e]
*/
static inline void compat_push_isolated (lua_State *L, int index, const char *code) {
  if (compat_rawgeti(L, LUA_REGISTRYINDEX, index) == LUA_TFUNCTION) return;
  lua_pop(L, 1);
  compat_load_isolated(L, code);
  lua_pushvalue(L, -1);
  lua_rawseti(L, LUA_REGISTRYINDEX, index);
}

/*
** Sets the environment on the top for the chunk at 'chunk'. Functions that earlier runs of it made
** keep theirs. [-1, +0, e]
*/
static inline void compat_set_environment (lua_State *L, int chunk) {
#if FLAVOUR >= 502
  compat_push_isolated(L, RIDX_ENV_MAKER,
                       "local e = ... return function() return e end");   /* env maker */
  lua_insert(L, -2);                                    /* maker env */
  lua_call(L, 1, 1);                                    /* holder: its upvalue 1 is env */
  if (lua_getupvalue(L, chunk, 1) != NULL) {            /* bytecode may have none */
    lua_pop(L, 1);
    lua_upvaluejoin(L, chunk, 1, -1, 1);
  }
  lua_pop(L, 1);
#else
  lua_setfenv(L, chunk);
#endif
}

/* Returns whether the environment of the chunk at 'chunk' is the value on the top. [-0, +0, -] */
static inline int compat_has_environment (lua_State *L, int chunk) {
  int same;
#if FLAVOUR >= 502
  if (lua_getupvalue(L, chunk, 1) == NULL) return 1;
#else
  lua_getfenv(L, chunk);
#endif
  same = lua_rawequal(L, -1, -2);
  lua_pop(L, 1);
  return same;
}

#include "compat_threads.h"

/* Whether print calls the global 'tostring'. */
#define COMPAT_PRINT_ASKS  (FLAVOUR < 504)

/*
** Pushes the number at 'index' as text, as the library "io" of this version writes it. [-0, +1, m]
*/
static inline void compat_push_number (lua_State *L, int index) {
#if FLAVOUR >= 505
  char text[LUA_N2SBUFFSZ];
  lua_numbertocstring(L, index, text);
  lua_pushstring(L, text);
#elif FLAVOUR_JIT
  lua_pushvalue(L, index);
  lua_tostring(L, -1);
#else
  char text[64];
#if COMPAT_HAS_INTEGERS
  if (lua_isinteger(L, index))
    snprintf(text, sizeof(text), LUA_INTEGER_FMT, (LUAI_UACINT)lua_tointeger(L, index));
  else
#endif
    snprintf(text, sizeof(text), LUA_NUMBER_FMT, (LUAI_UACNUMBER)lua_tonumber(L, index));
  lua_pushstring(L, text);
#endif
}

/*
** Pushes what a failed write returns in addition, if anything: how much was written. [-0, +n, -]
** returns n
*/
static inline int compat_push_written (lua_State *L, int written) {
#if FLAVOUR >= 505
  lua_pushinteger(L, written);
  return 1;
#else
  (void)L; (void)written;
  return 0;
#endif
}

/* Pushes the list of searchers of 'require'. [-0, +1, e] */
static inline void compat_push_searchers (lua_State *L, int package) {
  lua_getfield(L, package, FLAVOUR >= 502 ? "searchers" : "loaders");
}

/* Returns the separator before the places in a searcher's answer. */
static inline const char *compat_before_places (void) {
  return FLAVOUR >= 504 ? "" : "\n\t";            /* newer versions put it there themselves */
}

#include "compat_limits.h"

/* Returns a new state with the given allocator. LuaJIT keeps its own, which is faster. */
static inline lua_State *compat_new_state (lua_Alloc allocate, void *data, unsigned seed) {
#if FLAVOUR_JIT
  (void)allocate; (void)data; (void)seed;
  return luaL_newstate();
#elif FLAVOUR >= 505
  return lua_newstate(allocate, data, seed);
#else
  (void)seed;
  return lua_newstate(allocate, data);
#endif
}

#endif
