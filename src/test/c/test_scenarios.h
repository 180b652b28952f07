/*
** What test_faults.c runs over and over, each time with another fault: every operation of Java on
** Lua, and every way in which Lua calls Java. A scenario leaves the state as it found it, however
** its operations end.
*/
#ifndef LUPINE_TEST_SCENARIOS_H
#define LUPINE_TEST_SCENARIOS_H

#include "test_scenarios_calls.h"
#include "test_scenarios_tables.h"
#include "test_scenarios_threads.h"

static void memory (Fake *fake) {
  message(fake);
  operate(fake, OP_COLLECT);
  put_integer(message(fake), 300000);
  operate(fake, OP_MEMORY);
  run_it(fake, "return ('x'):rep(10000), {}");
  run_it(fake, "return #('x'):rep(400000)");    /* is refused */
  put_integer(message(fake), 0);
  operate(fake, OP_MEMORY);
  put_flag(message(fake), 1);
  operate(fake, OP_PAUSE);
  put_flag(message(fake), 0);
  operate(fake, OP_PAUSE);
}

static void scopes (Fake *fake) {
  const char *answer;
  script(fake, "y = x + 1 function f() return y end string.rep = nil z = {} y = nil return f, x",
         4, &answer);
  message(fake);
  operate(fake, OP_RESTORE);
  script(fake, "local n = 0 for k in pairs(_G) do n = n + 1 end error('boom')", 4, &answer);
  message(fake);
  operate(fake, OP_RESTORE);
}

static void modules (Fake *fake) {
  Message *m = message(fake);
  put_flag(m, 1);
  put_flag(m, 0);
  operate(fake, OP_MODULES);
  run_it(fake, "package.loaded.text = nil return require('text'), (require 'value')");
  run_it(fake, "require 'bad'");
  run_it(fake, "require 'other'");
}

static void library (Fake *fake) {
  run_it(fake, "io.write('a', 1) io.read('*n') io.lines()() io.stdout:write('x')"
               " io.stdout:flush() tostring(io.stdout) io.output(io.stderr) io.write('e') io.output(io.stdout)"
               " io.type(io.stdin) os.setlocale(nil) java.import('x')"
               " for a, b in pairs({1}) do end for a, b in ipairs({1}) do end");
  run_it(fake, "io.read('*n', '*l', 7, 0) io.read(20000) io.read('*a') io.stdout:read()"
               " io.stdin:write(1) io.stdin:seek() io.stdout:setvbuf('line') io.write('x', '\\n', 2)"
               " io.stdout:setvbuf('full') pcall(io.write, 'x', {}) pcall(io.read, 'x')");
  run_it(fake, "if warn then warn('@on') warn('a', ('b'):rep(600)) end"
               " setmetatable({}, {__gc = function() error('oops') end}) pcall(collectgarbage)"
               " if warn then warn('@off') end");
  run_it(fake, "local f = function() return refs end debug.getinfo(f) debug.getupvalue(f, 1)"
               " debug.getregistry() local a = 1 debug.setlocal(1, 1, 2)"
               " if warn then warn('@on') warn('a', 'b') warn('@off') end"
               " return debug.traceback()");
}

/* os.exit ends a run, whatever catches errors there. */
static void exits (Fake *fake) {
  static const char *const ways[] = {
    "os.exit()", "pcall(os.exit, false)", "coroutine.wrap(function() pcall(os.exit, 3) end)()",
    "return setmetatable({}, {__index = function() pcall(os.exit) end}).x"
  };
  size_t i;
  for (i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
    const char *answer;
    int32_t status = run(fake, ways[i], &answer);
    if (status != STATUS_FATAL) judge(status);
    if (status == STATUS_OK && faults.seen < faults.at) complain("os.exit is caught", (long)i);
  }
}

/* Allows C modules in a state. */
static void allow_natives (Fake *fake) {
  backend->use_modules(own_entries, swap_entries);
  put_flag(message(fake), 0);
  put_flag(&fake->out, 1);
  operate(fake, OP_MODULES);
}

