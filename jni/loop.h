/* Loops over Java objects. */
#ifndef LUPINE_LOOP_H
#define LUPINE_LOOP_H

#include "backend.h"

/* Replaces the object on the top, which has TRAIT_LOOP, by the function that 'for' calls. */
void loop_push (lua_State *L);                              /* [-1, +1, e] */

#endif
