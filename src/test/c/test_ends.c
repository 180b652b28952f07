/*
** Stopping everything that can run, without a JVM: the compiler, the collector, finalizers, and a
** state that closes.
*/
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "test_fake.h"

static double now (void) {
  struct timespec at;
  clock_gettime(CLOCK_MONOTONIC, &at);
  return (double)at.tv_sec + (double)at.tv_nsec * 1e-9;
}

/* Returns a new state, with functions for tests of finalizers. */
static Fake *open_ready (void) {
  const char *answer;
  Fake *fake = open_fake();
  CHECK(run(fake, "function gc(f) if newproxy then local p = newproxy(true)"
            " getmetatable(p).__gc = f return p end return setmetatable({}, {__gc = f}) end"
            " function collect() collectgarbage() collectgarbage() end"
            " function loop() while true do end end", &answer) == STATUS_OK);
  return fake;
}

/* Returns a source of repeated parts; the caller frees it. */
static char *repeat (const char *before, const char *part, int times, const char *after) {
  size_t length = strlen(before), size = strlen(part), rest = strlen(after) + 1;
  char *text = (char *)malloc(length + size * (size_t)times + rest);
  /* NOLINTBEGIN(bugprone-not-null-terminated-result): the rest ends with it */
  memcpy(text, before, length);
  for (; times > 0; times--, length += size) memcpy(text + length, part, size);
  memcpy(text + length, after, rest);
  /* NOLINTEND(bugprone-not-null-terminated-result) */
  return text;
}

static void compilers_end (void) {
  static const char *const parts[][3] = {
    { "if x then ", "elseif x then ", "end" }, { "x = ", "a and ", "b" },
    { "x = ", "a and b or not c and ", "b" }, { "while x do ", "if x then break end ", "end" },
    { "do ", "local a = 'text' ", "end" }
  };
  const char *answer;
  Fake *fake = open_ready();
  size_t i;
  for (i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
    char *source = repeat(parts[i][0], parts[i][1], i == 4 ? 100 : 2000, parts[i][2]);
    double begun = now();
    CHECK(run(fake, source, &answer) == STATUS_OK);
    CHECK(now() - begun < 10);
    backend->stop(fake->state, NULL, STOP_TIME);
    CHECK(run(fake, source, &answer) == STATUS_FATAL);
    backend->stop(fake->state, NULL, STOP_OVER);
    CHECK(run(fake, "return 1", &answer) == STATUS_OK);
    free(source);
  }
  close_fake(fake);
}

/* Makes a chain of n tables with weak keys in no order. Each holds the key of the next one. */
static const char chain[] =
    "local n = %d local keys, order = {}, {} for i = 1, n do keys[i] = {} order[i] = i end"
    " local seed = 7 for i = n, 2, -1 do seed = (seed * 16807) %% 2147483647"
    " local j = seed %% i + 1 order[i], order[j] = order[j], order[i] end"
    " tables = {} local one = setmetatable({}, {__mode = 'k'})"
    " for _, i in ipairs(order) do local t = setmetatable({}, {__mode = 'k'})"
    " t[keys[i]] = keys[i + 1] or 'end' tables[#tables + 1] = t one[keys[i]] = {t} end"
    " tables[#tables + 1] = one first, middle = keys[1], keys[n / 2 + 1]";

static void weak_keys_converge (void) {
  static const char count[] = "collect() local n = 0 for _, t in ipairs(tables) do"
      " for k in pairs(t) do n = n + 1 end end return n";
  static const int sizes[] = { 2, 10, 100, 256, 1000, 20000 };
  const char *answer;
  Fake *fake = open_ready();
  int weak, i;
  CHECK(run(fake, "return _VERSION ~= 'Lua 5.1'", &answer) == STATUS_OK);
  weak = int_at(value_at(answer, 2) + 4);
  for (i = 0; i < 6; i++) {
    char script[sizeof(chain) + 16];
    double begun = now();
    snprintf(script, sizeof(script), chain, sizes[i]);
    CHECK(run(fake, script, &answer) == STATUS_OK);
    CHECK(run(fake, count, &answer) == STATUS_OK && integer_at(answer, 2) == 2 * sizes[i]);
    CHECK(run(fake, "first = nil", &answer) == STATUS_OK);
    CHECK(run(fake, count, &answer) == STATUS_OK);
    CHECK(!weak || integer_at(answer, 2) == sizes[i]);
    CHECK(run(fake, "middle = nil", &answer) == STATUS_OK);
    CHECK(run(fake, count, &answer) == STATUS_OK);
    CHECK(!weak || integer_at(answer, 2) == 0);
    CHECK(now() - begun < 30);
  }
  close_fake(fake);
}

