/*
** Drives the backend of one flavour as test_backend.c does: where room on the stack, the range of
** a number, or time runs out.
*/
#define _GNU_SOURCE
#include <pthread.h>
#include <time.h>

#include "entry.h"
#include "writer.h"

#pragma GCC diagnostic ignored "-Wunused-function"
#include "test_fake.h"

static void collect_all (Fake *fake) {
  const char *answer;
  int i;
  for (i = 0; i < 400; i++) {
    begin(&fake->out);
    send(fake, i < 3 ? OP_COLLECT : OP_DRAIN, &answer);
    take_freed(fake);
  }
}

static int has_level (const char *answer, const char *function) {
  int i;
  for (i = 6; i < int_at(answer); i += 3)
    if (text_has(answer, i, function)) return 1;
  return 0;
}

/* A coroutine that a limit has ended is gone when the next error is raised. */
static void stopped_coroutines_are_forgotten (Fake *fake) {
  const char *answer;
  int32_t ref = ref_of(fake, "return coroutine.create(function() local function forever()"
                       " while true do end end forever() end)");
  backend->stop(fake->state, NULL, STOP_TIME);
  begin(&fake->out);
  put_ref(&fake->out, TAG_THREAD, ref);
  put(&fake->out, TAG_BOOLEAN, 0, NULL, 0);
  CHECK(send(fake, OP_RESUME, &answer) == STATUS_FATAL);
  backend->stop(fake->state, NULL, STOP_OVER);
  fake->frame.released[0] = ref;
  fake->frame.released_count = 1;
  collect_all(fake);
  CHECK(run(fake, "local t = {} for i = 1, 1000 do t[i] = {i} end local function other()"
            " error('other') end other()", &answer) == STATUS_ERROR);
  CHECK(has_level(answer, "other") && !has_level(answer, "forever"));
}

/* Stops the state of a fake after a while, repeatedly, as a watchdog does. */
typedef struct Stopper {
  Fake *fake;
  pthread_t thread;
  volatile int over;
} Stopper;

static void *stop_soon (void *data) {
  Stopper *stopper = (Stopper *)data;
  struct timespec pause = { 0, 20000000 };
  nanosleep(&pause, NULL);
  backend->stop(stopper->fake->state, NULL, STOP_TIME);
  while (!__atomic_load_n(&stopper->over, __ATOMIC_ACQUIRE)) {
    backend->stop(stopper->fake->state, NULL, STOP_AGAIN);
    pause.tv_nsec = 1000000;
    nanosleep(&pause, NULL);
  }
  return NULL;
}

/* Sends the written message while the state is being stopped; returns whether that was soon. */
static int is_stopped (Fake *fake, int32_t operation) {
  Stopper stopper = { fake, 0, 0 };
  const char *answer;
  struct timespec from, to;
  int32_t status;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &from);
  CHECK(pthread_create(&stopper.thread, NULL, stop_soon, &stopper) == 0);
  status = send(fake, operation, &answer);
  __atomic_store_n(&stopper.over, 1, __ATOMIC_RELEASE);
  pthread_join(stopper.thread, NULL);
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &to);
  backend->stop(fake->state, NULL, STOP_OVER);
  return status == STATUS_FATAL && to.tv_sec - from.tv_sec < 3;
}

/* A length that is a lie, and no function of Lua's own that would poll. */
static void loops_of_ours_are_stopped (Fake *fake) {
  int32_t ref = ref_of(fake, "return setmetatable({}, {__len = function() return 2^28 - 1 end,"
                       " __index = rawget, __newindex = rawset})");
  const char *answer;
  begin(&fake->out);
  put_ref(&fake->out, TAG_TABLE, ref);
  CHECK(send(fake, OP_LENGTH, &answer) == STATUS_OK);
  if (integer_at(answer, 0) == 0) return;         /* its '#' calls no metamethod of a table */
  begin(&fake->out);
  put_ref(&fake->out, TAG_TABLE, ref);
  put_integer(&fake->out, 1);
  put_integer(&fake->out, 0);
  put_text(&fake->out, "new");
  CHECK(is_stopped(fake, OP_SPLICE));
  begin(&fake->out);
  put_ref(&fake->out, TAG_TABLE, ref);
  put_integer(&fake->out, 1);
  put_integer(&fake->out, 3);
  CHECK(is_stopped(fake, OP_SPLICE));
  begin(&fake->out);
  put_ref(&fake->out, TAG_TABLE, ref);
  put_integer(&fake->out, 1);
  put_integer(&fake->out, INT32_MAX);
  CHECK(is_stopped(fake, OP_RANGE));
}

