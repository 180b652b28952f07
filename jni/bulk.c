/*
** Bulk operations: building and dumping tables with everything in them, and pieces of sequences;
** packed.c has those on packed numbers. Messages are read and written value by value, so that their
** size is limited by memory and not by Lua's stack. The table of an operation is at 1.
*/
#include "bulk.h"

#include "codec.h"
#include "elements.h"
#include "memory.h"
#include "message.h"
#include "packed.h"
#include "registry.h"
#include "stop.h"
#include "writer.h"

/* Pushes the next value, which may be a table under construction in 'nodes' at 1. */
static void next_value (Entry *E, lua_State *L, Reader *R) {
  int node = message_next_node(R);
  if (node > 0) lua_rawgeti(L, 1, node);
  else codec_push_next(R, L, E->S);
}

/* nodes table source: copies the entries of the source on the top. [-1, +0, m] */
static void overlay (lua_State *L) {
  if (!lua_istable(L, 3)) registry_damaged(L);
  lua_pushnil(L);
  while (lua_next(L, 3)) {        /* nodes table source key value */
    stop_poll(state_current, L);
    lua_pushvalue(L, -2);
    lua_insert(L, -2);
    lua_rawset(L, 2);
  }
  lua_settop(L, 2);
}

/* nodes table: reads its elements, then its entries. */
static void build_node (Entry *E, lua_State *L, Reader *R, int64_t elements, int64_t entries) {
  int64_t position;
  for (position = 0; position < elements; position++) {
    stop_poll(E->S, L);
    next_value(E, L, R);
    if (lua_isnil(L, -1)) lua_pop(L, 1);
    else lua_rawseti(L, 2, (int)(position + 1));
  }
  for (; entries > 0; entries--) {
    stop_poll(E->S, L);
    if (message_next_node(R) == 0) {
      next_value(E, L, R);
      lua_rawseti(L, 2, (int)++position);
      continue;
    }
    codec_push_next(R, L, E->S);
    if (lua_isnil(L, -1)) {
      int64_t length;
      lua_pop(L, 1);
      codec_push_next(R, L, E->S);
      length = (int64_t)lua_rawlen(L, 3);
      if (length > position) position = length;
      overlay(L);
      continue;
    }
    next_value(E, L, R);          /* nodes table key value */
    lua_rawset(L, 2);
  }
}

static void build (Entry *E, lua_State *L, Reader *R) {
  int32_t i, count = (int32_t)message_next_integer(R);
  Reader sizes = *R;
  lua_createtable(L, count, 0);
  for (i = 1; i <= count; i++) {
    int elements = (int)message_next_integer(R);
    lua_createtable(L, elements, (int)message_next_integer(R));
    lua_rawseti(L, 1, i);
  }
  for (i = 1; i <= count; i++) {
    int64_t elements = message_next_integer(&sizes);
    lua_rawgeti(L, 1, i);
    build_node(E, L, R, elements, message_next_integer(&sizes));
    lua_settop(L, 1);
  }
  bulk_read_end(E);
  lua_rawgeti(L, 1, 1);
  writer_put(&E->W, L, -1);
}

/* table ids tables: writes the value on the top. A table gets an id when it is met first. */
static void dump_value (Entry *E, lua_State *L, int32_t *count) {
  if (!lua_istable(L, -1)) {
    writer_put(&E->W, L, -1);
    return;
  }
  lua_pushvalue(L, -1);
  if (compat_rawget(L, 2) == LUA_TNIL) {
    lua_pushvalue(L, -2);
    lua_rawseti(L, 3, ++*count);
    lua_pushvalue(L, -2);
    lua_pushinteger(L, *count);
    lua_rawset(L, 2);
    writer_put_node(&E->W, L, *count);
  }
  else
    writer_put_node(&E->W, L, (int32_t)lua_tointeger(L, -1));
  lua_pop(L, 1);
}

