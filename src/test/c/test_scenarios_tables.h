/*
** Scenarios: tables and globals.
*/
#ifndef LUPINE_TEST_SCENARIOS_TABLES_H
#define LUPINE_TEST_SCENARIOS_TABLES_H

#include "test_scenario.h"

static void globals (Fake *fake) {
  Message *m = message(fake);
  put_text(m, "f");
  operate(fake, OP_GET_GLOBAL);
  m = message(fake);
  put_text(m, "a name that no script has used before");
  put_object(m, 23, 1);
  put_flag(m, 0);
  operate(fake, OP_PUT_GLOBAL);
  message(fake);
  operate(fake, OP_USER_GLOBALS);
  message(fake);
  operate(fake, OP_GLOBALS);
  m = message(fake);
  put_text(m, "a name that no script has used before");
  put_nil(m);
  put_flag(m, 1);
  operate(fake, OP_PUT_GLOBAL);
  message(fake);
  operate(fake, OP_REMEMBER);
}

static void clearing_globals (Fake *fake) {
  message(fake);
  operate(fake, OP_CLEAR_GLOBALS);
}

static void prepare_table (Fake *fake) {
  refs[0] = ref_of(fake, "return {1, 2, 3, a = {}, b = print, [0.5] = 'x'}");
  refs[1] = ref_of(fake, "return setmetatable({}, {__index = function(t, k) return {k} end,"
                         " __newindex = function(t, k, v) rawset(t, k, nil) end,"
                         " __len = function() return 3 end, __tostring = function() return 'text'"
                         " .. 1 end, __pairs = function(t) return next, t end})");
}

static void table_values (Fake *fake) {
  int i;
  for (i = 0; i < 2; i++) {
    Message *m = message(fake);
    put_ref(m, TAG_TABLE, refs[i]);
    put_text(m, "a");
    operate(fake, OP_GET);
    m = message(fake);
    put_ref(m, TAG_TABLE, refs[i]);
    put_text(m, "a key that is new, and one of those that are no short strings");
    put_object(m, 24, 1);
    operate(fake, OP_PUT);
    m = message(fake);
    put_ref(m, TAG_TABLE, refs[i]);
    put_text(m, "a");
    operate(fake, OP_RAW_GET);
    m = message(fake);
    put_ref(m, TAG_TABLE, refs[i]);
    put_text(m, "raw");
    put_object(m, 25, 1);
    operate(fake, OP_RAW_PUT);
  }
}

static void table_questions (Fake *fake) {
  static const int32_t operations[] = { OP_LENGTH, OP_RAW_LENGTH, OP_SIZE, OP_OTHER_KEY,
                                        OP_TO_STRING, OP_PAIRS };
  size_t i;
  for (i = 0; i < 2 * sizeof(operations) / sizeof(operations[0]); i++) {
    on_ref(fake, TAG_TABLE, refs[i % 2]);
    operate(fake, operations[i / 2]);
  }
  on_ref(fake, TAG_TABLE, refs[0]);
  put_nil(&fake->out);
  put_integer(&fake->out, 4);
  put_flag(&fake->out, 1);
  operate(fake, OP_ENTRIES);
}

/* Many elements at once, by a message and by the fast path; the last one is no small value. */
static void elements (Fake *fake) {
  static const char *const tables[] = {
    "local t = {} for i = 1, 40 do t[i] = i % 2 == 0 and i or ('text'):rep(i) end return t",
    "local t = {} for i = 1, 40 do t[i] = i + 0.5 end t[41] = {} return t"
  };
  size_t i;
  for (i = 0; i < 2; i++) {
    int32_t ref = result_of(fake, tables[i]);
    int64_t answer;
    if (ref == 0) continue;
    on_ref(fake, TAG_TABLE, ref);
    put_integer(&fake->out, 1);
    put_integer(&fake->out, 50);
    operate(fake, OP_ELEMENTS);
    free(fake->large);
    fake->large = NULL;
    answer = backend->fast_call(fake->state, FAST_ELEMENTS, ref, 50, TAG_INTEGER, 1, &fake->large);
    if (answer != FAST_REFUSED) judge(ANSWER_STATUS(answer));
  }
}

