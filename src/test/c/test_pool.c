/*
** Tests the pool of memory blocks alone, with a malloc that fails on demand; a leak checker sees
** the rest.
*/
#include <stdio.h>
#include <stdlib.h>

#define POOL_TESTED
#define pool_resize  tested_resize
#define pool_close   tested_close

static int refuses;

static void *test_malloc (size_t size) {
  return refuses ? NULL : malloc(size);
}

static void *test_realloc (void *block, size_t size) {
  return refuses ? NULL : realloc(block, size);
}

#define malloc   test_malloc
#define realloc  test_realloc

/* NOLINTNEXTLINE(bugprone-suspicious-include): it must call the functions above */
#include "pool.c"
#include "test_check.h"

static int holds (const void *block, size_t size, int byte) {
  const unsigned char *bytes = (const unsigned char *)block;
  size_t i;
  for (i = 0; i < size; i++)
    if (bytes[i] != byte) return 0;
  return 1;
}

/* Shrinks a block while no memory can be had. The block can be used and freed. */
static void shrink (size_t from, size_t to) {
  static Pool pool;
  void *block = pool_resize(&pool, NULL, 0, from);
  void *other;
  int i;
  memset(block, 'a', from);
  refuses = 1;
  block = pool_resize(&pool, block, from, to);
  CHECK(block != NULL && holds(block, to, 'a'));
  refuses = 0;
  memset(block, 'b', to);
  for (i = 0; i < 2; i++) {       /* from now on it is a block of its size */
    other = pool_resize(&pool, NULL, 0, to);
    CHECK(other != NULL && other != block);
    memset(other, 'c', to);
    CHECK(holds(block, to, 'b'));
    pool_resize(&pool, block, to, 0);
    block = other;
    memset(block, 'b', to);
  }
  block = pool_resize(&pool, block, to, from);
  CHECK(block != NULL && holds(block, to, 'b'));
  pool_resize(&pool, block, from, 0);
  pool_close(&pool);
  memset(&pool, 0, sizeof(pool));
}

int main (void) {
  static const size_t sizes[] = { 1, 16, 17, 100, 496, 497, 511, 512, 513, 520, 527, 528, 529, 600,
                                  5000 };
  size_t count = sizeof(sizes) / sizeof(sizes[0]), i, j;
  for (i = 0; i < count; i++)
    for (j = 0; j < i; j++) shrink(sizes[i], sizes[j]);
  printf("%d failures\n", failures);
  return failures == 0 ? 0 : 1;
}
