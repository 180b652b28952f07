/*
** Memory of closed states of LuaJIT for new ones.
*/
#ifndef LUPINE_PATCH_SEGMENTS_H
#define LUPINE_PATCH_SEGMENTS_H

/*
** lupine: first segments of closed states. Most of the time that it takes to open a state goes to
** the system, which maps a new segment and clears its pages.
*/
static char *spare_segments[8];

/* Takes one; returns NULL if there is none. */
static char *segment_take(void)
{
  size_t i;
  for (i = 0; i < sizeof(spare_segments) / sizeof(spare_segments[0]); i++) {
    char *base = __atomic_exchange_n(&spare_segments[i], NULL, __ATOMIC_ACQUIRE);
    if (base) return base;
  }
  return NULL;
}

/* Keeps one; returns 0 if there are enough. */
static int segment_keep(char *base)
{
  size_t i;
  for (i = 0; i < sizeof(spare_segments) / sizeof(spare_segments[0]); i++) {
    char *none = NULL;
    if (__atomic_compare_exchange_n(&spare_segments[i], &none, base, 0, __ATOMIC_RELEASE,
				    __ATOMIC_RELAXED))
      return 1;
  }
  return 0;
}

/* The library is unloaded. */
__attribute__((destructor)) static void segments_free(void)
{
  char *base;
  while ((base = segment_take()) != NULL) CALL_MUNMAP(base, DEFAULT_GRANULARITY);
}

#endif
