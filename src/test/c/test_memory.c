/*
** Drives the backend of one flavour as test_backend.c does: what messages leave in memory, and
** what they do at its limit.
*/
#define _GNU_SOURCE
#include "test_fake.h"

#if defined(__SANITIZE_ADDRESS__)

size_t __sanitizer_get_current_allocated_bytes (void);

static size_t heap (void) {
  return __sanitizer_get_current_allocated_bytes();
}

#elif defined(__GLIBC__)

#include <malloc.h>

static size_t heap (void) {
  struct mallinfo2 info = mallinfo2();
  return info.uordblks + info.hblkhd;
}

#else

static size_t heap (void) {
  return 0;                       /* only the sanitizer and glibc tell this */
}

#endif

static void note_heap (Fake *fake) {
  size_t now = heap();
  if (now > fake->most) fake->most = now;
}

/* Returns how far the heap grew while a chunk ran, as seen by upcalls. */
static size_t growth (Fake *fake, const char *code) {
  const char *answer;
  size_t before = heap();
  fake->most = before;
  fake->watch = note_heap;
  CHECK(run(fake, code, &answer) == STATUS_OK);
  fake->watch = NULL;
  return fake->most - before;
}

/* So many bytes more than are in use may be. */
static void set_limit (Fake *fake, int64_t more) {
  const char *answer;
  int64_t used;
  begin(&fake->out);
  CHECK(send(fake, OP_COLLECT, &answer) == STATUS_OK);
  begin(&fake->out);
  CHECK(send(fake, OP_COLLECT, &answer) == STATUS_OK);
  used = integer_at(answer, 0) - integer_at(answer, 1);
  begin(&fake->out);
  put_integer(&fake->out, more < 0 ? 0 : used + more);
  CHECK(send(fake, OP_MEMORY, &answer) == STATUS_OK);
}

/* Returns the number of a new ref, which is small as long as refs are reused. */
static int32_t next_ref (Fake *fake) {
  int32_t ref = ref_of(fake, "return {}");
  fake->frame.released[0] = ref;
  fake->frame.released_count = 1;
  return ref;
}

static int64_t answer_text (Fake *fake, const char *message, int32_t count, Message *m,
                            char **answer) {
  static char text[2500];
  (void)fake; (void)message; (void)count; (void)answer;
  memset(text, 't', sizeof(text));
  put_bytes(m, text, sizeof(text));
  return 0;
}

static int64_t answer_raise (Fake *fake, const char *message, int32_t count, Message *m,
                             char **answer) {
  (void)message; (void)count;
  put_object(m, 7, 2);
  return reply(fake, m, STATUS_ERROR, answer);
}

static void messages_end_with_their_upcall (Fake *fake) {
  const size_t few = 12 << 20;
  CHECK(growth(fake, "local s = ('x'):rep(2^20) for i = 1, 100 do print(s) end") < few);
  CHECK(growth(fake, "for i = 1, 1000 do object('large') end") < few);
  CHECK(growth(fake, "local s = ('x'):rep(2^20) local co = coroutine.wrap(function() for i = 1, 100"
               " do print(s) coroutine.yield() end end) for i = 1, 100 do co() end") < few);
  fake->answerer = answer_text;
  CHECK(growth(fake, "for i = 1, 2e4 do object() end") < few);
  fake->answerer = answer_raise;
  CHECK(growth(fake, "local s = ('x'):rep(2^20) for i = 1, 100 do pcall(object, s) end") < few);
  fake->answerer = NULL;
  CHECK(growth(fake, "local t = {} for i = 1, 200 do t[i] = ('x'):rep(5000) end"
               " local function more(n) print(t[n]) if n > 1 then pcall(more, n - 1) end"
               " print(t[n]) end for i = 1, 20 do more(100) end") < few);
}

/* At the limit: messages that are written, read, or put into the frame by Java. */
static void messages_count (Fake *fake) {
  const char *answer;
  CHECK(run(fake, "big = ('b'):rep(2^20) collectgarbage()", &answer) == STATUS_OK);
  set_limit(fake, 600000);
  fake->largest = 0;
  CHECK(run(fake, "object(big)", &answer) == STATUS_MEMORY);
  CHECK(run(fake, "return pcall(object, big)", &answer) == STATUS_OK);
  CHECK(int_at(value_at(answer, 2) + 4) == 0 && text_has(answer, 3, "not enough memory"));
  CHECK(fake->largest < 100000);
  CHECK(run(fake, "return big", &answer) == STATUS_MEMORY);
  CHECK(run(fake, "return #big, (big:sub(-1))", &answer) == STATUS_OK);
  CHECK(integer_at(answer, 2) == 1 << 20 && text_is(answer, 3, "b"));
  /* first collect what is garbage now */
  CHECK(run(fake, "for i = 1, 20 do local s = ('x'):rep(1e5) .. i object(s) object(s, s) end",
            &answer) == STATUS_OK);
  set_limit(fake, 60000);
  CHECK(run(fake, "return (pcall(object, 'large'))", &answer) == STATUS_OK);
  CHECK(int_at(value_at(answer, 2) + 4) == 0);
  CHECK(run(fake, "object('large')", &answer) == STATUS_MEMORY);
  set_limit(fake, -1);
  CHECK(run(fake, "object(big) return #object('large')", &answer) == STATUS_OK);
  CHECK(fake->largest > 1 << 20 && integer_at(answer, 2) == 100000);
  CHECK(run(fake, "big = nil", &answer) == STATUS_OK);
}

