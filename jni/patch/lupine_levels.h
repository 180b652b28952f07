/*
** The levels of a stack, of which Lua 5.1 may count many for tail calls.
*/
#ifndef LUPINE_PATCH_LEVELS_H
#define LUPINE_PATCH_LEVELS_H

/* lupine: returns the number of the outermost level; there is one */
static int last_level (lua_State *L1) {
  lua_Debug ar;
  int low = 0, high = 1;
  while (lua_getstack(L1, high, &ar)) {
    low = high;
    high *= 2;
  }
  while (high - low > 1) {
    int middle = low + (high - low) / 2;
    if (lua_getstack(L1, middle, &ar)) low = middle;
    else high = middle;
  }
  return low;
}

#endif