/* A function of a C module: calls its first argument with the others; returns whether it could. */
static int call_native (lua_State *L) {
  int natives = faults.state->natives;            /* another scenario may have forbidden them */
  if (natives && entries_now != own_entries) complain("a C module finds no functions of Lua", 0);
  lua_pushboolean(L, lua_pcall(L, lua_gettop(L) - 1, 0, 0) == 0);
  if (natives && entries_now != own_entries)
    complain("a C module finds no functions of Lua any more", 0);
  return 1;
}

static void prepare_natives (Fake *fake) {
  lua_State *L = fake->state->main;
  allow_natives(fake);
  CHECK(fake->state->natives);
  lua_pushcfunction(L, call_native);
  lua_setglobal(L, "native");
  prepare_fast_calls(fake);
  prepare_threads(fake);
}

static void natives (Fake *fake) {
  fake->depth = 99998;            /* two deep */
  run_it(fake, "native(object, 'nest') native(error, {}) native(native, object, {})"
               " coroutine.wrap(function() native(error) native(object, 'large') end)()"
               " return native(object, 'raise'), {}");
  run_it(fake, "object() error('boom')");
  nesting(fake);
  fast_calls(fake);
  typed_calls(fake);
  check_entries();
}

static void threads_and_natives (Fake *fake) {
  threads(fake);
  check_entries();
}

static void confinement (Fake *fake) {
  message(fake);
  operate(fake, OP_CONFINE);
  run_it(fake, "pcall(setmetatable, {}, {__gc = print}) pcall(collectgarbage)"
               " return collectgarbage('count'), setmetatable({}, {__index = {}})");
}

static void finalizers (Fake *fake) {
  run_it(fake, "local function arm(f) if newproxy then getmetatable(newproxy(true)).__gc = f"
               " else setmetatable({}, {__gc = f}) end end"
               " for i = 1, 5 do arm(function() object('large', {}) end) end");
  message(fake);
  operate(fake, OP_COLLECT);
}

/* A state of a scenario's own. Java keeps no books of it. */
typedef struct Other {
  Fake *fake;
  int kept_books;
  char held[MOST_REFS];
} Other;

static Other *open_other (void) {
  static const char *const names[] = { "import", "proxy" };
  Other *other = (Other *)calloc(1, sizeof(Other));
  int32_t status = STATUS_OK;
  memcpy(other->held, faults.held, sizeof(faults.held));
  other->kept_books = faults.keeps_books;
  faults.keeps_books = 0;
  other->fake = (Fake *)calloc(1, sizeof(Fake));
  other->fake->fixed = 1;
  other->fake->state = backend->open(&host, other->fake, &other->fake->frame, names, 2, 7, &status);
  if (other->fake->state == NULL) CHECK(status == STATUS_MEMORY || status == STATUS_STACK);
  return other;
}

/* Closes the state, if there is one; 'fake' is the one that goes on. */
static void close_other (Other *other, const Fake *fake) {
  if (other->fake->state != NULL) {
    backend->close(other->fake->state);
    backend->release(other->fake->state);
  }
  free(other->fake->out.bytes);
  free(other->fake->large);
  free(other->fake);
  memcpy(faults.held, other->held, sizeof(faults.held));
  faults.keeps_books = other->kept_books;
  faults.state = fake->state;
  free(other);
}

/* Opens a state and closes it. */
static void lives (Fake *fake) {
  Other *other = open_other();
  if (other->fake->state != NULL) {
    allow_natives(other->fake);
    run_it(other->fake, "if newproxy then getmetatable(newproxy(true)).__gc = print"
                        " else setmetatable({}, {__gc = print}) end return {}");
  }
  close_other(other, fake);
  check_entries();
}

/* Returns whether an operation without arguments succeeds. */
static int succeeds (Fake *fake, int32_t operation) {
  const char *answer;
  return ask(fake, operation, &answer) == STATUS_OK;
}

