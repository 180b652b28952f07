/*
** Scenarios: Java calls chunks and functions, and they call Java.
*/
#ifndef LUPINE_TEST_SCENARIOS_CALLS_H
#define LUPINE_TEST_SCENARIOS_CALLS_H

#include "test_scenario.h"

static void results (Fake *fake) {
  run_it(fake, "return 42, nil, true, 'a', 1.5, {}, print, function() end, object, io.stdout");
}

static void large_results (Fake *fake) {
  run_it(fake, "return ('x'):rep(5000), {}, ('y'):rep(3000), {}");
}

static void many_results (Fake *fake) {
  run_it(fake, "local t = {} for i = 1, 100 do t[i] = {} end return (unpack or table.unpack)(t)");
}

static void errors (Fake *fake) {
  run_it(fake, "local x = = 1");
  run_it(fake, "local function f() error('boom') end f()");
  run_it(fake, "error({})");
  run_it(fake, "error(setmetatable({}, {__tostring = function() return 'boom' .. 1 end}))");
  run_it(fake, "error(setmetatable({}, {__tostring = function() error('boom') end}))");
  run_it(fake, "error(('boom'):rep(1000))");
}

static void caught_errors (Fake *fake) {
  run_it(fake, "pcall(error, {}) pcall(object, 'raise')"
               " xpcall(function() error('boom') end, function(e) return e .. '!' end)");
}

static void loading (Fake *fake) {
  const char *answer;
  Message *m = message(fake);
  int32_t ref = 0;
  put_nil(m);
  put_text(m, "local a, b = 1, 'text' return function() return a, b end");
  put_text(m, "=loaded");
  put_integer(m, 0);
  put_flag(m, 0);
  if (ask(fake, OP_LOAD, &answer) == STATUS_OK) ref = int_at(value_at(answer, 0) + 4);
  m = message(fake);
  put_integer(m, ref);
  put_nil(m);
  put_all_sorts(m);
  if (ref != 0) operate(fake, OP_RUN);
  m = message(fake);
  put_nil(m);
  put_text(m, "1 + ");
  put_text(m, "=loaded");
  put_integer(m, 0);
  put_flag(m, 1);
  operate(fake, OP_LOAD);
}

static void running_in (Fake *fake) {
  Message *m = message(fake);
  put_ref(m, TAG_TABLE, refs[1]);
  put_text(m, "local t = {...} x = #t return t");
  put_text(m, "=inside");
  put_integer(m, 0);
  put_flag(m, 0);
  put_all_sorts(m);
  operate(fake, OP_RUN_IN);
}

static void calls (Fake *fake) {
  Message *m = message(fake);
  put_ref(m, TAG_FUNCTION, refs[0]);
  put_all_sorts(m);
  operate(fake, OP_CALL);
  m = message(fake);
  put_text(m, "f");
  put_all_sorts(m);
  operate(fake, OP_CALL_GLOBAL);
  m = message(fake);
  put_ref(m, TAG_TABLE, refs[1]);
  put_text(m, "name");
  put_all_sorts(m);
  operate(fake, OP_CALL_METHOD);
  m = message(fake);
  put_text(m, "nothing");
  operate(fake, OP_CALL_GLOBAL);
}

static void large_calls (Fake *fake) {
  Message *m = message(fake);
  put_ref(m, TAG_FUNCTION, refs[0]);
  put_large(m, 2000);
  put_object(m, 22, 1);
  operate(fake, OP_CALL);
  m = message(fake);
  put_ref(m, TAG_FUNCTION, refs[0]);
  put_large(m, 5000);
  put_object(m, 22, 1);
  operate(fake, OP_CALL);
}

static void buffers (Fake *fake) {
  static int32_t numbers[4];
  Message *m = message(fake);
  fake->numbers = numbers;
  put_text(m, "buffer");
  put_object_of(m, 40, 40, BUFFER_TRAITS);
  put(m, TAG_BOOLEAN, 0, NULL, 0);
  operate(fake, OP_PUT_GLOBAL);
  run_it(fake, "local b = buffer if not b then return end"
                 " for i = 0, 5 do b[i] = i end return b[1], b[0], #b");
  fake->numbers = NULL;
  run_it(fake, "buffer = nil");
}

/* Answers with steps of a loop: values, then items, then the end. */
static int64_t answer_items (Fake *fake, const char *message, int32_t count, Message *m,
                             char **answer) {
  static const int64_t items[] = { 5, 6 };
  (void)message; (void)count; (void)answer;
  if (fake->reads++ % 3 == 1) {
    free(m->bytes);
    memcpy(fake->frame.message, items, sizeof(items));
    return ANSWER(STATUS_VALUE, TAG_INTEGER | 2 << AHEAD_SHIFT);
  }
  if (fake->reads % 3 != 0) {
    put_integer(m, 1);
    put_object(m, 23, 1);
  }
  return 0;
}

