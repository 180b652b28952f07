/*
** Packed numbers: the elements of a table as bytes of int64 or double, and back.
*/
#include "packed.h"

#include "bulk.h"
#include "codec.h"
#include "elements.h"
#include "message.h"
#include "stop.h"
#include "writer.h"

/* Returns whether the number on the top is integral, and the integer. */
static int to_whole (lua_State *L, int64_t *whole) {
  double number;
  if (compat_to_long(L, -1, whole)) return 1;
  number = (double)lua_tonumber(L, -1);
  if (!(number >= -0x1p63 && number < 0x1p63) || floor(number) != number) return 0;
  *whole = (int64_t)number;
  return 1;
}

void packed_pack (Entry *E, lua_State *L, Reader *R) {
  int64_t i, length;
  char *place;
  int whole, plain;
  codec_push_next(R, L, E->S);
  whole = (int)message_next_integer(R);
  bulk_read_end(E);
  length = elements_length(L);
  if (length < 0) length = 0;
  if (table_push_other_key(L)) {
    writer_put_integer(&E->W, L, 0);
    return;
  }
  plain = elements_are_plain(L);
  place = writer_put_packed(&E->W, L, (size_t)length * 8);
  for (i = 1; i <= length; i++, place += 8) {
    int fits;
    stop_poll(E->S, L);
    elements_get(L, i, plain);
    fits = lua_type(L, -1) == LUA_TNUMBER;
    if (fits && whole) {
      int64_t integer;
      fits = to_whole(L, &integer);
      if (fits) memcpy(place, &integer, 8);
    }
    else if (fits) {
      double number = (double)lua_tonumber(L, -1);
      memcpy(place, &number, 8);
    }
    if (!fits) {
      writer_begin_results(E);
      writer_put_integer(&E->W, L, i);
      return;
    }
    lua_pop(L, 1);
  }
}

void packed_unpack (Entry *E, lua_State *L, Reader *R) {
  int whole = (int)message_next_integer(R);
  size_t i, length;
  const char *bytes = message_next_bytes(R, &length);
  length /= 8;
  lua_createtable(L, (int)length, 0);
  for (i = 0; i < length; i++) {
    stop_poll(E->S, L);
    if (whole) {
      int64_t integer;
      memcpy(&integer, bytes + i * 8, 8);
      compat_push_long(L, integer);
    }
    else {
      double number;
      memcpy(&number, bytes + i * 8, 8);
      lua_pushnumber(L, (lua_Number)number);
    }
    lua_rawseti(L, 1, (int)(i + 1));
  }
  bulk_read_end(E);
  writer_put(&E->W, L, 1);
}
