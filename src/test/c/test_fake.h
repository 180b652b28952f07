/*
** A fake of Java for the tests of a backend: messages, a state with a host of its own, and the
** answers of that host.
*/
#ifndef LUPINE_TEST_FAKE_H
#define LUPINE_TEST_FAKE_H

#include <stdlib.h>
#include <string.h>

#include "bridge.h"
#include "test_check.h"

extern const Backend lupine_backend;

static const Backend *const backend = &lupine_backend;
/* A message that is being written or read. */
typedef struct Message {
  char *bytes;
  size_t length, capacity;
  int32_t count;
} Message;

#define HANDLES  65536

typedef struct Fake Fake;

/* Answers UP_CALL with the message that it writes, unless it returns another answer than 0. */
typedef int64_t (*Answerer) (Fake *fake, const char *message, int32_t count, Message *m,
                             char **answer);

/* The fake Java: a state, what upcalls have received, and how they behave. */
struct Fake {
  State *state;
  Frame frame;
  Message out;
  char *large;                    /* the last large answer */
  int upcalls, invoked, fatal, depth, largest, reads;
  int known;                      /* how many strings came by their numbers */
  int exited;                     /* the status of the last os.exit */
  int attached;                   /* no other thread may be attached during the last upcall */
  int64_t fixed;                  /* the answer of UP_CALL, unless 0 */
  char written[64];
  char stored[64];
  Answerer answerer;              /* or NULL */
  int32_t *numbers;               /* the elements of a buffer, or NULL: Java reads them */
  void (*watch) (Fake *fake);     /* called with each upcall, or NULL */
  size_t most;                    /* for 'watch' */
  char freed[HANDLES];            /* by handle: how often Lua has dropped it */
};

static void begin (Message *m) {
  free(m->bytes);
  m->capacity = 64;
  m->bytes = (char *)malloc(m->capacity);
  m->length = 8;
  m->count = 0;
}

static char *reserve (Message *m, size_t size) {
  char *place;
  while (m->length + size > m->capacity) {
    m->capacity *= 2;
    m->bytes = (char *)realloc(m->bytes, m->capacity);
  }
  place = m->bytes + m->length;
  memset(place, 0, size);
  m->length += size;
  return place;
}

static void put (Message *m, int32_t tag, int32_t aux, const void *payload, size_t size) {
  char *place = reserve(m, 8 + ((size + 7) & ~(size_t)7));
  memcpy(place, &tag, 4);
  memcpy(place + 4, &aux, 4);
  if (size > 0) memcpy(place + 8, payload, size);
  m->count++;
}

static void put_nil (Message *m) {
  put(m, TAG_NIL, 0, NULL, 0);
}

static void put_integer (Message *m, int64_t value) {
  put(m, TAG_INTEGER, 0, &value, 8);
}

static void put_bytes (Message *m, const char *bytes, size_t length) {
  put(m, TAG_STRING, (int32_t)length, bytes, length);
}

static void put_text (Message *m, const char *text) {
  put_bytes(m, text, strlen(text));
}

static inline void put_ref (Message *m, int32_t tag, int32_t ref) {
  int64_t none = 0;
  put(m, tag, ref, &none, 8);
}

static void put_object_of (Message *m, int32_t handle, int32_t kind, int32_t traits) {
  int32_t what[2] = { kind, traits };
  put(m, TAG_OBJECT, handle, what, 8);
}

static void put_object (Message *m, int32_t handle, int32_t kind) {
  put_object_of(m, handle, kind, TRAIT_CALL);
}

/* Writes what Java answers for a name: a method that Lua may keep by the name, or a property. */
static void put_member (Message *m, int32_t member, int32_t property) {
  int32_t what[2] = { 1, property };
  put(m, TAG_MEMBER, member, what, sizeof(what));
}

#define BUFFER_TRAITS  (TRAIT_LENGTH | TRAIT_BUFFER)

static int32_t end (Message *m) {
  memcpy(m->bytes, &m->count, 4);
  memset(m->bytes + 4, 0, 4);
  return (int32_t)m->length;
}

static int32_t int_at (const char *place) {
  int32_t value;
  memcpy(&value, place, 4);
  return value;
}

static int64_t long_at (const char *place) {
  int64_t value;
  memcpy(&value, place, 8);
  return value;
}

