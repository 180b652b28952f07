/*
** What is done all the time. Where the core is one that we compile its inside is known, and it
** takes fewer steps than by the API, which does it elsewhere; there it is said what each does.
**
** A slot is a place in the stack. What is put somewhere is the top from then on. To know slots
** beforehand, rather than to ask for the top, saves more time than any step: each call would wait
** for what the one before has written. They hold until something is called.
*/
#ifndef LUPINE_CORE_H
#define LUPINE_CORE_H

#include <stdint.h>
#include <stdlib.h>

/* What a table held at one time: where its parts lay, and a copy of them. */
typedef struct CoreImage {
  const void *metatable, *nodes, *array;
  size_t node_bytes, array_bytes;
  char copy[];
} CoreImage;

/* What a thread has in the core's global state: see core_leave. */
typedef struct CoreThread {
  int collects, calls;
} CoreThread;

#if CORE_PUC

#include "lobject.h"
#include "lstate.h"
#include "lgc.h"
#include "ltable.h"

#if LUA_VERSION_NUM >= 504
#define core_top(L)  ((L)->top.p)
#define core_ci_top(L)  ((L)->ci->top.p)
#define core_base(L)  ((L)->base_ci.func.p)
#define core_function(L)  ((L)->ci->func.p)
#define core_value(slot)  s2v(slot)
#else
#define core_top(L)  ((L)->top)
#define core_ci_top(L)  ((L)->ci->top)
#if LUA_VERSION_NUM >= 502
#define core_base(L)  ((L)->base_ci.func)
#else
#define core_base(L)  ((L)->base_ci->func)
#endif
#define core_function(L)  ((L)->ci->func)
#define core_value(slot)  (slot)
#endif

#if LUA_VERSION_NUM == 504
#define core_array_size  alimit
#else
#define core_array_size  sizearray
#endif
#if LUA_VERSION_NUM >= 502
#define core_find(table, key)  luaH_getint(table, key)
#else
#define core_find(table, key)  luaH_getnum(table, key)
#endif

typedef StkId CoreSlot;

#define AS_IT_IS  (-1)             /* of CoreThread.collects */

int core_pcall (lua_State *L, CoreSlot function, int results, CoreSlot handler);

static inline void core_take_thread (lua_State *L) {
  (void)L;
}

static inline CoreSlot core_slot (lua_State *L, int index) {
  return core_function(L) + index;
}

static inline CoreSlot core_base_slot (lua_State *L, int index) {
  return core_base(L) + index;
}

static inline void core_put_element (lua_State *L, CoreSlot slot, CoreSlot table, int key) {
  Table *elements = hvalue(core_value(table));
#if LUA_VERSION_NUM >= 505
  lu_byte tag;
  luaH_fastgeti(elements, key, s2v(slot), tag);
  if (tagisempty(tag)) setnilvalue(s2v(slot));
#else
  unsigned index = (unsigned)key - 1;
  const TValue *value = index < (unsigned)elements->core_array_size ? &elements->array[index]
      : core_find(elements, key);
  setobj2s(L, slot, value);
#if LUA_VERSION_NUM == 504
  if (isempty(value)) setnilvalue(s2v(slot));
#endif
#endif
  core_top(L) = slot + 1;
}

static inline void core_get (lua_State *L, CoreSlot slot, CoreSlot table) {
#if LUA_VERSION_NUM >= 505
  lu_byte tag = luaH_get(hvalue(s2v(table)), s2v(slot), s2v(slot));
  if (tagisempty(tag)) setnilvalue(s2v(slot));
#elif LUA_VERSION_NUM == 504
  const TValue *value = luaH_get(hvalue(s2v(table)), s2v(slot));
  setobj2s(L, slot, value);
  if (isempty(value)) setnilvalue(s2v(slot));
#else
  setobj2s(L, slot, luaH_get(hvalue(table), slot));
#endif
  (void)L;
}

static inline void core_put_number (lua_State *L, CoreSlot slot, double number) {
#if LUA_VERSION_NUM >= 503
  setfltvalue(core_value(slot), number);
#else
  setnvalue(slot, number);
#endif
  core_top(L) = slot + 1;
}

static inline int core_is_number (lua_State *L, CoreSlot slot, double *number) {
  const TValue *value = core_value(slot);
  (void)L;
#if LUA_VERSION_NUM >= 503
  if (ttisfloat(value)) {         /* as nearly always */
    *number = fltvalue(value);
    return 1;
  }
#endif
  if (!ttisnumber(value)) return 0;
  *number = nvalue(value);
  return 1;
}

static inline int core_is_function (lua_State *L, CoreSlot slot) {
  (void)L;
  return ttisfunction(core_value(slot));
}

