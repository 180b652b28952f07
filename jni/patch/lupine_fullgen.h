/*
** Full collections of 5.5 in generational mode.
*/
#ifndef LUPINE_PATCH_FULLGEN_H
#define LUPINE_PATCH_FULLGEN_H

static void full_generational (lua_State *L, void *ud) {
  global_State *g = G(L);
  UNUSED(ud);
  if (g->gckind == KGC_GENMINOR) fullgen(L, g);
  else {
    g->gckind = KGC_INC;
    fullinc(L, g);
    g->gckind = KGC_GENMAJOR;
  }
}


/* lupine: does a full collection; an error out of it leaves the mode generational */
static void protected_fullgen (lua_State *L) {
  global_State *g = G(L);
  TStatus status = luaD_rawrunprotected(L, full_generational, NULL);
  if (status != LUA_OK) {
    if (g->gckind == KGC_INC) g->gckind = KGC_GENMAJOR;
    luaD_throw(L, status);
  }
}

#endif
