/*
** Drives the backend of one flavour as test_backend.c does: code of a script that runs in the
** middle of an operation, its hooks and finalizers, and operations that are repeated.
*/
#include "test_fake.h"

static int wrong;

/* Counts calls whose arguments are not those that were passed. */
static int64_t answer_check (Fake *fake, const char *message, int32_t count, Message *m,
                             char **answer) {
  (void)fake; (void)answer;
  if (count == 4 && !(text_is(message, 0, "first") && int_at(value_at(message, 1)) == TAG_TABLE
                      && text_has(message, 2, "third")
                      && int_at(value_at(message, 3)) == TAG_TABLE))
    wrong++;
  put_integer(m, count);
  return 0;
}

/* A call hook that calls Java, also when one of our functions is called to make room for a ref. */
static void hooks_may_call (Fake *fake) {
  const char *answer;
  fake->answerer = answer_check;
  wrong = 0;
  CHECK(run(fake, "local busy debug.sethook(function() if busy then return end busy = true"
            " object(('j'):rep(2000)) busy = false end, 'c')"
            " for i = 1, 300 do object('first', {}, 'third', {}) end debug.sethook()", &answer)
        == STATUS_OK);
  CHECK(wrong == 0);
  /* the written message must not be read from what the hook's own call has left */
  CHECK(run(fake, "local far = ('\\4\\0\\0\\0\\255\\255\\255\\127'):rep(370)"
            " local known, learns, busy = {}, true debug.sethook(function()"
            " if busy then return end busy = true local f = debug.getinfo(2, 'f').func or 0"
            " if learns then known[f] = true elseif not known[f] then object(far) object('near')"
            " busy = false error('hook') end busy = false end, 'c')"
            " pcall(object, 'first', 2, 3) pcall(debug.sethook, print) learns = false"
            " for i = 1, 1000 do pcall(object, 'first', 2, 3, {}) end debug.sethook()", &answer)
        == STATUS_OK);
  fake->answerer = NULL;
}

/* A hook sees functions that only entries call, but cannot get them. */
static void functions_are_hidden (Fake *fake) {
  const char *answer;
  int32_t ref = ref_of(fake, "return {1, 2, 3}");
  int i;
  CHECK(run(fake, "found = {} debug.sethook(function() local i = debug.getinfo(2, 'Sf')"
            " if i.what == 'C' and i.func then found[i.func] = true end end, 'c')", &answer)
        == STATUS_OK);
  begin(&fake->out);
  put_ref(&fake->out, TAG_TABLE, ref);
  put_integer(&fake->out, 1);
  put_integer(&fake->out, 0);
  for (i = 0; i < 5; i++) put_integer(&fake->out, i);
  CHECK(send(fake, OP_SPLICE, &answer) == STATUS_OK);
  for (i = 0; i < 100; i++) ref_of(fake, "return {}");
  CHECK(run(fake, "debug.sethook() found[debug.sethook] = nil for f in pairs(found) do"
            " for i = 1, 3 do pcall(f, 'x', i, 5) pcall(f, {}, i) end end return (next(found))", &answer)
        == STATUS_OK);
  CHECK(int_at(value_at(answer, 2)) == TAG_NIL);
  CHECK(run(fake, "found = nil", &answer) == STATUS_OK);
}

/* Tells the backend that all refs are dropped. */
static void drop_refs (Fake *fake, int32_t top) {
  const char *answer;
  int32_t ref = 1;
  while (ref <= top) {
    while (ref <= top && fake->frame.released_count < FRAME_IDS)
      fake->frame.released[fake->frame.released_count++] = ref++;
    begin(&fake->out);
    send(fake, OP_DRAIN, &answer);
  }
}

/* So many bytes more than are in use may be. */
static void set_limit (Fake *fake, int64_t more) {
  const char *answer;
  int64_t used;
  begin(&fake->out);
  CHECK(send(fake, OP_COLLECT, &answer) == STATUS_OK);
  used = integer_at(answer, 0) - integer_at(answer, 1);
  begin(&fake->out);
  put_integer(&fake->out, more < 0 ? 0 : used + more);
  CHECK(send(fake, OP_MEMORY, &answer) == STATUS_OK);
}

/* A message grows at the limit, so that finalizers run, which use up the room that there was. */
static void finalizers_take_refs (void) {
  int count;
  for (count = 1; count <= 40; count++) {
    Fake *fake = open_fake();
    const char *answer;
    char code[300];
    snprintf(code, sizeof(code), "big = ('b'):rep(600000) function arm() local f = function()"
             " local t = {} for i = 1, %d do t[i] = {} end object((unpack or table.unpack)(t)) end"
             " if newproxy then getmetatable(newproxy(true)).__gc = f"
             " else setmetatable({}, {__gc = f}) end end", count);
    CHECK(run(fake, code, &answer) == STATUS_OK);
    set_limit(fake, 900000);
    CHECK(run(fake, "arm() return big, {}", &answer) == STATUS_OK);
    drop_refs(fake, 200);
    close_fake(fake);
  }
}

