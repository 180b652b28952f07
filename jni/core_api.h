/*
** Part of core.h: the fast-path primitives by the public API, for an installed core. The contract
** of each function is in core.h.
*/
#ifndef LUPINE_CORE_API_H
#define LUPINE_CORE_API_H

#include "compat.h"

typedef int CoreSlot;             /* a positive index */

static inline int core_has_pending (lua_State *L) {
  (void)L;
  return LUA_VERSION_NUM >= 504;
}

static inline void core_take_thread (lua_State *L) {
  (void)L;
}

static inline void core_collect_late (lua_State *L) {
  (void)L;
}

static inline int core_is_calling (lua_State *L, const lua_Debug *ar) {
  (void)L; (void)ar;
  return 0;
}

static inline int core_can_detach (lua_State *L) {
  (void)L;
  return 0;
}

static inline void core_begin (lua_State *L, CoreThread *T) {
  (void)L; (void)T;
}

static inline void core_leave (lua_State *L, CoreThread *T) {
  (void)L; (void)T;
}

static inline void core_return (lua_State *L, const CoreThread *T, const CoreThread *from,
                                int paused) {
  (void)L; (void)T; (void)from; (void)paused;
}

static inline CoreSlot core_slot (lua_State *L, int index) {
  (void)L;
  return index;
}

static inline CoreSlot core_base_slot (lua_State *L, int index) {
  (void)L;
  return index;
}

static inline CoreSlot core_first_argument (lua_State *L, CoreSlot function) {
  (void)L;
  return function + 1;
}

static inline int core_pcall (lua_State *L, CoreSlot function, int results, CoreSlot handler) {
  return lua_pcall(L, lua_gettop(L) - function, results, handler);
}

static inline void core_put_element (lua_State *L, CoreSlot slot, CoreSlot table, int key) {
  (void)slot;
  lua_rawgeti(L, table, key);
}

static inline void core_put_field (lua_State *L, CoreSlot slot, CoreSlot table, CoreSlot names,
                                   int number) {
  (void)slot;
  lua_rawgeti(L, names, number);
  lua_rawget(L, table);
}

static inline int core_set_field (lua_State *L, CoreSlot slot, CoreSlot table, CoreSlot names,
                                  int number) {
  int set;
  core_put_field(L, slot + 1, table, names, number);
  set = !lua_isnil(L, -1);
  lua_pop(L, 1);
  if (set) {
    lua_rawgeti(L, names, number);
    lua_pushvalue(L, slot);
    lua_rawset(L, table);
  }
  lua_pop(L, 1);
  return set;
}

static inline void core_put_number (lua_State *L, CoreSlot slot, double number) {
  (void)slot;
  lua_pushnumber(L, (lua_Number)number);
}

static inline void core_put_integer (lua_State *L, CoreSlot slot, int64_t integer) {
  (void)slot;
  compat_push_long(L, integer);
}

static inline int core_is_number (lua_State *L, CoreSlot slot, double *number) {
  if (lua_type(L, slot) != LUA_TNUMBER) return 0;
  *number = (double)lua_tonumber(L, slot);
  return 1;
}

static inline int core_is_integer (lua_State *L, CoreSlot slot, int64_t *integer) {
#if COMPAT_HAS_INTEGERS
  if (!lua_isinteger(L, slot)) return 0;
  *integer = (int64_t)lua_tointeger(L, slot);
  return 1;
#else
  (void)L; (void)slot; (void)integer;
  return 0;
#endif
}

static inline int core_is_function (lua_State *L, CoreSlot slot) {
  return lua_isfunction(L, slot);
}

static inline int core_is_table (lua_State *L, CoreSlot slot) {
  return lua_istable(L, slot);
}

static inline int core_has_environment (lua_State *L, CoreSlot function, CoreSlot table) {
  int has;
  lua_pushvalue(L, table);
  has = compat_has_environment(L, function);
  lua_pop(L, 1);
  return has;
}

static inline int core_is_top (lua_State *L, CoreSlot slot) {
  return lua_gettop(L) == slot;
}

static inline void core_drop (lua_State *L, CoreSlot slot) {
  lua_settop(L, slot - 1);
}

static inline int core_parts (const void *pointer, CoreImage *parts) {
  (void)pointer; (void)parts;
  return 0;
}

static inline int core_is_float (lua_State *L, CoreSlot slot, double *number) {
  return core_is_number(L, slot, number) && core_is_fraction(*number);
}

static inline uintptr_t core_caller_frame (lua_State *L) {
  (void)L;
  return (uintptr_t)__builtin_frame_address(0);
}

#endif
