/*
** Where faults happen. The linker redirects malloc and the like, the core's allocator, and the
** checks of the stack to these functions (--wrap).
*/
#include <stdlib.h>

#include "faults.h"
#include "guard.h"

#undef lupine_backend                /* tests say so for faults_backend */

/* NOLINTBEGIN(bugprone-reserved-identifier): the linker's names */
void *__real_malloc (size_t size);
void *__real_calloc (size_t count, size_t size);
void *__real_realloc (void *block, size_t size);
void *__real_memory_allocate (void *data, void *block, size_t old, size_t size);
int __real_lua_checkstack (lua_State *L, int count);
void __real_luaL_checkstack (lua_State *L, int count, const char *text);

void *__wrap_malloc (size_t size);
void *__wrap_calloc (size_t count, size_t size);
void *__wrap_realloc (void *block, size_t size);
void *__wrap_memory_allocate (void *data, void *block, size_t old, size_t size);
int __wrap_lua_checkstack (lua_State *L, int count);
void __wrap_luaL_checkstack (lua_State *L, int count, const char *text);
/* NOLINTEND(bugprone-reserved-identifier) */

extern const Backend lupine_backend;

#if defined(LUPINE_STRESS)
/*
** The former exceeds what the finalizers of one collection need, which would never end otherwise.
*/
Faults faults = { .kind = FAULT_COLLECT_OFTEN, .at = COMPAT_COLLECTS_SOON ? 2000 : 5 };
#else
Faults faults;
#endif

#if defined(__SANITIZE_ADDRESS__)
/* An excessive size is refused, as malloc does, and is not a fault. */
const char *__asan_default_options (void);

const char *__asan_default_options (void) {
  return "allocator_may_return_null=1";
}
#endif

static void *refused_block;       /* a refused block, which is asked for again if the size is */
static size_t refused_size;       /* not 0: until then no other block is refused */
static int shrinks_in_vain;       /* the next realloc is for the core, and fails */
static char *stack_limit;         /* the limit when no fault is pretended */

/* Collects all garbage. Returns whether a refusal does that, after which Lua tries again. */
static int collect (int refusable) {
#if COMPAT_COLLECTS_SOON
  (void)refusable;
  if (faults.state != NULL) {
    faults.state->is_short = 1;   /* the next step is a full collection */
    compat_collect_soon(faults.state->main);
  }
  return 0;
#else
  return refusable;
#endif
}

/* Counts a place where something may fail; returns whether it fails. */
static int fails (int refusable) {
  long seen;
  if (!faults.counting || faults.kind == FAULT_NONE) return 0;
  seen = ++faults.seen;
  if (faults.kind == FAULT_ALWAYS) return seen >= faults.at;
  if (faults.kind == FAULT_COLLECT_OFTEN) return seen % faults.at == 0 && collect(refusable);
  if (faults.kind == FAULT_TWICE) return seen == faults.at || seen == faults.at + 1;
  if (seen != faults.at) return 0;
  switch (faults.kind) {
    case FAULT_ONCE:
      return 1;
    case FAULT_COLLECT:
      return collect(refusable);
    case FAULT_TIME:
      if (faults.state != NULL) lupine_backend.stop(faults.state, faults.state->thread, STOP_TIME);
      return 0;
    case FAULT_STACK:
      lupine_stack_limit = (char *)UINTPTR_MAX;
      return 0;
    default:
      return 0;
  }
}

/* Returns whether this kind of fault is for places in Lua. */
static int is_for_lua (void) {
  return faults.kind < FAULT_JAVA_MEMORY || faults.kind == FAULT_COLLECT_OFTEN;
}

/* Does the same as 'fails' at a place that is not an allocation of the core. */
static int fails_here (void) {
  return is_for_lua() && fails(0);
}

void *__wrap_malloc (size_t size) {
  return fails_here() ? NULL : __real_malloc(size);
}

