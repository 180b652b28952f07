/*
** Primitives for which the public API of Lua is too slow or does not suffice. Most serve the fast
** path of calls from Java (fastcall.c). Others serve, for example, attaching and detaching threads
** (attach.c), tracebacks, and the comparison of a table with an earlier copy (globals.c). The
** contract of each is here. Stack effects are as in the Lua manual, [-o, +p, x].
**
** There are three implementations. core_puc.h and core_luajit.h use the internals of a core (a Lua
** implementation) that we compile. core_api.h uses the API of an installed one. Where the API does
** not suffice, its functions do nothing, or return the result that is always safe.
**
** A slot is an element of the Lua stack. The top, in this file, is the slot of the uppermost value;
** L->top points to the slot above it. A function that stores a value in the slot above the top
** makes that slot the top; the caller must have made sure that the stack has room. Callers pass
** slots, so most functions need not load L->top. That is the main gain, since each function of the
** API loads the L->top that the function before has just stored. Whatever may reallocate the stack,
** such as a call of a function or lua_checkstack, makes slots invalid; core_slot or core_base_slot
** then has to find them again.
*/
#ifndef LUPINE_CORE_H
#define LUPINE_CORE_H

#include <stdint.h>
#include <stdlib.h>

/*
** An image: the content of a table at one time, as the addresses of its parts, and a copy of all
** but the metatable.
*/
typedef struct CoreImage {
  const void *metatable, *nodes, *array;
  size_t node_bytes, array_bytes;
  char copy[];
} CoreImage;

/* Fields of the core that belong to the thread that runs it: see core_leave. */
typedef struct CoreThread {
  int collects, calls;
} CoreThread;

/* Returns whether a double is certainly a float, even in a version that has integers. */
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

/*
** 1 if the core can raise errors that its own pcall does not catch. It then has
** core_set_uncatchable (L, on), which sets whether the error that is being raised is one of them.
** [-0, +0, -]
*/
#ifndef CORE_HAS_UNCATCHABLE
#define CORE_HAS_UNCATCHABLE  0
#endif

/*
** 1 if the core has pointers to numbers as values. It then has core_push_pointer (L, type,
** address): pushes a pointer to a number of an ELEMENT_*. No script sees how that is done, or that
** it opens the library "ffi". [-0, +1, m]
*/
#ifndef CORE_HAS_POINTERS
#define CORE_HAS_POINTERS  0
#endif

/*
** Whether the core compiles Lua functions to machine code, which is left for each C function. It
** then has core_number_at (table, key): returns where the core stores a number, an element of a
** table's array. It stays there while the table is not resized. [-0, +0, -]
*/
#ifndef CORE_COMPILES
#define CORE_COMPILES  0
#endif

/*
** Marks a userdata, given by its block, so that 'type' returns "table" for it, in cores that store
** such a mark. Other cores call lupine_is_table for each userdata instead. [-0, +0, -]
*/
#if !CORE_MARKS_TABLES
static inline void core_mark_table (void *userdata) {
  (void)userdata;
}
#endif

/*
** Returns whether a thread that has ended with an error may have to-be-closed variables that are
** still to be closed. [-0, +0, -]
*/
static inline int core_has_pending (lua_State *L);

/*
** Tells the core that the current thread runs it. LuaJIT stores the limit of that thread's C stack;
** other cores store nothing. Called before this thread enters the core, or continues in it, in a
** way that bypasses the API. [-0, +0, -]
*/
static inline void core_take_thread (lua_State *L);

/*
** Lets the memory in use double before the next collection begins. Does nothing in an installed
** core. [-0, +0, -]
*/
static inline void core_collect_late (lua_State *L);

/*
** Returns whether the Lua function at a level is in a call that it makes itself. Its callee is then
** among its registers, and every register below holds a live value, a local or a temporary; the
** function of a hook or a metamethod is above all registers. Returns 0 where that is unknown.
** [-0, +0, -]
*/
static inline int core_is_calling (lua_State *L, const lua_Debug *ar);

/*
** Returns whether another thread may be attached while L is in a C function: whether core_leave and
** core_return save and restore all that the core relies on when that function returns. [-0, +0, -]
*/
static inline int core_can_detach (lua_State *L);

/* Fills T for a thread that has not yet run anything in L. [-0, +0, -] */
static inline void core_begin (lua_State *L, CoreThread *T);

/* Saves into T what belongs to a thread that is being detached. [-0, +0, -] */
static inline void core_leave (lua_State *L, CoreThread *T);

/*
** Restores from T what belongs to a thread that is attached again. 'from': that of the thread which
** was attached until now; 'paused': whether the host has stopped the collector. [-0, +0, -]
*/
static inline void core_return (lua_State *L, const CoreThread *T, const CoreThread *from,
                                int paused);

