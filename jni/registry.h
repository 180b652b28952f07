/* The registry. */
#ifndef LUPINE_REGISTRY_H
#define LUPINE_REGISTRY_H

#include "backend.h"

__attribute__((noreturn)) void registry_damaged (lua_State *L);         /* raises */
/* Pushes the table at RIDX_*. [-0, +1, e] */
__attribute__((noinline)) void push_registry (lua_State *L, int index);

/* Gives the table on the top weak keys or values: 'mode' is "k" or "v". [-0, +0, m] */
void make_weak (lua_State *L, const char *mode);

/* Pushes a new table with weak keys or values. [-0, +1, m] */
void push_weak_table (lua_State *L, const char *mode);

#endif
