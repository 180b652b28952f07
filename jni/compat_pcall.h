/* Part of compat.h, for guard.c and thread.c: protected calls that can be continued. */
#ifndef LUPINE_COMPAT_PCALL_H
#define LUPINE_COMPAT_PCALL_H

#include "compat.h"

/* guard.c: what follows a protected call, in the same C function or as its continuation. */
int guard_passed (lua_State *L, int status, int extra);

#if FLAVOUR >= 503

static inline int compat_continue (lua_State *L, int status, lua_KContext extra) {
  return guard_passed(L, status, (int)extra);
}

#elif FLAVOUR >= 502

static inline int compat_continue (lua_State *L) {
  int extra = 0;
  int status = lua_getctx(L, &extra);
  return guard_passed(L, status, extra);
}

#endif

#define COMPAT_PCALL_IN_LUA  FLAVOUR_JIT   /* LuaJIT compiles pcall, and Lua code, but no C
                                              function */

#if !COMPAT_PCALL_IN_LUA

/*
** Calls a function protected with 'count' arguments. It can be yielded across where the flavour
** can do that; 'extra' is the number of values below the results that are not results.
** [-(count+1), +n, -]
*/
static inline int compat_pcall (lua_State *L, int count, int handler, int extra) {
#if FLAVOUR >= 502
  return lua_pcallk(L, count, LUA_MULTRET, handler, extra, compat_continue);
#else
  (void)extra;
  return lua_pcall(L, count, LUA_MULTRET, handler);
#endif
}

#endif

#endif
