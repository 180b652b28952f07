/*
** A pool of small memory blocks. Lua passes the size of a block when it frees it, so blocks have
** no headers, and a free block is a link of a list. Chunks are kept until the state is closed.
*/
#include "pool.h"

#include <stdlib.h>

#define STEP         ((size_t)16)
#if defined(__SANITIZE_ADDRESS__) && !defined(POOL_TESTED)
#define LARGEST      0            /* it checks malloc only */
#else
#define LARGEST      (POOL_CLASSES * STEP)
#endif
#define FIRST_CHUNK  (256 * STEP) /* while a state is small; then: */
#define FIRST_CHUNKS 16
#define CHUNK        (FIRST_CHUNKS * FIRST_CHUNK)

typedef struct Link {
  struct Link *next;
} Link;

static size_t class_of (size_t size) {
  return (size - 1) / STEP;
}

static void pool_give (Pool *pool, void *block, size_t class) {
  Link *link = (Link *)block;
  link->next = (Link *)pool->blocks[class];
  pool->blocks[class] = link;
}

/* Adds a chunk. The rest of the present one becomes a free block. */
static int add_chunk (Pool *pool) {
  size_t size = pool->chunk_count < FIRST_CHUNKS ? FIRST_CHUNK : CHUNK;
  size_t left = (size_t)(pool->end - pool->next);
  Link *chunk = (Link *)malloc(size);
  if (chunk == NULL) return 0;
  if (left > 0) pool_give(pool, pool->next, class_of(left));
  chunk->next = (Link *)pool->chunks;
  pool->chunks = chunk;
  pool->chunk_count++;
  pool->next = (char *)chunk + STEP;
  pool->end = (char *)chunk + size;
  return 1;
}

static void *take (Pool *pool, size_t class) {
  Link *block = (Link *)pool->blocks[class];
  size_t size = (class + 1) * STEP;
  if (block != NULL) {
    pool->blocks[class] = block->next;
    return block;
  }
  if ((size_t)(pool->end - pool->next) < size && !add_chunk(pool)) return NULL;
  pool->next += size;
  return pool->next - size;
}

/*
** Returns the size to malloc for a size above LARGEST, so that the block can become a chunk with
** one block.
*/
static size_t outer_size (size_t size) {
  return LARGEST != 0 && size < LARGEST + STEP ? LARGEST + STEP : size;
}

static void *new_block (Pool *pool, size_t size) {
  return size <= LARGEST ? take(pool, class_of(size)) : malloc(outer_size(size));
}

static void pool_drop (Pool *pool, void *block, size_t size) {
  if (size <= LARGEST) pool_give(pool, block, class_of(size));
  else free(block);
}

/*
** Shrinks a block, which must not fail: without memory for a smaller block, a malloced one becomes
** a chunk.
*/
static void *shrink_in_place (Pool *pool, void *block, size_t old, size_t size) {
  Link *chunk = (Link *)block;
  if (old <= LARGEST) return block;
  memmove((char *)block + STEP, block, size);
  chunk->next = (Link *)pool->chunks;
  pool->chunks = chunk;
  return (char *)block + STEP;
}

void *pool_resize (Pool *pool, void *block, size_t old, size_t size) {
  void *place;
  if (block == NULL || old == 0) return size == 0 ? NULL : new_block(pool, size);
  if (size == 0) {
    pool_drop(pool, block, old);
    return NULL;
  }
  if (old > LARGEST && size > LARGEST) {
    place = realloc(block, outer_size(size));
    return place == NULL && size < old ? block : place;
  }
  if (old <= LARGEST && size <= LARGEST && class_of(old) == class_of(size)) return block;
  place = new_block(pool, size);
  if (place == NULL) return size < old ? shrink_in_place(pool, block, old, size) : NULL;
  memcpy(place, block, old < size ? old : size);
  pool_drop(pool, block, old);
  return place;
}

void pool_close (Pool *pool) {
  while (pool->chunks != NULL) {
    Link *chunk = (Link *)pool->chunks;
    pool->chunks = chunk->next;
    free(chunk);
  }
}