/* Returns value 'index' of a message. */
static const char *value_at (const char *message, int index) {
  message += 8;
  while (index-- > 0) {
    int32_t tag = int_at(message);
    if (tag == TAG_NIL || tag == TAG_BOOLEAN || tag == TAG_NODE) message += 8;
    else if (tag == TAG_STRING || tag == TAG_BYTES) message += 8 + ((int_at(message + 4) + 7) & ~7);
    else message += 16;
  }
  return message;
}

static int64_t integer_at (const char *message, int index) {
  const char *value = value_at(message, index);
  return int_at(value) == TAG_INTEGER ? long_at(value + 8) : INT64_MIN;
}

static int text_is (const char *message, int index, const char *text) {
  const char *value = value_at(message, index);
  return int_at(value) == TAG_STRING && (size_t)int_at(value + 4) == strlen(text)
      && memcmp(value + 8, text, strlen(text)) == 0;
}

static inline int text_has (const char *message, int index, const char *text) {
  const char *value = value_at(message, index);
  char *copy;
  int has;
  if (int_at(value) != TAG_STRING) return 0;
  copy = (char *)calloc(1, (size_t)int_at(value + 4) + 1);
  memcpy(copy, value + 8, (size_t)int_at(value + 4));
  has = strstr(copy, text) != NULL;
  free(copy);
  return has;
}

/* Takes the handles that Lua has dropped out of the frame. */
static void take_freed (Fake *fake) {
  int32_t i;
  for (i = 0; i < fake->frame.freed_count; i++) fake->freed[fake->frame.freed[i] % HANDLES]++;
  fake->frame.freed_count = 0;
}

/* Sends the written message; returns the status, and the message of the answer. */
static int32_t send (Fake *fake, int32_t operation, const char **answer) {
  int32_t length = end(&fake->out);
  int64_t result;
  free(fake->large);
  fake->large = NULL;
  if (length <= FRAME_MESSAGE) {
    memcpy(fake->frame.message, fake->out.bytes, (size_t)length);
    result = backend->run(fake->state, operation, length, NULL, &fake->large);
  }
  else {
    char *copy = (char *)malloc((size_t)length);
    memcpy(copy, fake->out.bytes, (size_t)length);
    result = backend->run(fake->state, operation, length, copy, &fake->large);
    free(copy);
  }
  *answer = fake->large != NULL ? fake->large : fake->frame.message;
  return ANSWER_STATUS(result);
}

/* Runs a chunk without arguments; its results begin at value 2. */
static int32_t run (Fake *fake, const char *code, const char **answer) {
  int32_t no = 0;
  begin(&fake->out);
  put_integer(&fake->out, 0);
  put_text(&fake->out, code);
  put_text(&fake->out, "=test");
  put_integer(&fake->out, 0);
  put(&fake->out, TAG_BOOLEAN, no, NULL, 0);
  put_nil(&fake->out);
  return send(fake, OP_RUN, answer);
}

/* Puts object 'handle' of a kind into a global. */
static void put_global_of (Fake *fake, const char *name, int32_t handle, int32_t kind,
                           int32_t traits) {
  const char *answer;
  begin(&fake->out);
  put_text(&fake->out, name);
  put_object_of(&fake->out, handle, kind, traits);
  put(&fake->out, TAG_BOOLEAN, 0, NULL, 0);
  CHECK(send(fake, OP_PUT_GLOBAL, &answer) == STATUS_OK);
}

static void put_global (Fake *fake, const char *name, int32_t handle) {
  put_global_of(fake, name, handle, 1, TRAIT_CALL);
}

/* Returns a ref to the first result of a chunk. */
static inline int32_t ref_of (Fake *fake, const char *code) {
  const char *answer;
  CHECK(run(fake, code, &answer) == STATUS_OK);
  return int_at(value_at(answer, 2) + 4);
}

/* Answers with a message that the fake makes. */
static int64_t reply (Fake *fake, Message *m, int32_t status, char **answer) {
  int32_t length = end(m);
  if (length <= FRAME_MESSAGE) memcpy(fake->frame.message, m->bytes, (size_t)length);
  else {
    *answer = (char *)malloc(BLOCK_HEAD + (size_t)length);
    memcpy(*answer + BLOCK_HEAD, m->bytes, (size_t)length);
  }
  free(m->bytes);
  return ANSWER(status, length);
}

