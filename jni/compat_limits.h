/*
** Part of compat.h: differences in stopping scripts, and in memory.
*/
#ifndef LUPINE_COMPAT_LIMITS_H
#define LUPINE_COMPAT_LIMITS_H

#if defined(LUPINE_FIXED) && FLAVOUR_JIT

void lupine_divert (lua_State *L, int on);

/* Makes the core poll for a stop, or no longer. The former may be called by any thread. */
static inline void compat_divert (lua_State *L, int on, lua_Hook ask) {
  (void)ask;
  lupine_divert(L, on);
}

/* The core is diverted; after its finalizers, as it closes, it calls lupine_closing itself. */
#define COMPAT_IS_DIVERTED   1
#define COMPAT_SAYS_CLOSING  1

#elif defined(LUPINE_FIXED)

static inline void compat_divert (lua_State *L, int on, lua_Hook ask) {
  (void)L; (void)on; (void)ask;   /* it polls a flag by itself */
}

#else

/* Sets or removes a hook. Each coroutine has its own, except in LuaJIT. */
static inline void compat_divert (lua_State *L, int on, lua_Hook ask) {
  if (on) lua_sethook(L, ask, LUA_MASKCALL | LUA_MASKRET | LUA_MASKCOUNT, 1);
  else lua_sethook(L, NULL, 0, 0);
}

#endif

#ifndef COMPAT_IS_DIVERTED
#define COMPAT_IS_DIVERTED   0
#define COMPAT_SAYS_CLOSING  0
#endif

#if defined(LUPINE_FIXED) && FLAVOUR < 502

void lupine_hurry (lua_State *L);

/* Tells a core that collects nothing when memory is refused to run a full collection soon. */
static inline void compat_collect_soon (lua_State *L) {
  if (L != NULL) lupine_hurry(L);
}

#define COMPAT_COLLECTS_SOON  1

#else

static inline void compat_collect_soon (lua_State *L) {
  (void)L;
}

#define COMPAT_COLLECTS_SOON  0

#endif

#if defined(LUPINE_FIXED) && !FLAVOUR_JIT

void core_refuse (lua_State *L);

/* Raises a memory error. [-0, +0, m] */
static inline void compat_refuse (lua_State *L) {
  core_refuse(L);
}

#elif defined(LUPINE_FIXED)

void lupine_refuse (lua_State *L);

static inline void compat_refuse (lua_State *L) {
  lupine_refuse(L);
}

#else

static inline void compat_refuse (lua_State *L) {
  lua_newuserdata(L, sizeof(size_t) > 4 ? (size_t)1 << (sizeof(size_t) * 8 - 18) : SIZE_MAX / 4);
}

#endif

/* Returns the integer at 'index', whatever the type of lua_Integer. [-0, +0, -] */
static inline int64_t compat_limit (lua_State *L, int index) {
#if COMPAT_HAS_INTEGERS
  return (int64_t)lua_tointeger(L, index);
#else
  return (int64_t)lua_tonumber(L, index);
#endif
}

/* Returns the number of bytes in use. */
static inline int64_t compat_memory (lua_State *L) {
  return (int64_t)lua_gc(L, LUA_GCCOUNT, 0) * 1024 + lua_gc(L, LUA_GCCOUNTB, 0);
}

#endif
