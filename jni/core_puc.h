/*
** Part of core.h: fast paths on the internals of a core from PUC-Rio, Lua 5.1 to 5.5. The contract
** of each function is in core.h.
*/
#ifndef LUPINE_CORE_PUC_H
#define LUPINE_CORE_PUC_H

#include "lobject.h"
#include "lstate.h"
#include "lfunc.h"
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

static inline CoreSlot core_first_argument (lua_State *L, CoreSlot function) {
  (void)L;
  return function + 1;
}

/* core.c */
int core_pcall_fast (lua_State *L, CoreSlot function, int results, CoreSlot handler);

static inline int core_pcall (lua_State *L, CoreSlot function, int results, CoreSlot handler) {
  return core_pcall_fast(L, function, results, handler);
}

static inline int core_has_pending (lua_State *L) {
#if LUA_VERSION_NUM >= 504
  return L->tbclist.p > L->stack.p;
#else
  (void)L;
  return 0;
#endif
}

static inline void core_collect_late (lua_State *L) {
#if LUA_VERSION_NUM >= 505
  luaE_setdebt(G(L), gettotalbytes(G(L)));
#elif LUA_VERSION_NUM >= 502
  luaE_setdebt(G(L), -((l_mem)G(L)->totalbytes + G(L)->GCdebt));
#else
  G(L)->GCthreshold = 2 * G(L)->totalbytes;
#endif
}

static inline void core_take_thread (lua_State *L) {
  (void)L;
}

static inline CoreSlot core_slot (lua_State *L, int index) {
  return core_function(L) + index;
}

static inline CoreSlot core_base_slot (lua_State *L, int index) {
  return core_base(L) + index;
}

#if LUA_VERSION_NUM < 505
static inline const TValue *core_element (Table *elements, int key) {
  unsigned index = (unsigned)key - 1;
  return index < (unsigned)elements->core_array_size ? &elements->array[index]
      : core_find(elements, key);
}
#endif

static inline void core_put_element (lua_State *L, CoreSlot slot, CoreSlot table, int key) {
  Table *elements = hvalue(core_value(table));
#if LUA_VERSION_NUM >= 505
  lu_byte tag;
  luaH_fastgeti(elements, key, s2v(slot), tag);
  if (tagisempty(tag)) setnilvalue(s2v(slot));
#else
  const TValue *value = core_element(elements, key);
  setobj2s(L, slot, value);
#if LUA_VERSION_NUM == 504
  if (isempty(value)) setnilvalue(s2v(slot));
#endif
#endif
  core_top(L) = slot + 1;
}

static inline void core_put_field (lua_State *L, CoreSlot slot, CoreSlot table, CoreSlot names,
                                   int number) {
#if LUA_VERSION_NUM >= 505
  lu_byte tag;
  core_put_element(L, slot, names, number);
  tag = luaH_get(hvalue(s2v(table)), s2v(slot), s2v(slot));
  if (tagisempty(tag)) setnilvalue(s2v(slot));
#else
  const TValue *name = core_element(hvalue(core_value(names)), number);
  const TValue *value = luaH_get(hvalue(core_value(table)), name);
  setobj2s(L, slot, value);
#if LUA_VERSION_NUM == 504
  if (isempty(value)) setnilvalue(s2v(slot));
#endif
  core_top(L) = slot + 1;
#endif
}

static inline int core_set_field (lua_State *L, CoreSlot slot, CoreSlot table, CoreSlot names,
                                  int number) {
  Table *fields = hvalue(core_value(table));
  core_top(L) = slot;
#if LUA_VERSION_NUM >= 505
  {
    TValue name, old;               /* luaH_pset may also set what is nil */
    lu_byte tag;
    luaH_fastgeti(hvalue(core_value(names)), number, &name, tag);
    if (tagisempty(tag) || tagisempty(luaH_get(fields, &name, &old))
        || luaH_pset(fields, &name, core_value(slot)) != HOK)
      return 0;
  }
#else
  {
    const TValue *name = core_element(hvalue(core_value(names)), number);
    TValue *field = (TValue *)luaH_get(fields, name);
    if (ttisnil(field)) return 0;
    setobj2t(L, field, core_value(slot));
  }
#endif
#if LUA_VERSION_NUM >= 504         /* it may be a metatable */
  fields->flags = cast_byte(fields->flags & ~maskflags);
  luaC_barrierback(L, obj2gco(fields), core_value(slot));
#else
  fields->flags = 0;
#if LUA_VERSION_NUM == 503
  luaC_barrierback(L, fields, slot);
#elif LUA_VERSION_NUM == 502
  luaC_barrierback(L, obj2gco(fields), slot);
#else
  luaC_barriert(L, fields, slot);
#endif
#endif
  return 1;
}

