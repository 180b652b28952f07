/*
** For jit.util of LuaJIT: the constants of a trace.
*/
#ifndef LUPINE_PATCH_CONSTANTS_H
#define LUPINE_PATCH_CONSTANTS_H

/* lupine: whether a constant begins here */
static int jit_isconstant(GCtrace *T, IRRef ref)
{
  IRRef r;
  for (r = T->nk; r < ref; r++) {
    IRIns *ir = &T->ir[r];
    if (irt_is64(ir->t) && ir->o != IR_KNULL) r++;
  }
  return r == ref;
}

#endif
