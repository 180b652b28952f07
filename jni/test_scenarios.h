/*
** What test_faults.c does over and over, each time with another fault: every operation of Java on
** Lua, and every way in which Lua calls Java. A scenario leaves the state as it found it, however
** its operations end.
*/
#ifndef LUPINE_TEST_SCENARIOS_H
#define LUPINE_TEST_SCENARIOS_H

typedef struct Scenario {
  const char *name;
  void (*prepare) (Fake *fake);   /* without faults; may be NULL */
  void (*act) (Fake *fake);
  const char *error;              /* in the message that it may end with even so, or NULL */
  int fresh;                      /* for each fault a new state: later ones would find less to do */
} Scenario;

static int32_t refs[3];           /* what 'prepare' has left for 'act' */

static void judge (int32_t status);

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

/* An object whose kind Lua does not know, or a function that calls one. */
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

/* Runs a chunk under a scope or none; whether it ended well. */
static int script (Fake *fake, const char *code, int scope, const char **answer) {
  Message *m = message(fake);
  put_integer(m, 0);
  put_text(m, code);
  put_text(m, "=test");
  put_integer(m, 0);
  put_flag(m, 0);
  if (scope != 0) put_object(m, scope, 3);
  else put_nil(m);
  return ask(fake, DOWN_RUN, answer) == STATUS_OK;
}

static void run_it (Fake *fake, const char *code) {
  const char *answer;
  script(fake, code, 0, &answer);
}

/* The ref of the first result, or 0. */
static int32_t result_of (Fake *fake, const char *code) {
  const char *answer;
  return script(fake, code, 0, &answer) ? int_at(value_at(answer, 2) + 4) : 0;
}

static void on_ref (Fake *fake, int32_t tag, int32_t ref) {
  put_ref(message(fake), tag, ref);
}

/* Values of all sorts, among them two that were not there before. */
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
  if (ask(fake, DOWN_LOAD, &answer) == STATUS_OK) ref = int_at(value_at(answer, 0) + 4);
  m = message(fake);
  put_integer(m, ref);
  put_nil(m);
  put_all_sorts(m);
  if (ref != 0) operate(fake, DOWN_RUN);
  m = message(fake);
  put_nil(m);
  put_text(m, "1 + ");
  put_text(m, "=loaded");
  put_integer(m, 0);
  put_flag(m, 1);
  operate(fake, DOWN_LOAD);
}

static void running_in (Fake *fake) {
  Message *m = message(fake);
  put_ref(m, TAG_TABLE, refs[1]);
  put_text(m, "local t = {...} x = #t return t");
  put_text(m, "=inside");
  put_integer(m, 0);
  put_flag(m, 0);
  put_all_sorts(m);
  operate(fake, DOWN_RUN_IN);
}

static void calls (Fake *fake) {
  Message *m = message(fake);
  put_ref(m, TAG_FUNCTION, refs[0]);
  put_all_sorts(m);
  operate(fake, DOWN_CALL);
  m = message(fake);
  put_text(m, "f");
  put_all_sorts(m);
  operate(fake, DOWN_CALL_GLOBAL);
  m = message(fake);
  put_ref(m, TAG_TABLE, refs[1]);
  put_text(m, "name");
  put_all_sorts(m);
  operate(fake, DOWN_CALL_METHOD);
  m = message(fake);
  put_text(m, "nothing");
  operate(fake, DOWN_CALL_GLOBAL);
}

static void large_calls (Fake *fake) {
  Message *m = message(fake);
  put_ref(m, TAG_FUNCTION, refs[0]);
  put_large(m, 2000);
  put_object(m, 22, 1);
  operate(fake, DOWN_CALL);
  m = message(fake);
  put_ref(m, TAG_FUNCTION, refs[0]);
  put_large(m, 5000);
  put_object(m, 22, 1);
  operate(fake, DOWN_CALL);
}

