/* Many values at once. */
#ifndef LUPINE_BULK_H
#define LUPINE_BULK_H

#include "backend.h"

void bulk_open (lua_State *L);                              /* [-0, +0, m] */
void bulk_run (Entry *E, lua_State *L);                     /* [-0, +n, e] */
int bulk_lengthen (lua_State *L);                           /* a protected body */

#endif
