/*
** Messages from Java, read value by value, without Lua.
*/
#include "message.h"

#include "handles.h"

int message_is_nil (const char *message, int place) {
  Reader R = message_reader(message);
  const char *value;
  while ((value = message_next(&R)) != NULL)
    if (place-- == 0) return header_of(value).tag == TAG_NIL;
  return 0;
}

void message_read (Reader *R, State *S, const char *message) {
  *R = message_reader(message);
  S->reading++;
}

void message_read_end (State *S) {
  S->reading--;
}

int message_next_node (Reader *R) {
  return R->left > 0 && header_of(R->at).tag == TAG_NODE ? header_of(message_next(R)).aux : -1;
}

int64_t message_next_integer (Reader *R) {
  const char *value = message_next(R);
  int64_t integer = 0;
  if (value != NULL && header_of(value).tag == TAG_INTEGER)
    memcpy(&integer, value + sizeof(Header), sizeof(integer));
  return integer;
}

const char *message_next_bytes (Reader *R, size_t *length) {
  const char *value = message_next(R);
  *length = 0;
  if (value == NULL || header_of(value).tag != TAG_STRING) return NULL;
  *length = (size_t)header_of(value).aux;
  return value + sizeof(Header);
}

/*
** Frees the handles of the unread values, which Java would leak otherwise. Their kinds stay
** unknown, so Java is told to send kinds again.
*/
void message_free_unread (State *S, Reader R) {
  const char *value;
  while ((value = message_next(&R)) != NULL) {
    int32_t tag = header_of(value).tag;
    if (tag == TAG_NEW_KIND) S->frame->flags |= FRAME_KINDS;
    if (tag == TAG_OBJECT || tag == TAG_NEW_KIND || tag == TAG_AS_FUNCTION || tag == TAG_AS_THREAD)
      handles_undelivered(S, header_of(value).aux);
  }
}

/* Frees the handles of a message that was not read. */
void message_free_undelivered (State *S, const char *message) {
  message_free_unread(S, message_reader(message));
}
