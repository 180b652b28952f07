/* Blocks: messages that outgrow the frame. */
#ifndef LUPINE_BLOCKS_H
#define LUPINE_BLOCKS_H

#include "backend.h"

Block *state_resize_block (State *S, Block *block, size_t size);        /* NULL if it is refused */
Block *state_spare_block (State *S);                        /* for a message of the frame, or NULL */
void state_link_block (State *S, Block *block, uintptr_t owner);
void state_drop_blocks (State *S, Block *down_to);
void state_drop_block (State *S, Block *block);
void state_drop_dead (State *S, uintptr_t frame);

#endif
