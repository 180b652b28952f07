/*
** Messages: Lua values written for Java, and values from Java pushed.
*/
#include <stdlib.h>

#include "side.h"

#define PADDED(length)  (((size_t)(length) + 7) & ~(size_t)7)

typedef struct Header {
  int32_t tag;
  int32_t aux;
} Header;

void codec_begin (Writer *W, State *S, char *place, size_t capacity) {
  W->S = S;
  W->bytes = place;
  W->capacity = capacity;
  W->length = sizeof(Header);
  W->count = 0;
}

/* Room for 'size' more bytes, in the first place or in a block that replaces it. */
static char *reserve (Writer *W, lua_State *L, size_t size) {
  char *place;
  if (W->length + size > W->capacity) {
    size_t capacity = W->capacity;
    char *bytes;
    while (capacity < W->length + size) capacity *= 2;
    if (capacity > INT32_MAX) luaL_error(L, "values are too large for one message");
    bytes = (char *)state_block(W->S, L, capacity);
    memcpy(bytes, W->bytes, W->length);
    W->bytes = bytes;
    W->capacity = capacity;
  }
  place = W->bytes + W->length;
  W->length += size;
  return place;
}

static void put_header (char *place, int32_t tag, int32_t aux) {
  Header header = { tag, aux };
  memcpy(place, &header, sizeof(header));
}

void codec_put_nil (Writer *W, lua_State *L) {
  put_header(reserve(W, L, 8), TAG_NIL, 0);
  W->count++;
}

/* A value with a payload of eight bytes. */
static void put_wide (Writer *W, lua_State *L, int32_t tag, int32_t aux, const void *payload) {
  char *place = reserve(W, L, 16);
  put_header(place, tag, aux);
  memcpy(place + 8, payload, 8);
  W->count++;
}

void codec_put_integer (Writer *W, lua_State *L, int64_t value) {
  put_wide(W, L, TAG_INTEGER, 0, &value);
}

void codec_put_bytes (Writer *W, lua_State *L, const char *bytes, size_t length) {
  char *place;
  if (length > INT32_MAX - 64) luaL_error(L, "string is too long for Java");
  place = reserve(W, L, 8 + PADDED(length));
  put_header(place, TAG_STRING, (int32_t)length);
  memcpy(place + 8, bytes, length);
  W->count++;
}

