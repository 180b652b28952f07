/* Part of compat.h, for upcall.c and object.c: yields that can be continued. */
#ifndef LUPINE_COMPAT_YIELD_H
#define LUPINE_COMPAT_YIELD_H

#include "compat.h"

/* upcall.c: what follows a yield of a Java function. */
int upcall_resumed (lua_State *L, int next);

#define COMPAT_CONTINUES  (FLAVOUR >= 502)        /* a C function can go on after a yield */

#if FLAVOUR >= 503

static inline int compat_resumed (lua_State *L, int status, lua_KContext next) {
  (void)status;
  return upcall_resumed(L, (int)next);
}

#elif FLAVOUR >= 502

static inline int compat_resumed (lua_State *L) {
  int next = 0;
  lua_getctx(L, &next);
  return upcall_resumed(L, next);
}

#endif

/*
** Yields 'count' values. Where C functions can be continued, upcall_resumed then continues with
** the function at 'next'. Call it last.
*/
static inline int compat_yield (lua_State *L, int count, int next) {
#if COMPAT_CONTINUES
  return lua_yieldk(L, count, next, compat_resumed);
#else
  (void)count; (void)next;
  return luaL_error(L, "a Java function cannot go on after a yield in %s: it can only yield last",
                    FLAVOUR_VERSION);
#endif
}

#endif
