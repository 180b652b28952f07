/* Elements of Java's arrays and lists, read ahead of their use. */
#ifndef LUPINE_AHEAD_H
#define LUPINE_AHEAD_H

#include "backend.h"
#include "codec.h"

int ahead_read (lua_State *L, State *S, const Object *object);          /* [-0, +n, e] */

/* Forgets what was read ahead: it may have changed, or is about to be overwritten. */
static inline void ahead_drop (State *S) {
  S->ahead.count = -1;
}

/*
** Pushes object[number], whose operands are at 1 and 2, if it was read ahead; returns whether it
** was. [-0, +0|1, -]
*/
static inline int ahead_push (lua_State *L, State *S) {
  Ahead *ahead = &S->ahead;
  int64_t index, bits;
  if (lua_touserdata(L, 1) != (const void *)ahead->object || !compat_to_long(L, 2, &index)
      || index < ahead->first || index - ahead->first >= ahead->count
      || ahead->left-- <= 0)
    return 0;
  memcpy(&bits, S->frame->message + (size_t)(index - ahead->first) * sizeof(bits), sizeof(bits));
  codec_push_small(L, ahead->tag, bits);
  return 1;
}

#endif