static int64_t answer_foreign (Fake *fake, const char *message, int32_t count, Message *m,
                               char **answer) {
  (void)fake; (void)message; (void)count; (void)answer;
  lua_close(luaL_newstate());
  put_nil(m);
  return 0;
}

/* A C module closes a state of its own: the running one can still be stopped. */
static void states_of_modules_are_none_of_ours (Fake *fake) {
  fake->answerer = answer_foreign;
  begin(&fake->out);
  put_integer(&fake->out, 0);
  put_text(&fake->out, "object() while true do end");
  put_text(&fake->out, "=test");
  put_integer(&fake->out, 0);
  put(&fake->out, TAG_BOOLEAN, 0, NULL, 0);
  put_nil(&fake->out);
  CHECK(is_stopped(fake, OP_RUN));
  fake->answerer = NULL;
}

static int collects (Fake *fake) {
  const char *answer;
  CHECK(run(fake, "collectgarbage('restart') for i = 1, 400000 do last = {} end"
            " return collectgarbage('count') < 16 * 1024", &answer) == STATUS_OK);
  return int_at(value_at(answer, 2)) == TAG_BOOLEAN && int_at(value_at(answer, 2) + 4) == 1;
}

/*
** After a full collection was ended in its first sweep the collector goes on. In the meantime the
** heap has grown much: in 5.1 a buffer that the sweep shrinks; in 5.2 so that a major collection is
** due, when there is no estimate.
*/
static void ended_collections_leave_a_collector (Fake *fake) {
  const char *answer;
  CHECK(run(fake, "collectgarbage() collectgarbage('stop')"
            " local generational = pcall(collectgarbage, 'generational')"
            " local s = ('x'):rep(2000000) s = s .. 'y'"
            " if generational then collectgarbage('step') end", &answer) == STATUS_OK);
  CHECK(backend->stop(fake->state, NULL, STOP_TIME) != 0);
  begin(&fake->out);
  CHECK(send(fake, OP_COLLECT, &answer) == STATUS_FATAL);
  backend->stop(fake->state, NULL, STOP_OVER);
  CHECK(collects(fake));
  CHECK(run(fake, "pcall(collectgarbage, 'incremental') collectgarbage()", &answer) == STATUS_OK);
  CHECK(collects(fake));
}

static int collect (lua_State *L) {
  lua_gc(L, LUA_GCCOLLECT, 0);
  return 0;
}

static int make_garbage (lua_State *L) {
  int i;
  for (i = 0; i < 400000; i++) {
    lua_newtable(L);
    lua_pop(L, 1);
  }
  return 0;
}

/*
** A collection is ended in a state of a C module that has never come to the end of one. Scripts of
** that state catch errors as before; those of the running state do not catch the end.
*/
static int64_t answer_collecting (Fake *fake, const char *message, int32_t count, Message *m,
                                  char **answer) {
  lua_State *L = luaL_newstate();
  int i;
  (void)message; (void)count; (void)answer;
  lua_gc(L, LUA_GCSTOP, 0);
  lua_newtable(L);
  for (i = 1; i <= 10000; i++) {
    lua_newtable(L);
    lua_rawseti(L, -2, i);
  }
  lua_gc(L, LUA_GCSTEP, 0);       /* begins to mark */
  backend->stop(fake->state, NULL, STOP_TIME);
  lua_pushcfunction(L, collect);
  CHECK(lua_pcall(L, 0, 0, 0) != LUA_OK);
  lua_pop(L, 1);
  backend->stop(fake->state, NULL, STOP_OVER);
  lua_gc(L, LUA_GCRESTART, 0);
  lua_pushcfunction(L, make_garbage);
  CHECK(lua_pcall(L, 0, 0, 0) == LUA_OK);
  CHECK(lua_gc(L, LUA_GCCOUNT, 0) < 8 * 1024);
  luaL_openlibs(L);
  CHECK(luaL_loadstring(L, "return pcall(error)") == LUA_OK);
  CHECK(lua_pcall(L, 0, 1, 0) == LUA_OK && !lua_toboolean(L, -1));
  lua_close(L);
  put_nil(m);
  return 0;
}

