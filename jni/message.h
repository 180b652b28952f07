/*
** How messages are laid out: see bridge.h.
*/
#ifndef LUPINE_MESSAGE_H
#define LUPINE_MESSAGE_H

#include "bridge.h"

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

#endif
