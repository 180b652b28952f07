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

/* Returns the block resized, or a new one that is not linked; NULL if memory is refused. */
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

/*
** Returns a block with room for any message of the frame. None is counted as memory, since no more
** are in use than entries and upcalls are nested.
*/
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

/* Drops the first block of the list, and frees the handles in it that were not read. */
static void drop_first (State *S) {
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
  while (S->blocks != down_to) drop_first(S);
}

/* Drops a block, and those that were made after it: an error has left their functions. */
void blocks_drop (State *S, Block *block) {
  blocks_drop_to(S, block->next);
}

/*
** Drops the blocks of functions that an error has left: their stack frames were at or below the
** present function's. The C stack grows downwards, and the whole list belongs to one thread's part
** of it, between an entry and an upcall.
*/
void blocks_drop_dead (State *S, uintptr_t frame) {
  while (S->blocks != NULL && S->blocks->owner <= frame) drop_first(S);
}
