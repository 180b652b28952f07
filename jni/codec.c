/*
** Messages from Java: pushes their values.
*/
#include "codec.h"

#include "blocks.h"
#include "guard.h"
#include "memory.h"
#include "message.h"
#include "object.h"
#include "refs.h"
#include "registry.h"

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
    case TAG_KNOWN:
      push_registry(L, RIDX_NAMES);
      lua_rawgeti(L, -1, (int)bits);
      lua_remove(L, -2);
      break;
    default:
      lua_pushnil(L);
      break;
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
      refs_push(L, header.aux);
      break;
    case TAG_OBJECT: case TAG_AS_FUNCTION: case TAG_AS_THREAD: case TAG_NEW_KIND: {
      Header kind = header_of(payload);
      int fresh = header.tag == TAG_NEW_KIND;
      object_push(L, S, header.aux, kind.tag, kind.aux, fresh ? value + 24 : NULL,
                  fresh ? (size_t)header_of(value + 16).tag : 0);
      if (header.tag == TAG_AS_FUNCTION) object_push_function(L, kind.aux);
      else if (header.tag == TAG_AS_THREAD) object_push_thread(L, S);
      break;
    }
    default:
      lua_pushnil(L);
      break;
  }
}

/* Pushes all values of an entry's message, which is neither in the frame nor in a block. */
int codec_push_all (lua_State *L, State *S, const char *message) {
  Reader R = message_reader(message);
  const char *value;
  int count = R.left;
  memory_check_stack(S, L, count + 8);
  S->reading++;
  while ((value = message_next(&R)) != NULL) push(L, S, value);
  S->reading--;
  return count;
}

/* Marks the message of a block as being read: rule 2. */
static void begin_reading (State *S, Block *block) {
  block->unread = message_reader((const char *)block + BLOCK_HEAD);
  S->reading++;
}

/*
** Links the block that came with an answer to the state, and counts it. If it exceeds the limit it
** is dropped, and a memory error is raised.
*/
void codec_take_answer (lua_State *L, State *S, Block *block, int32_t length, uintptr_t owner) {
  memset(block, 0, sizeof(Block));
  block->counted = memory_count(S, (size_t)length);
  blocks_link(S, block, owner);
  begin_reading(S, block);
  if (block->counted == 0 || S->used <= S->ceiling) return;
  memory_make_room(S, L);
  if (S->used <= S->ceiling && !S->fatal) return;
  blocks_drop(S, block);
  if (S->fatal) guard_raise_fatal(L);
  memory_refuse(S, L);
}

/* Returns the block of an answer. An answer in the frame is copied to one. [-0, +0, m] */
static Block *block_of_answer (lua_State *L, State *S, const char *message, int32_t length,
                               uintptr_t owner) {
  Block *block;
  if (message != S->frame->message) {
    block = (Block *)(void *)(message - BLOCK_HEAD);
    block->owner = owner;
    return block;
  }
  block = blocks_take_spare(S);
  if (block == NULL) {
    message_free_undelivered(S, message);
    memory_refuse(S, L);
  }
  /* NOLINTNEXTLINE(clang-analyzer-core.NonNullParamChecker): memory_refuse raises */
  memcpy((char *)block + BLOCK_HEAD, message, (size_t)length);
  blocks_link(S, block, owner);
  begin_reading(S, block);
  return block;
}

/* Pushes the first unread value, and advances. [-0, +1, m] */
static void push_unread (lua_State *L, State *S, Reader *R) {
  push(L, S, R->at);              /* it is unread until then */
  message_next(R);
}

/* Pushes the only string of an answer in the frame. Nothing is lost if that fails. */
static void push_string (lua_State *L, const char *value) {
  char kept[KEPT];                /* older cores collect before they copy */
  size_t length = (size_t)header_of(value).aux;
  memcpy(kept, value + sizeof(Header), length);
  lua_pushlstring(L, kept, length);
}

/* Pushes all values of Java's answer, and drops it. */
int codec_push_answer (lua_State *L, State *S, const char *message, int32_t length) {
  int32_t count = header_of(message).tag;
  Block *block;
  if (message == S->frame->message) {
    const char *first = message + sizeof(Header);
    if (count == 0) return 0;
    if (count == 1 && header_of(first).tag <= TAG_NUMBER) {
      push(L, S, first);          /* allocates nothing */
      return 1;
    }
    if (count == 1 && header_of(first).tag == TAG_STRING && header_of(first).aux <= KEPT) {
      push_string(L, first);
      return 1;
    }
  }
  block = block_of_answer(L, S, message, length, FRAME_HERE);
  memory_check_stack(S, L, count + 8);
  while (block->unread.left > 0) push_unread(L, S, &block->unread);
  blocks_drop(S, block);
  return count;
}

/* Makes the values of Java's answer, none of which is nil, keys of the table on the top. */
void codec_add_keys (lua_State *L, State *S, const char *message, int32_t length) {
  Block *block = block_of_answer(L, S, message, length, FRAME_HERE);
  while (block->unread.left > 0) {
    push_unread(L, S, &block->unread);
    lua_pushboolean(L, 1);
    lua_rawset(L, -3);
  }
  blocks_drop(S, block);
}

void codec_push_next (Reader *R, lua_State *L, State *S) {
  const char *value = message_next(R);
  if (value == NULL) lua_pushnil(L);
  else push(L, S, value);
}

