/* Blocks: messages that outgrow the frame. */
#ifndef LUPINE_BLOCKS_H
#define LUPINE_BLOCKS_H

#include "backend.h"

Block *blocks_resize (State *S, Block *block, size_t size);        /* NULL if memory is refused */
Block *blocks_take_spare (State *S);      /* for messages of the frame; NULL if memory is refused */
void blocks_link (State *S, Block *block, uintptr_t owner);
void blocks_drop_to (State *S, Block *down_to);
void blocks_drop (State *S, Block *block);
void blocks_drop_dead (State *S, uintptr_t frame);

#endif
