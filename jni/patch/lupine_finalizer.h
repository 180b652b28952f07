/*
** Finalizers of 5.1.
*/
#ifndef LUPINE_PATCH_FINALIZER_H
#define LUPINE_PATCH_FINALIZER_H

extern lua_CFunction const lupine_collector;

/* lupine */
static void call_finalizer (lua_State *L, void *ud) {
  UNUSED(ud);
  luaD_call(L, L->top - 2, 0);
}

#endif
