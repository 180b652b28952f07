/*
** Room for machine code of LuaJIT in our own library.
*/
#ifndef LUPINE_PATCH_ROOM_H
#define LUPINE_PATCH_ROOM_H

#include "platform.h"

#if LJ_TARGET_LINUX && defined(LJ_TARGET_JUMPRANGE)

/* lupine: room for machine code in our own .bss, which all states of all threads share. It is
** allocated in blocks; pages of it exist only while they are in use.
*/
#define ROOM_BLOCK	((size_t)65536)
#define ROOM_BLOCKS	(LJ_TARGET_JUMPRANGE > 27 ? 1024 : 768)

static char room[ROOM_BLOCKS*ROOM_BLOCK] __attribute__((aligned(65536)));
static uint8_t room_used[ROOM_BLOCKS];
static char room_lock;

static void room_enter(void)
{
  while (__atomic_test_and_set(&room_lock, __ATOMIC_ACQUIRE)) platform_yield();
}

static void room_leave(void)
{
  __atomic_clear(&room_lock, __ATOMIC_RELEASE);
}

/* Takes sz bytes of the room; returns NULL if there are none. */
static void *room_take(size_t sz, int prot)
{
  size_t n = (sz + ROOM_BLOCK-1) / ROOM_BLOCK, i, run = 0;
  void *p = NULL;
  room_enter();
  for (i = 0; i < ROOM_BLOCKS && run < n; i++) run = room_used[i] ? 0 : run+1;
  if (run == n) {
    memset(room_used + i-n, 1, n);
    p = room + (i-n)*ROOM_BLOCK;
  }
  room_leave();
  if (p && !platform_map(p, n*ROOM_BLOCK, prot)) p = NULL;  /* These blocks stay taken. */
  return p;
}

/* Frees a piece; returns 0 if it is not of the room. */
static int room_give(void *p, size_t sz)
{
  size_t n = (sz + ROOM_BLOCK-1) / ROOM_BLOCK, ofs = (size_t)((char *)p - room);
  if ((char *)p < room || ofs >= sizeof(room)) return 0;
  platform_unmap(p, n*ROOM_BLOCK);
  room_enter();
  memset(room_used + ofs/ROOM_BLOCK, 0, n);
  room_leave();
  return 1;
}

#else

#define room_take(sz, prot)	NULL
#define room_give(p, sz)	0

#endif

#endif
