/* Several threads inside one state. */
#ifndef LUPINE_ATTACH_H
#define LUPINE_ATTACH_H

#include "backend.h"

int attach_open (State *S);
void attach_release (State *S);
void attach_open_maker (lua_State *L);                      /* [-0, +0, m] */
int attach_is_possible (const State *S, lua_State *L);
ThreadContext *attach_open_thread (State *S, int32_t *status);
void attach_resume_thread (State *S, ThreadContext *T);
void attach_close_thread (State *S, ThreadContext *T);
int attach_make (lua_State *L);                             /* a protected body */

#endif
