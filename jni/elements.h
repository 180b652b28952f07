/* The elements of the table at 1, for operations that visit many of them. */
#ifndef LUPINE_ELEMENTS_H
#define LUPINE_ELEMENTS_H

#include "table.h"

/* Returns the length of a table whose elements are to be visited. Java counts them by int. */
static inline int64_t elements_length (lua_State *L) {
  int64_t length = table_length(L);
  if (length > INT32_MAX / 8) luaL_error(L, "table is too long for Java");
  return length;
}

/* Returns whether the table's elements can be read without a metamethod. [-0, +0, -] */
static inline int elements_are_plain (lua_State *L) {
  if (!lua_getmetatable(L, 1)) return 1;
  lua_pop(L, 1);
  return 0;
}

/* [-0, +1, e] */
static inline void elements_get (lua_State *L, int64_t at, int plain) {
  if (plain) lua_rawgeti(L, 1, (int)at);
  else {
    compat_push_long(L, at);
    lua_gettable(L, 1);
  }
}

/* [-1, +0, e] */
static inline void elements_set (lua_State *L, int64_t at, int plain) {
  if (plain) lua_rawseti(L, 1, (int)at);
  else {
    compat_push_long(L, at);
    lua_insert(L, -2);
    lua_settable(L, 1);
  }
}

#endif
