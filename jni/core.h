/*
** What is done all the time. Where the core is one that we compile its inside is known, and it
** takes fewer steps than by the API, which does it elsewhere; there it is said what each does.
** Indices are positive.
*/
#ifndef LUPINE_CORE_H
#define LUPINE_CORE_H

#include <stdlib.h>

/* What a table held at one time: where its parts lay, and a copy of them. */
typedef struct CoreImage {
  const void *metatable, *nodes, *array;
  size_t node_bytes, array_bytes;
  char copy[];
} CoreImage;

#if CORE_PUC

#include "lobject.h"
#include "lstate.h"
#include "lgc.h"
#include "ltable.h"

#if LUA_VERSION_NUM >= 504
#define core_top(L)  ((L)->top.p)
#define core_ci_top(L)  ((L)->ci->top.p)
#define core_at(L, index)  ((L)->ci->func.p + (index))
#define core_value(slot)  s2v(slot)
#else
#define core_top(L)  ((L)->top)
#define core_ci_top(L)  ((L)->ci->top)
#define core_at(L, index)  ((L)->ci->func + (index))
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

int core_pcall (lua_State *L, int count, int results, int handler);

static inline void core_push_element (lua_State *L, int table, int key) {
  StkId slot = core_top(L)++;
  Table *elements = hvalue(core_value(core_at(L, table)));
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
}

static inline void core_get (lua_State *L, int table) {
  StkId slot = core_top(L) - 1;
#if LUA_VERSION_NUM >= 505
  lu_byte tag = luaH_get(hvalue(s2v(core_at(L, table))), s2v(slot), s2v(slot));
  if (tagisempty(tag)) setnilvalue(s2v(slot));
#elif LUA_VERSION_NUM == 504
  const TValue *value = luaH_get(hvalue(s2v(core_at(L, table))), s2v(slot));
  setobj2s(L, slot, value);
  if (isempty(value)) setnilvalue(s2v(slot));
#else
  setobj2s(L, slot, luaH_get(hvalue(core_at(L, table)), slot));
#endif
}

static inline void core_push_number (lua_State *L, double number) {
#if LUA_VERSION_NUM >= 503
  setfltvalue(core_value(core_top(L)), number);
#else
  setnvalue(core_top(L), number);
#endif
  core_top(L)++;
}

static inline int core_is_number (lua_State *L, double *number) {
  const TValue *value = core_value(core_top(L) - 1);
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

static inline int core_is_function (lua_State *L) {
  return ttisfunction(core_value(core_top(L) - 1));
}

static inline void core_drop (lua_State *L, int top) {
  core_top(L) = core_at(L, top + 1);
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

#elif CORE_JIT

#include "lj_obj.h"
#include "lj_state.h"
#include "lj_tab.h"
#include "lj_vm.h"

static inline int core_pcall (lua_State *L, int count, int results, int handler) {
  global_State *g = G(L);
  uint8_t hooks = (uint8_t)hook_save(g);
  ptrdiff_t handler_at = savestack(L, L->base + handler - 1);
  TValue *base = L->top - count;
  int status;
  if (LJ_FR2) {                   /* room for the frame, below the arguments */
    TValue *o;
    for (o = L->top++; o > base; o--) copyTV(L, o, o - 1);
    setnilV(base++);
  }
  status = lj_vm_pcall(L, base, results + 1, handler_at);
  if (status != LUA_OK) hook_restore(g, hooks);
  return status;
}

static inline void core_push_element (lua_State *L, int table, int key) {
  GCtab *elements = tabV(L->base + table - 1);
  cTValue *value = lj_tab_getint(elements, key);
  if (value != NULL) copyTV(L, L->top, value);
  else setnilV(L->top);
  L->top++;
}

static inline void core_get (lua_State *L, int table) {
  copyTV(L, L->top - 1, lj_tab_get(L, tabV(L->base + table - 1), L->top - 1));
}

static inline void core_push_number (lua_State *L, double number) {
  setnumV(L->top, number);
  if (tvisnan(L->top)) setnanV(L->top);
  L->top++;
}

static inline int core_is_number (lua_State *L, double *number) {
  cTValue *value = L->top - 1;
  if (!tvisnumber(value)) return 0;
  *number = numberVnum(value);
  return 1;
}

static inline int core_is_function (lua_State *L) {
  return tvisfunc(L->top - 1);
}

static inline void core_drop (lua_State *L, int top) {
  L->top = L->base + top;
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

#else

/* lua_pcall with a handler; no coroutine can yield across it. [-(count+1), +results, -] */
static inline int core_pcall (lua_State *L, int count, int results, int handler) {
  return lua_pcall(L, count, results, handler);
}

/* lua_rawgeti. [-0, +1, -] */
static inline void core_push_element (lua_State *L, int table, int key) {
  lua_rawgeti(L, table, key);
}

/* lua_rawget. [-1, +1, -] */
static inline void core_get (lua_State *L, int table) {
  lua_rawget(L, table);
}

/* lua_pushnumber. [-0, +1, -] */
static inline void core_push_number (lua_State *L, double number) {
  lua_pushnumber(L, (lua_Number)number);
}

/* Whether the value on the top is a number, and which. [-0, +0, -] */
static inline int core_is_number (lua_State *L, double *number) {
  if (lua_type(L, -1) != LUA_TNUMBER) return 0;
  *number = (double)lua_tonumber(L, -1);
  return 1;
}

/* Whether the value on the top is a function. [-0, +0, -] */
static inline int core_is_function (lua_State *L) {
  return lua_isfunction(L, -1);
}

/* lua_settop, where nothing above waits to be closed. [-n, +0, -] */
static inline void core_drop (lua_State *L, int top) {
  lua_settop(L, top);
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

/* Whether the value on the top is a number that Java gets as a double for sure. [-0, +0, -] */
static inline int core_is_float (lua_State *L, double *number) {
#if CORE_PUC && LUA_VERSION_NUM >= 503
  const TValue *value = core_value(core_top(L) - 1);
  if (!ttisfloat(value)) return 0;
  *number = fltvalue(value);
  return 1;
#else
  return core_is_number(L, number) && *number > -1e15 && *number < 1e15
      && *number != (double)(int64_t)*number;
#endif
}

#endif
