/* The pool of small memory blocks, for memory.c. */
#ifndef LUPINE_POOL_H
#define LUPINE_POOL_H

#include "backend.h"

void *pool_resize (Pool *pool, void *block, size_t old, size_t size);
void pool_close (Pool *pool);

#endif