static void prepare_quick (Fake *fake) {
  Message *m = message(fake);
  const char *answer;
  put_integer(m, 1);
  put_text(m, "q");
  CHECK(send(fake, DOWN_NAME, &answer) == STATUS_OK);
  refs[0] = ref_of(fake, "function q(x) return 2 * x, {} end t = {q = 1} return t");
  refs[1] = ref_of(fake, "return function(x) if x == 1 then return {}, ('x'):rep(4000)"
                         " elseif x == 2 then error('boom') elseif x == 3 then return 'text' .. x"
                         " else return x end end");
}

static void quick_call (Fake *fake, int32_t operation, int32_t target, int64_t number) {
  int64_t answer;
  free(fake->large);
  fake->large = NULL;
  answer = side->quick(fake->state, operation, target, 1, TAG_INTEGER, number, &fake->large);
  if (answer != QUICK_REFUSED) judge(ANSWER_STATUS(answer));
}

static void quick (Fake *fake) {
  int i;
  Message *m = message(fake);
  put_integer(m, 1);
  put_text(m, "q");
  operate(fake, DOWN_NAME);
  for (i = 0; i < 4; i++) quick_call(fake, QUICK_CALL, refs[1], i);
  quick_call(fake, QUICK_CALL_GLOBAL, 0, 3);
  quick_call(fake, QUICK_GET_GLOBAL, 0, 0);
  quick_call(fake, QUICK_PUT_GLOBAL, 0, 4);
  quick_call(fake, QUICK_GET_FIELD, refs[0], 0);
  quick_call(fake, QUICK_PUT_FIELD, refs[0], 4);
}

static void typed_calls (Fake *fake) {
  int i;
  for (i = 0; i < 4; i++) {
    int64_t bits;
    double result;
    free(fake->large);
    fake->large = NULL;
    result = side->call_number(fake->state, refs[1], i, &fake->large);
    memcpy(&bits, &result, sizeof(bits));
    if (bits == OTHER_NUMBER) judge(ANSWER_STATUS(fake->frame.answer));
  }
}

static void globals (Fake *fake) {
  Message *m = message(fake);
  put_text(m, "f");
  operate(fake, DOWN_GET_GLOBAL);
  m = message(fake);
  put_text(m, "a name that no script has used before");
  put_object(m, 23, 1);
  put_flag(m, 0);
  operate(fake, DOWN_PUT_GLOBAL);
  message(fake);
  operate(fake, DOWN_USER_GLOBALS);
  message(fake);
  operate(fake, DOWN_GLOBALS);
  m = message(fake);
  put_text(m, "a name that no script has used before");
  put_nil(m);
  put_flag(m, 1);
  operate(fake, DOWN_PUT_GLOBAL);
  message(fake);
  operate(fake, DOWN_REMEMBER);
}

static void clearing_globals (Fake *fake) {
  message(fake);
  operate(fake, DOWN_CLEAR_GLOBALS);
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
    operate(fake, DOWN_GET);
    m = message(fake);
    put_ref(m, TAG_TABLE, refs[i]);
    put_text(m, "a key that is new, and one of those that are no short strings");
    put_object(m, 24, 1);
    operate(fake, DOWN_PUT);
    m = message(fake);
    put_ref(m, TAG_TABLE, refs[i]);
    put_text(m, "a");
    operate(fake, DOWN_RAW_GET);
    m = message(fake);
    put_ref(m, TAG_TABLE, refs[i]);
    put_text(m, "raw");
    put_object(m, 25, 1);
    operate(fake, DOWN_RAW_PUT);
  }
}

static void table_questions (Fake *fake) {
  static const int32_t operations[] = { DOWN_LENGTH, DOWN_RAW_LENGTH, DOWN_SIZE, DOWN_TO_STRING,
                                        DOWN_PAIRS };
  size_t i;
  for (i = 0; i < 2 * sizeof(operations) / sizeof(operations[0]); i++) {
    on_ref(fake, TAG_TABLE, refs[i % 2]);
    operate(fake, operations[i / 2]);
  }
  on_ref(fake, TAG_TABLE, refs[0]);
  put_nil(&fake->out);
  put_integer(&fake->out, 4);
  put_flag(&fake->out, 1);
  operate(fake, DOWN_ENTRIES);
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
  if (ask(fake, DOWN_BUILD, &answer) != STATUS_OK) return;
  ref = int_at(value_at(answer, 0) + 4);
  on_ref(fake, TAG_TABLE, ref);
  put_integer(&fake->out, 9);
  operate(fake, DOWN_DUMP);
  on_ref(fake, TAG_TABLE, ref);
  operate(fake, DOWN_CLEAR);
}