/* Returns the slot of a positive index. [-0, +0, -] */
static inline CoreSlot core_slot (lua_State *L, int index);

/* Returns the slot of a positive index where no function runs in L. [-0, +0, -] */
static inline CoreSlot core_base_slot (lua_State *L, int index);

/*
** Begins a call of the function in a slot, the top; returns the slot for its first argument, the
** first one above the top. [-0, +(0|1), -]
*/
static inline CoreSlot core_first_argument (lua_State *L, CoreSlot function);

/*
** Calls a function with the arguments above it, under a message handler. Afterwards the results are
** from the function's place upwards, or the error is in that place. Slots found before are no
** longer valid. No coroutine may yield across the call. [-(n+1), +(results|1), -] a status
*/
static inline int core_pcall (lua_State *L, CoreSlot function, int results, CoreSlot handler);

/*
** Puts an element of a table into 'slot', which must be the one above the top, without metamethods.
** [-0, +1, -]
*/
static inline void core_put_element (lua_State *L, CoreSlot slot, CoreSlot table, int key);

/*
** Puts the field of a table whose name is an element of 'names', without metamethods, into 'slot',
** which must be the one above the top. [-0, +1, -]
*/
static inline void core_put_field (lua_State *L, CoreSlot slot, CoreSlot table, CoreSlot names,
                                   int number);

/*
** Pops the value in the slot, the top, and makes it the field of a table whose name is an element
** of 'names', without metamethods and without allocating anything. Returns 0, and sets nothing, if
** the field is nil so far. [-1, +0, -]
*/
static inline int core_set_field (lua_State *L, CoreSlot slot, CoreSlot table, CoreSlot names,
                                  int number);

/* Puts a number, as a float, into 'slot', which must be the one above the top. [-0, +1, -] */
static inline void core_put_number (lua_State *L, CoreSlot slot, double number);

/*
** Puts an integer, or a number of that value, into 'slot', which must be the one above the top.
** [-0, +1, -]
*/
static inline void core_put_integer (lua_State *L, CoreSlot slot, int64_t integer);

/* Returns whether the slot has a number, and stores it as a double. [-0, +0, -] */
static inline int core_is_number (lua_State *L, CoreSlot slot, double *number);

/*
** Returns whether the slot has a number that Java certainly gets as a double, and stores it; 0
** where Java might get an integer. [-0, +0, -]
*/
static inline int core_is_float (lua_State *L, CoreSlot slot, double *number);

/*
** Returns whether the slot has an integer, and stores it; 0 in versions without a type for
** integers. [-0, +0, -]
*/
static inline int core_is_integer (lua_State *L, CoreSlot slot, int64_t *integer);

/* Returns whether the slot has a function. [-0, +0, -] */
static inline int core_is_function (lua_State *L, CoreSlot slot);

/* Returns whether the slot has a table. [-0, +0, -] */
static inline int core_is_table (lua_State *L, CoreSlot slot);

/*
** Returns whether the Lua function in a slot, a chunk, has the table in another slot as its
** environment, or uses none. [-0, +0, -]
*/
static inline int core_has_environment (lua_State *L, CoreSlot function, CoreSlot table);

/* Returns whether the slot is the top. [-0, +0, -] */
static inline int core_is_top (lua_State *L, CoreSlot slot);

/* Pops the slot and all above it. None may be a to-be-closed variable. [-n, +0, -] */
static inline void core_drop (lua_State *L, CoreSlot slot);

/* Finds the parts of a table by its lua_topointer; returns 0 where they are unknown. */
static inline int core_parts (const void *pointer, CoreImage *parts);

/*
** Returns an address of the C stack between the frame of the running C function, which is below,
** and that of its caller, approximately: see blocks_drop_dead. [-0, +0, -]
*/
static inline uintptr_t core_caller_frame (lua_State *L);

#if !defined(CORE_LINKS_CALLS)

/*
** Moves 'ar' from 'level' to level + by, which must exist; may return 0 if it does not.
** [-0, +0, -]
*/
static inline int core_move_level (lua_State *L, lua_Debug *ar, int level, int by) {
  return lua_getstack(L, level + by, ar);
}

/*
** Returns the number of the outermost level, which is the highest; -1 if there is none.
** [-0, +0, -]
*/
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

/* Returns a shallow copy of a table's content, malloced; NULL if unknown, or out of memory. */
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
** Returns whether a table has the same content, compared by address, as when the image was made.
** A result of 1 is right if the values that the image refers to are still alive. Returns 0 also if
** the content has moved, or cannot be compared.
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