static void first_collections_may_be_ended (Fake *fake) {
  const char *answer;
  fake->answerer = answer_collecting;
  CHECK(run(fake, "pcall(object) return 1", &answer) == STATUS_FATAL);
  fake->answerer = NULL;
}

static void results_find_room (Fake *fake) {
  const char *answer;
  char *large = NULL;
  int32_t ref, thread;
  int n;
  CHECK(run(fake, "t = {} for i = 1, 100 do t[i] = {} end many = table.unpack or unpack"
            " return many(t, 1, 100)", &answer) == STATUS_OK);
  CHECK(int_at(answer) == 102 && int_at(value_at(answer, 101)) == TAG_TABLE);
  ref = ref_of(fake, "return function(n) return many(t, 1, n) end");
  CHECK(ANSWER_STATUS(backend->fast_call(fake->state, FAST_CALL, ref, 0, TAG_INTEGER, 100, &large))
        == STATUS_OK);
  CHECK(int_at(large != NULL ? large : fake->frame.message) == 100);
  free(large);
  thread = ref_of(fake, "return coroutine.create(function() return many(t, 1, 100) end)");
  begin(&fake->out);
  put_ref(&fake->out, TAG_THREAD, thread);
  put(&fake->out, TAG_BOOLEAN, 0, NULL, 0);
  CHECK(send(fake, OP_RESUME, &answer) == STATUS_OK && int_at(answer) == 101);
  /* as many as the stack may hold: some find no room, which is an ordinary error */
  CHECK(run(fake, "for i = 1, 8000 do t[i] = false end t[1] = print", &answer) == STATUS_OK);
  for (n = 7900; n < 8010; n++) {
    int32_t status;
    large = NULL;
    status = ANSWER_STATUS(backend->fast_call(fake->state, FAST_CALL, ref, 0, TAG_INTEGER, n,
                                              &large));
    CHECK(status == STATUS_OK || status == STATUS_ERROR);
    free(large);
  }
  CHECK(run(fake, "t = nil", &answer) == STATUS_OK);
}

/* Answers with the steps of a loop: the first with the largest counter, then two without one. */
static int64_t answer_steps (Fake *fake, const char *message, int32_t count, Message *m,
                             char **answer) {
  static const int64_t items[] = { 8, 9 };
  (void)message; (void)count; (void)answer;
  if (fake->reads++ == 0) {
    put_integer(m, INT64_MAX);
    put_integer(m, 7);
    return 0;
  }
  free(m->bytes);
  memcpy(fake->frame.message, items, sizeof(items));
  return ANSWER(STATUS_VALUE, TAG_INTEGER | 2 << AHEAD_SHIFT);
}

/* Elements of an object at indices whose differences no signed number can hold. */
static void indices_wrap (Fake *fake) {
  const char *answer;
  int before = fake->upcalls;
  CHECK(run(fake, "return math.mininteger", &answer) == STATUS_OK);
  if (int_at(value_at(answer, 2)) == TAG_NIL) return;       /* indices are below 2^53 */
  CHECK(run(fake, "assert(object[5] == 50) assert(object[math.mininteger] == 0)"
            " assert(object[math.maxinteger] == -10) assert(object[math.mininteger] == 0)"
            " assert(object[-1] == -10)", &answer) == STATUS_OK);
  CHECK(fake->upcalls == before + 5);
}

static void numbers_wrap (Fake *fake) {
  static const int32_t loop[] = { 1, TRAIT_CALL | TRAIT_LOOP };
  const char *answer;
  begin(&fake->out);
  put_text(&fake->out, "step");
  put(&fake->out, TAG_AS_FUNCTION, 5, loop, sizeof(loop));
  put(&fake->out, TAG_BOOLEAN, 0, NULL, 0);
  CHECK(send(fake, OP_PUT_GLOBAL, &answer) == STATUS_OK);
  fake->answerer = answer_steps;
  fake->reads = 0;
  CHECK(run(fake, "local n, a = step() local k, b = step() local l, c = step() step = nil"
            " return a, b, c", &answer) == STATUS_OK);
  CHECK(integer_at(answer, 2) == 7 && integer_at(answer, 3) == 8 && integer_at(answer, 4) == 9);
  fake->answerer = NULL;
  fake->frame.crossings = INT32_MAX;
  CHECK(run(fake, "object()", &answer) == STATUS_OK);
  CHECK(fake->frame.crossings == INT32_MIN + 1);
  fake->frame.crossings = INT32_MAX;
  CHECK(run(fake, "return 1", &answer) == STATUS_OK && fake->frame.crossings == INT32_MIN);
  fake->state->run = INT32_MAX;
  CHECK(run(fake, "object()", &answer) == STATUS_OK && fake->state->run == INT32_MIN);
}

