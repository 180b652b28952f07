/* Tracebacks: the stack of an error. */
#ifndef LUPINE_TRACEBACK_H
#define LUPINE_TRACEBACK_H

#include "backend.h"

void traceback_open (lua_State *L);                         /* [-0, +0, m] */
void traceback_push_handler (lua_State *L);       /* [-0, +1, -] */
void traceback_note_stopped (State *S, lua_State *L);       /* [-0, +0, -] */
int traceback_handler (lua_State *L);             /* the message handler */

#endif
