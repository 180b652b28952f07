/*
** Refs: Lua values held by Java, each an index into one private table.
*/
#include "refs.h"

#include <stdlib.h>

#include "memory.h"
#include "registry.h"

/*
** Returns the next number of elements of the table of refs. They are false where there is no value,
** so a ref can be set later without memory.
*/
static int32_t next_capacity (const State *S) {
  return S->ref_capacity == 0 ? 16 : S->ref_capacity * 2;
}

/* A protected body: lengthens the table of refs. */
int refs_lengthen (lua_State *L) {
  State *S = state_current;
  int32_t i, last = next_capacity(S);
  push_registry(L, RIDX_REFS);
  for (i = S->ref_capacity + 1; i <= last; i++) {
    lua_pushboolean(L, 0);
    lua_rawseti(L, -2, i);
  }
  return 0;
}

/* Makes room for one more ref. Returns LUA_OK, or another status with the error on the top. */
int refs_make_room (State *S, lua_State *L) {
  while (!refs_has_room(S)) {
    int32_t wanted = next_capacity(S), *ids;
    int status;
    compat_push_body(L, refs_lengthen, RIDX_REFS_BODY);
    status = lua_pcall(L, 0, 0, 0);
    if (status != LUA_OK) return status;
    if (next_capacity(S) != wanted) continue;     /* a hook or a finalizer has made room already */
    ids = (int32_t *)realloc(S->free_refs, (size_t)wanted * sizeof(int32_t));
    if (ids == NULL) {
      lua_pushnil(L);
      return LUA_ERRMEM;
    }
    S->free_refs = ids;           /* it has room for every ref, so releasing never allocates */
    S->ref_capacity = wanted;
  }
  return LUA_OK;
}

/* Returns a new ref to the value on the top. There must be room for it. */
int32_t refs_new (State *S, lua_State *L) {
  int32_t ref = S->free_ref_count > 0 ? S->free_refs[--S->free_ref_count] : ++S->ref_top;
  if (compat_rawgeti(L, LUA_REGISTRYINDEX, RIDX_REFS) == LUA_TTABLE) {
    lua_insert(L, -2);            /* refs value */
    lua_rawseti(L, -2, ref);      /* refs */
    lua_pop(L, 1);
  }
  else
    lua_pop(L, 2);                /* a script has damaged the registry */
  return ref;
}

int32_t refs_add (State *S, lua_State *L) {
  int status = refs_make_room(S, L);
  if (status == LUA_ERRMEM) memory_refuse(S, L);
  if (status != LUA_OK) lua_error(L);
  return refs_new(S, L);
}

void refs_push (lua_State *L, int32_t ref) {
  if (compat_rawgeti(L, LUA_REGISTRYINDEX, RIDX_REFS) == LUA_TTABLE)
    lua_rawgeti(L, -1, ref);      /* refs value */
  else
    lua_pushboolean(L, 0);
  if (!lua_toboolean(L, -1)) {
    lua_pop(L, 1);
    lua_pushnil(L);
  }
  lua_remove(L, -2);
}

/* Releases a ref. Allocates nothing: each ref has its place in the table. */
void refs_release (State *S, lua_State *L, int32_t ref) {
  if (compat_rawgeti(L, LUA_REGISTRYINDEX, RIDX_REFS) == LUA_TTABLE) {
    lua_rawgeti(L, -1, ref);      /* refs value */
    if (ref > 0 && ref <= S->ref_top && lua_toboolean(L, -1)) {
      lua_pushboolean(L, 0);
      lua_rawseti(L, -3, ref);
      S->free_refs[S->free_ref_count++] = ref;
    }
    lua_pop(L, 1);
  }
  lua_pop(L, 1);
}

/* Releases the refs that Java dropped. */
void refs_drain (State *S, lua_State *L) {
  Frame *frame = S->frame;
  int32_t i;
  for (i = 0; i < frame->released_count && i < FRAME_IDS; i++)
    refs_release(S, L, frame->released[i]);
  frame->released_count = 0;
}

void refs_open (lua_State *L) {
  lua_newtable(L);
  lua_rawseti(L, LUA_REGISTRYINDEX, RIDX_REFS);
  compat_register_body(L, refs_lengthen, RIDX_REFS_BODY);
}

