/* The registry. */
#ifndef LUPINE_REGISTRY_H
#define LUPINE_REGISTRY_H

#include "backend.h"

__attribute__((noreturn)) void registry_damaged (lua_State *L);         /* raises */
void push_registry (lua_State *L, int index);               /* [-0, +1, e] a table */

#endif
