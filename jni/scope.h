/* Environments of runs under a scope of Java. */
#ifndef LUPINE_SCOPE_H
#define LUPINE_SCOPE_H

#include "backend.h"

void scope_open (lua_State *L);                             /* [-0, +0, m] */
int scope_push_environment (lua_State *L, State *S);        /* [-1, +1, e] scope -> environment */
int scope_holds_functions (lua_State *L, int environment);  /* [-0, +0, -] */
int scope_pairs (lua_State *L);                             /* __pairs of an environment */

#endif
