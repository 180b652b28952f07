/* The memory of a state: counted, and refused beyond a limit. */
#ifndef LUPINE_MEMORY_H
#define LUPINE_MEMORY_H

#include "backend.h"

void *memory_allocate (void *data, void *block, size_t old, size_t size);
int memory_was_short (const State *S, int status, unsigned refusals);
void memory_prepare (State *S);
void memory_opened (State *S);    /* does not count what is used so far */
void memory_close (State *S);
int64_t memory_used (State *S);
void memory_limit (State *S, int64_t bytes);                /* 0: none */
void memory_allow (State *S, int more);                     /* a little beyond the limit, or no
                                                               longer */
void memory_check_stack (State *S, lua_State *L, int count);            /* [-0, +0, e] */
int memory_collect (State *S, lua_State *L, int status, unsigned refusals);  /* [-0, +0, -] */
int memory_refuse (State *S, lua_State *L);                 /* raises a memory error */
int memory_take (State *S, size_t size, size_t *counted);
size_t memory_count (State *S, size_t size);
void memory_give (State *S, size_t counted);
int memory_make_room (State *S, lua_State *L);              /* [-0, +0, -] */
int memory_body (lua_State *L);                             /* a protected body */

/* For the core. */
int lupine_short (lua_State *L);
void lupine_collected (lua_State *L);

#endif