static void dump (Entry *E, lua_State *L, Reader *R) {
  int64_t levels;
  int32_t i, count = 1, level_end = 1;
  codec_push_next(R, L, E->S);
  levels = message_next_integer(R);
  bulk_read_end(E);
  table_check(L);
  lua_newtable(L);
  lua_newtable(L);                /* table ids tables */
  lua_pushvalue(L, 1);
  lua_pushinteger(L, 1);
  lua_rawset(L, 2);
  lua_pushvalue(L, 1);
  lua_rawseti(L, 3, 1);
  for (i = 1; i <= count; i++) {
    size_t place = writer_put_count(&E->W, L);
    int64_t entries = 0;
    if (i > level_end) {
      level_end = count;
      levels--;
    }
    if (levels < 1) luaL_error(L, "tables are nested too deeply");
    lua_rawgeti(L, 3, i);
    lua_pushnil(L);
    while (lua_next(L, 4)) {      /* table ids tables this key value */
      stop_poll(E->S, L);
      writer_put(&E->W, L, 5);
      dump_value(E, L, &count);
      lua_pop(L, 1);
      entries++;
    }
    lua_settop(L, 3);
    writer_set_count(&E->W, place, entries);
  }
}

static void fill (Entry *E, lua_State *L, Reader *R) {
  codec_push_next(R, L, E->S);
  while (R->left > 0) {
    stop_poll(E->S, L);
    codec_push_next(R, L, E->S);
    codec_push_next(R, L, E->S);
    E->wrote = 1;
    lua_settable(L, 1);
  }
  bulk_read_end(E);
}

static void clear (Entry *E, lua_State *L, Reader *R) {
  codec_push_next(R, L, E->S);
  bulk_read_end(E);
  table_check(L);
  lua_pushnil(L);
  while (lua_next(L, 1)) {
    stop_poll(E->S, L);
    lua_pop(L, 1);
    lua_pushvalue(L, -1);
    lua_pushnil(L);
    lua_rawset(L, 1);
  }
}

static void range (Entry *E, lua_State *L, Reader *R) {
  int64_t at, end, length;
  int plain;
  codec_push_next(R, L, E->S);
  at = message_next_integer(R);
  end = at + message_next_integer(R);
  bulk_read_end(E);
  length = end - at == 1 ? table_length(L) : elements_length(L);
  writer_put_integer(&E->W, L, length);
  plain = elements_are_plain(L) && length < INT32_MAX;
  for (; at < end && at <= length; at++) {
    stop_poll(E->S, L);
    elements_get(L, at, plain);
    writer_put(&E->W, L, -1);
    lua_pop(L, 1);
  }
}

#define SHORT_TEXT  40

/* Returns whether a copy of the value on the top is as good as the value, and small. */
static int is_small (lua_State *L) {
  switch (lua_type(L, -1)) {
    case LUA_TNUMBER: case LUA_TBOOLEAN: return 1;
    case LUA_TSTRING: return lua_rawlen(L, -1) <= SHORT_TEXT;
    default: return 0;
  }
}

/*
** Answers with elements up to the first one that is not small. They are present, so no metamethod
** of the table would be called for them.
*/
static void elements (Entry *E, lua_State *L, Reader *R) {
  int64_t at, end;
  codec_push_next(R, L, E->S);
  at = message_next_integer(R);
  end = at + message_next_integer(R);
  bulk_read_end(E);
  if (at < 1 || end >= INT32_MAX) return;
  for (; at < end; at++) {
    lua_rawgeti(L, 1, (int)at);
    if (!is_small(L)) break;
    writer_put(&E->W, L, -1);
    lua_pop(L, 1);
  }
}

/* A protected body, table length more: appends 'more' elements that are false. */
int bulk_lengthen (lua_State *L) {
  int at = (int)lua_tointeger(L, 2), last = at + (int)lua_tointeger(L, 3);
  luaL_checktype(L, 1, LUA_TTABLE);
  while (at++ < last) {
    lua_pushboolean(L, 0);
    lua_rawseti(L, 1, at);
  }
  return 0;
}

/* Lengthens the table, so that its elements can be moved. If memory is short it stays as it is. */
static void make_longer (Entry *E, lua_State *L, int64_t length, int64_t more) {
  int status;
  int64_t at;
  compat_push_body(L, bulk_lengthen, RIDX_LENGTHEN);
  lua_pushvalue(L, 1);
  lua_pushinteger(L, (lua_Integer)length);
  lua_pushinteger(L, (lua_Integer)more);
  status = lua_pcall(L, 3, 0, 0);
  if (status == LUA_OK) return;
  for (at = length + 1; at <= length + more; at++) {
    lua_rawgeti(L, 1, (int)at);
    if (lua_isboolean(L, -1)) {
      lua_pushnil(L);
      lua_rawseti(L, 1, (int)at);
    }
    lua_pop(L, 1);
  }
  if (status == LUA_ERRMEM) memory_refuse(E->S, L);
  lua_error(L);
}