/* A run whose arguments are read twice, since memory was short, restores the globals. */
static void scopes_end_after_a_second_try (Fake *fake) {
  static char text[200000];
  const char *answer;
  int64_t more;
  int again = 0;
  memset(text, 'w', sizeof(text));
  for (more = 220000; more < 500000; more += 20000) {
    set_limit(fake, more);
    run(fake, "local t = {} for i = 1, 150 do t[i] = ('g'):rep(1000) .. i end", &answer);
    begin(&fake->out);
    put_integer(&fake->out, 0);
    put_text(&fake->out, "return x, #...");
    put_text(&fake->out, "=scoped");
    put_integer(&fake->out, 0);
    put(&fake->out, TAG_BOOLEAN, 0, NULL, 0);
    put_integer(&fake->out, 9);
    put_bytes(&fake->out, text, sizeof(text));
    if (send(fake, OP_RUN, &answer) == STATUS_OK) {
      CHECK(integer_at(answer, 2) == 11 && integer_at(answer, 3) == sizeof(text));
      again++;
    }
    set_limit(fake, -1);
    CHECK(run(fake, "return (loadstring or load)('return x')()", &answer) == STATUS_OK);
    CHECK(int_at(value_at(answer, 2)) == TAG_NIL);
  }
  CHECK(again > 0);
}

/* Java may load bytecode; a finalizer that runs meanwhile may not. */
static void finalizers_load_no_bytecode (Fake *fake) {
  const char *answer;
  Message code = { NULL, 0, 0, 0 };
  char text[8000] = "";
  int i;
  for (i = 0; i < 300; i++) sprintf(text + strlen(text), "x = 'text%d'\n", i);
  CHECK(run(fake, "code = string.dump(function() return 1 end) calls, loaded = 0, 0 function arm()"
            " local f = function() calls = calls + 1 if (loadstring or load)(code) then"
            " loaded = loaded + 1 end if arm then arm() end end"
            " if newproxy then getmetatable(newproxy(true)).__gc = f"
            " else setmetatable({}, {__gc = f}) end end for i = 1, 50 do arm() end"
            " pcall(collectgarbage, 'setpause', 50) return code", &answer)
        == STATUS_OK);
  begin(&code);
  put_bytes(&code, value_at(answer, 2) + 8, (size_t)int_at(value_at(answer, 2) + 4));
  for (i = 0; i < 200; i++) {
    begin(&fake->out);
    put_nil(&fake->out);
    if (i % 4 == 0) put_text(&fake->out, text);
    else put_bytes(&fake->out, code.bytes + 16, (size_t)int_at(code.bytes + 12));
    put_text(&fake->out, "=loaded");
    put_integer(&fake->out, 2);
    put(&fake->out, TAG_BOOLEAN, 0, NULL, 0);
    CHECK(send(fake, OP_LOAD, &answer) == STATUS_OK);
    fake->frame.released[0] = int_at(value_at(answer, 0) + 4);
    fake->frame.released_count = 1;
  }
  CHECK(run(fake, "arm = nil return calls, loaded", &answer) == STATUS_OK);
  CHECK(integer_at(answer, 2) > 20 && integer_at(answer, 3) == 0);
  free(code.bytes);
}

/* A coroutine whose results do not fit is left as it was: dead, or suspended. */
static void results_may_be_too_many (Fake *fake) {
  static const char *const codes[] = {
    "local t = {} for i = 1, %d do t[i] = print end local unpack = unpack or table.unpack"
    " return coroutine.create(function() return unpack(t, 1, %d) end)",
    "local t = {} for i = 1, %d do t[i] = print end local unpack = unpack or table.unpack"
    " return coroutine.create(function() coroutine.yield(unpack(t, 1, %d)) return 5 end)"
  };
  int i, count, refused = 0;
  const char *limit, *answer;
  /* elsewhere a coroutine cannot yield many more values than can be taken */
  if (strncmp(backend->version, "Lua 5.1", 7) != 0 && strstr(backend->version, "JIT") == NULL)
    return;
  CHECK(run(fake, "local t, n = {}, 0 for i = 1, 999999 do t[i] = i end for _, step in ipairs{1000,"
            " 100, 10, 1} do while pcall(function() return select('#', (unpack or table.unpack)(t, 1,"
            " n + step)) end) do n = n + step end end return n", &limit) == STATUS_OK);
  count = (int)integer_at(limit, 2);
  for (i = 0; i < 16; i++) {
    char code[400];
    int32_t ref, status;
    snprintf(code, sizeof(code), codes[i % 2], count, count + 24 - i / 2 * 4);
    ref = ref_of(fake, code);
    begin(&fake->out);
    put_ref(&fake->out, TAG_THREAD, ref);
    put(&fake->out, TAG_BOOLEAN, 0, NULL, 0);
    status = send(fake, OP_RESUME, &answer);
    if (status == STATUS_ERROR && text_has(answer, 1, "too many results to resume")) refused++;
    begin(&fake->out);
    put_ref(&fake->out, TAG_THREAD, ref);
    CHECK(send(fake, OP_THREAD_STATUS, &answer) == STATUS_OK);
    if (i % 2 == 0) CHECK(integer_at(answer, 0) == 4);
    else CHECK(integer_at(answer, 0) == 1 || integer_at(answer, 0) == 4);
  }
  CHECK(refused > 0);
}

int main (void) {
  Fake *fake = open_fake();
  finalizers_load_no_bytecode(fake);
  results_may_be_too_many(fake);
  hooks_may_call(fake);
  functions_are_hidden(fake);
  close_fake(fake);
  finalizers_take_refs();
  fake = open_fake();
  scopes_end_after_a_second_try(fake);
  close_fake(fake);
  printf("%s: %d failures\n", backend->version, failures);
  return failures == 0 ? 0 : 1;
}