void *__wrap_calloc (size_t count, size_t size) {
  return fails_here() ? NULL : __real_calloc(count, size);
}

void *__wrap_realloc (void *block, size_t size) {
  if (shrinks_in_vain) {
    shrinks_in_vain = 0;
    return NULL;
  }
  return size != 0 && fails_here() ? NULL : __real_realloc(block, size);
}

/* Returns whether the core collects and tries again when a block is refused. */
static int tries_again (const State *S) {
  if (S->main == NULL) return 0;  /* the state is being created */
#if FLAVOUR == 502
  return lua_gc(S->main, LUA_GCISRUNNING, 0);     /* not while a finalizer runs */
#else
  return 1;
#endif
}

/*
** The allocator of the core; LuaJIT's is realloc. A block refused for a collection is asked for
** again, and must be granted then; in 5.5 not for a stack that grows. It is not an error if a
** block cannot shrink.
*/
void *__wrap_memory_allocate (void *data, void *block, size_t old, size_t size) {
  int counting = faults.counting;
  void *place;
  if (counting && is_for_lua() && block != NULL && size < old && size != 0)
    shrinks_in_vain = fails(0);
  else if (counting && is_for_lua() && size > (block == NULL ? 0 : old)) {
    if (refused_size != 0 && faults.kind == FAULT_COLLECT_OFTEN) {
      if (refused_size == size && refused_block == block) refused_size = 0;
    }
    else if (fails(block == NULL && tries_again((State *)data))) {
      refused_block = block;
      refused_size = size;
      ((State *)data)->refusals++;
      return NULL;
    }
  }
  faults.counting = 0;
  place = __real_memory_allocate(data, block, old, size);
  if (place == NULL && size != 0 && counting && !COMPAT_COLLECTS_SOON
      && tries_again((State *)data)) {
    refused_block = block;        /* the limit has refused it; a second request is no new place */
    refused_size = size;
  }
  faults.counting = counting;
  shrinks_in_vain = 0;
  return place;
}

int __wrap_lua_checkstack (lua_State *L, int count) {
  return fails_here() ? 0 : __real_lua_checkstack(L, count);
}

void __wrap_luaL_checkstack (lua_State *L, int count, const char *text) {
  if (fails_here()) luaL_error(L, "stack overflow (%s)", text == NULL ? "" : text);
  __real_luaL_checkstack(L, count, text);
}

void faults_begin (int kind, long at) {
  guard_stack_low();             /* the limit is known from now on */
  stack_limit = lupine_stack_limit;
  faults.kind = kind;
  faults.at = at;
  faults.seen = 0;
}

int faults_end (void) {
  int hit = faults.seen >= faults.at;
  faults.kind = FAULT_NONE;
  lupine_stack_limit = stack_limit;
  if (faults.state != NULL) lupine_backend.stop(faults.state, faults.state->thread, STOP_OVER);
  return hit;
}

static int32_t int_at (const char *place) {
  int32_t value;
  memcpy(&value, place, sizeof(value));
  return value;
}

static size_t size_of (const char *value) {
  size_t aux = (size_t)int_at(value + 4);
  switch (int_at(value)) {
    case TAG_NIL: case TAG_BOOLEAN: case TAG_NODE:
      return 8;
    case TAG_STRING: case TAG_BYTES:
      return 8 + ((aux + 7) & ~(size_t)7);
    case TAG_NEW_KIND:
      return 24 + (((size_t)int_at(value + 16) + 7) & ~(size_t)7);
    default:
      return 16;
  }
}

static void hold (int32_t ref) {
  if (ref <= 0 || ref >= MOST_REFS) faults.complain("there is no such ref", ref);
  else faults.held[ref] = 1;
}

/* Java writes a message: books its handles as given. */
static void note_given (const char *message) {
  int32_t count = int_at(message);
  for (message += 8; count > 0; count--, message += size_of(message)) {
    int32_t tag = int_at(message);
    if (tag == TAG_OBJECT || tag == TAG_AS_FUNCTION || tag == TAG_AS_THREAD || tag == TAG_NEW_KIND)
      faults.given[int_at(message + 4)] = 1;
  }
}

