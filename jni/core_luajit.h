/*
** Part of core.h: fast paths on the internals of LuaJIT. The contract of each function is in
** core.h.
*/
#ifndef LUPINE_CORE_LUAJIT_H
#define LUPINE_CORE_LUAJIT_H

#include "lj_obj.h"
#include "lj_gc.h"
#include "lj_frame.h"
#include "lj_state.h"
#include "lj_tab.h"
#include "lj_vm.h"

typedef TValue *CoreSlot;

static inline int core_has_pending (lua_State *L) {
  (void)L;
  return 0;
}

static inline void core_take_thread (lua_State *L) {
  G(L)->cstack_limit = lupine_stack_limit;
}

static inline void core_collect_late (lua_State *L) {
  G(L)->gc.threshold = 2 * G(L)->gc.total;
}

static inline CoreSlot core_slot (lua_State *L, int index) {
  return L->base + index - 1;
}

static inline CoreSlot core_base_slot (lua_State *L, int index) {
  return tvref(L->stack) + 1 + LJ_FR2 + index - 1;
}

static inline CoreSlot core_first_argument (lua_State *L, CoreSlot function) {
  if (LJ_FR2) {                   /* the frame comes between */
    setnilV(function + 1);
    L->top = function + 2;
  }
  return function + 1 + LJ_FR2;
}

static inline int core_pcall (lua_State *L, CoreSlot function, int results, CoreSlot handler) {
  global_State *g = G(L);
  uint8_t hooks = (uint8_t)hook_save(g);
  int status;
  core_take_thread(L);
  status = lj_vm_pcall(L, function + 1 + LJ_FR2, results + 1, savestack(L, handler));
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

/* Returns the field of a table whose name is an element of 'names', or NULL. */
static inline TValue *core_find_field (CoreSlot table, CoreSlot names, int number) {
  cTValue *name = lj_tab_getint(tabV(names), number);
  Node *node = name != NULL && tvisstr(name) ? hashstr(tabV(table), strV(name)) : NULL;
  while (node != NULL && node->key.u64 != name->u64) node = nextnode(node);
  return node != NULL ? &node->val : NULL;
}

static inline void core_put_field (lua_State *L, CoreSlot slot, CoreSlot table, CoreSlot names,
                                   int number) {
  const TValue *field = core_find_field(table, names, number);
  if (field != NULL) copyTV(L, slot, field);
  else setnilV(slot);
  L->top = slot + 1;
}

static inline int core_set_field (lua_State *L, CoreSlot slot, CoreSlot table, CoreSlot names,
                                  int number) {
  TValue *field = core_find_field(table, names, number);
  L->top = slot;
  if (field == NULL || tvisnil(field)) return 0;
  copyTV(L, field, slot);
  tabV(table)->nomm = 0;          /* it may be a metatable */
  lj_gc_anybarriert(L, tabV(table));
  return 1;
}

static inline void core_put_number (lua_State *L, CoreSlot slot, double number) {
  setnumV(slot, number);
  if (tvisnan(slot)) setnanV(slot);
  L->top = slot + 1;
}

static inline void core_put_integer (lua_State *L, CoreSlot slot, int64_t integer) {
  setnumV(slot, (double)integer);
  L->top = slot + 1;
}

static inline int core_is_number (lua_State *L, CoreSlot slot, double *number) {
  (void)L;
  if (!tvisnumber(slot)) return 0;
  *number = numberVnum(slot);
  return 1;
}

static inline int core_is_integer (lua_State *L, CoreSlot slot, int64_t *integer) {
  (void)L; (void)slot; (void)integer;
  return 0;
}

static inline int core_is_function (lua_State *L, CoreSlot slot) {
  (void)L;
  return tvisfunc(slot);
}

static inline int core_is_table (lua_State *L, CoreSlot slot) {
  (void)L;
  return tvistab(slot);
}

static inline int core_has_environment (lua_State *L, CoreSlot function, CoreSlot table) {
  (void)L;
  return tabref(funcV(function)->l.env) == tabV(table);
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

static inline int core_is_float (lua_State *L, CoreSlot slot, double *number) {
  return core_is_number(L, slot, number) && core_is_fraction(*number);
}

static inline uintptr_t core_caller_frame (lua_State *L) {
  return (uintptr_t)cframe_raw(L->cframe);
}

#define CORE_HAS_UNCATCHABLE  1

static inline void core_set_uncatchable (lua_State *L, int on) {
  G(L)->uncatchable = on != 0;
}

#define CORE_HAS_POINTERS  LJ_HASFFI

void lupine_push_pointer (lua_State *L, int type, uintptr_t address);

static inline void core_push_pointer (lua_State *L, int type, uintptr_t address) {
  lupine_push_pointer(L, type, address);
}

#define CORE_COMPILES  LJ_HASJIT

static inline double *core_number_at (const void *table, int key) {
  return &arrayslot((GCtab *)table, key)->n;
}

#define CORE_MARKS_TABLES  1

static inline void core_mark_table (void *userdata) {
  ((GCudata *)userdata - 1)->udtype = UDTYPE_LUPINE_TABLE;
}

#endif
