/*
** Messages for Java: writes Lua values, and the results of entries.
*/
#include "writer.h"

#include <stdlib.h>

#include "blocks.h"
#include "guard.h"
#include "memory.h"
#include "message.h"
#include "object.h"
#include "refs.h"

void writer_begin (Writer *W, State *S, char *place, size_t capacity) {
  W->S = S;
  W->bytes = place;
  W->capacity = capacity;
  W->length = sizeof(Header);
  W->block = NULL;
  W->owner = OWNED_BY_ENTRY;
  W->count = 0;
}

/* Drops a message that will not be sent, and releases its refs. */
void writer_abandon (Writer *W, lua_State *L) {
  const char *value = W->bytes + sizeof(Header);
  for (; W->count > 0; W->count--) {
    Header header = header_of(value);
    if (header.tag >= TAG_TABLE && header.tag <= TAG_USERDATA)
      refs_release(W->S, L, header.aux);
    value += size_of(value);
  }
  W->length = sizeof(Header);
  if (W->block != NULL) {
    /* an error has left what made the blocks above it */
    blocks_drop(W->S, W->block);
    W->block = NULL;
    W->capacity = sizeof(Header);
  }
}

static void raise_too_large (Writer *W, lua_State *L) {
  writer_abandon(W, L);
  luaL_error(L, "values are too large for one message");
}

/* Moves the message to a block of at least that capacity; returns 0 if memory is refused. */
static int move_to_block (Writer *W, size_t capacity) {
  Block *block = blocks_resize(W->S, W->block, capacity);
  if (block == NULL) return 0;
  if (W->block == NULL) {
    blocks_link(W->S, block, W->owner);
    memcpy((char *)block + BLOCK_HEAD, W->bytes, W->length);
  }
  W->block = block;
  W->bytes = (char *)block + BLOCK_HEAD;
  W->capacity = capacity;
  return 1;
}

/*
** Collects garbage. Finalizers may call Java, which writes to the frame, so a message there is
** saved.
*/
static void collect_for (Writer *W, lua_State *L) {
  char kept[FRAME_MESSAGE];
  int is_in_frame = W->bytes == W->S->frame->message;
  if (is_in_frame) memcpy(kept, W->bytes, W->length);
  memory_make_room(W->S, L);
  if (is_in_frame) memcpy(W->bytes, kept, W->length);
}

/*
** Returns the new capacity of a message whose length grows by 'size', more than it needs so that it
** is seldom moved; 0 if the message would be larger than 'most'.
*/
size_t writer_capacity (size_t most, size_t capacity, size_t length, size_t size) {
  if (length > most || size > most - length) return 0;
  capacity += capacity < 0x100000 ? capacity : capacity / 2;
  if (capacity > most) capacity = most;
  return capacity < length + size ? length + size : capacity;
}

/* Makes room for 'size' more bytes, for which the present place has too little. */
__attribute__((noinline))
static void grow (Writer *W, lua_State *L, size_t size) {
  size_t wanted = writer_capacity(W->S->largest_message, W->capacity, W->length, size);
  if (wanted == 0) raise_too_large(W, L);
  if (move_to_block(W, wanted)) return;
  collect_for(W, L);
  if (!W->S->fatal && move_to_block(W, W->length + size)) return;
  writer_abandon(W, L);
  if (W->S->fatal) guard_raise_fatal(L);          /* of a finalizer */
  memory_refuse(W->S, L);
}

/* Returns room for 'size' more bytes, in the first place or in a block that replaces it. */
static char *reserve (Writer *W, lua_State *L, size_t size) {
  char *place;
  if (size > W->capacity - W->length) grow(W, L, size);
  place = W->bytes + W->length;
  W->length += size;
  return place;
}

static void put_header (char *place, int32_t tag, int32_t aux) {
  Header header = { tag, aux };
  memcpy(place, &header, sizeof(header));
}

void writer_put_nil (Writer *W, lua_State *L) {
  put_header(reserve(W, L, 8), TAG_NIL, 0);
  W->count++;
}

/* Writes a value with a payload of eight bytes. */
static void put_wide (Writer *W, lua_State *L, int32_t tag, int32_t aux, const void *payload) {
  char *place = reserve(W, L, 16);
  put_header(place, tag, aux);
  memcpy(place + 8, payload, 8);
  W->count++;
}

void writer_put_integer (Writer *W, lua_State *L, int64_t value) {
  put_wide(W, L, TAG_INTEGER, 0, &value);
}

void writer_put_bytes (Writer *W, lua_State *L, const char *bytes, size_t length) {
  char *place;
  if (length > W->S->largest_message) {
    writer_abandon(W, L);
    luaL_error(L, "string is too long for Java");
  }
  place = reserve(W, L, 8 + PADDED(length));
  put_header(place, TAG_STRING, (int32_t)length);
  memcpy(place + 8, bytes, length);
  W->count++;
}

int32_t writer_small (const State *S, lua_State *L, int index, int64_t *bits) {
  switch (lua_type(L, index)) {
    case LUA_TNIL:
      *bits = 0;
      return TAG_NIL;
    case LUA_TBOOLEAN:
      *bits = lua_toboolean(L, index);
      return TAG_BOOLEAN;
    case LUA_TNUMBER: {
      double number;
      if (!(S->frame->flags & FRAME_DOUBLES) && compat_to_long(L, index, bits)) return TAG_INTEGER;
      number = (double)lua_tonumber(L, index);
      memcpy(bits, &number, sizeof(*bits));
      return TAG_NUMBER;
    }
    default:
      return -1;
  }
}

