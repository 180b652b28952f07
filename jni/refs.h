/* Refs: Lua values that Java holds. */
#ifndef LUPINE_REFS_H
#define LUPINE_REFS_H

#include "backend.h"

void state_open_refs (lua_State *L);                        /* [-0, +0, m] */
int state_room_for_ref (State *S, lua_State *L);            /* [-0, +1|0, -] status, and an error */
int32_t state_new_ref (State *S, lua_State *L);             /* [-1, +0, -] where there is room */
int32_t state_add_ref (State *S, lua_State *L);             /* [-1, +0, m] */
void state_release_ref (State *S, lua_State *L, int32_t ref);           /* [-0, +0, -] */
void state_push_ref (lua_State *L, int32_t ref);            /* [-0, +1, -] nil if there is none */
void state_drain (State *S, lua_State *L);                  /* [-0, +0, -] */
int state_lengthen_refs (lua_State *L);                     /* a protected body */

/* Whether one more ref needs no room to be made. */
static inline int state_has_room_for_ref (const State *S) {
  return S->free_ref_count > 0 || S->ref_top < S->ref_capacity;
}

#endif