static void loops (Fake *fake) {
  static const int32_t loop[] = { 1, TRAIT_CALL | TRAIT_LOOP };
  Message *m = message(fake);
  fake->answerer = answer_items;
  fake->reads = 0;
  put_text(m, "step");
  put(m, TAG_AS_FUNCTION, 44, loop, sizeof(loop));
  put(m, TAG_BOOLEAN, 0, NULL, 0);
  operate(fake, OP_PUT_GLOBAL);
  run_it(fake, "if step then for i, v in step do t = v end end return t");
  fake->answerer = NULL;
  run_it(fake, "step, t = nil");
}

static void elements_ahead (Fake *fake) {
  Message *m = message(fake);
  put_text(m, "elements");
  put_object_of(m, 43, 43, TRAIT_ELEMENTS);
  put(m, TAG_BOOLEAN, 0, NULL, 0);
  operate(fake, OP_PUT_GLOBAL);
  run_it(fake, "local e, s = elements, 0 if not e then return end"
                 " for i = 1, 200 do s = s + e[i] end return s, e.x");
  run_it(fake, "elements = nil");
}

static void prepare_fast_calls (Fake *fake) {
  Message *m = message(fake);
  const char *answer;
  put_integer(m, 1);
  put_text(m, "q");
  CHECK(send(fake, OP_NAME, &answer) == STATUS_OK);
  refs[0] = ref_of(fake, "function q(x) return 2 * x, {} end t = {q = 1} return t");
  refs[1] = ref_of(fake, "return function(x) if x == 1 then return {}, ('x'):rep(4000)"
                         " elseif x == 2 then error('boom') elseif x == 3 then return 'text' .. x"
                         " else return x end end");
  CHECK(run(fake, "return {}, n", &answer) == STATUS_OK);
  refs[2] = (int32_t)integer_at(answer, 0);
}

static void prepare_runs_in_environments (Fake *fake) {
  Message *m = message(fake);
  const char *answer;
  put_integer(m, 1);
  put_text(m, "q");
  CHECK(send(fake, OP_NAME, &answer) == STATUS_OK);
  CHECK(script(fake, "local a, b = q, x return {}, a, b, ('x'):rep(50)", 7, &answer));
  refs[0] = (int32_t)integer_at(answer, 0);
  CHECK(script(fake, "local a = 'text' q = 1 q = a .. (q or a) q = (q or a) .. ('x'):rep(300)"
               " q = (q or a) .. a return q", 7, &answer));
  refs[1] = (int32_t)integer_at(answer, 0);
}

/* Runs a chunk in the environment of the last run, with what 'prepare' named 1 left to Java. */
static void run_in_environment (Fake *fake, int32_t ref, int32_t length) {
  int64_t answer;
  free(fake->large);
  fake->large = NULL;
  fake->frame.writable = 1 << 1;
  answer = backend->fast_call(fake->state, FAST_RUN_IN, ref, 7, TAG_INTEGER, length, &fake->large);
  if (answer != FAST_REFUSED) judge(ANSWER_STATUS(answer));
}

static void runs_in_environments (Fake *fake) {
  Message *m = message(fake);
  int32_t length;
  put_integer(m, 4);              /* reads of the value that follow the first */
  put_integer(m, 1);
  put_text(m, "some text that is no short string of any version of Lua");
  length = end(m);
  memcpy(fake->frame.message, m->bytes, (size_t)length);
  run_in_environment(fake, refs[0], length);
  run_in_environment(fake, refs[1], 0);
  message(fake);
  operate(fake, OP_ENVIRONMENT);
}

static void fast_call (Fake *fake, int32_t operation, int32_t target, int64_t number) {
  int64_t answer;
  free(fake->large);
  fake->large = NULL;
  answer = backend->fast_call(fake->state, operation, target, 1, TAG_INTEGER, number, &fake->large);
  if (answer != FAST_REFUSED) judge(ANSWER_STATUS(answer));
}

static void fast_calls (Fake *fake) {
  static const int32_t known[] = { 2, 0, TAG_KNOWN, 1, TAG_INTEGER, 0, 3, 0 };
  int i;
  Message *m = message(fake);
  put_integer(m, 1);
  put_text(m, "q");
  operate(fake, OP_NAME);
  for (i = 0; i < 4; i++) fast_call(fake, FAST_CALL, refs[1], i);
  fast_call(fake, FAST_CALL_GLOBAL, 0, 3);
  fast_call(fake, FAST_GET_GLOBAL, 0, 0);
  fast_call(fake, FAST_PUT_GLOBAL, 0, 4);
  fast_call(fake, FAST_SET_GLOBAL, 0, 5);
  fast_call(fake, FAST_GET_FIELD, refs[0], 0);
  fast_call(fake, FAST_PUT_FIELD, refs[0], 4);
  fast_call(fake, FAST_RUN, refs[2], 0);
  free(fake->large);
  fake->large = NULL;
  memcpy(fake->frame.message, known, sizeof(known));
  judge(ANSWER_STATUS(backend->fast_call(fake->state, FAST_CALL, refs[1], 0, TAG_SEVERAL, 0,
                                         &fake->large)));
}

