/* Handles: Java objects that Lua holds. */
#ifndef LUPINE_HANDLES_H
#define LUPINE_HANDLES_H

#include "backend.h"

int handles_prepare (State *S);                             /* 0 if there is no memory */
int handles_make_room (State *S, int32_t handle);           /* likewise */
void handles_free (State *S, int32_t handle);
void handles_undelivered (State *S, int32_t handle);
void handles_show_freed (State *S);

#endif