/* Messages grow by half at least, up to what a Java array can hold. */
static void messages_grow_to_their_limit (void) {
  const size_t most = (size_t)INT32_MAX - 64;
  CHECK(writer_capacity(most, 64, 60, 8) == 128);
  CHECK(writer_capacity(most, 64, 60, 1000) == 1060);
  CHECK(writer_capacity(most, 0x100000, 0x100000, 8) == 0x180000);
  CHECK(writer_capacity(most, most / 2 + 1, most / 2, 16) == most / 2 + 1 + (most / 2 + 1) / 2);
  CHECK(writer_capacity(most, most - 8, most - 8, 8) == most);
  CHECK(writer_capacity(most, 64, 60, most - 60) == most);
  CHECK(writer_capacity(most, 64, 60, most - 59) == 0);
  CHECK(writer_capacity(most, most, most, 1) == 0);
  CHECK(writer_capacity(most, 64, 60, SIZE_MAX) == 0);
  CHECK(writer_capacity(most, 64, 60, SIZE_MAX - 60) == 0);
  CHECK(writer_capacity(50, 64, 60, 8) == 0);
}

/* What is too large for a message is a memory error, if it is the text of an error. */
static void texts_of_errors_may_be_too_large (Fake *fake) {
  const char *answer;
  size_t before = fake->state->largest_message;
  fake->state->largest_message = 100000;
  CHECK(run(fake, "error(('x'):rep(90000) .. ('y'):rep(90000))", &answer) == STATUS_MEMORY);
  CHECK(run(fake, "error(('x'):rep(60000), 0)", &answer) == STATUS_MEMORY);  /* twice too large */
  CHECK(run(fake, "error(('x'):rep(10000), 0)", &answer) == STATUS_ERROR);
  CHECK(run(fake, "return ('x'):rep(90000)", &answer) == STATUS_OK);
  CHECK(run(fake, "return ('x'):rep(99990)", &answer) == STATUS_ERROR);
  CHECK(text_has(answer, 1, "too large"));
  CHECK(run(fake, "object(('x'):rep(100001))", &answer) == STATUS_ERROR);
  CHECK(text_has(answer, 1, "too long"));
  fake->state->largest_message = before;
}

/* An error that a hook raises while results are written is that error. */
static void errors_of_hooks_are_no_memory_errors (Fake *fake) {
  const char *answer;
  char *large = NULL;
  double result;
  int64_t bits;
  int32_t ref = ref_of(fake, "debug.sethook(function() if armed then armed = false"
                       " error('of the hook') end end, 'c')"
                       " return function() armed = true return {} end");
  CHECK(ANSWER_STATUS(backend->fast_call(fake->state, FAST_CALL, ref, 0, TAG_NONE, 0, &large))
        == STATUS_ERROR);
  CHECK(text_has(fake->frame.message, 1, "of the hook"));
  result = backend->call_number(fake->state, ref, 1, &large);
  memcpy(&bits, &result, sizeof(bits));
  CHECK(bits == OTHER_NUMBER && ANSWER_STATUS(fake->frame.answer) == STATUS_ERROR);
  CHECK(text_has(fake->frame.message, 1, "of the hook"));
  CHECK(run(fake, "debug.sethook()", &answer) == STATUS_OK);
}

/* HotSpot guards more where pages are larger. */
static void the_reserve_covers_what_is_guarded (void) {
  CHECK(stack_reserve(4096) == 160 * 1024);
  CHECK(stack_reserve(16384) >= (3 * 16 + 80 + 64) * 1024);
  CHECK(stack_reserve(65536) >= (3 * 64 + 128 + 64) * 1024);
}