static int64_t answer_call (Fake *fake, const char *message, int32_t count, Message *m,
                            char **answer) {
  const char *inner;
  if (count > 0 && text_is(message, 0, "nest")) {
    if (fake->depth++ < 100000) run(fake, "return object('nest')", &inner);
    put_integer(m, fake->depth);
    return reply(fake, m, STATUS_OK, answer);
  }
  if (count > 0 && text_is(message, 0, "fatal")) {
    fake->fatal++;
    return reply(fake, m, STATUS_FATAL, answer);
  }
  if (count > 0 && text_is(message, 0, "mark")) {
    backend->stop(fake->state, NULL, STOP_MARK);
    return reply(fake, m, STATUS_OK, answer);
  }
  if (count > 0 && text_is(message, 0, "marked")) {
    backend->stop(fake->state, NULL, STOP_MARKED);
    return reply(fake, m, STATUS_OK, answer);
  }
  if (count > 0 && text_is(message, 0, "raise")) {
    put_object(m, 7, 2);
    return reply(fake, m, STATUS_ERROR, answer);
  }
  if (count > 0 && text_is(message, 0, "yield")) {
    put_nil(m);
    put_text(m, "asked");
    return reply(fake, m, STATUS_YIELD, answer);
  }
  if (count > 0 && text_is(message, 0, "large")) {
    char *text = (char *)malloc(100000);
    memset(text, 'z', 100000);
    put_bytes(m, text, 100000);
    free(text);
    return reply(fake, m, STATUS_OK, answer);
  }
  put_integer(m, fake->fixed);
  return reply(fake, m, STATUS_OK, answer);
}

/* Answers for the modules "text", "bad" and "value"; others do not exist. */
static int64_t answer_search (Fake *fake, const char *message, Message *m, char **answer) {
  if (text_is(message, 0, "value")) {
    put_integer(m, 2);
    put_integer(m, 7);
  }
  else if (text_is(message, 0, "text") || text_is(message, 0, "bad")) {
    put_integer(m, 1);
    put_text(m, text_is(message, 0, "text") ? "return {...}" : "= =");
    put_text(m, "@file");
  }
  else {
    put_integer(m, 0);
    put_text(m, "no a");
    put_text(m, "no b");
    return reply(fake, m, STATUS_OK, answer);
  }
  put_text(m, "here");
  return reply(fake, m, STATUS_OK, answer);
}

static void copy_text (char *field, const char *value) {
  int32_t length = int_at(value + 4);
  if (length > 63) length = 63;
  memcpy(field, value + 8, (size_t)length);
  field[length] = '\0';
}

/* Writes the message that stands for one small value, or none. */
static void write_small (Fake *fake, int32_t tag) {
  Frame *frame = &fake->frame;
  int32_t head[4] = { tag != TAG_NONE, 0, tag, 0 };
  if (tag == TAG_KNOWN) {         /* the answer is the message */
    char *answer = NULL;
    int64_t got = backend->fast_call(fake->state, FAST_STRING, (int32_t)frame->answer, 0, TAG_NIL,
                                     0, &answer);
    fake->known++;
    if (ANSWER_STATUS(got) == STATUS_OK) return;
    head[0] = 0;                  /* a fault was injected */
  }
  if (tag == TAG_BOOLEAN || tag == TAG_OBJECT) head[3] = (int32_t)frame->answer;
  memcpy(frame->message, head, sizeof(head));
  memcpy(frame->message + sizeof(head), &frame->answer, sizeof(frame->answer));
}

/*
** Answers with a line, a numeral followed by more, as many bytes as requested, or now and then the
** end.
*/
static int64_t answer_read (Fake *fake, int32_t member, Message *m, char **answer) {
  int32_t most = member >> READ_SHIFT;
  char *text;
  switch (member & READ_BACK) {
    case READ_LINE:
      if (fake->reads++ % 4 < 3) put_text(m, "some line\n");
      break;
    case READ_NUMBER:
      put_text(m, "12xyz");
      break;
    case READ_COUNT:
      if (most > 50000) most = 50000;
      text = (char *)calloc(1, (size_t)most + 1);
      put_bytes(m, text, (size_t)most);
      free(text);
      break;
  }
  return reply(fake, m, STATUS_OK, answer);
}

/* Answers with as many elements as Lua asks for, each ten times its index. */
static int64_t answer_elements (Fake *fake, int32_t asked) {
  uint64_t first = 10 * (uint64_t)fake->frame.answer;             /* wraps around */
  int32_t i;
  for (i = 0; i < asked; i++) {
    uint64_t element = first + 10 * (uint64_t)i;
    memcpy(fake->frame.message + i * 8, &element, sizeof(element));
  }
  fake->frame.answer = (int64_t)first;
  return ANSWER(STATUS_VALUE, TAG_INTEGER | asked << AHEAD_SHIFT);
}

