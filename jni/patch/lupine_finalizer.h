/*
** Finalizers of 5.1.
*/
#ifndef LUPINE_PATCH_FINALIZER_H
#define LUPINE_PATCH_FINALIZER_H

/* lupine */
static void call_finalizer (lua_State *L, void *ud) {
  UNUSED(ud);
  luaD_call(L, L->top - 2, 0);
}

#endif
