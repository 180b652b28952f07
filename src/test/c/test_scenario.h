/*
** Parts of scenarios: see test_scenarios.h.
*/
#ifndef LUPINE_TEST_SCENARIO_H
#define LUPINE_TEST_SCENARIO_H

#include "test_fake.h"

typedef struct Scenario {
  const char *name;
  void (*prepare) (Fake *fake);   /* without faults; may be NULL */
  void (*act) (Fake *fake);
  const char *error;              /* text of the error that it may end with without a fault, or
                                     NULL */
  int fresh;                      /* needs a new state for each fault: later ones would find less
                                     to do */
} Scenario;

static int32_t refs[3];           /* what 'prepare' has left for 'act' */

static void judge (int32_t status);
static void complain (const char *text, long number);

static void *own_entries[1];
static void **entries_now;        /* those that C modules find */

static void **swap_entries (void **entries) {
  void **before = entries_now;
  entries_now = entries;
  return before;
}

/* Outside of a state there are no entries for C modules. */
static void check_entries (void) {
  if (entries_now != NULL) complain("the functions of Lua for C modules are left", 0);
}

static Message *message (Fake *fake) {
  begin(&fake->out);
  return &fake->out;
}

static int32_t ask (Fake *fake, int32_t operation, const char **answer) {
  int32_t status = send(fake, operation, answer);
  judge(status);
  return status;
}

static void operate (Fake *fake, int32_t operation) {
  const char *answer;
  ask(fake, operation, &answer);
}

static void put_flag (Message *m, int flag) {
  put(m, TAG_BOOLEAN, flag, NULL, 0);
}

static void put_node (Message *m, int32_t node) {
  put(m, TAG_NODE, node, NULL, 0);
}

/* Writes an object whose kind Lua does not know, or a function that calls one. */
static void put_new_object (Message *m, int32_t handle, int32_t kind) {
  int32_t what[6] = { kind, 63, 4, 0, 0x646e696b, 0 };
  put(m, TAG_NEW_KIND, handle, what, sizeof(what));
}

static void put_as_function (Message *m, int32_t handle) {
  int32_t what[2] = { 1, TRAIT_CALL };
  put(m, TAG_AS_FUNCTION, handle, what, sizeof(what));
}

static void put_large (Message *m, size_t length) {
  char *text = (char *)malloc(length);
  memset(text, 'l', length);
  put_bytes(m, text, length);
  free(text);
}

/* Runs a chunk under a scope or none; returns whether it succeeded. */
static int script (Fake *fake, const char *code, int scope, const char **answer) {
  Message *m = message(fake);
  put_integer(m, 0);
  put_text(m, code);
  put_text(m, "=test");
  put_integer(m, 0);
  put_flag(m, 0);
  if (scope != 0) put_integer(m, scope);
  else put_nil(m);
  return ask(fake, OP_RUN, answer) == STATUS_OK;
}

static void run_it (Fake *fake, const char *code) {
  const char *answer;
  script(fake, code, 0, &answer);
}

/* Returns the ref of the first result, or 0. */
static int32_t result_of (Fake *fake, const char *code) {
  const char *answer;
  return script(fake, code, 0, &answer) ? int_at(value_at(answer, 2) + 4) : 0;
}

static void on_ref (Fake *fake, int32_t tag, int32_t ref) {
  put_ref(message(fake), tag, ref);
}

/* Writes values of all types, two of them new ones. */
static void put_all_sorts (Message *m) {
  put_nil(m);
  put_flag(m, 1);
  put_integer(m, 1234567);
  put_text(m, "some text that is no short string of any version of Lua");
  put_object(m, 20, 1);
  put_as_function(m, 21);
}

static void prepare_functions (Fake *fake) {
  const char *answer;
  refs[0] = ref_of(fake, "return function(...) return ... end");
  refs[1] = ref_of(fake, "return {name = function(self, ...) return self, ... end}");
  CHECK(run(fake, "function f(...) return {}, ... end", &answer) == STATUS_OK);
}

#endif
