/*
** The backend of a flavour: opens and closes states, and exports its functions.
*/
#include "backend.h"

#include <stdlib.h>

#include "attach.h"
#include "blocks.h"
#include "buffer.h"
#include "bulk.h"
#include "capi.h"
#include "console.h"
#include "core.h"
#include "debug.h"
#include "entry.h"
#include "failure.h"
#include "globals.h"
#include "guard.h"
#include "handles.h"
#include "library.h"
#include "memory.h"
#include "message.h"
#include "object.h"
#include "pool.h"
#include "fastcall.h"
#include "refs.h"
#include "scope.h"
#include "stop.h"
#include "known.h"
#include "table.h"
#include "thread.h"
#include "traceback.h"

typedef struct Opening {
  State *S;
  const char *const *names;
  int32_t name_count;
} Opening;

/* [-1, +0, e] */
static int open_protected (lua_State *L) {
  Opening *opening = (Opening *)lua_touserdata(L, 1);
  lua_pop(L, 1);
  lua_gc(L, LUA_GCSTOP, 0);       /* nearly all that is made now lives as long as the state */
  refs_open(L);
  traceback_open(L);
  failure_open(L);
  entry_open(L);
  fastcall_open(L);
  known_open(L);
  luaL_openlibs(L);
  object_open(L);
  buffer_open(L);
  ahead_open(L);
  console_open(L);
  thread_open(L);
  attach_open_maker(L);
  library_open(L, opening->names, opening->name_count);
  debug_open(L);
  table_open(L);
  bulk_open(L);
  guard_open(L);
  thread_open_library(L);
  scope_open(L);
  globals_open(L);                /* last, since it saves the library */
  lua_gc(L, LUA_GCRESTART, 0);
  core_collect_late(L);
  return 0;
}

static int panic (lua_State *L) {
  (void)L;
  abort();                        /* an unprotected call of Lua: our bug, see rule 3 */
}

static unsigned seed_of (const void *address) {
  return (unsigned)(((uintptr_t)address >> 4) * 2654435761u) ^ lupine_seed();
}

static void state_close (State *S) {
  State *outer = state_current;
  void **entries = S->natives ? capi_enter() : NULL;
  guard_stack_low();              /* this thread's limit must be known */
  state_make_current(S);
  S->depth++;                     /* finalizers run inside of this entry, and can be interrupted */
  if (!COMPAT_SAYS_CLOSING) lupine_closing(S->main);
  memory_close(S);
  core_take_thread(S->main);      /* the core calls the finalizers without the API */
  lua_close(S->main);
  state_make_current(outer);
  if (S->natives) capi_leave(entries);
  blocks_drop_to(S, NULL);
}

static void state_release (State *S) {
  pool_close(&S->pool);
  globals_close(S);
  free(S->spare);
  free(S->free_refs);
  free(S->alive);
  free(S->freed);
  free(S->prefetched.bytes);
  attach_release(S);
  free(S);
}

static State *state_open (const JavaCalls *host, void *session, Frame *frame,
                          const char *const *names, int32_t name_count, int64_t seed,
                          int32_t *why) {
  Opening opening;
  State *outer = state_current;
  State *S = (State *)calloc(1, sizeof(State));
  int status;
  *why = STATUS_MEMORY;
  if (S == NULL) return NULL;
  memory_prepare(S);
  if (!attach_open(S) || !handles_prepare(S)) {
    state_release(S);
    return NULL;
  }
  S->host = host;
  S->session = session;
  S->frame = frame;
  S->largest_message = (size_t)INT32_MAX - 64;
  S->magic = ((uint64_t)(uintptr_t)S ^ 0x4c7570696e65ull) * 0x9e3779b97f4a7c15ull;
  S->main = compat_new_state(memory_allocate, S, seed < 0 ? seed_of(S) : (unsigned)seed);
  if (S->main == NULL) {
    state_release(S);
    return NULL;
  }
  lua_atpanic(S->main, panic);
  S->running = S->main;
  guard_stack_low();
  state_make_current(S);
  opening.S = S;
  opening.names = names;
  opening.name_count = name_count;
  status = compat_cpcall(S->main, open_protected, &opening);
  lua_settop(S->main, 0);
  fastcall_push_places(S->main);
  blocks_drop_to(S, NULL);
  state_make_current(outer);
  if (status != LUA_OK) {
    if (status != LUA_ERRMEM) *why = STATUS_STACK;
    state_close(S);
    state_release(S);
    return NULL;
  }
  memory_opened(S);
  return S;
}

static int stack_low (int32_t needed) {
  guard_stack_low();              /* this thread's limit must be known */
  return (char *)__builtin_frame_address(0) - lupine_stack_limit < needed - STACK_NEEDED;
}

static int is_file (uint64_t file) {
  static uint64_t own;
  uint64_t none = 0;
  return __atomic_compare_exchange_n(&own, &none, file, 0, __ATOMIC_RELAXED, __ATOMIC_RELAXED)
      || none == file;
}

PLATFORM_EXPORT
const Backend lupine_backend = { FLAVOUR_VERSION, is_file, state_open, state_close, state_release,
                           stop_ask, entry_run, fastcall_run, fastcall_call_number, exported_find,
                           capi_use, attach_open_thread, attach_resume_thread,
                           attach_close_thread, message_free_undelivered, stack_low };