static void put_objects (Fake *fake, int32_t from, int32_t count) {
  int32_t i;
  for (i = 0; i < count; i++) put_object(&fake->out, from + i, 1);
}

static int32_t count_freed (const Fake *fake, int32_t from, int32_t count) {
  int32_t i, n = 0;
  for (i = 0; i < count; i++) n += fake->freed[from + i] != 0;
  return n;
}

static void collect_all (Fake *fake) {
  const char *answer;
  int i;
  for (i = 0; i < 400; i++) {
    begin(&fake->out);
    send(fake, i < 3 ? OP_COLLECT : OP_DRAIN, &answer);
    take_freed(fake);
  }
}

/* Many objects that find no place, twice, with some others between: each handle comes back once. */
static void handles_come_back (Fake *fake) {
  const char *answer;
  int i;
  int32_t ref = ref_of(fake, "return setmetatable({}, {__newindex = function() error(setmetatable("
                       "{}, {__tostring = function() collectgarbage() return 'no' end})) end})");
  int32_t function = ref_of(fake, "return function(...) return select('#', ...) end");
  memset(fake->freed, 0, sizeof(fake->freed));
  for (i = 0; i < 2; i++) {
    begin(&fake->out);
    put_ref(&fake->out, TAG_TABLE, ref);
    put_objects(fake, 1000 + i * 22000, 20000);
    CHECK(send(fake, OP_PUT_ALL, &answer) == STATUS_ERROR);
    begin(&fake->out);
    put_ref(&fake->out, TAG_FUNCTION, function);
    put_objects(fake, 21000, 2000);
    CHECK(send(fake, OP_CALL, &answer) == STATUS_OK && integer_at(answer, 0) == 2000);
  }
  collect_all(fake);
  CHECK(count_freed(fake, 1000, 42000) == 42000);
  for (i = 1000; i < 43000; i++) CHECK(fake->freed[i] == 1 || (i >= 21000 && i < 23000));
}

/* A text that is too large, followed by objects, which are never read. */
static int64_t answer_objects (Fake *fake, const char *message, int32_t count, Message *m,
                               char **answer) {
  int32_t i;
  (void)fake; (void)message; (void)answer;
  if (count > 0) {
    char *text = (char *)malloc(400000);
    memset(text, 'z', 400000);
    put_bytes(m, text, 400000);
    free(text);
    for (i = 0; i < 50; i++) put_object(m, 50000 + i, 1);
  }
  else put_object(m, 50100, 1);
  return 0;
}

/* The answer is as large as the limit allows, and its values are larger. */
static void unread_answers_are_let_go (Fake *fake) {
  const char *answer;
  memset(fake->freed, 0, sizeof(fake->freed));
  fake->answerer = answer_objects;
  set_limit(fake, 600000);
  CHECK(run(fake, "for i = 1, 3 do assert(not pcall(object, 1)) end local gone = object()"
            " gone = nil collectgarbage() collectgarbage() print() print()", &answer)
        == STATUS_OK);
  CHECK(count_freed(fake, 50000, 50) == 50);
  CHECK(fake->freed[50100] == 1);         /* before the entry has ended */
  fake->answerer = NULL;
  set_limit(fake, -1);
}

static int64_t answer_lost (Fake *fake, const char *message, int32_t count, Message *m,
                            char **answer) {
  (void)fake; (void)message; (void)count; (void)answer;
  free(m->bytes);
  return ANSWER_NOT_ASKED;
}

