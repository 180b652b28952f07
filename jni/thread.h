/* Coroutines. These are operations: [-n, +n, e]; but for the first two, [-0, +0, m]. */
#ifndef LUPINE_THREAD_H
#define LUPINE_THREAD_H

#include "backend.h"

void thread_open (lua_State *L);
void thread_open_library (lua_State *L);
void thread_resume (Entry *E, lua_State *L);
void thread_status (Entry *E, lua_State *L);
void thread_new (Entry *E, lua_State *L);
void thread_spawn (Entry *E, lua_State *L);
void thread_close (Entry *E, lua_State *L);
void thread_call (Entry *E, lua_State *L);

int lupine_push_resume (lua_State *L);            /* for LuaJIT */

#endif
