/* Entries for small values. */
#ifndef LUPINE_QUICK_H
#define LUPINE_QUICK_H

#include "backend.h"

void quick_open (lua_State *L);                             /* [-0, +0, m] */
void quick_fill_places (lua_State *L);                      /* [-0, +PLACES, -] */
int64_t quick_run (State *S, int32_t operation, int32_t target, int32_t name, int32_t tag,
                   int64_t bits, char **answer);
double quick_call_number (State *S, int32_t ref, double argument, char **answer);
int quick_body (lua_State *L);                              /* a protected body */

#endif
