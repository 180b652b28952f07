/* The operations of Java on Lua. */
#ifndef LUPINE_OPERATIONS_H
#define LUPINE_OPERATIONS_H

#include "backend.h"

void operations_run (Entry *E, lua_State *L);               /* [-0, +n, e] */

#endif
