/* Elements of Java's arrays and lists, read ahead of their use. */
#ifndef LUPINE_AHEAD_H
#define LUPINE_AHEAD_H

#include "backend.h"
#include "codec.h"
#include "core.h"

#define AHEAD_INDEX  (-1)           /* object[number], in place of a method */

int ahead_read (lua_State *L, State *S, const Object *object, int32_t member);
                                /* [-0, +n, e] returns n, or yields: call it last */

/*
** Replaces the function for __index on the top by a faster one, where the core compiles it. That
** one returns elements that were read ahead, and calls the other for all else. [-1, +1, e]
*/
void ahead_wrap (lua_State *L);

void ahead_open (lua_State *L);                 /* [-0, +0, m] before any script */

/* Forgets what was read ahead: it may have changed, or is about to be overwritten. */
static inline void ahead_drop (State *S) {
  S->ahead.count = -1;
#if CORE_COMPILES
  if (S->ahead.shown != NULL) *S->ahead.shown = 0;
#endif
}

/*
** Pushes the element that a method returns for a number, or object[number], if it was read ahead;
** returns whether it was. The object and the number are at 1 and 2. [-0, +0|1, -]
*/
static inline int ahead_push (lua_State *L, State *S, int32_t member) {
  Ahead *ahead = &S->ahead;
  int64_t index, bits;
  uint64_t offset;                /* may be too large for a signed one */
  if (ahead->member != member || lua_touserdata(L, 1) != (const void *)ahead->object
      || !compat_to_long(L, 2, &index)
      || index < ahead->first || ahead->count <= 0)
    return 0;
  offset = (uint64_t)index - (uint64_t)ahead->first;
  if (offset >= (uint64_t)ahead->count || ahead->left-- <= 0) return 0;
  memcpy(&bits, S->frame->message + (size_t)offset * sizeof(bits), sizeof(bits));
  codec_push_small(L, ahead->tag, bits);
  return 1;
}

#endif
