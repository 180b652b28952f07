/*
** The memory of a state: counted, and refused beyond a limit. What the core calls when memory is
** short stands here too: 5.1 and LuaJIT collect nothing when they are refused, so they do before.
*/
#include "side.h"

#define NO_CEILING  (~(size_t)0)
#define SLACK       (64 * 1024)   /* for a collection that is asked for at the limit */

static void *resize (State *S, void *block, size_t old, size_t size) {
  if (S->inner != NULL) return S->inner(S->inner_data, block, old, size);
  return pool_resize(&S->pool, block, old, size);
}

void *memory_allocate (void *data, void *block, size_t old, size_t size) {
  State *S = (State *)data;
  void *place;
  if (block == NULL) old = 0;     /* else it says what the block is for */
  if (size > old && S->used + (size - old) > S->soft) {
    if (!S->is_short) {
      S->is_short = 1;
      compat_collect_soon(S->main);
    }
    if (S->used + (size - old) > S->ceiling) {
      S->refusals++;
      return NULL;
    }
  }
  place = resize(S, block, old, size);
  if (place != NULL || size == 0) S->used += size - old;
  else S->refusals++;
  return place;
}

/* Whether a status means that memory was refused; a script can raise a text that says so. */
int memory_was_short (const State *S, int status, unsigned refusals) {
  return status == LUA_ERRMEM && (FLAVOUR_JIT || S->refusals != refusals);
}

/* Room for so many values; where there is none, it tells whether memory or the limit is why. */
void memory_check_stack (State *S, lua_State *L, int count) {
  unsigned refusals = S->refusals;
  if (lua_checkstack(L, count)) return;
  if (S->refusals != refusals) lua_newuserdata(L, (size_t)1 << 46);   /* is refused too: raises */
  luaL_error(L, "stack overflow (too many values)");
}

/* Whether the core is to collect all at the next chance. */
int lupine_short (void) {
  return state_current->is_short;
}

/* The next chance is when half of what is left is used. */
void lupine_collected (void) {
  State *S = state_current;
  S->is_short = 0;
  S->soft = S->used >= S->ceiling ? S->ceiling : S->used + (S->ceiling - S->used) / 2;
  if (!COMPAT_COLLECTS_SOON) S->soft = S->ceiling;
}

static int64_t used (State *S) {
  return S->counts ? (int64_t)S->used : compat_memory(S->main);
}

void memory_prepare (State *S) {
  S->ceiling = S->soft = NO_CEILING;
  S->counts = !FLAVOUR_JIT;
}

void memory_opened (State *S) {
  S->base = (size_t)used(S);
}

/* LuaJIT's own allocator is the quicker one; it stays, and is counted once there is a limit. */
static void count (State *S) {
  if (S->counts) return;
  S->used = (size_t)compat_memory(S->main);
  S->inner = lua_getallocf(S->main, &S->inner_data);
  lua_setallocf(S->main, memory_allocate, S);
  S->counts = 1;
}

void memory_close (State *S) {
  if (S->inner != NULL) lua_setallocf(S->main, S->inner, S->inner_data);
}

void memory_allow (State *S, int more) {
  if (S->limit != 0) S->ceiling = S->base + S->limit + (more ? SLACK : 0);
}

#if COMPAT_COLLECTS_SOON

int memory_body (lua_State *L) {
  lua_gc(L, LUA_GCCOLLECT, 0);
  return 0;
}

/* After an error: whether memory was short, and garbage has been collected since. */
int memory_collect (State *S, lua_State *L, int status, unsigned refusals) {
  int done;
  if (!memory_was_short(S, status, refusals) || S->paused) return 0;
  memory_allow(S, 1);
  done = lua_cpcall(L, memory_body, NULL) == LUA_OK;
  if (!done) lua_pop(L, 1);
  memory_allow(S, 0);
  return done;
}

#else

/* The core has collected already. */
int memory_collect (State *S, lua_State *L, int status, unsigned refusals) {
  (void)S; (void)L; (void)status; (void)refusals;
  return 0;
}

#endif

static void limit (State *S, int64_t bytes) {
  S->limit = (size_t)bytes;
  if (bytes == 0) S->ceiling = S->soft = NO_CEILING;
  else {
    count(S);
    S->ceiling = S->base + (size_t)bytes < S->base ? NO_CEILING : S->base + (size_t)bytes;
    lupine_collected();
  }
}

void memory_run (lua_State *L, State *S, int32_t operation, Writer *W) {
  if (operation == DOWN_COLLECT) {
    lua_gc(L, LUA_GCCOLLECT, 0);
    if (S->paused) lua_gc(L, LUA_GCSTOP, 0);    /* older ones have started it again */
  }
  else if (!lua_isnil(L, 1)) limit(S, compat_limit(L, 1));
  codec_put_integer(W, L, used(S));
  codec_put_integer(W, L, (int64_t)S->base);
  codec_put_integer(W, L, (int64_t)S->limit);
}
