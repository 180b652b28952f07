/*
** Part of compat.h: differences in coroutines.
*/
#ifndef LUPINE_COMPAT_THREADS_H
#define LUPINE_COMPAT_THREADS_H

/*
** Resumes the thread 'co' with the 'count' values on its top. The results are on its stack, and
** their number in *results.
*/
static inline int compat_resume (lua_State *co, lua_State *from, int count, int *results) {
  int status;
#if FLAVOUR >= 504
  status = lua_resume(co, from, count, results);
#elif FLAVOUR >= 502 && !FLAVOUR_JIT
  status = lua_resume(co, from, count);
  *results = lua_gettop(co);
#else
  (void)from;
  status = lua_resume(co, count);
  *results = lua_gettop(co);
#endif
  return status;
}

/* Returns whether what runs in L may yield, or 1 if an old flavour cannot tell. */
static inline int compat_is_yieldable (lua_State *L, lua_State *main) {
#if FLAVOUR >= 503
  return L != main && lua_isyieldable(L);
#else
  return L != main;
#endif
}

#if FLAVOUR < 504

/* Raises an error: the hook of a coroutine that is being closed, whatever that does next. */
static inline void compat_stop (lua_State *L, lua_Debug *ar) {
  (void)ar;
  luaL_error(L, "coroutine is closed");
}

#endif

/*
** Kills a coroutine that is new, suspended or dead, while 'from' runs. Any status but LUA_OK comes
** with an error on the coroutine's top. Before 5.4 a suspended one is resumed with a hook that
** raises at once, and again wherever a pcall of it ends; returns CANNOT_CLOSE if it yields
** nevertheless.
*/
#define CANNOT_CLOSE  (-1)

static inline int compat_close_thread (lua_State *thread, lua_State *from, int suspended) {
#if FLAVOUR >= 504
  (void)suspended;
#if LUA_VERSION_RELEASE_NUM >= 50406
  return lua_closethread(thread, from);
#else
  (void)from;
  return lua_resetthread(thread);
#endif
#else
  lua_Hook hook = lua_gethook(thread);  /* one for all threads in LuaJIT */
  int mask = lua_gethookmask(thread), count = lua_gethookcount(thread), results;
  if (suspended) {
    lua_sethook(thread, compat_stop, LUA_MASKCOUNT, 1);
    compat_resume(thread, from, 0, &results);
    lua_sethook(thread, hook, mask, count);
  }
  if (lua_status(thread) == LUA_YIELD) return CANNOT_CLOSE;
  lua_settop(thread, 0);
  return LUA_OK;
#endif
}

/* Fields of 'ar' that old flavours lack; -1 if unknown. */
static inline int compat_parameters (const lua_Debug *ar) {
#if FLAVOUR >= 502
  return ar->nparams;
#else
  (void)ar;
  return -1;
#endif
}

static inline int compat_varargs (const lua_Debug *ar) {
#if FLAVOUR >= 502
  return ar->isvararg;
#else
  (void)ar;
  return -1;
#endif
}

/*
** Replaces the function on the top by one that a thread can run: see compat_open_threads.
** [-1, +1, m]
*/
static inline void compat_thread_body (lua_State *L) {
#if FLAVOUR == 501 && !FLAVOUR_JIT
  if (!lua_iscfunction(L, -1)) return;
  lua_rawgeti(L, LUA_REGISTRYINDEX, RIDX_BODY_MAKER);
  lua_insert(L, -2);
  lua_call(L, 1, 1);
#else
  (void)L;
#endif
}

#if FLAVOUR == 501 && !FLAVOUR_JIT

/* Implements coroutine.create and coroutine.wrap. The original is upvalue 1. */
static inline int compat_create (lua_State *L) {
  luaL_argcheck(L, lua_isfunction(L, 1), 1, "Lua function expected");
  lua_settop(L, 1);
  compat_thread_body(L);
  return lua_tocfunction(L, lua_upvalueindex(1))(L);
}

#endif

/*
** Prepares coroutines. Lua 5.1 accepts no C function as a coroutine's body, since it cannot
** continue one. There it is wrapped in a Lua function, and functions of Java, too. [-0, +0, e]
*/
static inline void compat_open_threads (lua_State *L) {
#if FLAVOUR == 501 && !FLAVOUR_JIT
  static const char *const makers[] = { "create", "wrap" };
  int i;
  compat_load_own(L, "local f = ... return function(...) return f(...) end");
  lua_rawseti(L, LUA_REGISTRYINDEX, RIDX_BODY_MAKER);
  lua_getglobal(L, "coroutine");
  for (i = 0; i < 2; i++) {
    lua_getfield(L, -1, makers[i]);
    lua_pushcclosure(L, compat_create, 1);
    lua_setfield(L, -2, makers[i]);
  }
  lua_pop(L, 1);
#else
  (void)L;
#endif
}

#endif
