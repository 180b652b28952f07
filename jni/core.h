/*
** Fast-path primitives: what entries do all the time. They are implemented on the core's internals
** where we compile the core (core_puc.h, core_luajit.h), and by the public API elsewhere
** (core_api.h). The contract of each is here.
**
** A slot is a place in the Lua stack. Whatever is put into a slot is the top of the stack from
** then on. A caller that knows its slots beforehand need not ask for the top, which saves more
** time than any other step here: each call of the API would wait for the store of the one before.
** A slot is valid until something is called.
*/
#ifndef LUPINE_CORE_H
#define LUPINE_CORE_H

#include <stdint.h>
#include <stdlib.h>

/* The content of a table at one time: the addresses of its parts, and a copy of them. */
typedef struct CoreImage {
  const void *metatable, *nodes, *array;
  size_t node_bytes, array_bytes;
  char copy[];
} CoreImage;

/* What the core keeps of a thread in its global state: see core_leave. */
typedef struct CoreThread {
  int collects, calls;
} CoreThread;

/* Whether a double is certainly a float to every version, integers or not. */
static inline int core_is_fraction (double number) {
  return number > -1e15 && number < 1e15 && number != (double)(int64_t)number;
}

#if CORE_PUC
#include "core_puc.h"
#elif CORE_JIT
#include "core_luajit.h"
#else
#include "core_api.h"
#endif

#ifndef CORE_HAS_UNCATCHABLE
#define CORE_HAS_UNCATCHABLE  0
#endif

/*
** Tells the core that this thread runs it from now on, where the core keeps something of a thread.
** Code that enters the core, or goes on in it, other than by the API calls this first. [-0, +0, -]
*/
static inline void core_take_thread (lua_State *L);

/*
** Returns whether the Lua function at a level is in a call that it makes itself. Its callee is then
** among its registers, and every register below holds a live value, a local or a temporary; the
** function of a hook or a metamethod is above all registers. Returns 0 where that is unknown.
** [-0, +0, -]
*/
static inline int core_is_calling (lua_State *L, const lua_Debug *ar);

/*
** Returns whether another thread may run in the state while L is in a call of C: the core then has
** nothing in its global state that it restores afterwards, or we can swap it. [-0, +0, -]
*/
static inline int core_can_detach (lua_State *L);

/* Sets what a thread that runs nothing yet has in the core's global state. [-0, +0, -] */
static inline void core_begin (lua_State *L, CoreThread *T);

/* Saves what a thread that is being detached has there. [-0, +0, -] */
static inline void core_leave (lua_State *L, CoreThread *T);

/* Restores what a thread has there that is attached again, after another one. [-0, +0, -] */
static inline void core_return (lua_State *L, const CoreThread *T, const CoreThread *from,
                                int paused);

/* Returns the slot of a positive index. */
static inline CoreSlot core_slot (lua_State *L, int index);

/* Returns the slot of a positive index where no function runs in L. */
static inline CoreSlot core_base_slot (lua_State *L, int index);

/*
** Calls a function with the values above it, under a message handler. The results are in its slot
** and those above, or the error is in its slot. No coroutine may yield across the call. [-(n+1),
** +results, -] a status
*/
static inline int core_pcall (lua_State *L, CoreSlot function, int results, CoreSlot handler);

/*
** Puts an element of a table, without metamethods, into the slot, the first one above the top.
** [-0, +1, -]
*/
static inline void core_put_element (lua_State *L, CoreSlot slot, CoreSlot table, int key);

/*
** Replaces the key in the slot, which is the top, by the value that a table has for it, without
** metamethods. [-1, +1, -]
*/
static inline void core_get (lua_State *L, CoreSlot slot, CoreSlot table);

/* Puts a number into the slot, the first one above the top. [-0, +1, -] */
static inline void core_put_number (lua_State *L, CoreSlot slot, double number);

/* Returns whether the slot has a number, and which. [-0, +0, -] */
static inline int core_is_number (lua_State *L, CoreSlot slot, double *number);

/* Returns whether the slot has a number that Java gets as a double for certain. [-0, +0, -] */
static inline int core_is_float (lua_State *L, CoreSlot slot, double *number);

/* Returns whether the slot has a function. [-0, +0, -] */
static inline int core_is_function (lua_State *L, CoreSlot slot);

/* Returns whether the slot is the top. [-0, +0, -] */
static inline int core_is_top (lua_State *L, CoreSlot slot);

/* Pops the slot and all above it, of which none waits to be closed. [-n, +0, -] */
static inline void core_drop (lua_State *L, CoreSlot slot);

/* Finds the parts of a table by its lua_topointer; returns 0 where they are unknown. */
static inline int core_parts (const void *pointer, CoreImage *parts);

/*
** Returns an address of the C stack between the frame of the running C function, which is below,
** and that of its caller. It is only nearly so: see guard_passed. [-0, +0, -]
*/
static inline uintptr_t core_caller_frame (lua_State *L);

#if !defined(CORE_LINKS_CALLS)

/* Moves from a level to the one 'by' below it; returns 0 if there is none. [-0, +0, -] */
static inline int core_move_level (lua_State *L, lua_Debug *ar, int level, int by) {
  return lua_getstack(L, level + by, ar);
}

/* Returns the number of the lowest level of the stack, -1 if there is none. [-0, +0, -] */
static inline int core_last_level (lua_State *L) {
  lua_Debug ar;
  int low = 0, high = 1;
  while (lua_getstack(L, high, &ar)) {
    low = high;
    high *= 2;
  }
  while (low < high) {
    int middle = (low + high) / 2;
    if (lua_getstack(L, middle, &ar)) low = middle + 1;
    else high = middle;
  }
  return high - 1;
}

#endif

/* Returns the content of a table, malloced; NULL if it is unknown, or there is no memory. */
static inline CoreImage *core_image (const void *table) {
  CoreImage parts, *image;
  if (!core_parts(table, &parts)) return NULL;
  image = (CoreImage *)malloc(sizeof(CoreImage) + parts.node_bytes + parts.array_bytes);
  if (image == NULL) return NULL;
  *image = parts;
  memcpy(image->copy, parts.nodes, parts.node_bytes);
  if (parts.array_bytes != 0)
    memcpy(image->copy + parts.node_bytes, parts.array, parts.array_bytes);
  return image;
}

/*
** Returns whether a table certainly has the content that it had then. It may be so, too, where this
** returns 0.
*/
static inline int core_is_as (const void *table, const CoreImage *image) {
  CoreImage parts;
  return image != NULL && core_parts(table, &parts) && parts.metatable == image->metatable
      && parts.nodes == image->nodes && parts.node_bytes == image->node_bytes
      && parts.array == image->array && parts.array_bytes == image->array_bytes
      && memcmp(parts.nodes, image->copy, parts.node_bytes) == 0
      && (parts.array_bytes == 0
          || memcmp(parts.array, image->copy + parts.node_bytes, parts.array_bytes) == 0);
}

#endif
