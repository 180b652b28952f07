/*
** The memory of a state: counted, and refused beyond a limit. Also the functions that the core
** calls when memory is short: 5.1 and LuaJIT collect nothing when memory is refused, so they
** collect before.
*/
#include "memory.h"

#include "pool.h"

#define NO_CEILING  (~(size_t)0)
#define SLACK       (64 * 1024)   /* for operations that free memory at the limit */

static void *resize (State *S, void *block, size_t old, size_t size) {
  if (S->inner != NULL) return S->inner(S->inner_data, block, old, size);
  return pool_resize(&S->pool, block, old, size);
}

void *memory_allocate (void *data, void *block, size_t old, size_t size) {
  State *S = (State *)data;
  void *place;
  if (block == NULL) old = 0;     /* else 'old' says what the block is for */
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

/*
** Returns whether a status means that memory was refused. The text of an error does not prove that:
** a script can raise the same text.
*/
int memory_was_short (const State *S, int status, unsigned refusals) {
  return status == LUA_ERRMEM && (COMPAT_OWN_ALLOCATOR || S->refusals != refusals);
}

/* Raises the core's memory error. */
int memory_refuse (State *S, lua_State *L) {
  S->refusals++;
  compat_refuse(L);
  return luaL_error(L, "not enough memory");      /* an installed core may have granted the
                                                     memory */
}

/* Counts bytes outside of the core, whatever the limit; returns how many were counted. */
size_t memory_count (State *S, size_t size) {
  if (!S->counts) return 0;
  S->used += size;
  if (S->used > S->soft && !S->is_short) {
    S->is_short = 1;
    compat_collect_soon(S->main);
  }
  return size;
}

void memory_give (State *S, size_t counted) {
  S->used -= counted;
}

/* Counts bytes outside of the core; counts nothing and returns 0 if the limit forbids it. */
int memory_take (State *S, size_t size, size_t *counted) {
  *counted = 0;
  if (S->counts && (size > S->ceiling || S->used > S->ceiling - size)) {
    memory_give(S, memory_count(S, size));        /* tells the core that memory is short */
    S->refusals++;
    return 0;
  }
  *counted = memory_count(S, size);
  return 1;
}

/*
** Makes room for 'count' values on the stack. If that fails, the error says whether memory or the
** limit of the stack is the reason.
*/
void memory_check_stack (State *S, lua_State *L, int count) {
  unsigned refusals = S->refusals;
  if (lua_checkstack(L, count)) return;
  if (S->refusals != refusals) memory_refuse(S, L);
  lua_settop(L, 0);               /* the message needs a slot, too */
  luaL_error(L, "stack overflow (too many values)");
}

/*
** Returns whether the core should run a full collection of a main thread's state at the next
** chance.
*/
int lupine_short (lua_State *L) {
  const State *S = state_current;
  return S->is_short && S->main == L;             /* a C module may have states of its own */
}

/* Sets the soft limit: a full collection is due when half of what is left is used. */
static void set_soft (State *S) {
  S->is_short = 0;
  S->soft = S->used >= S->ceiling ? S->ceiling : S->used + (S->ceiling - S->used) / 2;
  if (!COMPAT_COLLECTS_SOON) S->soft = S->ceiling;
}

void lupine_collected (lua_State *L) {
  if (state_current->main == L) set_soft(state_current);
}

int64_t memory_used (State *S) {
  return S->counts ? (int64_t)S->used : compat_memory(S->main);
}

void memory_prepare (State *S) {
  S->ceiling = S->soft = NO_CEILING;
  S->counts = !COMPAT_OWN_ALLOCATOR;
}

void memory_opened (State *S) {
  S->base = (size_t)memory_used(S);
}

/* Wraps LuaJIT's own allocator, which is faster, once there is a limit. */
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
  if (S->limit != 0) S->ceiling = more ? S->grace : S->base + S->limit;
}

int memory_body (lua_State *L) {
  lua_gc(L, LUA_GCCOLLECT, 0);
  return 0;
}

/* Collects garbage after memory was refused; returns whether that was possible. */
int memory_make_room (State *S, lua_State *L) {
  int status;
  if (S->limit == 0 || S->paused) return 0;
  memory_allow(S, 1);
  status = compat_cpcall(L, memory_body, NULL);
  memory_allow(S, 0);
  if (status != LUA_OK) lua_pop(L, 1);            /* an error of a finalizer */
  return status == LUA_OK;
}

#if COMPAT_COLLECTS_SOON

/* Returns whether an error was for lack of memory, and garbage has been collected since. */
int memory_collect (State *S, lua_State *L, int status, unsigned refusals) {
  return memory_was_short(S, status, refusals) && memory_make_room(S, L);
}

#else

/* Returns 0, for no second attempt: this core collects all garbage before an allocation fails. */
int memory_collect (State *S, lua_State *L, int status, unsigned refusals) {
  (void)S; (void)L; (void)status; (void)refusals;
  return 0;
}

#endif

void memory_limit (State *S, int64_t bytes) {
  S->limit = (size_t)bytes;
  if (bytes == 0) S->ceiling = S->soft = NO_CEILING;
  else {
    count(S);
    S->ceiling = S->base + (size_t)bytes < S->base ? NO_CEILING : S->base + (size_t)bytes;
    S->grace = S->used > S->ceiling ? S->used : S->ceiling;   /* no more than there was then */
    S->grace = S->grace > NO_CEILING - SLACK ? NO_CEILING : S->grace + SLACK;
    set_soft(S);
  }
}

