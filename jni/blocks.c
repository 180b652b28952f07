/*
** Blocks: messages that outgrow the frame, malloced and counted as memory of the state.
*/
#include "blocks.h"

#include <stdlib.h>

#include "memory.h"
#include "message.h"

void blocks_link (State *S, Block *block, uintptr_t owner) {
  block->owner = owner;
  block->next = S->blocks;
  S->blocks = block;
}

/* A block of another size, the same or a new one that is not linked; NULL if it is refused. */
Block *blocks_resize (State *S, Block *block, size_t size) {
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
Block *blocks_take_spare (State *S) {
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
    if (block->unread.left > 0) message_free_unread(S, block->unread);
  }
  if (block->spare && S->spare == NULL) S->spare = block;
  else {
    memory_give(S, block->counted);
    free(block);
  }
}

void blocks_drop_to (State *S, Block *down_to) {
  while (S->blocks != down_to) drop(S);
}

/* Drops a block, and those above it: whoever made these after it has been left by an error. */
void blocks_drop (State *S, Block *block) {
  blocks_drop_to(S, block->next);
}

/*
** Drops the blocks of functions that an error has left: their stack frames lie where that of the
** present function is, or beyond it. The C stack grows downwards, and all that is in the list
** belongs to one thread's stretch of it, between an entry and an upcall.
*/
void blocks_drop_dead (State *S, uintptr_t frame) {
  while (S->blocks != NULL && S->blocks->owner <= frame) drop(S);
}