static inline void core_put_number (lua_State *L, CoreSlot slot, double number) {
#if LUA_VERSION_NUM >= 503
  setfltvalue(core_value(slot), number);
#else
  setnvalue(slot, number);
#endif
  core_top(L) = slot + 1;
}

static inline void core_put_integer (lua_State *L, CoreSlot slot, int64_t integer) {
#if LUA_VERSION_NUM >= 503
  setivalue(core_value(slot), (lua_Integer)integer);
#else
  setnvalue(slot, (lua_Number)integer);
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

static inline int core_is_integer (lua_State *L, CoreSlot slot, int64_t *integer) {
#if LUA_VERSION_NUM >= 503
  if (!ttisinteger(core_value(slot))) return 0;
  *integer = (int64_t)ivalue(core_value(slot));
#else
  (void)slot; (void)integer;
#endif
  (void)L;
  return LUA_VERSION_NUM >= 503;
}

static inline int core_is_function (lua_State *L, CoreSlot slot) {
  (void)L;
  return ttisfunction(core_value(slot));
}

static inline int core_is_table (lua_State *L, CoreSlot slot) {
  (void)L;
  return ttistable(core_value(slot));
}

static inline int core_has_environment (lua_State *L, CoreSlot function, CoreSlot table) {
  const TValue *value = core_value(function);
  (void)L;
#if LUA_VERSION_NUM >= 502
  if (!ttisLclosure(value)) return 0;
  if (clLvalue(value)->nupvalues == 0) return 1;
#if LUA_VERSION_NUM >= 504
  value = clLvalue(value)->upvals[0]->v.p;
#else
  value = clLvalue(value)->upvals[0]->v;
#endif
  return ttistable(value) && hvalue(value) == hvalue(core_value(table));
#else
  return clvalue(value)->c.env == hvalue(core_value(table));
#endif
}

static inline int core_is_top (lua_State *L, CoreSlot slot) {
  return core_top(L) == slot + 1;
}

static inline void core_drop (lua_State *L, CoreSlot slot) {
  core_top(L) = slot;
}

static inline int core_parts (const void *pointer, CoreImage *parts) {
  const Table *table = (const Table *)pointer;
#if LUA_VERSION_NUM >= 505         /* values, downwards; a hint; tags */
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
  return (G(L)->gcstp & GCSTPGC) == 0;            /* not so in a finalizer */
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
  /* 0 in a finalizer, where hooks are off; else as scripts want it */
  T->collects = L->allowhook ? AS_IT_IS : G(L)->gcrunning;
#endif
#if LUA_VERSION_NUM == 502
  T->calls = L->nCcalls;          /* another thread that tries to resume L changes it */
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

static inline int core_is_float (lua_State *L, CoreSlot slot, double *number) {
#if LUA_VERSION_NUM >= 503
  (void)L;
  if (!ttisfloat(core_value(slot))) return 0;
  *number = fltvalue(core_value(slot));
  return 1;
#else
  return core_is_number(L, slot, number) && core_is_fraction(*number);
#endif
}

static inline uintptr_t core_caller_frame (lua_State *L) {
  (void)L;
  return (uintptr_t)__builtin_frame_address(0);
}

#if LUA_VERSION_NUM >= 502

/* To walk from the top to each level takes the square of their number. The records are linked. */
#define CORE_LINKS_CALLS  1

static inline int core_move_level (lua_State *L, lua_Debug *ar, int level, int by) {
  CallInfo *record = ar->i_ci;
  (void)L; (void)level;
  while (by-- > 0) record = record->previous;
  ar->i_ci = record;
  return 1;
}

static inline int core_last_level (lua_State *L) {
  lua_Debug ar;
  int level = 0;
  const CallInfo *record;
  if (!lua_getstack(L, 0, &ar)) return -1;
  /* the first record of all stands for the caller in C, and is not a level */
  for (record = ar.i_ci; record->previous != NULL && record->previous->previous != NULL;
       record = record->previous)
    level++;
  return level;
}

#endif

#endif
