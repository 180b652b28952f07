/*
** What a state keeps for Java: refs, handles that no userdata has any more, blocks of messages.
*/
#include <stdlib.h>

#include "side.h"

/*
** The table of refs is as long as 'ref_capacity', with false where there is no value: so what is
** put there later needs no memory.
*/
static int32_t next_capacity (const State *S) {
  return S->ref_capacity == 0 ? 16 : S->ref_capacity * 2;
}

/* A protected body: makes the table of refs longer. */
int state_lengthen_refs (lua_State *L) {
  State *S = state_current;
  int32_t i, last = next_capacity(S);
  if (compat_rawgeti(L, LUA_REGISTRYINDEX, ANCHOR_REFS) != LUA_TTABLE)
    luaL_error(L, "registry is damaged");
  for (i = S->ref_capacity + 1; i <= last; i++) {
    lua_pushboolean(L, 0);
    lua_rawseti(L, -2, i);
  }
  return 0;
}

/* Whether there is room for one more ref: LUA_OK, or a status with its error on the top. */
int state_room_for_ref (State *S, lua_State *L) {
  while (!state_has_room_for_ref(S)) {
    int32_t wanted = next_capacity(S), *ids;
    int status;
    compat_push_body(L, state_lengthen_refs, ANCHOR_REFS_BODY);
    status = lua_pcall(L, 0, 0, 0);
    if (status != LUA_OK) return status;
    if (next_capacity(S) != wanted) continue;     /* a hook or a finalizer has made it longer */
    ids = (int32_t *)realloc(S->free_refs, (size_t)wanted * sizeof(int32_t));
    if (ids == NULL) {
      lua_pushnil(L);
      return LUA_ERRMEM;
    }
    S->free_refs = ids;           /* has room for every ref, so releasing never allocates */
    S->ref_capacity = wanted;
  }
  return LUA_OK;
}

/* A ref to the value on the top, for which there is room. */
int32_t state_new_ref (State *S, lua_State *L) {
  int32_t ref = S->free_ref_count > 0 ? S->free_refs[--S->free_ref_count] : ++S->ref_top;
  if (compat_rawgeti(L, LUA_REGISTRYINDEX, ANCHOR_REFS) == LUA_TTABLE) {
    lua_insert(L, -2);            /* refs value */
    lua_rawseti(L, -2, ref);      /* refs */
    lua_pop(L, 1);
  }
  else
    lua_pop(L, 2);                /* a script has damaged the registry */
  return ref;
}

int32_t state_add_ref (State *S, lua_State *L) {
  int status = state_room_for_ref(S, L);
  if (status == LUA_ERRMEM) memory_refuse(S, L);
  if (status != LUA_OK) lua_error(L);
  return state_new_ref(S, L);
}

void state_push_ref (lua_State *L, int32_t ref) {
  if (compat_rawgeti(L, LUA_REGISTRYINDEX, ANCHOR_REFS) == LUA_TTABLE)
    lua_rawgeti(L, -1, ref);      /* refs value */
  else
    lua_pushboolean(L, 0);
  if (!lua_toboolean(L, -1)) {
    lua_pop(L, 1);
    lua_pushnil(L);
  }
  lua_remove(L, -2);
}

/* Releases a ref. Allocates nothing: each has its place in the table. */
void state_release_ref (State *S, lua_State *L, int32_t ref) {
  if (compat_rawgeti(L, LUA_REGISTRYINDEX, ANCHOR_REFS) == LUA_TTABLE) {
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
void state_drain (State *S, lua_State *L) {
  Frame *frame = S->frame;
  int32_t i;
  for (i = 0; i < frame->released_count && i < FRAME_IDS; i++)
    state_release_ref(S, L, frame->released[i]);
  frame->released_count = 0;
}

void state_open_refs (lua_State *L) {
  lua_newtable(L);
  lua_rawseti(L, LUA_REGISTRYINDEX, ANCHOR_REFS);
  compat_anchor_body(L, state_lengthen_refs, ANCHOR_REFS_BODY);
}

/* Shows Java the handles that no userdata has any more. */
void state_show_freed (State *S) {
  Frame *frame = S->frame;
  while (S->reading == 0 && S->freed_count > 0 && frame->freed_count < FRAME_IDS) {
    int32_t handle = S->freed[--S->freed_count];
    if (handle < S->handle_capacity) {
      S->alive[handle] &= ~HANDLE_FREED;
      if (S->alive[handle] != 0) continue;        /* it was pushed again meanwhile */
    }
    frame->freed[frame->freed_count++] = handle;
  }
}

void state_link_block (State *S, Block *block, uintptr_t owner) {
  block->owner = owner;
  block->next = S->blocks;
  S->blocks = block;
}

/* A block of another size, the same or a new one that is not linked; NULL if it is refused. */
Block *state_resize_block (State *S, Block *block, size_t size) {
  Block **place = &S->blocks, *more = NULL;
  size_t counted, old = 0;
  if (block != NULL) {
    while (*place != block) place = &(*place)->next;
    old = block->counted;
    memory_give(S, old);
  }
  if (memory_take(S, size, &counted)) {
    more = (Block *)realloc(block, BLOCK_HEAD + size);
    if (more == NULL) memory_give(S, counted);
  }
  if (more == NULL) {
    memory_count(S, old);
    return NULL;
  }
  if (block != NULL) *place = more;
  else memset(more, 0, sizeof(Block));
  more->counted = counted;
  return more;
}

/* One that may hold any message of the frame. As no more than are nested are used, none counts. */
Block *state_spare_block (State *S) {
  Block *block = S->spare;
  if (block != NULL) {
    S->spare = NULL;
    block->unread.at = NULL;
    return block;
  }
  block = (Block *)malloc(BLOCK_HEAD + FRAME_MESSAGE);
  if (block == NULL) return NULL;
  memset(block, 0, sizeof(Block));
  block->spare = 1;
  return block;
}

/* Drops the block on the top of the list, and the handles that nobody has read. */
static void drop (State *S) {
  Block *block = S->blocks;
  S->blocks = block->next;
  if (block->unread.at != NULL) {
    S->reading--;
    if (block->unread.left > 0) codec_free_unread(S, block->unread);
  }
  if (block->spare && S->spare == NULL) S->spare = block;
  else {
    memory_give(S, block->counted);
    free(block);
  }
}

void state_drop_blocks (State *S, Block *down_to) {
  while (S->blocks != down_to) drop(S);
}

/* Drops a block, and those above it: whoever made these after it has been left by an error. */
void state_drop_block (State *S, Block *block) {
  state_drop_blocks(S, block->next);
}

/*
** Drops the blocks of functions that an error has left: their stack frames lie where that of the
** present function is, or beyond it. The C stack grows downwards, and all that is in the list
** belongs to one thread's stretch of it, between an entry and an upcall.
*/
void state_drop_dead (State *S, uintptr_t frame) {
  while (S->blocks != NULL && S->blocks->owner <= frame) drop(S);
}
