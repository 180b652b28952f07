/* Errors on their way to Java. */
#ifndef LUPINE_FAILURE_H
#define LUPINE_FAILURE_H

#include "backend.h"

void failure_open (lua_State *L);                           /* [-0, +0, m] */
void failure_write (Entry *E, lua_State *L);                /* [-1, +0, -] */
void failure_write_stopped (State *S);
int64_t failure_fatal (State *S, lua_State *L);             /* [-0, +0, -] */
int failure_body (lua_State *L);                            /* protected bodies */
int failure_plain_body (lua_State *L);

#endif
