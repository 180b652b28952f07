/*
** A state: opening, closing, refs, and what is left to release.
*/
#include <stdlib.h>

#include "side.h"

typedef struct Opening {
  State *S;
  const char *const *names;
  int32_t name_count;
} Opening;

static void anchor_table (lua_State *L, int anchor) {
  lua_newtable(L);
  lua_rawseti(L, LUA_REGISTRYINDEX, anchor);
}

/* [-1, +0, e] */
static int open_protected (lua_State *L) {
  Opening *opening = (Opening *)lua_touserdata(L, 1);
  lua_pop(L, 1);
  anchor_table(L, ANCHOR_REFS);
  failure_open(L);
  call_open(L);
  quick_open(L);
  luaL_openlibs(L);
  object_open(L);
  console_open(L);
  thread_open(L);
  attach_open_maker(L);
  library_open(L, opening->names, opening->name_count);
  debug_open(L);
  table_open(L);
  limits_open(L);
  scope_open(L);                  /* last: it remembers what the library is */
  return 0;
}

static int panic (lua_State *L) {
  (void)L;
  abort();                        /* unprotected Lua call: a bug of ours, see rule 3 */
}

static unsigned seed_of (const void *address) {
  static unsigned count;
  return (unsigned)(((uintptr_t)address >> 4) * 2654435761u) ^ (__atomic_fetch_add(&count, 1,
      __ATOMIC_RELAXED) * 40503u) ^ (unsigned)(uintptr_t)&count;
}

static void state_close (State *S) {
  State *outer = state_current;
  void **entries = S->natives ? module_enter() : NULL;
  limits_stack_low();             /* this thread's limit must be known */
  state_make_current(S);
  S->depth++;                     /* finalizers run inside this, and can be interrupted */
  if (!COMPAT_SAYS_CLOSING) lupine_closing();
  memory_close(S);
  lua_close(S->main);
  state_make_current(outer);
  if (S->natives) module_leave(entries);
  state_drop_blocks(S, NULL);
}

static void state_release (State *S) {
  pool_close(&S->pool);
  scope_close(S);
  free(S->free_refs);
  free(S->alive);
  free(S->freed);
  free(S->own_thread);
  free(S);
}