/*
** Moves the elements 'from' to 'last' by 'distance'. If that is negative, clears the last -distance
** places. 'plain': without metamethods; that ends soon, unless the table has far fewer elements
** than the length that it reports. [-0, +0, e]
*/
static void move (lua_State *L, int64_t from, int64_t last, int64_t distance, int plain) {
  enum { MANY = 0xFFFF };
  State *S = state_current;
  int64_t at;
  if (distance > 0) {
    for (at = last; at >= from; at--) {
      if (!plain || (at & MANY) == 0) stop_poll(S, L);
      elements_get(L, at, plain);
      elements_set(L, at + distance, plain);
    }
  }
  else if (distance < 0) {
    for (at = from; at <= last; at++) {
      if (!plain || (at & MANY) == 0) stop_poll(S, L);
      elements_get(L, at, plain);
      elements_set(L, at + distance, plain);
    }
    for (at = last; at > last + distance; at--) {
      if (!plain || (at & MANY) == 0) stop_poll(S, L);
      lua_pushnil(L);
      elements_set(L, at, plain);
    }
  }
}

#define STACKED  8                /* the number of new elements for which the stack suffices */

/* Reads the new elements. [-0, +n, m] */
static void read_elements (Entry *E, lua_State *L, Reader *R, int count) {
  int i;
  if (count > STACKED) lua_createtable(L, count, 0);
  for (i = 1; i <= count; i++) {  /* table nil values|values... */
    stop_poll(E->S, L);
    codec_push_next(R, L, E->S);
    if (count > STACKED) lua_rawseti(L, 3, i);
  }
}

/*
** Replaces elements. Does all that needs memory before it changes the table or calls a metamethod,
** so that it can be repeated until then; make_longer may be repeated, too.
*/
static void splice (Entry *E, lua_State *L, Reader *R) {
  int64_t from, removed, length, distance;
  int i, count, plain;
  codec_push_next(R, L, E->S);
  from = message_next_integer(R);
  removed = message_next_integer(R);
  count = R->left;
  distance = count - removed;
  lua_pushnil(L);
  read_elements(E, L, R, count);
  plain = elements_are_plain(L);
  if (!plain) bulk_read_end(E);
  length = elements_length(L);
  if (from < 1 || removed < 0 || from - 1 + removed > length) {
    if (plain) bulk_read_end(E);
    writer_put_integer(&E->W, L, length);
    return;
  }
  /* a move by one needs memory in its first step or never */
  if (plain && distance > 1) make_longer(E, L, length, distance);
  if (plain) bulk_read_end(E);    /* from here on it must not be repeated */
  if (removed == 1) {
    elements_get(L, from, plain);
    lua_replace(L, 2);            /* table old values|values... */
  }
  move(L, from + removed, length, distance, plain);
  for (i = 1; i <= count; i++) {
    if (count > STACKED) lua_rawgeti(L, 3, i);
    else lua_pushvalue(L, i + 2);
    elements_set(L, from + i - 1, plain);
  }
  writer_put_integer(&E->W, L, length);
  if (removed == 1) writer_put(&E->W, L, 2);
}

void bulk_open (lua_State *L) {
  compat_register_body(L, bulk_lengthen, RIDX_LENGTHEN);
}

typedef void (*Function) (Entry *E, lua_State *L, Reader *R);

static const Function functions[] = {
  [0] = build, [OP_DUMP - OP_BUILD] = dump,       /* OP_BUILD is the first */
  [OP_PUT_ALL - OP_BUILD] = fill, [OP_CLEAR - OP_BUILD] = clear,
  [OP_RANGE - OP_BUILD] = range, [OP_SPLICE - OP_BUILD] = splice,
  [OP_PACK - OP_BUILD] = packed_pack, [OP_UNPACK - OP_BUILD] = packed_unpack,
  [OP_ELEMENTS - OP_BUILD] = elements
};

void bulk_run (Entry *E, lua_State *L) {
  size_t number = (size_t)(E->operation - OP_BUILD);
  Reader R;
  if (number >= sizeof(functions) / sizeof(functions[0]))
    luaL_error(L, "unknown operation %d", (int)E->operation);
  message_read(&R, E->S, E->message);
  functions[number](E, L, &R);
}
