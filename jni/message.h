/*
** The layout of messages, see bridge.h, and reading those from Java.
*/
#ifndef LUPINE_MESSAGE_H
#define LUPINE_MESSAGE_H

#include "backend.h"

#define PADDED(length)  (((size_t)(length) + 7) & ~(size_t)7)

typedef struct Header {
  int32_t tag;
  int32_t aux;
} Header;

static inline Header header_of (const char *value) {
  Header header;
  memcpy(&header, value, sizeof(header));
  return header;
}

static inline size_t size_of (const char *value) {
  Header header = header_of(value);
  switch (header.tag) {
    case TAG_NIL: case TAG_BOOLEAN: case TAG_NODE: case TAG_KNOWN:
      return 8;
    case TAG_STRING: case TAG_BYTES:
      return 8 + PADDED(header.aux);
    case TAG_NEW_KIND:
      return 24 + PADDED(header_of(value + 16).tag);
    default:
      return 16;
  }
}

static inline Reader message_reader (const char *message) {
  Reader R = { message + sizeof(Header), header_of(message).tag };
  return R;
}

/* Returns the next value in place, and advances; NULL after the last one. */
static inline const char *message_next (Reader *R) {
  const char *value = R->at;
  if (R->left <= 0) return NULL;
  R->left--;
  R->at += size_of(value);
  return value;
}

void message_read (Reader *R, State *S, const char *message); /* until message_read_end: rule 2 */
void message_read_end (State *S);
int message_next_node (Reader *R);                            /* -1 if the next value is not a
                                                                 node */
int64_t message_next_integer (Reader *R);
const char *message_next_bytes (Reader *R, size_t *length);
int message_is_nil (const char *message, int place);          /* of the value at an index, from 0
                                                                 on */
void message_free_undelivered (State *S, const char *message);          /* of handles */
void message_free_unread (State *S, Reader R);    /* of handles that were not read */

#endif