static void refs_of_lost_messages_are_free (Fake *fake) {
  const char *answer;
  int i;
  int32_t ref = ref_of(fake, "local t = {} for i = 1, 50 do t[i] = function() end end"
                       " t.deeper = {} return t");
  int32_t first = next_ref(fake);
  for (i = 0; i < 100; i++) {
    begin(&fake->out);
    put_ref(&fake->out, TAG_TABLE, ref);
    put_integer(&fake->out, 1);
    CHECK(send(fake, OP_DUMP, &answer) == STATUS_ERROR);
    CHECK(run(fake, "local x = {} error()", &answer) == STATUS_ERROR);
  }
  CHECK(next_ref(fake) <= first + 60);
  CHECK(run(fake, "big = ('b'):rep(2^20)", &answer) == STATUS_OK);
  set_limit(fake, 500000);
  CHECK(run(fake, "for i = 1, 300 do assert(not pcall(object, {}, {}, big)) end"
            " return big", &answer) == STATUS_MEMORY);
  CHECK(run(fake, "return {}, print, big", &answer) == STATUS_MEMORY);
  set_limit(fake, -1);
  fake->answerer = answer_lost;
  CHECK(run(fake, "for i = 1, 300 do assert(not pcall(object, {}, {}, big)) end big = nil", &answer)
        == STATUS_OK);
  fake->answerer = NULL;
  CHECK(next_ref(fake) <= first + 60);
}

static int32_t length_of (Fake *fake, int32_t ref) {
  const char *answer;
  begin(&fake->out);
  put_ref(&fake->out, TAG_TABLE, ref);
  CHECK(send(fake, OP_RAW_LENGTH, &answer) == STATUS_OK);
  return (int32_t)integer_at(answer, 0);
}

/* Returns whether elements from 'at' on are 1 to 5, and nothing follows. */
static int is_five (Fake *fake, int32_t ref, int32_t at) {
  const char *answer;
  int i, same;
  begin(&fake->out);
  put_ref(&fake->out, TAG_TABLE, ref);
  put_integer(&fake->out, at);
  put_integer(&fake->out, 100000);
  CHECK(send(fake, OP_RANGE, &answer) == STATUS_OK);
  same = int_at(answer) == 6;
  for (i = 1; same && i <= 5; i++) same = integer_at(answer, i) == i;
  return same;
}

/* Inserts 'count' texts before 1 to 5, with so much memory and garbage left. */
static void splice_at_limit (Fake *fake, int count, size_t size, int64_t more) {
  const char *answer;
  char *text = (char *)malloc(size);
  int i;
  int32_t status, ref = ref_of(fake, "return {1, 2, 3, 4, 5}");
  memset(text, 'q', size);
  set_limit(fake, more);
  run(fake, "local t = {} for i = 1, 200 do t[i] = ('g'):rep(1000) .. i end", &answer);
  begin(&fake->out);
  put_ref(&fake->out, TAG_TABLE, ref);
  put_integer(&fake->out, 1);
  put_integer(&fake->out, 0);
  for (i = 0; i < count; i++) {
    text[i % 8] = (char)('a' + i % 20);
    put_bytes(&fake->out, text, size);
  }
  status = send(fake, OP_SPLICE, &answer);
  set_limit(fake, -1);
  CHECK(status == STATUS_OK || status == STATUS_MEMORY);
  if (status == STATUS_OK)
    CHECK(length_of(fake, ref) == count + 5 && is_five(fake, ref, count + 1));
  else CHECK(length_of(fake, ref) == 5 && is_five(fake, ref, 1));
  free(text);
}

static void what_is_half_done_is_not_repeated (Fake *fake) {
  const char *answer;
  char text[200000];
  int64_t more;
  int32_t ref;
  for (more = 20000; more < 500000; more += 60000) {
    splice_at_limit(fake, 1, 150000, more);
    splice_at_limit(fake, 3, 60000, more);
    splice_at_limit(fake, 300, 20, more / 8);
    splice_at_limit(fake, 5000, 8, more);
  }
  memset(text, 'w', sizeof(text));
  ref = ref_of(fake, "calls = {first = 0, second = 0} return setmetatable({}, {"
               "__newindex = function(t, k, v) calls[k] = calls[k] + 1 end})");
  set_limit(fake, 250000);
  run(fake, "local t = {} for i = 1, 150 do t[i] = ('g'):rep(1000) .. i end", &answer);
  begin(&fake->out);
  put_ref(&fake->out, TAG_TABLE, ref);
  put_text(&fake->out, "first");
  put_text(&fake->out, "value");
  put_text(&fake->out, "second");
  put_bytes(&fake->out, text, sizeof(text));
  send(fake, OP_PUT_ALL, &answer);
  set_limit(fake, -1);
  CHECK(run(fake, "return calls.first, calls.second", &answer) == STATUS_OK);
  CHECK(integer_at(answer, 2) == 1);
  CHECK(integer_at(answer, 3) == 0 || integer_at(answer, 3) == 1);
}

