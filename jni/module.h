/* Operations on modules: [-n, +n, e]. */
#ifndef LUPINE_MODULE_H
#define LUPINE_MODULE_H

#include "backend.h"

void module_set_up (Entry *E, lua_State *L);
void module_preload (Entry *E, lua_State *L);

#endif
