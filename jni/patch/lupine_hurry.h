/*
** The collector of 5.1.
*/
#ifndef LUPINE_PATCH_HURRY_H
#define LUPINE_PATCH_HURRY_H

/* lupine: makes the next step due at once */
void lupine_hurry (lua_State *L) {
  if (G(L)->GCthreshold != MAX_LUMEM) G(L)->GCthreshold = 0;  /* unless it is stopped */
}

#endif