static State *state_open (const Host *host, void *session, Frame *frame,
                          const char *const *names, int32_t name_count, int64_t seed,
                          int32_t *why) {
  Opening opening;
  State *outer = state_current;
  State *S = (State *)calloc(1, sizeof(State));
  int status;
  *why = STATUS_MEMORY;
  if (S == NULL) return NULL;
  if (!attach_open(S)) {
    free(S);
    return NULL;
  }
  memory_prepare(S);
  S->host = host;
  S->session = session;
  S->frame = frame;
  S->magic = ((uint64_t)(uintptr_t)S ^ 0x4c7570696e65ull) * 0x9e3779b97f4a7c15ull;
  S->main = compat_new_state(memory_allocate, S, seed < 0 ? seed_of(S) : (unsigned)seed);
  if (S->main == NULL) {
    state_release(S);
    return NULL;
  }
  lua_atpanic(S->main, panic);
  S->running = S->main;
  limits_stack_low();
  state_make_current(S);
  opening.S = S;
  opening.names = names;
  opening.name_count = name_count;
#if FLAVOUR >= 502
  lua_pushcfunction(S->main, open_protected);
  lua_pushlightuserdata(S->main, &opening);
  status = lua_pcall(S->main, 1, 0, 0);
#else
  status = lua_cpcall(S->main, open_protected, &opening);
#endif
  lua_settop(S->main, 0);
  quick_fill_places(S->main);
  state_drop_blocks(S, NULL);
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

/* A ref to the value on the top. */
int32_t state_new_ref (State *S, lua_State *L) {
  int32_t ref;
  if (S->free_ref_count == 0 && S->ref_top == S->ref_capacity) {
    int32_t capacity = S->ref_capacity == 0 ? 16 : S->ref_capacity * 2;
    int32_t *ids = (int32_t *)realloc(S->free_refs, (size_t)capacity * sizeof(int32_t));
    if (ids == NULL) luaL_error(L, "not enough memory");
    S->free_refs = ids;           /* has room for every ref, so releasing never allocates */
    S->ref_capacity = capacity;
  }
  ref = S->free_ref_count > 0 ? S->free_refs[S->free_ref_count - 1] : S->ref_top + 1;
  if (compat_rawgeti(L, LUA_REGISTRYINDEX, ANCHOR_REFS) != LUA_TTABLE)
    luaL_error(L, "registry is damaged");
  lua_insert(L, -2);              /* refs value */
  lua_rawseti(L, -2, ref);        /* refs */
  lua_pop(L, 1);
  if (S->free_ref_count > 0) S->free_ref_count--;
  else S->ref_top++;
  return ref;
}

void state_push_ref (lua_State *L, int32_t ref) {
  if (compat_rawgeti(L, LUA_REGISTRYINDEX, ANCHOR_REFS) == LUA_TTABLE)
    lua_rawgeti(L, -1, ref);      /* refs value */
  else
    lua_pushnil(L);
  lua_remove(L, -2);
}

/* Releases the refs that Java dropped. Allocates nothing: each has its place in the table. */
void state_drain (State *S, lua_State *L) {
  Frame *frame = S->frame;
  int32_t i;
  if (compat_rawgeti(L, LUA_REGISTRYINDEX, ANCHOR_REFS) == LUA_TTABLE) {
    for (i = 0; i < frame->released_count && i < FRAME_IDS; i++) {
      int32_t ref = frame->released[i];
      lua_rawgeti(L, -1, ref);    /* refs value */
      if (ref > 0 && ref <= S->ref_top && !lua_isnil(L, -1)) {
        lua_pushnil(L);
        lua_rawseti(L, -3, ref);
        S->free_refs[S->free_ref_count++] = ref;
      }
      lua_pop(L, 1);
    }
  }
  lua_pop(L, 1);
  frame->released_count = 0;
}

/* Releases a ref of ours. */
void state_drop_ref (State *S, lua_State *L, int32_t ref) {
  if (compat_rawgeti(L, LUA_REGISTRYINDEX, ANCHOR_REFS) == LUA_TTABLE) {
    lua_pushnil(L);
    lua_rawseti(L, -2, ref);
    S->free_refs[S->free_ref_count++] = ref;
  }
  lua_pop(L, 1);
}

/* Shows Java the handles that no userdata has any more. */
void state_show_freed (State *S) {
  Frame *frame = S->frame;
  while (S->reading == 0 && S->freed_count > 0 && frame->freed_count < FRAME_IDS) {
    int32_t handle = S->freed[--S->freed_count];
    if (S->alive[handle] == 0) {  /* else it was pushed again meanwhile */
      S->alive[handle] = -1;      /* Java's to give out again */
      frame->freed[frame->freed_count++] = handle;
    }
  }
}

/* A block that lives until the present entry ends. */
void *state_block (State *S, lua_State *L, size_t size) {
  Block *block = (Block *)malloc(sizeof(Block) + size);
  if (block == NULL) luaL_error(L, "not enough memory");
  block->next = S->blocks;
  S->blocks = block;
  return block + 1;
}

void state_drop_blocks (State *S, Block *down_to) {
  while (S->blocks != down_to) {
    Block *block = S->blocks;
    S->blocks = block->next;
    free(block);
  }
}

__attribute__((visibility("default")))
const Side lupine_side = { FLAVOUR_VERSION, state_open, state_close, state_release, stop_ask,
                           call_run, quick_run, quick_call_number, exported_find, module_use,
                           attach_open_thread, attach_resume_thread, attach_close_thread };
