/* Java objects in Lua. */
#ifndef LUPINE_OBJECT_H
#define LUPINE_OBJECT_H

#include "backend.h"

void object_open (lua_State *L);                            /* [-0, +0, m] */
void object_push (lua_State *L, State *S, int32_t handle, int32_t kind, int32_t traits,
                  const char *name, size_t name_length);    /* [-0, +1, m] */
void object_push_function (lua_State *L, int32_t traits);   /* [-1, +1, e] */
Object *object_test (State *S, lua_State *L, int index);    /* [-0, +0, -] NULL if it is not one */
Object *object_check (lua_State *L, int index);             /* [-0, +0, e] raises instead */
int object_collect (lua_State *L);                          /* a metamethod */
Object *object_of_function (State *S, lua_State *L, int index);
void object_push_thread (lua_State *L, State *S);           /* [-1, +1, e] */
Object *object_of_thread (State *S, lua_State *L, int index);           /* [-0, +0, -] */

#endif
