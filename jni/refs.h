/* Refs: Lua values held by Java. */
#ifndef LUPINE_REFS_H
#define LUPINE_REFS_H

#include "backend.h"

void refs_open (lua_State *L);                    /* [-0, +0, m] */
int refs_make_room (State *S, lua_State *L);      /* [-0, +1|0, -] a status, and the error */
int32_t refs_new (State *S, lua_State *L);        /* [-1, +0, -] there must be room */
int32_t refs_add (State *S, lua_State *L);        /* [-1, +0, m] */
void refs_release (State *S, lua_State *L, int32_t ref);    /* [-0, +0, -] */
void refs_push (lua_State *L, int32_t ref);       /* [-0, +1, -] nil if there is no such ref */
void refs_drain (State *S, lua_State *L);         /* [-0, +0, -] */
int refs_lengthen (lua_State *L);                 /* a protected body */

/* Returns whether there is room for one more ref. */
static inline int refs_has_room (const State *S) {
  return S->free_ref_count > 0 || S->ref_top < S->ref_capacity;
}

#endif