static inline int core_is_top (lua_State *L, CoreSlot slot) {
  return core_top(L) == slot + 1;
}

static inline void core_drop (lua_State *L, CoreSlot slot) {
  core_top(L) = slot;
}

static inline int core_parts (const void *pointer, CoreImage *parts) {
  const Table *table = (const Table *)pointer;
#if LUA_VERSION_NUM >= 505         /* values, downwards, a hint, and tags */
  parts->array = table->array - table->asize;
  parts->array_bytes = table->asize == 0 ? 0
      : table->asize * (sizeof(Value) + 1) + sizeof(unsigned);
#else
  parts->array = table->array;
#if LUA_VERSION_NUM == 504
  parts->array_bytes = luaH_realasize(table) * sizeof(TValue);
#else
  parts->array_bytes = (size_t)table->sizearray * sizeof(TValue);
#endif
#endif
  parts->metatable = table->metatable;
  parts->nodes = table->node;
  parts->node_bytes = (size_t)sizenode(table) * sizeof(Node);
  return 1;
}

static inline int core_is_calling (lua_State *L, const lua_Debug *ar) {
#if LUA_VERSION_NUM >= 504
  const CallInfo *ci = ar->i_ci;
  return ci != L->ci
      && ci->next->func.p <= ci->func.p + clLvalue(s2v(ci->func.p))->p->maxstacksize;
#elif LUA_VERSION_NUM >= 502
  const CallInfo *ci = ar->i_ci;
  return ci != L->ci && ci->next->func < ci->u.l.base + clLvalue(ci->func)->p->maxstacksize;
#else
  const CallInfo *ci = L->base_ci + ar->i_ci;
  return ci < L->ci && ci[1].func < ci->base + clvalue(ci->func)->l.p->maxstacksize;
#endif
}

static inline int core_can_detach (lua_State *L) {
#if LUA_VERSION_NUM >= 504
  return (G(L)->gcstp & GCSTPGC) == 0;            /* else this is a finalizer */
#else
  (void)L;
  return 1;
#endif
}

static inline void core_begin (lua_State *L, CoreThread *T) {
#if LUA_VERSION_NUM == 502 || LUA_VERSION_NUM == 503
  T->collects = AS_IT_IS;
#endif
#if LUA_VERSION_NUM == 502
  T->calls = L->nCcalls;
#endif
  (void)L; (void)T;
}

static inline void core_leave (lua_State *L, CoreThread *T) {
#if LUA_VERSION_NUM == 502 || LUA_VERSION_NUM == 503
  /* 0 in a finalizer, where hooks are off; else it is what scripts want it to be */
  T->collects = L->allowhook ? AS_IT_IS : G(L)->gcrunning;
#endif
#if LUA_VERSION_NUM == 502
  T->calls = L->nCcalls;          /* an attempt of another thread to resume L changes it */
#endif
  (void)L; (void)T;
}

static inline void core_return (lua_State *L, const CoreThread *T, const CoreThread *from,
                                int paused) {
#if LUA_VERSION_NUM == 502 || LUA_VERSION_NUM == 503
  if (T->collects != AS_IT_IS) G(L)->gcrunning = (lu_byte)T->collects;
  else if (from->collects != AS_IT_IS) G(L)->gcrunning = (lu_byte)!paused;
#endif
#if LUA_VERSION_NUM == 502
  L->nCcalls = (unsigned short)T->calls;
#endif
  (void)L; (void)T; (void)from; (void)paused;
}

#elif CORE_JIT

#include "lj_obj.h"
#include "lj_frame.h"
#include "lj_state.h"
#include "lj_tab.h"
#include "lj_vm.h"

typedef TValue *CoreSlot;

static inline void core_take_thread (lua_State *L) {
  G(L)->cstack_limit = lupine_stack_limit;
}

static inline CoreSlot core_slot (lua_State *L, int index) {
  return L->base + index - 1;
}

static inline CoreSlot core_base_slot (lua_State *L, int index) {
  return tvref(L->stack) + 1 + LJ_FR2 + index - 1;
}

static inline int core_pcall (lua_State *L, CoreSlot function, int results, CoreSlot handler) {
  global_State *g = G(L);
  uint8_t hooks = (uint8_t)hook_save(g);
  CoreSlot base = function + 1;
  int status;
  core_take_thread(L);
  if (LJ_FR2) {                   /* room for the frame, below the arguments */
    CoreSlot o;
    for (o = L->top++; o > base; o--) copyTV(L, o, o - 1);
    setnilV(base++);
  }
  status = lj_vm_pcall(L, base, results + 1, savestack(L, handler));
  if (status != LUA_OK) hook_restore(g, hooks);
  return status;
}

