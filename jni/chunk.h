/* Operations on chunks: [-n, +n, e]. */
#ifndef LUPINE_CHUNK_H
#define LUPINE_CHUNK_H

#include "backend.h"

void chunk_load (Entry *E, lua_State *L);
void chunk_run (Entry *E, lua_State *L);
void chunk_run_in (Entry *E, lua_State *L);

#endif