/* Java reads a message: books its refs as held. Its handles must be ones that Java has given. */
static void note_read (const char *message) {
  int32_t count = int_at(message);
  for (message += 8; count > 0; count--, message += size_of(message)) {
    int32_t tag = int_at(message), aux = int_at(message + 4);
    if (tag >= TAG_TABLE && tag <= TAG_USERDATA) hold(aux);
    else if (tag == TAG_OBJECT && !faults.given[aux])
      faults.complain("a handle comes back that Java has freed", aux);
  }
}

/* Java reads which handles it gets back. */
static void note_freed (Frame *frame) {
  int32_t i;
  for (i = 0; i < frame->freed_count; i++) {
    int32_t handle = frame->freed[i];
    if (!faults.given[handle]) faults.complain("a handle is freed that Java has back", handle);
    faults.given[handle] = 0;
  }
  frame->freed_count = 0;
}

/* Saves the message of an error. */
static void note_text (const char *message) {
  const char *value = message + 8;
  size_t length;
  value += size_of(value);
  if (int_at(message) < 2 || int_at(value) != TAG_STRING) {
    memcpy(faults.text, "(no text)", sizeof("(no text)"));
    return;
  }
  length = (size_t)int_at(value + 4);
  if (length >= sizeof(faults.text)) length = sizeof(faults.text) - 1;
  memcpy(faults.text, value + 8, length);
  faults.text[length] = '\0';
}

/* Java sees how an operation ended. */
static void note_answer (const State *S, int64_t answer, const char *large) {
  const char *message = large != NULL ? large : S->frame->message;
  int32_t status = ANSWER_STATUS(answer);
  int fails = status == STATUS_ERROR || status == STATUS_SYNTAX;
  faults.text[0] = '\0';
  if (fails) note_text(message);
  if (!faults.keeps_books) return;
  if (fails || status == STATUS_OK) note_read(message);
  note_freed(S->frame);
}

/* Lua runs from now on, or no longer; returns the previous state. */
static int count (int counting) {
  int before = faults.counting;
  faults.counting = counting;
  return before;
}

static const JavaCalls *real_host;

/* Returns the answer of an upcall that is to fail; 0 if this one is not. */
static int64_t failed_upcall (Frame *frame) {
  /* the text "java", which gets a position */
  static const int32_t error[] = { 2, 0, TAG_STRING, 4, 0x6176616a, 0, TAG_BOOLEAN, 1 };
  if (faults.kind < FAULT_JAVA_MEMORY || faults.kind > FAULT_JAVA_FATAL) return 0;
  if (++faults.seen != faults.at) return 0;
  switch (faults.kind) {
    case FAULT_JAVA_MEMORY: return ANSWER(STATUS_MEMORY, 0);
    case FAULT_JAVA_STACK: return ANSWER(STATUS_STACK, 0);
    case FAULT_JAVA_FATAL: return ANSWER(STATUS_FATAL, 0);
    default:
      memcpy(frame->message, error, sizeof(error));
      return ANSWER(STATUS_ERROR, sizeof(error));
  }
}

static int64_t upcall (void *session, int32_t operation, int32_t target, int32_t member,
                       int32_t length, const char *large, char **answer) {
  State *S = faults.state;
  Frame *frame = S->frame;
  int before = count(0);
  int64_t result;
  if (faults.keeps_books) {
    note_freed(frame);
    if (length >= 0) note_read(large != NULL ? large : frame->message);
  }
  result = failed_upcall(frame);
  if (result == 0)
    result = real_host->upcall(session, operation, target, member, length, large, answer);
  faults.state = S;
  if (faults.keeps_books && ANSWER_STATUS(result) != STATUS_VALUE && ANSWER_LENGTH(result) > 0)
    note_given(*answer != NULL ? *answer + BLOCK_HEAD : frame->message);
  count(before);
  if (*answer != NULL && fails_here()) {          /* as the JNI half, which copies it */
    lupine_backend.refuse(S, *answer + BLOCK_HEAD);
    free(*answer);
    *answer = NULL;
    return ANSWER(STATUS_MEMORY, 0);
  }
  return result;
}