static inline void core_put_element (lua_State *L, CoreSlot slot, CoreSlot table, int key) {
  GCtab *elements = tabV(table);
  cTValue *value = lj_tab_getint(elements, key);
  if (value != NULL) copyTV(L, slot, value);
  else setnilV(slot);
  L->top = slot + 1;
}

static inline void core_get (lua_State *L, CoreSlot slot, CoreSlot table) {
  copyTV(L, slot, lj_tab_get(L, tabV(table), slot));
}

static inline void core_put_number (lua_State *L, CoreSlot slot, double number) {
  setnumV(slot, number);
  if (tvisnan(slot)) setnanV(slot);
  L->top = slot + 1;
}

static inline int core_is_number (lua_State *L, CoreSlot slot, double *number) {
  (void)L;
  if (!tvisnumber(slot)) return 0;
  *number = numberVnum(slot);
  return 1;
}

static inline int core_is_function (lua_State *L, CoreSlot slot) {
  (void)L;
  return tvisfunc(slot);
}

static inline int core_is_top (lua_State *L, CoreSlot slot) {
  return L->top == slot + 1;
}

static inline void core_drop (lua_State *L, CoreSlot slot) {
  L->top = slot;
}

static inline int core_parts (const void *pointer, CoreImage *parts) {
  const GCtab *table = (const GCtab *)pointer;
  parts->metatable = tabref(table->metatable);
  parts->nodes = noderef(table->node);
  parts->node_bytes = ((size_t)table->hmask + 1) * sizeof(Node);
  parts->array = tvref(table->array);
  parts->array_bytes = (size_t)table->asize * sizeof(TValue);
  return 1;
}

static inline int core_is_calling (lua_State *L, const lua_Debug *ar) {
  (void)L; (void)ar;
  return 0;
}

static inline int core_can_detach (lua_State *L) {
  return (G(L)->hookmask & (HOOK_ACTIVE | HOOK_VMEVENT | HOOK_GC)) == 0;
}

static inline void core_begin (lua_State *L, CoreThread *T) {
  (void)L; (void)T;
}

static inline void core_leave (lua_State *L, CoreThread *T) {
  (void)L; (void)T;
}

static inline void core_return (lua_State *L, const CoreThread *T, const CoreThread *from,
                                int paused) {
  setgcref(G(L)->cur_L, obj2gco(L));
  (void)T; (void)from; (void)paused;
}

#else

typedef int CoreSlot;             /* a positive index */

/*
** Tells the core that this thread runs it from now on, where the core keeps something of a thread:
** what enters it or goes on in it other than by the API begins with this.
*/
static inline void core_take_thread (lua_State *L) {
  (void)L;
}

/*
** Whether the Lua function at a level is in a call that it makes itself. Then what it calls lies
** among its registers, and all that is beneath are live values, locals and temporaries: a hook or
** a metamethod lies above them. 0 if that cannot be told. [-0, +0, -]
*/
static inline int core_is_calling (lua_State *L, const lua_Debug *ar) {
  (void)L; (void)ar;
  return 0;
}

/*
** Whether another thread may run in the state while L is in a call of C: there the core keeps
** nothing in its global state that it restores afterwards, or we know how to swap that.
** [-0, +0, -]
*/
static inline int core_can_detach (lua_State *L) {
  (void)L;
  return 0;
}

/* What a thread has in the global state that runs nothing yet. [-0, +0, -] */
static inline void core_begin (lua_State *L, CoreThread *T) {
  (void)L; (void)T;
}

/* Notes what a thread has there that is being detached. [-0, +0, -] */
static inline void core_leave (lua_State *L, CoreThread *T) {
  (void)L; (void)T;
}

/* Puts back what a thread has there that is attached again, after another one. [-0, +0, -] */
static inline void core_return (lua_State *L, const CoreThread *T, const CoreThread *from,
                                int paused) {
  (void)L; (void)T; (void)from; (void)paused;
}

/* The slot of a positive index. */
static inline CoreSlot core_slot (lua_State *L, int index) {
  (void)L;
  return index;
}

/* The same where no function runs in L. */
static inline CoreSlot core_base_slot (lua_State *L, int index) {
  (void)L;
  return index;
}

/*
** Calls a function with what lies above it, under a handler; the results are from its slot on, or
** the error is there. No coroutine can yield across it. [-(n+1), +results, -]
*/
static inline int core_pcall (lua_State *L, CoreSlot function, int results, CoreSlot handler) {
  return lua_pcall(L, lua_gettop(L) - function, results, handler);
}