static void put_object (Writer *W, lua_State *L, const Object *object) {
  int64_t none = 0;
  put_wide(W, L, TAG_OBJECT, object->handle, &none);
}

/*
** Makes room for a ref. This calls a hook, and perhaps finalizers. They may call Java, which
** writes to the frame.
*/
__attribute__((noinline))
static void make_room_for_ref (Writer *W, lua_State *L) {
  char kept[FRAME_MESSAGE];
  int status, is_in_frame = W->bytes == W->S->frame->message;
  if (is_in_frame) memcpy(kept, W->bytes, W->length);
  status = refs_make_room(W->S, L);
  if (is_in_frame) memcpy(W->bytes, kept, W->length);
  if (status == LUA_OK) return;
  writer_abandon(W, L);
  if (status == LUA_ERRMEM) memory_refuse(W->S, L);
  lua_error(L);
}

static void put_ref (Writer *W, lua_State *L, int32_t tag, int index) {
  int64_t address = (int64_t)(intptr_t)lua_topointer(L, index);
  char *place = reserve(W, L, 16);                /* it may run finalizers, which take refs too */
  if (!refs_has_room(W->S)) make_room_for_ref(W, L);
  lua_pushvalue(L, index);
  put_header(place, tag, refs_new(W->S, L));
  memcpy(place + 8, &address, 8);
  W->count++;
}

#define PUT_ROOM  4               /* slots of the stack that writer_put uses */

/*
** Writes the value at 'index'. Runs no Lua code but finalizers, and those only where memory is
** short. If it raises, the message is dropped and its refs are released.
*/
void writer_put (Writer *W, lua_State *L, int index) {
  switch (lua_type(L, index)) {
    case LUA_TNIL: case LUA_TNONE:
      writer_put_nil(W, L);
      break;
    case LUA_TBOOLEAN:
      put_header(reserve(W, L, 8), TAG_BOOLEAN, lua_toboolean(L, index));
      W->count++;
      break;
    case LUA_TNUMBER: {
      int64_t bits;
      int32_t tag = writer_small(W->S, L, index, &bits);
      put_wide(W, L, tag, 0, &bits);
      break;
    }
    case LUA_TSTRING: {
      size_t length;
      const char *bytes = lua_tolstring(L, index, &length);
      writer_put_bytes(W, L, bytes, length);
      break;
    }
    case LUA_TTABLE:
      put_ref(W, L, TAG_TABLE, index);
      break;
    case LUA_TFUNCTION: {
      Object *object = object_of_function(W->S, L, index);
      if (object != NULL) put_object(W, L, object);
      else put_ref(W, L, TAG_FUNCTION, index);
      break;
    }
    case LUA_TTHREAD: {
      Object *object = object_of_thread(W->S, L, index);
      if (object != NULL) put_object(W, L, object);
      else put_ref(W, L, TAG_THREAD, index);
      break;
    }
    default: {                    /* userdata of any kind, or LuaJIT's cdata */
      Object *object = object_test(W->S, L, index);
      if (object != NULL) put_object(W, L, object);
      else put_ref(W, L, TAG_USERDATA, index);
      break;
    }
  }
}

/*
** Writes the values from 'first' to 'last'. If the stack has no room, what was written before is
** kept.
*/
void writer_put_range (Writer *W, lua_State *L, int first, int last) {
  memory_check_stack(W->S, L, PUT_ROOM);          /* results may fill the stack */
  for (; first <= last; first++) writer_put(W, L, first);
}

size_t writer_put_count (Writer *W, lua_State *L) {
  size_t place = W->length;
  writer_put_integer(W, L, 0);
  return place;
}

void writer_set_count (Writer *W, size_t place, int64_t count) {
  memcpy(W->bytes + place + sizeof(Header), &count, sizeof(count));
}

void writer_put_node (Writer *W, lua_State *L, int32_t node) {
  put_header(reserve(W, L, 8), TAG_NODE, node);
  W->count++;
}

char *writer_put_packed (Writer *W, lua_State *L, size_t length) {
  char *place;
  if (length > W->S->largest_message) raise_too_large(W, L);
  place = reserve(W, L, 8 + PADDED(length));
  put_header(place, TAG_BYTES, (int32_t)length);
  W->count++;
  return place + 8;
}

int32_t writer_end (Writer *W) {
  put_header(W->bytes, W->count, 0);
  return (int32_t)W->length;
}

/*
** Begins the results of an entry. They are written aside and copied to the frame last: Lua 5.1
** collects garbage even after the protected body has returned, and a finalizer may call Java.
*/
void writer_begin_results (Entry *E) {
  writer_begin(&E->W, E->S, E->kept, sizeof(E->kept));
}

/*
** Returns the answer of an entry whose message is written, and puts the message where Java reads
** it. Java reads no message while a fatal error is being raised.
*/
int64_t writer_answer (Entry *E, char **answer) {
  int32_t length;
  if (E->status >= STATUS_MEMORY) return ANSWER(E->status, 0);
  if (E->S->fatal) {
    writer_abandon(&E->W, E->S->running);
    return ANSWER(STATUS_FATAL, 0);
  }
  length = writer_end(&E->W);
  if (length > FRAME_MESSAGE) {
    *answer = (char *)malloc((size_t)length);
    if (*answer == NULL) {
      writer_abandon(&E->W, E->S->running);
      return ANSWER(STATUS_MEMORY, 0);
    }
    memcpy(*answer, E->W.bytes, (size_t)length);
  }
  else
    memcpy(E->S->frame->message, E->W.bytes, (size_t)length);
  return ANSWER(E->status, length);
}
