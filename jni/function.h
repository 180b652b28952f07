/* Functions. These are operations: [-n, +n, e]. */
#ifndef LUPINE_FUNCTION_H
#define LUPINE_FUNCTION_H

#include "backend.h"

void function_describe (Entry *E, lua_State *L);
void function_make (Entry *E, lua_State *L);

#endif
