/* Environments of runs under a scope of Java. */
#ifndef LUPINE_SCOPE_H
#define LUPINE_SCOPE_H

#include "backend.h"

void scope_open (lua_State *L);                             /* [-0, +0, m] */

/*
** Pushes an environment for the scope of this number: that of the last run if the number is the
** same and no code that remains after the last run can reach it, else a new one. Where something in
** Java still refers to the last one, Java passes another number. [-0, +1, m]
*/
void scope_push_environment (lua_State *L, State *S, int32_t scope);

/*
** Begins a run in the environment of the last run, without an allocation in Lua: makes it the
** globals. Does nothing and returns 0 if it is not the environment of this scope and of the chunk
** at 'chunk', or if other code may use it. 'prefetched': the length of the frame's message if it
** carries prefetched values, else 0. [-0, +0, -]
*/
int scope_begin_again (lua_State *L, State *S, int32_t scope, int chunk, size_t prefetched);

void scope_end (lua_State *L, State *S);                    /* ends a run. [-0, +0, -] */

/* An operation: answers with the last environment if it keeps values, else with nil. */
void scope_put_environment (Entry *E, lua_State *L);

int scope_holds_functions (lua_State *L, int environment);  /* [-0, +0, -] */
int scope_pairs (lua_State *L);                             /* __pairs of an environment */

#endif