/* Java closes a state whose globals it cannot isolate or restore. */
static void isolate_and_restore (Fake *fake) {
  static const char late[] = "local load = loadstring or load assert(load('x = 1 select = nil"
      " string.rep = nil setmetatable(_G, {})'))()";
  const char *answer;
  message(fake);
  if (!succeeds(fake, OP_ISOLATE)) return;
  script(fake, "math.randomseed(1) if warn then warn('@on') end return print", 4, &answer);
  run_it(fake, late);
  put_flag(message(fake), 1);
  if (!succeeds(fake, OP_RESTORE)) return;
  if (script(fake, "return x, string.rep('x', 2), select(2, 1, 2)", 0, &answer)
      && !(int_at(value_at(answer, 2)) == TAG_NIL && text_is(answer, 3, "xx")
           && integer_at(answer, 4) == 2))
    complain("the globals are not restored", 0);
}

/* In a state without faults before and after: what a failed restore leaves is no use. */
static void isolation (Fake *fake) {
  int kind = faults.kind;
  Other *other;
  faults.kind = FAULT_NONE;
  other = open_other();
  faults.kind = kind;
  isolate_and_restore(other->fake);
  faults.kind = FAULT_NONE;
  close_other(other, fake);
  faults.kind = kind;
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
  { "fast calls", prepare_fast_calls, fast_calls, "boom", 0 },
  { "runs in environments", prepare_runs_in_environments, runs_in_environments, NULL, 0 },
  { "known strings", NULL, known_strings, NULL, 0 },
  { "typed calls", prepare_fast_calls, typed_calls, "boom", 0 },
  { "globals", prepare_functions, globals, NULL, 0 },
  { "clearing globals", NULL, clearing_globals, NULL, 1 },
  { "values of tables", prepare_table, table_values, NULL, 0 },
  { "questions about tables", prepare_table, table_questions, NULL, 0 },
  { "elements", NULL, elements, NULL, 0 },
  { "building", prepare_table, building, NULL, 0 },
  { "dumping", NULL, dumping, "nested too deeply", 0 },
  { "filling", NULL, filling, "boom", 0 },
  { "splicing", NULL, splicing, NULL, 0 },
  { "packing", NULL, packing, NULL, 0 },
  { "upcalls", NULL, upcalls, "(no text)", 0 },
  { "large answers", NULL, large_answers, NULL, 0 },
  { "members", NULL, members, NULL, 1 },
  { "properties", NULL, properties, NULL, 1 },
  { "yields", NULL, yields, "dead|yield", 0 },
  { "coroutines", prepare_functions, coroutines, "boom|dead", 0 },
  { "closing coroutines", NULL, closing_coroutines, "dead|cannot be closed", 0 },
  { "values of other states", prepare_foreign, foreign, "(error object", 0 },
  { "threads", prepare_threads, threads, "boom|(error object", 0 },
  { "memory", NULL, memory, "not enough memory", 0 },
  { "functions", prepare_functions, functions, NULL, 0 },
  { "buffers", NULL, buffers, NULL, 1 },
  { "loops", NULL, loops, NULL, 1 },
  { "elements read ahead", NULL, elements_ahead, NULL, 1 },
  { "kinds", prepare_functions, kinds, "attempt to", 1 },
  { "caught kinds", NULL, caught_kinds, NULL, 1 },
  { "many objects", prepare_functions, many_objects, NULL, 0 },
  { "scopes", NULL, scopes, "boom", 1 },
  { "isolation", NULL, isolation, NULL, 0 },
  { "modules", NULL, modules, "bad|other|not found", 1 },
  { "exits", NULL, exits, NULL, 0 },
  { "C modules", prepare_natives, natives, "boom|(error object", 0 },
  { "threads and C modules", prepare_natives, threads_and_natives, "boom|(error object", 0 },
  { "confinement", NULL, confinement, NULL, 1 },
  { "library", NULL, library, NULL, 0 },
  { "finalizers", NULL, finalizers, NULL, 0 },
  { "nesting", NULL, nesting, NULL, 0 },
  { "lives", NULL, lives, NULL, 0 }
};

#define SCENARIOS  ((int)(sizeof(scenarios) / sizeof(scenarios[0])))

#endif