static void failing_finalizers_are_lost (void) {
  const char *answer;
  Fake *fake = open_ready();
  /* before 5.4 a script's own collection raises them, one at a time */
  CHECK(run(fake, "for i = 1, 9 do gc(function() error('lost') end) end"
                  " while not pcall(collect) do end return 1", &answer) == STATUS_OK);
  CHECK(integer_at(answer, 2) == 1);
  CHECK(run(fake, "for i = 1, 9 do gc(function() error({}) end) end", &answer) == STATUS_OK);
  CHECK(run(fake, "local t = {} for i = 1, 1e5 do t[i % 10] = {i} end return #t", &answer)
        == STATUS_OK);
  CHECK(run(fake, "for i = 1, 9 do kept = gc(function() error('lost') end) end", &answer)
        == STATUS_OK);
  close_fake(fake);
}

static void collections_end (void) {
  const char *answer;
  int i;
  Fake *fake = open_ready();
  CHECK(run(fake, "kept = {} for i = 1, 1000 do kept[i] = {i} end", &answer) == STATUS_OK);
  for (i = 0; i < 3; i++) {
    backend->stop(fake->state, NULL, STOP_TIME);
    begin(&fake->out);
    put_text(&fake->out, "collectgarbage");       /* not a Lua function, which would poll by
                                                     itself */
    CHECK(send(fake, OP_CALL_GLOBAL, &answer) == STATUS_FATAL);
    backend->stop(fake->state, NULL, STOP_OVER);
    CHECK(run(fake, "for i = 1, 1000 do assert(kept[i][1] == i) kept[i] = {i} end", &answer)
          == STATUS_OK);
  }
  CHECK(run(fake, "collect() return 1", &answer) == STATUS_OK);
  close_fake(fake);
}

/* Returns the first result of a script, 1 for true. */
static int64_t result_of (Fake *fake, const char *script) {
  const char *answer;
  char text[200];
  snprintf(text, sizeof text, "local r = (%s) return r and 1 or 0", script);
  CHECK(run(fake, text, &answer) == STATUS_OK);
  return integer_at(answer, 2);
}

/* A collection that was ended leaves the collector's mode, and a stopped collector stopped. */
static void ended_collections_change_no_mode (void) {
  const char *answer;
  int32_t status;
  int steps = 0;
  Fake *fake = open_ready();
  int generational = (int)result_of(fake,
      "_VERSION >= 'Lua 5.4' and pcall(collectgarbage, 'generational')");
  backend->stop(fake->state, NULL, STOP_TIME);
  begin(&fake->out);
  put_text(&fake->out, "collectgarbage");
  CHECK(send(fake, OP_CALL_GLOBAL, &answer) == STATUS_FATAL);
  backend->stop(fake->state, NULL, STOP_OVER);
  if (generational) {
    CHECK(result_of(fake, "collectgarbage('generational') == 'generational'"));
    CHECK(run(fake, "for i = 1, 2e5 do last = {} end", &answer) == STATUS_OK);
    CHECK(result_of(fake, "collectgarbage('incremental') == 'generational'"));
  }
  CHECK(run(fake, "collect() collectgarbage('stop') looping = true"
                  " gc(function() while looping do end end)", &answer) == STATUS_OK);
  backend->stop(fake->state, NULL, STOP_TIME);
  do {                            /* until the finalizer is called, which does not end */
    begin(&fake->out);
    put_text(&fake->out, "collectgarbage");
    put_text(&fake->out, "step");
    put_integer(&fake->out, 1000000);
    status = send(fake, OP_CALL_GLOBAL, &answer);
  } while (status == STATUS_OK && steps++ < 10000);
  CHECK(status == STATUS_FATAL);
  backend->stop(fake->state, NULL, STOP_OVER);
  CHECK(run(fake, "looping = false", &answer) == STATUS_OK);
  if (result_of(fake, "_VERSION >= 'Lua 5.3'"))
    CHECK(!result_of(fake, "collectgarbage('isrunning')"));
  close_fake(fake);
}

static void closing_ends (void) {
  static const char *const scripts[] = {
    "gc(collectgarbage)",
    "for i = 1, 9 do kept = gc(function() collectgarbage() end) end",
    "for i = 1, 9 do gc(function() collectgarbage('step') end) end collectgarbage('step')",
    "for i = 1, 9 do kept = gc(loop) end",
    "function again() for i = 1, 3 do gc(again) end collect() end kept = gc(again)",
    "kept = gc(coroutine.wrap(loop))",
    "kept = gc(function() while true do pcall(loop) end end)"
  };
  const char *answer;
  size_t i;
  for (i = 0; i < sizeof(scripts) / sizeof(scripts[0]); i++) {
    Fake *fake = open_ready();
    double begun = now();
    CHECK(run(fake, scripts[i], &answer) == STATUS_OK);
    if (i > 2) backend->stop(fake->state, NULL, STOP_TIME);
    close_fake(fake);
    CHECK(now() - begun < 10);
  }
}

int main (void) {
  compilers_end();
  weak_keys_converge();
  failing_finalizers_are_lost();
  collections_end();
  ended_collections_change_no_mode();
  closing_ends();
  printf("%s: %d failures\n", backend->version, failures);
  return failures == 0 ? 0 : 1;
}