static void building (Fake *fake) {
  const char *answer;
  int32_t ref;
  int i;
  Message *m = message(fake);
  put_integer(m, 2);
  put_integer(m, 60);
  put_integer(m, 2);
  put_integer(m, 0);
  put_integer(m, 2);
  for (i = 0; i < 60; i++) put_object(m, 30 + i, 1);
  put_text(m, "k");
  put_node(m, 2);
  put_node(m, 0);
  put_object(m, 26, 1);
  put_text(m, "back");
  put_node(m, 1);
  put_nil(m);
  put_ref(m, TAG_TABLE, refs[0]);
  if (ask(fake, OP_BUILD, &answer) != STATUS_OK) return;
  ref = int_at(value_at(answer, 0) + 4);
  on_ref(fake, TAG_TABLE, ref);
  put_integer(&fake->out, 9);
  operate(fake, OP_DUMP);
  on_ref(fake, TAG_TABLE, ref);
  operate(fake, OP_CLEAR);
}

static void dumping (Fake *fake) {
  int32_t ref = result_of(fake, "local t = {} for i = 1, 40 do t[i] = function() return i end"
                                " t['k' .. i] = {i} end return t");
  if (ref == 0) return;
  on_ref(fake, TAG_TABLE, ref);
  put_integer(&fake->out, 9);
  operate(fake, OP_DUMP);
  on_ref(fake, TAG_TABLE, ref);
  put_integer(&fake->out, 1);
  operate(fake, OP_DUMP);       /* "nested too deeply" */
}

static void filling (Fake *fake) {
  static const char *const tables[] = {
    "return {}",
    "return setmetatable({}, {__newindex = function(t, k) if k == 4 then error('boom') end end})"
  };
  size_t n;
  int i;
  for (n = 0; n < 2; n++) {
    int32_t ref = result_of(fake, tables[n]);
    if (ref == 0) continue;
    on_ref(fake, TAG_TABLE, ref);
    for (i = 0; i < 10; i++) {
      put_integer(&fake->out, i);
      put_object(&fake->out, 100 + i, 1);
    }
    operate(fake, OP_PUT_ALL);
  }
}

static void splicing (Fake *fake) {
  int i;
  int32_t ref = result_of(fake, "return {10, {}, 30}");
  if (ref == 0) return;
  on_ref(fake, TAG_TABLE, ref);
  put_integer(&fake->out, 2);
  put_integer(&fake->out, 1);
  for (i = 0; i < 30; i++) put_object(&fake->out, 110 + i, 1);
  operate(fake, OP_SPLICE);
  on_ref(fake, TAG_TABLE, ref);
  put_integer(&fake->out, 1);
  put_integer(&fake->out, 10);
  operate(fake, OP_RANGE);
  on_ref(fake, TAG_TABLE, ref);
  put_integer(&fake->out, 2000);
  put_integer(&fake->out, 0);
  put_object(&fake->out, 150, 1);
  operate(fake, OP_SPLICE);
}

static void packing (Fake *fake) {
  double numbers[500] = { 0.5 };
  const char *answer;
  int32_t ref;
  Message *m = message(fake);
  put_integer(m, 0);
  put_bytes(m, (const char *)numbers, sizeof(numbers));
  if (ask(fake, OP_UNPACK, &answer) != STATUS_OK) return;
  ref = int_at(value_at(answer, 0) + 4);
  on_ref(fake, TAG_TABLE, ref);
  put_integer(&fake->out, 0);
  operate(fake, OP_PACK);
  on_ref(fake, TAG_TABLE, ref);
  put_integer(&fake->out, 1);
  operate(fake, OP_PACK);
}

#endif
