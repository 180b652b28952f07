/* The library "debug". */
#ifndef LUPINE_DEBUG_H
#define LUPINE_DEBUG_H

#include "backend.h"

void debug_open (lua_State *L);                             /* [-0, +0, m] */

#endif