static void dumping (Fake *fake) {
  int32_t ref = result_of(fake, "local t = {} for i = 1, 40 do t[i] = function() return i end"
                                " t['k' .. i] = {i} end return t");
  if (ref == 0) return;
  on_ref(fake, TAG_TABLE, ref);
  put_integer(&fake->out, 9);
  operate(fake, DOWN_DUMP);
  on_ref(fake, TAG_TABLE, ref);
  put_integer(&fake->out, 1);
  operate(fake, DOWN_DUMP);       /* "nested too deeply" */
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
    operate(fake, DOWN_FILL);
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
  operate(fake, DOWN_SPLICE);
  on_ref(fake, TAG_TABLE, ref);
  put_integer(&fake->out, 1);
  put_integer(&fake->out, 10);
  operate(fake, DOWN_RANGE);
  on_ref(fake, TAG_TABLE, ref);
  put_integer(&fake->out, 2000);
  put_integer(&fake->out, 0);
  put_object(&fake->out, 150, 1);
  operate(fake, DOWN_SPLICE);
}

static void packing (Fake *fake) {
  double numbers[500] = { 0.5 };
  const char *answer;
  int32_t ref;
  Message *m = message(fake);
  put_integer(m, 0);
  put_bytes(m, (const char *)numbers, sizeof(numbers));
  if (ask(fake, DOWN_UNPACK, &answer) != STATUS_OK) return;
  ref = int_at(value_at(answer, 0) + 4);
  on_ref(fake, TAG_TABLE, ref);
  put_integer(&fake->out, 0);
  operate(fake, DOWN_PACK);
  on_ref(fake, TAG_TABLE, ref);
  put_integer(&fake->out, 1);
  operate(fake, DOWN_PACK);
}

static void upcalls (Fake *fake) {
  run_it(fake, "return object('large', 1):sub(1, 3), object({}, print, ('x'):rep(4000)),"
               " object(1), object()");
  run_it(fake, "print(('p'):rep(4000), 1, {}) print()");
  run_it(fake, "object('raise')");
}

static void members (Fake *fake) {
  run_it(fake, "local a = object.method(1, {}) a = object:method('x') a = object.other"
               " a = object[1] object.x = {} object.y = 1 pcall(tostring, object)"
               " return object == object, pcall(function() return object .. 'x' end)");
}

static void yields (Fake *fake) {
  int32_t ref = result_of(fake, "return coroutine.create(function() return object('yield'),"
                                " (object('yield')) end)");
  int i;
  for (i = 0; i < 4 && ref != 0; i++) {
    on_ref(fake, TAG_THREAD, ref);
    put_flag(&fake->out, i == 2);
    put_object(&fake->out, 160 + i, 1);
    operate(fake, DOWN_RESUME);
  }
}

static void coroutines (Fake *fake) {
  static const char code[] = "return function(...) coroutine.yield({}, ...) error('boom') end";
  const char *answer;
  int32_t ref = result_of(fake, code), thread = 0;
  if (ref == 0) return;
  on_ref(fake, TAG_FUNCTION, ref);
  put_object(&fake->out, 170, 1);
  if (ask(fake, DOWN_NEW_THREAD, &answer) == STATUS_OK) thread = int_at(value_at(answer, 0) + 4);
  if (thread == 0) return;
  on_ref(fake, TAG_THREAD, thread);
  put_object(&fake->out, 171, 1);
  operate(fake, DOWN_SPAWN);
  for (ref = 0; ref < 2; ref++) {
    on_ref(fake, TAG_THREAD, thread);
    put_flag(&fake->out, 0);
    put_large(&fake->out, 2000);
    operate(fake, DOWN_RESUME);
    on_ref(fake, TAG_THREAD, thread);
    operate(fake, DOWN_THREAD_STATUS);
  }
  on_ref(fake, TAG_THREAD, thread);
  operate(fake, DOWN_CLOSE_THREAD);
}

