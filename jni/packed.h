/* Packed numbers. These are operations of bulk.c: [-0, +n, e]. */
#ifndef LUPINE_PACKED_H
#define LUPINE_PACKED_H

#include "backend.h"

void packed_pack (Entry *E, lua_State *L, Reader *R);
void packed_unpack (Entry *E, lua_State *L, Reader *R);

#endif
