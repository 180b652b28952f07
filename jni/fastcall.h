/* Entries for small values. */
#ifndef LUPINE_FASTCALL_H
#define LUPINE_FASTCALL_H

#include "backend.h"

void fastcall_open (lua_State *L);                          /* [-0, +0, m] */
void fastcall_push_places (lua_State *L);                   /* [-0, +PLACES, -] */
int64_t fastcall_run (State *S, int32_t operation, int32_t target, int32_t name, int32_t tag,
                      int64_t bits, char **answer);
double fastcall_call_number (State *S, int32_t ref, double argument, char **answer);
int fastcall_body (lua_State *L);                           /* a protected body */

#endif