/* What an operation of Java calls is called once, though it ends with a memory error. */
static void what_was_called_is_not_called_again (Fake *fake) {
  const char *answer;
  int32_t function = ref_of(fake, "calls = 0 function spend() calls = calls + 1"
                            " local t = {} for i = 1, 200 do t[i] = ('g'):rep(1000) .. i end"
                            " t = nil return ('x'):rep(1e6) end return spend");
  int32_t table = ref_of(fake, "return setmetatable({}, {__newindex = spend, __index = spend})");
  int i;
  set_limit(fake, 300000);
  for (i = 0; i < 3; i++) {
    CHECK(run(fake, "calls = 0", &answer) == STATUS_OK);
    begin(&fake->out);
    put_ref(&fake->out, i == 0 ? TAG_FUNCTION : TAG_TABLE, i == 0 ? function : table);
    if (i > 0) put_text(&fake->out, "key");
    if (i == 1) put_integer(&fake->out, 1);
    CHECK(send(fake, i == 0 ? OP_CALL : i == 1 ? OP_PUT : OP_GET, &answer) == STATUS_MEMORY);
    CHECK(run(fake, "return calls", &answer) == STATUS_OK && integer_at(answer, 2) == 1);
  }
  set_limit(fake, -1);
}

/* Metamethods of a table are called once, though its new elements fit only after a collection. */
static void metamethods_are_called_once (Fake *fake) {
  const char *answer;
  static char text[150000];
  int64_t more;
  memset(text, 'm', sizeof(text));
  for (more = 180000; more < 400000; more += 20000) {
    int32_t ref = ref_of(fake, "lengths, reads = 0, 0 return setmetatable({nil, 2}, {"
                         "__len = function() lengths = lengths + 1 return 2 end,"
                         " __index = function() reads = reads + 1 return 'old' end})");
    set_limit(fake, more);
    run(fake, "local t = {} for i = 1, 200 do t[i] = ('g'):rep(1000) .. i end", &answer);
    begin(&fake->out);
    put_ref(&fake->out, TAG_TABLE, ref);
    put_integer(&fake->out, 1);
    put_integer(&fake->out, 1);
    put_bytes(&fake->out, text, sizeof(text));
    CHECK(send(fake, OP_SPLICE, &answer) == STATUS_OK);
    CHECK(integer_at(answer, 0) == 2 && text_is(answer, 1, "old"));
    set_limit(fake, -1);
    CHECK(run(fake, "return lengths, reads", &answer) == STATUS_OK);
    CHECK(integer_at(answer, 2) <= 1 && integer_at(answer, 3) == 1);
    fake->frame.released[0] = ref;
    fake->frame.released_count = 1;
  }
}

/* Objects and a large text, which are read again after the first ones were collected. */
static void handles_stay_for_a_second_try (Fake *fake) {
  const char *answer;
  static char text[100000];
  int64_t more;
  int32_t i, status, from = 44000;
  memset(text, 'w', sizeof(text));
  memset(fake->freed, 0, sizeof(fake->freed));
  CHECK(run(fake, "function arm() local again = function() object('x') arm() end"
            " if newproxy then getmetatable(newproxy(true)).__gc = again"
            " else setmetatable({}, {__gc = again}) end end arm()", &answer) == STATUS_OK);
  for (more = 20000; more < 300000; more += 20000, from += 10) {
    int32_t ref = ref_of(fake, "kept = {} return kept");
    set_limit(fake, more);
    run(fake, "local t = {} for i = 1, 100 do t[i] = ('g'):rep(1000) .. i end", &answer);
    begin(&fake->out);
    put_ref(&fake->out, TAG_TABLE, ref);
    put_integer(&fake->out, 1);
    put_integer(&fake->out, 0);
    put_objects(fake, from, 10);
    put_bytes(&fake->out, text, sizeof(text));
    status = send(fake, OP_SPLICE, &answer);
    set_limit(fake, -1);
    collect_all(fake);
    CHECK(count_freed(fake, from, 10) == (status == STATUS_OK ? 0 : 10));
    fake->frame.released[0] = ref;
    fake->frame.released_count = 1;
    CHECK(run(fake, "kept = nil", &answer) == STATUS_OK);
  }
  CHECK(run(fake, "arm = function() end", &answer) == STATUS_OK);
  collect_all(fake);
  for (i = 44000; i < from; i++) CHECK(fake->freed[i] == 1);
}

int main (void) {
  Fake *fake = open_fake();
  messages_end_with_their_upcall(fake);
  messages_count(fake);
  handles_come_back(fake);
  unread_answers_are_let_go(fake);
  refs_of_lost_messages_are_free(fake);
  what_is_half_done_is_not_repeated(fake);
  what_was_called_is_not_called_again(fake);
  metamethods_are_called_once(fake);
  handles_stay_for_a_second_try(fake);
  close_fake(fake);
  printf("%s: %d failures\n", backend->version, failures);
  return failures == 0 ? 0 : 1;
}
