/*
** Scenarios: coroutines, and several threads inside one state.
*/
#ifndef LUPINE_TEST_SCENARIOS_THREADS_H
#define LUPINE_TEST_SCENARIOS_THREADS_H

#include "test_scenario.h"

static void yields (Fake *fake) {
  int32_t ref = result_of(fake, "return coroutine.create(function() return object('yield'),"
                                " (object('yield')) end)");
  int i;
  for (i = 0; i < 4 && ref != 0; i++) {
    on_ref(fake, TAG_THREAD, ref);
    put_flag(&fake->out, i == 2);
    put_object(&fake->out, 160 + i, 1);
    operate(fake, OP_RESUME);
  }
}

static void coroutines (Fake *fake) {
  static const char code[] = "return function(...) coroutine.yield({}, ...) error('boom') end";
  const char *answer;
  int32_t ref = result_of(fake, code), thread = 0;
  if (ref == 0) return;
  on_ref(fake, TAG_FUNCTION, ref);
  put_object(&fake->out, 170, 1);
  if (ask(fake, OP_NEW_THREAD, &answer) == STATUS_OK) thread = int_at(value_at(answer, 0) + 4);
  if (thread == 0) return;
  on_ref(fake, TAG_THREAD, thread);
  put_object(&fake->out, 171, 1);
  operate(fake, OP_SPAWN);
  for (ref = 0; ref < 2; ref++) {
    on_ref(fake, TAG_THREAD, thread);
    put_flag(&fake->out, 0);
    put_large(&fake->out, 2000);
    operate(fake, OP_RESUME);
    on_ref(fake, TAG_THREAD, thread);
    operate(fake, OP_THREAD_STATUS);
  }
  on_ref(fake, TAG_THREAD, thread);
  operate(fake, OP_CLOSE_THREAD);
}

static void closing_coroutines (Fake *fake) {
  int32_t ref = result_of(fake, "return coroutine.wrap(function() coroutine.yield("
                                "coroutine.running()) pcall(coroutine.yield) end)()");
  if (ref == 0) return;
  on_ref(fake, TAG_THREAD, ref);
  operate(fake, OP_CLOSE_THREAD);
  on_ref(fake, TAG_THREAD, ref);
  put_flag(&fake->out, 0);
  operate(fake, OP_RESUME);     /* "dead" */
}

static int32_t yielding;          /* a ref */

static void prepare_foreign (Fake *fake) {
  refs[0] = ref_of(fake, "return function(co, f) coroutine.status(co) coroutine.resume(co, {})"
                         " if coroutine.close then coroutine.close(co) end pcall(f, {})"
                         " coroutine.wrap(f)('a') return co, f end");
  refs[1] = ref_of(fake, "return function() error({}) end");
  yielding = ref_of(fake, "return function(...) coroutine.yield({}, ...) end");
}

/* Writes a function or coroutine of another state. */
static void put_foreign (Message *m, int32_t tag, int32_t handle) {
  int32_t what[2] = { 1, TRAIT_CALL | TRAIT_FUNCTION };
  put(m, tag, handle, what, sizeof(what));
}

static void foreign (Fake *fake) {
  on_ref(fake, TAG_FUNCTION, yielding);
  put_object(&fake->out, 200, 1);
  operate(fake, OP_CALL_THREAD);
  on_ref(fake, TAG_FUNCTION, refs[1]);
  operate(fake, OP_CALL_THREAD);
  on_ref(fake, TAG_FUNCTION, refs[0]);
  put_foreign(&fake->out, TAG_AS_THREAD, 201);
  put_foreign(&fake->out, TAG_AS_FUNCTION, 202);
  operate(fake, OP_CALL);
}

static ThreadContext *other;        /* the attached one, or NULL */
static int others, most_others;   /* how many there are; the most at a time */

/* Runs Lua in a thread of its own, while the first one waits in a call from Lua to Java. */
static void in_other_thread (Fake *fake) {
  State *S = fake->state;
  int32_t status;
  const char *answer;
  void **entries = swap_entries(NULL);            /* each thread has its own */
  ThreadContext *T = backend->open_thread(S, &status);
  check_entries();
  if (T == NULL) {
    swap_entries(entries);
    CHECK(status == STATUS_MEMORY || status == STATUS_STACK);
    return;
  }
  other = T;
  others++;
  if (others > most_others) most_others = others;
  CHECK(S->thread == T);
  script(fake, "local t = {} return t, object('other', t), pcall(error, {})", 0, &answer);
  run_it(fake, "local function f() error('boom') end if native then native(f) end f()");
  CHECK(S->thread == T);
  backend->close_thread(S, T);
  check_entries();
  swap_entries(entries);
  other = NULL;
  others--;
}

/*
** The first thread continues while the other one waits in a call from Lua to Java, and so does a
** third one.
*/
static void in_first_thread (Fake *fake) {
  State *S = fake->state;
  ThreadContext *T = other;
  const char *answer;
  void **entries = swap_entries(S->natives ? own_entries : NULL);
  other = NULL;
  backend->resume_thread(S, NULL);
  CHECK(S->thread == S->main_thread);
  script(fake, "return {}, object('first'), pcall(error, 'boom')", 0, &answer);
  run_it(fake, "error({})");
  in_other_thread(fake);
  backend->resume_thread(S, T);
  other = T;
  swap_entries(entries);
}

static int64_t answer_attaching (Fake *fake, const char *message, int32_t count, Message *m,
                                 char **answer) {
  (void)answer;
  if (count > 0 && !fake->attached) {
    if (text_is(message, 0, "threads")) in_other_thread(fake);
    else if (text_is(message, 0, "other") && others == 1) in_first_thread(fake);
  }
  put_object(m, 190, 1);
  return 0;
}

static void threads (Fake *fake) {
  const char *answer;
  State *S = fake->state;
  fake->answerer = answer_attaching;
  script(fake, "local t = {} return object('threads', t), t, pcall(object, 'threads')", 0, &answer);
  run_it(fake, "coroutine.wrap(function() object('threads') error('boom') end)()");
  fake->answerer = NULL;
  CHECK(S->thread == S->main_thread && others == 0);
}

static void prepare_threads (Fake *fake) {
  most_others = 0;
  threads(fake);
  CHECK(most_others == 2);        /* they can be attached without faults */
}

#endif
