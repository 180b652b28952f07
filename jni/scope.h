/* Environments of runs under a scope of Java. */
#ifndef LUPINE_SCOPE_H
#define LUPINE_SCOPE_H

#include "backend.h"

void scope_open (lua_State *L);                             /* [-0, +0, m] */

/*
** Pushes the environment of a scope. The last one is used again if it is this scope's, and nothing
** but this run can reach it. If something in Java can, Java has given the scope another number.
** [-0, +1, m]
*/
void scope_push_environment (lua_State *L, State *S, int32_t scope);

/*
** Begins another run in the last environment, without an allocation in Lua: makes it that of the
** globals.
** Returns 0 if it is not that of the scope and of the chunk at 'chunk', or may be in use. 'handed':
** the length of the frame's message if it hands over values, else 0. [-0, +0, -]
*/
int scope_begin_again (lua_State *L, State *S, int32_t scope, int chunk, size_t handed);

void scope_end (lua_State *L, State *S);                    /* ends a run. [-0, +0, -] */

/* An operation: answers with the last environment if it keeps values, else with nil. */
void scope_put_environment (Entry *E, lua_State *L);

int scope_holds_functions (lua_State *L, int environment);  /* [-0, +0, -] */
int scope_pairs (lua_State *L);                             /* __pairs of an environment */

#endif