static const JavaCalls host = { upcall };

static State *open (const JavaCalls *from, void *session, Frame *frame, const char *const *names,
                    int32_t name_count, int64_t seed, int32_t *status) {
  State *S;
  int before = count(1);
  real_host = from;
  faults.state = NULL;
  S = lupine_backend.open(&host, session, frame, names, name_count, seed, status);
  count(before);
  faults.state = S;
  return S;
}

static void close (State *S) {
  int before = count(1);
  faults.state = S;
  lupine_backend.close(S);
  count(before);
}

static void release (State *S) {
  lupine_backend.release(S);
  faults.state = NULL;
}

static int64_t run (State *S, int32_t operation, int32_t length, const char *large,
                    char **answer) {
  const char *message = large != NULL ? large : S->frame->message;
  int before;
  int64_t result;
  refused_size = 0;
  faults.state = S;
  if (faults.keeps_books) note_given(message);
  before = count(1);
  if (large != NULL && fails_here()) {            /* as the JNI half, which copies it */
    lupine_backend.refuse(S, large);
    result = ANSWER(STATUS_MEMORY, 0);
  }
  else
    result = lupine_backend.run(S, operation, length, large, answer);
  count(before);
  note_answer(S, result, *answer);
  if (operation == OP_RUN && ANSWER_STATUS(result) == STATUS_OK)
    hold(int_at((*answer != NULL ? *answer : S->frame->message) + 16));
  return result;
}

static int64_t fast_call (State *S, int32_t operation, int32_t target, int32_t name, int32_t tag,
                          int64_t bits, char **answer) {
  int before = count(1);
  int64_t result;
  faults.state = S;
  result = lupine_backend.fast_call(S, operation, target, name, tag, bits, answer);
  count(before);
  note_answer(S, result, *answer);
  return result;
}

static double call_number (State *S, int32_t ref, double argument, char **answer) {
  int before = count(1);
  int64_t bits;
  double result;
  faults.state = S;
  result = lupine_backend.call_number(S, ref, argument, answer);
  count(before);
  memcpy(&bits, &result, sizeof(bits));
  if (bits == OTHER_NUMBER)
    note_answer(S, S->frame->answer, *answer);
  return result;
}

static int stop (State *S, ThreadContext *T, int32_t why) {
  return lupine_backend.stop(S, T, why);
}

static void *find (const char *name) {
  return lupine_backend.find(name);
}

static int use_modules (void **entries, void **(*swap) (void **entries)) {
  return lupine_backend.use_modules(entries, swap);
}

static int is_file (uint64_t file) {
  return lupine_backend.is_file(file);
}

static ThreadContext *open_thread (State *S, int32_t *status) {
  ThreadContext *T;
  int before = count(1);
  faults.state = S;
  T = lupine_backend.open_thread(S, status);
  count(before);
  return T;
}

static void resume_thread (State *S, ThreadContext *T) {
  lupine_backend.resume_thread(S, T);
}

static void close_thread (State *S, ThreadContext *T) {
  lupine_backend.close_thread(S, T);
}

static void refuse (State *S, const char *message) {
  lupine_backend.refuse(S, message);
}

static int stack_low (int32_t needed) {
  return lupine_backend.stack_low(needed);
}

const Backend faults_backend = { FLAVOUR_VERSION, is_file, open, close, release, stop, run,
                                 fast_call, call_number, find, use_modules, open_thread,
                                 resume_thread, close_thread, refuse, stack_low };
