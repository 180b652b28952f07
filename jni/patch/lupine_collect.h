/*
** The collector of LuaJIT.
*/
#ifndef LUPINE_PATCH_COLLECT_H
#define LUPINE_PATCH_COLLECT_H

/* lupine: raises a memory error */
void lupine_refuse(lua_State *L)
{
  lj_err_mem(L);
}

/* lupine: makes the next step due at once */
void lupine_hurry(lua_State *L)
{
  if (G(L)->gc.threshold != LJ_MAX_MEM) G(L)->gc.threshold = 0;  /* unless it is stopped */
}

#endif