/* Functions of a state that recurse in C without end, and 20 times. */
typedef struct Recursion {
  Fake *fake;
  int32_t deep, flat;
} Recursion;

static int64_t fast (Fake *fake, int32_t operation, int32_t ref, int32_t name) {
  free(fake->large);
  fake->large = NULL;
  return backend->fast_call(fake->state, operation, ref, name, TAG_INTEGER, 1, &fake->large);
}

static int is_22 (Fake *fake, int64_t answer) {
  return answer == ANSWER(STATUS_VALUE, TAG_INTEGER) && fake->frame.answer == 22;
}

/* Enters by each of the fast ways, of which none may know the stack of the last thread alone. */
static void *recur (void *data) {
  const Recursion *all = (const Recursion *)data;
  Fake *fake = all->fake;
  char *large = NULL;
  double result;
  int64_t bits;
  CHECK(is_22(fake, fast(fake, FAST_CALL, all->flat, 0)));
  CHECK(ANSWER_STATUS(fast(fake, FAST_CALL, all->deep, 0)) == STATUS_ERROR);
  CHECK(is_22(fake, fast(fake, FAST_CALL_GLOBAL, 0, 2)));
  CHECK(ANSWER_STATUS(fast(fake, FAST_CALL_GLOBAL, 0, 1)) == STATUS_ERROR);
  CHECK(backend->call_number(fake->state, all->flat, 1, &large) == 22);
  result = backend->call_number(fake->state, all->deep, 1, &large);
  memcpy(&bits, &result, sizeof(bits));
  CHECK(bits == OTHER_NUMBER && ANSWER_STATUS(fake->frame.answer) == STATUS_ERROR);
  free(large);
  return NULL;
}

/* Recurs in a thread with a stack of this size; the thread before it had another. */
static void recur_in_thread (Recursion *all, size_t size) {
  pthread_attr_t attributes;
  pthread_t thread;
  const char *answer;
  CHECK(run(all->fake, "return 1", &answer) == STATUS_OK);
  CHECK(pthread_attr_init(&attributes) == 0);
  CHECK(pthread_attr_setstacksize(&attributes, size) == 0);
  CHECK(pthread_create(&thread, &attributes, recur, all) == 0);
  CHECK(pthread_attr_destroy(&attributes) == 0);
  CHECK(pthread_join(thread, NULL) == 0);
}

static void name_string (Fake *fake, int64_t number, const char *name) {
  const char *answer;
  begin(&fake->out);
  put_integer(&fake->out, number);
  put_text(&fake->out, name);
  CHECK(send(fake, OP_NAME, &answer) == STATUS_OK);
}

/* Each entry sets the limit of its own thread's stack. */
static void threads_have_their_own_stacks (Fake *fake) {
  Recursion all = { fake, 0, 0 };
  const char *answer;
  name_string(fake, 1, "deep");
  name_string(fake, 2, "flat");
  CHECK(run(fake, "function deep() return coroutine.wrap(deep)() end"
            " local function level(n) return n == 0 and 1 or 1 + coroutine.wrap(level)(n - 1) end"
            " function flat(x) return x + level(20) end"
            " return deep, flat", &answer) == STATUS_OK);
  all.deep = int_at(value_at(answer, 2) + 4);
  all.flat = int_at(value_at(answer, 3) + 4);
  recur_in_thread(&all, 1 << 20);
  recur_in_thread(&all, 512 << 10);
  CHECK(run(fake, "deep, flat = nil", &answer) == STATUS_OK);
}

int main (void) {
  Fake *fake = open_fake();
  stopped_coroutines_are_forgotten(fake);
  results_find_room(fake);
  indices_wrap(fake);
  numbers_wrap(fake);
  messages_grow_to_their_limit();
  texts_of_errors_may_be_too_large(fake);
  errors_of_hooks_are_no_memory_errors(fake);
  the_reserve_covers_what_is_guarded();
  loops_of_ours_are_stopped(fake);
  states_of_modules_are_none_of_ours(fake);
  ended_collections_leave_a_collector(fake);
  first_collections_may_be_ended(fake);
  threads_have_their_own_stacks(fake);
  close_fake(fake);
  printf("%s: %d failures\n", backend->version, failures);
  return failures == 0 ? 0 : 1;
}