static int64_t upcall (void *session, int32_t operation, int32_t target, int32_t member,
                       int32_t length, const char *large, char **answer) {
  Fake *fake = (Fake *)session;
  const char *message = large != NULL ? large : fake->frame.message;
  int32_t count;
  Message m = { NULL, 0, 0, 0 };
  fake->attached = (operation & UP_ATTACHED) != 0;
  operation &= ~(UP_ATTACHED | UP_NARROW);
  fake->upcalls++;
  if (length <= 0) write_small(fake, -1 - length);
  count = int_at(message);
  take_freed(fake);
  if (fake->watch != NULL) fake->watch(fake);
  if (length > fake->largest) fake->largest = length;
  begin(&m);
  switch (operation) {
    case UP_INDEX:
      if (member > 0 && length == SMALL_LENGTH(TAG_INTEGER)) {
        free(m.bytes);
        return answer_elements(fake, member);
      }
      if (text_is(message, 0, "method")) put_member(&m, 5, 0);
      else if (text_is(message, 0, "property")) put_member(&m, 6, 1);
      else put_text(&m, "value");
      return reply(fake, &m, STATUS_OK, answer);
    case UP_NEW_INDEX:
      if (text_is(message, 0, "property")) put_member(&m, 6, 1);
      return reply(fake, &m, STATUS_OK, answer);
    case UP_GET_PROPERTY:
      fake->invoked = member;
      put_object(&m, 193, 1);
      return reply(fake, &m, STATUS_OK, answer);
    case UP_SET_PROPERTY:
      fake->invoked = member;
      if (int_at(value_at(message, 0)) == TAG_STRING) copy_text(fake->stored, value_at(message, 0));
      return reply(fake, &m, STATUS_OK, answer);
    case UP_EXIT:
      fake->exited = (int)integer_at(message, 0);
      return reply(fake, &m, STATUS_FATAL, answer);
    case UP_INVOKE:
      fake->invoked = member;
      fake->frame.answer = count;
      free(m.bytes);
      return ANSWER(STATUS_VALUE, TAG_INTEGER);
    case UP_CALL:
      if (fake->answerer != NULL) {
        int64_t result = fake->answerer(fake, message, count, &m, answer);
        return result != 0 ? result : reply(fake, &m, STATUS_OK, answer);
      }
      return answer_call(fake, message, count, &m, answer);
    case UP_MEMORY:
      if (fake->numbers != NULL) {
        put_integer(&m, (int64_t)(intptr_t)fake->numbers);
        put_integer(&m, 4);
        put_integer(&m, ELEMENT_INT);
        put_integer(&m, 1);
      }
      return reply(fake, &m, STATUS_OK, answer);
    case UP_SCOPE_REMOVE:
      return reply(fake, &m, STATUS_OK, answer);
    case UP_SCOPE_GET:
      if (member != SCOPE_KEPT && text_is(message, 0, "x")) put_integer(&m, 11);
      return reply(fake, &m, STATUS_OK, answer);
    case UP_SCOPE_NAMES:
      put_text(&m, "x");
      put_text(&m, "gone");
      return reply(fake, &m, STATUS_OK, answer);
    case UP_SCOPE_PUT:
      copy_text(fake->stored, value_at(message, 0));
      return reply(fake, &m, STATUS_OK, answer);
    case UP_COROUTINE:
      if (member == COROUTINE_STATUS) put_text(&m, "suspended");
      else put(&m, TAG_BOOLEAN, 1, NULL, 0);
      if (member == COROUTINE_RESUME) put_object(&m, target, 1);
      return reply(fake, &m, STATUS_OK, answer);
    case UP_SEARCH:
      return answer_search(fake, message, &m, answer);
    case UP_READ:
      return answer_read(fake, member, &m, answer);
    case UP_WRITE:
      copy_text(fake->written, value_at(message, 0));
      return reply(fake, &m, STATUS_OK, answer);
    default:
      return reply(fake, &m, STATUS_OK, answer);
  }
}

static const JavaCalls host = { upcall };

static Fake *open_fake (void) {
  static const char *const names[] = { "import" };
  Fake *fake = (Fake *)calloc(1, sizeof(Fake));
  int32_t status;
  fake->state = backend->open(&host, fake, &fake->frame, names, 1, -1, &status);
  CHECK(fake->state != NULL);
  fake->fixed = 42;
  put_global(fake, "object", 3);
  return fake;
}

static void close_fake (Fake *fake) {
  backend->close(fake->state);
  backend->release(fake->state);
  free(fake->out.bytes);
  free(fake->large);
  free(fake);
}

#endif
