/*
** Handles: Java objects held by Lua. Counts the userdata of each handle, and tells Java which
** handles no longer have one.
*/
#include "handles.h"

#include <stdlib.h>

/* Records a handle for Java if it has no userdata. There is room for it: see State. */
void handles_free (State *S, int32_t handle) {
  if (S->alive[handle] != 0) return;
  S->alive[handle] = HANDLE_FREED;
  S->freed[S->freed_count++] = handle;
}

/* Makes room for a handle, so that it can be freed later; returns 0 if there is no memory. */
int handles_make_room (State *S, int32_t handle) {
  size_t old = (size_t)S->handle_capacity, wanted = old * 2 < 32 ? 32 : old * 2;
  int32_t *more;
  int32_t i;
  if (handle < S->handle_capacity) return 1;
  while (wanted <= (size_t)handle) wanted *= 2;
  more = (int32_t *)realloc(S->freed, (wanted + HANDLES_BEYOND) * sizeof(int32_t));
  if (more == NULL) return 0;
  S->freed = more;
  more = (int32_t *)realloc(S->alive, wanted * sizeof(int32_t));
  if (more == NULL) return 0;
  memset(more + old, 0, (wanted - old) * sizeof(int32_t));
  S->alive = more;
  S->handle_capacity = (int32_t)wanted;
  for (i = 0; i < S->freed_count; i++)            /* those that were beyond */
    if (S->freed[i] < S->handle_capacity) S->alive[S->freed[i]] |= HANDLE_FREED;
  return 1;
}

/* Makes room for handles beyond the capacity, before there is any. */
int handles_prepare (State *S) {
  return handles_make_room(S, 0);
}

/* Records a handle beyond the capacity, for which there is no memory. */
static void free_beyond (State *S, int32_t handle) {
  int32_t i, beyond = 0;
  for (i = 0; i < S->freed_count; i++) {
    if (S->freed[i] == handle) return;
    beyond += S->freed[i] >= S->handle_capacity;
  }
  if (beyond < HANDLES_BEYOND) S->freed[S->freed_count++] = handle;
}

/* Frees a handle for which no userdata was made. */
void handles_undelivered (State *S, int32_t handle) {
  if (handles_make_room(S, handle)) handles_free(S, handle);
  else free_beyond(S, handle);
}

/* Writes the handles that no longer have a userdata to the frame. */
void handles_show_freed (State *S) {
  Frame *frame = S->frame;
  while (S->reading == 0 && S->freed_count > 0 && frame->freed_count < FRAME_IDS) {
    int32_t handle = S->freed[--S->freed_count];
    if (handle < S->handle_capacity) {
      S->alive[handle] &= ~HANDLE_FREED;
      if (S->alive[handle] != 0) continue;        /* it has been pushed again */
    }
    frame->freed[frame->freed_count++] = handle;
  }
}