static void closing_coroutines (Fake *fake) {
  int32_t ref = result_of(fake, "return coroutine.wrap(function() coroutine.yield("
                                "coroutine.running()) pcall(coroutine.yield) end)()");
  if (ref == 0) return;
  on_ref(fake, TAG_THREAD, ref);
  operate(fake, DOWN_CLOSE_THREAD);
  on_ref(fake, TAG_THREAD, ref);
  put_flag(&fake->out, 0);
  operate(fake, DOWN_RESUME);     /* "dead" */
}

static void memory (Fake *fake) {
  message(fake);
  operate(fake, DOWN_COLLECT);
  put_integer(message(fake), 300000);
  operate(fake, DOWN_MEMORY);
  run_it(fake, "return ('x'):rep(10000), {}");
  run_it(fake, "return #('x'):rep(400000)");    /* is refused */
  put_integer(message(fake), 0);
  operate(fake, DOWN_MEMORY);
  put_flag(message(fake), 1);
  operate(fake, DOWN_PAUSE);
  put_flag(message(fake), 0);
  operate(fake, DOWN_PAUSE);
}

static void functions (Fake *fake) {
  Message *m = message(fake);
  put_object(m, 180, 1);
  operate(fake, DOWN_FUNCTION);
  on_ref(fake, TAG_FUNCTION, refs[0]);
  operate(fake, DOWN_DESCRIBE);
  m = message(fake);
  put_text(m, "a module");
  put_ref(m, TAG_FUNCTION, refs[0]);
  operate(fake, DOWN_PRELOAD);
  put_object(message(fake), 181, 2);
  operate(fake, DOWN_SET_NULL);
  put_nil(message(fake));
  operate(fake, DOWN_SET_NULL);
  message(fake);
  operate(fake, DOWN_DRAIN);
}

static void kinds (Fake *fake) {
  const char *answer;
  Message *m = message(fake);
  put_text(m, "f");
  put_new_object(m, 182, 7);
  put_new_object(m, 183, 8);
  operate(fake, DOWN_CALL_GLOBAL);
  script(fake, "object.method(object.method) return object + 1, #object, -object", 0, &answer);
}

static void many_objects (Fake *fake) {
  Message *m = message(fake);
  int i;
  put_text(m, "f");
  for (i = 0; i < 150; i++) put_object(m, 1000 + i, 1);
  operate(fake, DOWN_CALL_GLOBAL);
  message(fake);
  operate(fake, DOWN_COLLECT);
}

static void scopes (Fake *fake) {
  const char *answer;
  script(fake, "y = x + 1 function f() return y end string.rep = nil z = {} y = nil return f, x",
         4, &answer);
  message(fake);
  operate(fake, DOWN_RESTORE);
  script(fake, "local n = 0 for k in pairs(_G) do n = n + 1 end error('boom')", 4, &answer);
  message(fake);
  operate(fake, DOWN_RESTORE);
}

static void modules (Fake *fake) {
  Message *m = message(fake);
  put_flag(m, 1);
  put_flag(m, 0);
  operate(fake, DOWN_MODULES);
  run_it(fake, "package.loaded.text = nil return require('text'), (require 'value')");
  run_it(fake, "require 'bad'");
  run_it(fake, "require 'other'");
}

static void library (Fake *fake) {
  run_it(fake, "io.write('a', 1) io.read('n') io.lines()() io.stdout:write('x'):flush()"
               " tostring(io.stdout) io.output(io.stderr) io.write('e') io.output(io.stdout)"
               " io.type(io.stdin) os.setlocale(nil) java.import('x')"
               " for a, b in pairs({1}) do end for a, b in ipairs({1}) do end");
  run_it(fake, "local f = function() return refs end debug.getinfo(f) debug.getupvalue(f, 1)"
               " debug.getregistry() local a = 1 debug.setlocal(1, 1, 2)"
               " if warn then warn('@on') warn('a', 'b') warn('@off') end"
               " return debug.traceback()");
}