/* A string that Java comes to know by a number, which it then asks for again and again. */
static void known_strings (Fake *fake) {
  int32_t ref = result_of(fake, "local s = 'a string that is passed again' return function()"
                          " return s end");
  int i;
  for (i = 0; i < 5 && ref != 0; i++) {
    int64_t answer;
    free(fake->large);
    fake->large = NULL;
    answer = backend->fast_call(fake->state, FAST_CALL, ref, 0, TAG_NONE, 0, &fake->large);
    judge(ANSWER_STATUS(answer));
    if (answer != ANSWER(STATUS_VALUE, TAG_KNOWN)) continue;
    answer = backend->fast_call(fake->state, FAST_STRING, (int32_t)fake->frame.answer, 0, TAG_NIL,
                                0, &fake->large);
    if (answer != FAST_REFUSED) judge(ANSWER_STATUS(answer));
    if (ANSWER_STATUS(answer) == STATUS_OK
        && !text_is(fake->frame.message, 0, "a string that is passed again"))
      complain("another string", 0);
  }
}

static void typed_calls (Fake *fake) {
  int i;
  for (i = 0; i < 4; i++) {
    int64_t bits;
    double result;
    free(fake->large);
    fake->large = NULL;
    result = backend->call_number(fake->state, refs[1], i, &fake->large);
    memcpy(&bits, &result, sizeof(bits));
    if (bits == OTHER_NUMBER) judge(ANSWER_STATUS(fake->frame.answer));
  }
}

static void upcalls (Fake *fake) {
  run_it(fake, "return object('large', 1):sub(1, 3), object({}, print, ('x'):rep(4000)),"
               " object(1), object()");
  run_it(fake, "print(('p'):rep(4000), 1, {}) print()");
  run_it(fake, "object('raise')");
}

static int64_t answer_large (Fake *fake, const char *message, int32_t count, Message *m,
                             char **answer) {
  (void)fake; (void)message; (void)count; (void)answer;
  put_large(m, 5000);
  put_object(m, 192, 1);
  return 0;
}

static void large_answers (Fake *fake) {
  fake->answerer = answer_large;
  run_it(fake, "return object()");
  run_it(fake, "pcall(object)");
  fake->answerer = NULL;
}

static void members (Fake *fake) {
  run_it(fake, "local a = object.method(1, {}) a = object:method('x') a = object.other"
               " a = object[1] + object[2] + object[3] object.x = {} object.y = 1"
               " pcall(tostring, object)"
               " return object == object, pcall(function() return object .. 'x' end)");
}

/* Properties of a kind whose members Lua does not know yet. */
static void properties (Fake *fake) {
  run_it(fake, "local a = object.property object.property = {} object.property = ('t'):rep(2000)"
               " object.property = 1 return a, object.property");
}

static void functions (Fake *fake) {
  Message *m = message(fake);
  put_object(m, 180, 1);
  operate(fake, OP_FUNCTION);
  on_ref(fake, TAG_FUNCTION, refs[0]);
  operate(fake, OP_DESCRIBE);
  m = message(fake);
  put_text(m, "a module");
  put_ref(m, TAG_FUNCTION, refs[0]);
  operate(fake, OP_PRELOAD);
  put_object(message(fake), 181, 2);
  operate(fake, OP_SET_NULL);
  put_nil(message(fake));
  operate(fake, OP_SET_NULL);
  message(fake);
  operate(fake, OP_DRAIN);
}

static void kinds (Fake *fake) {
  const char *answer;
  Message *m = message(fake);
  put_text(m, "f");
  put_new_object(m, 182, 7);
  put_new_object(m, 183, 8);
  operate(fake, OP_CALL_GLOBAL);
  script(fake, "object.method(object.method) return object + 1, #object, -object", 0, &answer);
}

static int was_sent;

static int64_t answer_new_kind (Fake *fake, const char *message, int32_t count, Message *m,
                                char **answer) {
  (void)fake; (void)message; (void)count; (void)answer;
  was_sent = 1;
  put_text(m, "some text that is no short string of any version of Lua");
  put_new_object(m, 191, 9);
  return 0;
}

/* Lua has the metatable of each kind that Java has sent, or Java is told to send it again. */
static void caught_kinds (Fake *fake) {
  lua_State *L = fake->state->main;
  was_sent = 0;
  fake->answerer = answer_new_kind;
  fake->frame.flags &= ~FRAME_KINDS;
  run_it(fake, "pcall(object)");
  fake->answerer = NULL;
  if (was_sent && !(fake->frame.flags & FRAME_KINDS)) {
    lua_rawgeti(L, LUA_REGISTRYINDEX, RIDX_KINDS);
    lua_rawgeti(L, -1, 9);
    if (!lua_istable(L, -1)) complain("a kind is lost", 9);
    lua_pop(L, 2);
  }
}

static void many_objects (Fake *fake) {
  Message *m = message(fake);
  int i;
  put_text(m, "f");
  for (i = 0; i < 150; i++) put_object(m, 1000 + i, 1);
  operate(fake, OP_CALL_GLOBAL);
  message(fake);
  operate(fake, OP_COLLECT);
}

static void nesting (Fake *fake) {
  fake->depth = 99998;            /* two deep */
  run_it(fake, "return object('nest')");
}

#endif