int32_t codec_small (const State *S, lua_State *L, int index, int64_t *bits) {
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

void codec_push_small (lua_State *L, int32_t tag, int64_t bits) {
  double number;
  switch (tag) {
    case TAG_BOOLEAN:
      lua_pushboolean(L, bits != 0);
      break;
    case TAG_INTEGER:
      compat_push_long(L, bits);
      break;
    case TAG_NUMBER:
      memcpy(&number, &bits, sizeof(number));
      lua_pushnumber(L, (lua_Number)number);
      break;
    default:
      lua_pushnil(L);
      break;
  }
}

static void put_object (Writer *W, lua_State *L, const Object *object) {
  int64_t none = 0;
  put_wide(W, L, TAG_OBJECT, object->handle, &none);
}

static void put_ref (Writer *W, lua_State *L, int32_t tag, int index) {
  int64_t address = (int64_t)(intptr_t)lua_topointer(L, index);
  int32_t ref;
  lua_pushvalue(L, index);
  ref = state_new_ref(W->S, L);
  put_wide(W, L, tag, ref, &address);
}

/* Writes the value at 'index'; runs no Lua code. */
void codec_put (Writer *W, lua_State *L, int index) {
  switch (lua_type(L, index)) {
    case LUA_TNIL: case LUA_TNONE:
      codec_put_nil(W, L);
      break;
    case LUA_TBOOLEAN:
      put_header(reserve(W, L, 8), TAG_BOOLEAN, lua_toboolean(L, index));
      W->count++;
      break;
    case LUA_TNUMBER: {
      int64_t bits;
      int32_t tag = codec_small(W->S, L, index, &bits);
      put_wide(W, L, tag, 0, &bits);
      break;
    }
    case LUA_TSTRING: {
      size_t length;
      const char *bytes = lua_tolstring(L, index, &length);
      codec_put_bytes(W, L, bytes, length);
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
    case LUA_TTHREAD:
      put_ref(W, L, TAG_THREAD, index);
      break;
    default: {                    /* userdata of any kind, LuaJIT's cdata */
      Object *object = object_test(W->S, L, index);
      if (object != NULL) put_object(W, L, object);
      else put_ref(W, L, TAG_USERDATA, index);
      break;
    }
  }
}

void codec_put_range (Writer *W, lua_State *L, int first, int last) {
  for (; first <= last; first++) codec_put(W, L, first);
}

size_t codec_put_count (Writer *W, lua_State *L) {
  size_t place = W->length;
  codec_put_integer(W, L, 0);
  return place;
}

void codec_set_count (Writer *W, size_t place, int64_t count) {
  memcpy(W->bytes + place + sizeof(Header), &count, sizeof(count));
}

void codec_put_node (Writer *W, lua_State *L, int32_t node) {
  put_header(reserve(W, L, 8), TAG_NODE, node);
  W->count++;
}

char *codec_put_packed (Writer *W, lua_State *L, size_t length) {
  char *place;
  if (length > INT32_MAX - 64) luaL_error(L, "values are too large for one message");
  place = reserve(W, L, 8 + PADDED(length));
  put_header(place, TAG_BYTES, (int32_t)length);
  W->count++;
  return place + 8;
}

int32_t codec_end (Writer *W) {
  put_header(W->bytes, W->count, 0);
  return (int32_t)W->length;
}

static Header header_of (const char *value) {
  Header header;
  memcpy(&header, value, sizeof(header));
  return header;
}

static size_t size_of (const char *value) {
  Header header = header_of(value);
  switch (header.tag) {
    case TAG_NIL: case TAG_BOOLEAN: case TAG_NODE:
      return 8;
    case TAG_STRING: case TAG_BYTES:
      return 8 + PADDED(header.aux);
    case TAG_NEW_KIND:
      return 24 + PADDED(header_of(value + 16).tag);
    default:
      return 16;
  }
}

/* Pushes one value of a message. [-0, +1, m] */
static void push (lua_State *L, State *S, const char *value) {
  Header header = header_of(value);
  const char *payload = value + 8;
  switch (header.tag) {
    case TAG_BOOLEAN:
      lua_pushboolean(L, header.aux);
      break;
    case TAG_INTEGER: {
      int64_t integer;
      memcpy(&integer, payload, 8);
      compat_push_long(L, integer);
      break;
    }
    case TAG_NUMBER: {
      double number;
      memcpy(&number, payload, 8);
      lua_pushnumber(L, (lua_Number)number);
      break;
    }
    case TAG_STRING:
      lua_pushlstring(L, payload, (size_t)header.aux);
      break;
    case TAG_TABLE: case TAG_FUNCTION: case TAG_THREAD: case TAG_USERDATA:
      state_push_ref(L, header.aux);
      break;
    case TAG_OBJECT: case TAG_AS_FUNCTION: case TAG_NEW_KIND: {
      Header kind = header_of(payload);
      int fresh = header.tag == TAG_NEW_KIND;
      object_push(L, S, header.aux, kind.tag, kind.aux, fresh ? value + 24 : NULL,
                  fresh ? (size_t)header_of(value + 16).tag : 0);
      if (header.tag == TAG_AS_FUNCTION) object_push_function(L);
      break;
    }
    default:
      lua_pushnil(L);
      break;
  }
}

/* A message that lies in the frame, kept aside. [-0, +0, m] */
static const char *kept_aside (lua_State *L, State *S, const char *message, int32_t length,
                               char *kept) {
  char *copy;
  if (message != S->frame->message) return message;
  copy = length <= KEPT ? kept : (char *)state_block(S, L, (size_t)length);
  memcpy(copy, message, (size_t)length);
  return copy;
}

/* Pushes all values of a message, after keeping aside one that lies in the frame. */
int codec_push_all (lua_State *L, State *S, const char *message, int32_t length) {
  char kept[KEPT];
  int32_t count = header_of(message).tag;
  int32_t i;
  if (count == 1 && header_of(message + sizeof(Header)).tag <= TAG_NUMBER) {
    push(L, S, message + sizeof(Header));         /* allocates nothing */
    return 1;
  }
  memory_check_stack(S, L, count + 8);
  message = kept_aside(L, S, message, length, kept) + sizeof(Header);
  S->reading++;
  for (i = 0; i < count; i++) {
    push(L, S, message);
    message += size_of(message);
  }
  S->reading--;
  return count;
}

void codec_read (Reader *R, State *S, const char *message) {
  R->left = header_of(message).tag;
  R->at = message + sizeof(Header);
  S->reading++;
}

void codec_read_end (State *S) {
  S->reading--;
}

/* The next value where it lies, which is passed by; NULL after the last. */
static const char *next (Reader *R) {
  const char *value = R->at;
  if (R->left <= 0) return NULL;
  R->left--;
  R->at += size_of(value);
  return value;
}

/* The values of a message, of which none is nil, become keys of the table on the top. */
void codec_add_keys (lua_State *L, State *S, const char *message, int32_t length) {
  char kept[KEPT];
  const char *value;
  Reader R;
  codec_read(&R, S, kept_aside(L, S, message, length, kept));
  while ((value = next(&R)) != NULL) {
    push(L, S, value);
    lua_pushboolean(L, 1);
    lua_rawset(L, -3);
  }
  codec_read_end(S);
}

int codec_next_node (Reader *R) {
  return R->left > 0 && header_of(R->at).tag == TAG_NODE ? header_of(next(R)).aux : -1;
}

int64_t codec_next_integer (Reader *R) {
  const char *value = next(R);
  int64_t integer = 0;
  if (value != NULL && header_of(value).tag == TAG_INTEGER)
    memcpy(&integer, value + sizeof(Header), sizeof(integer));
  return integer;
}

const char *codec_next_bytes (Reader *R, size_t *length) {
  const char *value = next(R);
  *length = 0;
  if (value == NULL || header_of(value).tag != TAG_STRING) return NULL;
  *length = (size_t)header_of(value).aux;
  return value + sizeof(Header);
}

void codec_next (Reader *R, lua_State *L, State *S) {
  const char *value = next(R);
  if (value == NULL) lua_pushnil(L);
  else push(L, S, value);
}

/* The objects of a message that was not read to its end: Java's handles must not leak. */
void codec_free_unborn (State *S, const char *message) {
  int32_t count = header_of(message).tag;
  message += sizeof(Header);
  for (; count > 0; count--) {
    int32_t tag = header_of(message).tag;
    if (tag == TAG_OBJECT || tag == TAG_NEW_KIND || tag == TAG_AS_FUNCTION)
      object_unborn(S, header_of(message).aux);
    message += size_of(message);
  }
}