static void finalizers (Fake *fake) {
  run_it(fake, "local function arm(f) if newproxy then getmetatable(newproxy(true)).__gc = f"
               " else setmetatable({}, {__gc = f}) end end"
               " for i = 1, 5 do arm(function() object('large', {}) end) end");
  message(fake);
  operate(fake, DOWN_COLLECT);
}

static void nesting (Fake *fake) {
  fake->depth = 99998;            /* two deep */
  run_it(fake, "return object('nest')");
}

/* A state of its own, from its opening to its end. */
static void lives (Fake *fake) {
  static const char *const names[] = { "import", "proxy" };
  Fake *other = (Fake *)calloc(1, sizeof(Fake));
  const char *answer;
  int32_t status = STATUS_OK;
  int keeps_books = faults.keeps_books;
  faults.keeps_books = 0;
  other->fixed = 1;
  other->state = side->open(&host, other, &other->frame, names, 2, 7, &status);
  if (other->state == NULL) CHECK(status == STATUS_MEMORY || status == STATUS_STACK);
  else {
    judge(run(other, "if newproxy then getmetatable(newproxy(true)).__gc = print"
                     " else setmetatable({}, {__gc = print}) end return {}", &answer));
    side->close(other->state);
    side->release(other->state);
  }
  free(other->out.bytes);
  free(other->large);
  free(other);
  faults.keeps_books = keeps_books;
  faults.state = fake->state;
}

static const Scenario scenarios[] = {
  { "results", NULL, results, NULL, 0 },
  { "large results", NULL, large_results, NULL, 0 },
  { "many results", NULL, many_results, NULL, 0 },
  { "errors", NULL, errors, "test:1:|boom|(error object", 0 },
  { "caught errors", NULL, caught_errors, NULL, 0 },
  { "loading", NULL, loading, "loaded", 0 },
  { "running in an environment", prepare_functions, running_in, NULL, 0 },
  { "calls", prepare_functions, calls, NULL, 0 },
  { "large calls", prepare_functions, large_calls, NULL, 0 },
  { "quick entries", prepare_quick, quick, "boom", 0 },
  { "typed calls", prepare_quick, typed_calls, "boom", 0 },
  { "globals", prepare_functions, globals, NULL, 0 },
  { "clearing globals", NULL, clearing_globals, NULL, 1 },
  { "values of tables", prepare_table, table_values, NULL, 0 },
  { "questions about tables", prepare_table, table_questions, NULL, 0 },
  { "building", prepare_table, building, NULL, 0 },
  { "dumping", NULL, dumping, "nested too deeply", 0 },
  { "filling", NULL, filling, "boom", 0 },
  { "splicing", NULL, splicing, NULL, 0 },
  { "packing", NULL, packing, NULL, 0 },
  { "upcalls", NULL, upcalls, "(no text)", 0 },
  { "members", NULL, members, NULL, 0 },
  { "yields", NULL, yields, "dead|yield", 0 },
  { "coroutines", prepare_functions, coroutines, "boom|dead", 0 },
  { "closing coroutines", NULL, closing_coroutines, "dead|cannot be closed", 0 },
  { "memory", NULL, memory, "not enough memory", 0 },
  { "functions", prepare_functions, functions, NULL, 0 },
  { "kinds", prepare_functions, kinds, "attempt to", 1 },
  { "many objects", prepare_functions, many_objects, NULL, 0 },
  { "scopes", NULL, scopes, "boom", 1 },
  { "modules", NULL, modules, "bad|other|not found", 1 },
  { "library", NULL, library, NULL, 0 },
  { "finalizers", NULL, finalizers, NULL, 0 },
  { "nesting", NULL, nesting, NULL, 0 },
  { "lives", NULL, lives, NULL, 0 }
};

#define SCENARIOS  ((int)(sizeof(scenarios) / sizeof(scenarios[0])))

#endif