/*
** Puts an element of a table, metamethods bypassed, above the top, which is below the slot.
** [-0, +1, -]
*/
static inline void core_put_element (lua_State *L, CoreSlot slot, CoreSlot table, int key) {
  (void)slot;
  lua_rawgeti(L, table, key);
}

/* Puts what a table has for the key at the slot, the top, in its place. [-1, +1, -] */
static inline void core_get (lua_State *L, CoreSlot slot, CoreSlot table) {
  (void)slot;
  lua_rawget(L, table);
}

/* Puts a number above the top, which is below the slot. [-0, +1, -] */
static inline void core_put_number (lua_State *L, CoreSlot slot, double number) {
  (void)slot;
  lua_pushnumber(L, (lua_Number)number);
}

/* Whether there is a number, and which. [-0, +0, -] */
static inline int core_is_number (lua_State *L, CoreSlot slot, double *number) {
  if (lua_type(L, slot) != LUA_TNUMBER) return 0;
  *number = (double)lua_tonumber(L, slot);
  return 1;
}

/* Whether there is a function. [-0, +0, -] */
static inline int core_is_function (lua_State *L, CoreSlot slot) {
  return lua_isfunction(L, slot);
}

/* Whether the slot is the top. [-0, +0, -] */
static inline int core_is_top (lua_State *L, CoreSlot slot) {
  return lua_gettop(L) == slot;
}

/* Drops all from the slot on, of which nothing waits to be closed. [-n, +0, -] */
static inline void core_drop (lua_State *L, CoreSlot slot) {
  lua_settop(L, slot - 1);
}

/* Where the parts of a table lie, which lua_topointer gave; 0 if that cannot be told. */
static inline int core_parts (const void *pointer, CoreImage *parts) {
  (void)pointer; (void)parts;
  return 0;
}

#endif

/* What a table holds now, malloced; NULL if that cannot be told, or there is no memory. */
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

/* Whether a table holds what it held then; 0 also if that takes a closer look. */
static inline int core_is_as (const void *table, const CoreImage *image) {
  CoreImage parts;
  return image != NULL && core_parts(table, &parts) && parts.metatable == image->metatable
      && parts.nodes == image->nodes && parts.node_bytes == image->node_bytes
      && parts.array == image->array && parts.array_bytes == image->array_bytes
      && memcmp(parts.nodes, image->copy, parts.node_bytes) == 0
      && (parts.array_bytes == 0
          || memcmp(parts.array, image->copy + parts.node_bytes, parts.array_bytes) == 0);
}

/* Whether there is a number that Java gets as a double for sure. [-0, +0, -] */
static inline int core_is_float (lua_State *L, CoreSlot slot, double *number) {
#if CORE_PUC && LUA_VERSION_NUM >= 503
  (void)L;
  if (!ttisfloat(core_value(slot))) return 0;
  *number = fltvalue(core_value(slot));
  return 1;
#else
  return core_is_number(L, slot, number) && *number > -1e15 && *number < 1e15
      && *number != (double)(int64_t)*number;
#endif
}

/* A place of the C stack: what called the present C function is above it, this one below. */
static inline uintptr_t core_caller_frame (lua_State *L) {
#if CORE_JIT
  return (uintptr_t)cframe_raw(L->cframe);
#else
  (void)L;
  return (uintptr_t)__builtin_frame_address(0);   /* nearly: see limits_passed */
#endif
}

/*
** The levels of a stack can be many, and lua_getstack walks to each anew. The record that it finds
** begins alike from 5.2 to 5.5, so one walk is enough. 5.1 keeps its records in an array.
*/
#if LUA_VERSION_NUM >= 502

typedef struct CallRecord {
  void *function, *top;
  struct CallRecord *previous, *next;
} CallRecord;

/* Moves from a level to the one 'by' below it; 0 if there is none. */
static inline int core_move_level (lua_State *L, lua_Debug *ar, int level, int by) {
  CallRecord *record = (CallRecord *)(void *)ar->i_ci;
  (void)L; (void)level;
  while (by-- > 0) record = record->previous;
  ar->i_ci = (struct CallInfo *)(void *)record;
  return 1;
}

static inline int core_last_level (lua_State *L) {
  lua_Debug ar;
  int level = 0;
  CallRecord *record;
  if (!lua_getstack(L, 0, &ar)) return -1;
  record = (CallRecord *)(void *)ar.i_ci;
  /* the first record of all stands for the caller in C, and is no level */
  while (record->previous != NULL && record->previous->previous != NULL) {
    record = record->previous;
    level++;
  }
  return level;
}

#else

static inline int core_move_level (lua_State *L, lua_Debug *ar, int level, int by) {
  return lua_getstack(L, level + by, ar);
}

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

#endif
