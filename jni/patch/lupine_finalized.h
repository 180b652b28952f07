/*
** The collector of 5.4.
*/
#ifndef LUPINE_PATCH_FINALIZED_H
#define LUPINE_PATCH_FINALIZED_H

/* lupine: the size of the objects whose finalizers are due */
static l_mem finalizedbytes (global_State *g) {
  GCObject *o;
  lu_mem size = 0;
  for (o = g->tobefnz; o != NULL; o = o->next) {
    if (o->tt == LUA_VUSERDATA)
      size += sizeudata(gco2u(o)->nuvalue, gco2u(o)->len);
    else {
      Table *h = gco2t(o);
      size += sizeof(Table) + luaH_realasize(h) * sizeof(TValue)
              + cast(lu_mem, allocsizenode(h)) * sizeof(Node);
    }
  }
  return cast(l_mem, size);
}

#endif
