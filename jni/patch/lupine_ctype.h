/*
** For C data of LuaJIT: an initialization that ended with an error.
*/
#ifndef LUPINE_PATCH_CTYPE_H
#define LUPINE_PATCH_CTYPE_H

/* lupine: frees what such an initialization left */
static void ctype_freebegun(global_State *g)
{
  CTState *cts = mref(g->ctype_begun, CTState);
  setmref(g->ctype_begun, NULL);
  if (cts) {
    lj_mem_freevec(g, cts->tab, cts->sizetab, CType);
    lj_mem_freet(g, cts);
  }
}

#endif
