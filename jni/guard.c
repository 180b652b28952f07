/*
** Keeps scripts from ending the JVM: the check of the C stack, and errors that pcall cannot catch.
*/
#include "guard.h"

#include "blocks.h"
#include "compat_pcall.h"
#include "core.h"
#include "registry.h"

/* Finds the address below which this thread has too little C stack for an entry or an upcall. */
void guard_find_stack (void) {
  char *bottom = platform_stack_bottom();
  lupine_stack_limit = bottom != NULL ? bottom + stack_reserve(platform_page_size())
      : (char *)__builtin_frame_address(0) - STACK_NEEDED;
}

/*
** Returns whether an entry is on the running L. Then nothing may jump to the lowest protected call
** of L, as a coroutine of 5.5 that closes itself does. Always true for the main lua_State, and for
** the one that creates the coroutines of other threads: scripts may not resume or close these.
*/
int lupine_entered (lua_State *L) {
  const State *S = state_current;
  return L == S->main || L == S->maker || (S->innermost != NULL && S->innermost->L == L);
}

/* Returns another number at each call. */
unsigned lupine_seed (void) {
  static unsigned count;
  return (__atomic_fetch_add(&count, 1, __ATOMIC_RELAXED) * 0x85ebca6bu)
      ^ (unsigned)((uintptr_t)&count >> 4);
}

/*
** Returns whether finalizers must wait for a later step or cycle: while little of the C stack is
** left, and while frames of another lua_State are examined, which a finalizer could resume.
*/
int lupine_finalizers_wait (void) {
  return (char *)__builtin_frame_address(0) < lupine_stack_limit || state_current->examining > 0;
}

/*
** Returns the lua_State to which a jump to the given handler must go instead, since it would leave
** the innermost entry, and frames of Java with it; NULL if it would not. The patched core calls
** this before it jumps to another lua_State than the running one, which C modules can cause.
*/
lua_State *lupine_catcher (const void *handler) {
  const Outer *inner = state_current->innermost;
  if (inner == NULL || ((const char *)handler >= (const char *)__builtin_frame_address(0)
                        && (const char *)handler < (const char *)inner)) return NULL;
  return inner->L;
}

/*
** Returns whether bytecode may not be loaded. The patched core calls this before it loads any. The
** first call is for what Java loads; later ones are for finalizers.
*/
int lupine_text_only (void) {
  State *S = state_current;
  int loads = S->loading_bytecode;
  S->loading_bytecode = 0;
  return S->frame == NULL || !(loads || (S->frame->flags & FRAME_BYTECODE));
}

/*
** Returns the entry that waits for its protected body, which calls this first. There is none for a
** body that a script has got hold of.
*/
Entry *guard_take_entry (lua_State *L) {
  State *S = state_current;
  Entry *E = S->entry;
  S->entry = NULL;
  if (E == NULL) luaL_error(L, "function is not for scripts");
  return E;
}

/* Raises the fatal error again. Its value is of no use: Java knows what to throw. */
int guard_raise_fatal (lua_State *L) {
  lua_checkstack(L, 1);           /* if that fails, errors have room of their own */
  lua_pushboolean(L, 0);
  return lua_error(L);
}

/* Returns the results of a protected call of a script: its own, or false and the error. */
int guard_passed (lua_State *L, int status, int extra) {
  if (state_current->fatal) return guard_raise_fatal(L);
  if (status == LUA_OK || status == LUA_YIELD) return lua_gettop(L) - extra;
  blocks_drop_dead(state_current, FRAME_HERE);
  state_current->raising = NULL;
  lua_pushboolean(L, 0);
  lua_pushvalue(L, -2);
  return 2;
}

#if CORE_HAS_UNCATCHABLE

/*
** Sets whether a fatal error is being raised. Tells the core of S, not that of L: in a lua_State
** that a C module has created on its own, scripts can still catch errors.
*/
void guard_set_fatal (State *S, lua_State *L, int fatal) {
  (void)L;
  S->fatal = fatal;
  core_set_uncatchable(S->main, fatal != 0);
}

/* Does nothing: the patched core's own pcall, xpcall and coroutine.resume catch no fatal errors. */
void guard_open (lua_State *L) {
  (void)L;
}

#elif COMPAT_PCALL_IN_LUA

void guard_set_fatal (State *S, lua_State *L, int fatal) {
  S->fatal = fatal;
  if (compat_rawgeti(L, LUA_REGISTRYINDEX, RIDX_FATAL) == LUA_TTABLE) {
    lua_pushboolean(L, fatal != 0);
    lua_rawseti(L, -2, 1);        /* the element exists: nothing is allocated */
  }
  lua_pop(L, 1);
}

/*
** Replaces pcall, xpcall and coroutine.resume, in an installed LuaJIT, by ones that do not catch
** fatal errors. They are written in Lua, so that they can be yielded across and compiled as the
** originals can.
*/
void guard_open (lua_State *L) {
  compat_load_own(L,
      "local fatal, raise, pcall, xpcall, resume, main = ...\n"
      "local function passed(...) if fatal[1] then raise() end return ... end\n"
      "return function(...) return passed(pcall(...)) end,\n"
      "  function(...) return passed(xpcall(...)) end,\n"
      "  function(co, ...)\n"
      "    if co == main then return false, 'cannot resume running coroutine' end\n"
      "    return passed(resume(co, ...))\n"
      "  end\n");
  lua_newtable(L);
  lua_pushboolean(L, 0);
  lua_rawseti(L, -2, 1);
  lua_pushvalue(L, -1);
  lua_rawseti(L, LUA_REGISTRYINDEX, RIDX_FATAL);
  lua_pushcfunction(L, guard_raise_fatal);
  lua_getglobal(L, "pcall");
  lua_getglobal(L, "xpcall");
  lua_getglobal(L, "coroutine");
  lua_getfield(L, -1, "resume");
  lua_remove(L, -2);
  lua_pushthread(L);              /* the main one */
  lua_call(L, 6, 3);
  lua_getglobal(L, "coroutine");
  lua_insert(L, -2);
  lua_setfield(L, -2, "resume");
  lua_pop(L, 1);
  lua_setglobal(L, "xpcall");
  lua_setglobal(L, "pcall");
}

#else

void guard_set_fatal (State *S, lua_State *L, int fatal) {
  (void)L;
  S->fatal = fatal;
}

static int protected_call (lua_State *L) {
  int status;
  luaL_checkany(L, 1);
  lua_pushboolean(L, 1);          /* the first result on success */
  lua_insert(L, 1);
  status = compat_pcall(L, lua_gettop(L) - 2, 0, 0);
  return guard_passed(L, status, 0);
}

#if COMPAT_XPCALL_ARGUMENTS

/* Implements xpcall(f, handler, ...). */
static int protected_call_handled (lua_State *L) {
  int i, status, count = lua_gettop(L);
#if COMPAT_XPCALL_CHECKS
  luaL_checktype(L, 2, LUA_TFUNCTION);
#else
  luaL_checkany(L, 2);            /* an invalid handler is an error in error handling */
#endif
  lua_pushboolean(L, 1);
  lua_pushvalue(L, 1);            /* f handler args... true f */
  for (i = 0; i < 2; i++) lua_insert(L, 3);       /* f handler true f args... */
  status = compat_pcall(L, count - 2, 2, 2);
  return guard_passed(L, status, 2);
}

#else

/* Implements xpcall(f, handler). */
static int protected_call_handled (lua_State *L) {
  int status;
  luaL_checkany(L, 2);
  lua_settop(L, 2);
  lua_insert(L, 1);               /* handler f */
  status = compat_pcall(L, 0, 1, 1);
  if (status == LUA_OK) {
    lua_pushboolean(L, 1);
    lua_replace(L, 1);            /* true results... */
    return guard_passed(L, status, 0);
  }
  return guard_passed(L, status, 0);
}

#endif

/* Calls the original of coroutine.resume or close, and raises a fatal error again. */
static int resume_or_close (lua_State *L) {
  int count = guard_call_own(L, 1);
  if (state_current->fatal) return guard_raise_fatal(L);
  if (state_current->blocks != NULL) blocks_drop_dead(state_current, FRAME_HERE);
  return count;
}

/* Returns whether the thread at 1 is the main one, whose values are the host's while it is idle. */
static int is_main (lua_State *L) {
  return lua_tothread(L, 1) == state_current->main;
}

/* Implements coroutine.resume; the upvalue is the original. */
static int resume_thread (lua_State *L) {
  if (!is_main(L)) return resume_or_close(L);
  lua_pushboolean(L, 0);
  lua_pushliteral(L, "cannot resume non-suspended coroutine");
  return 2;
}

/* Implements coroutine.close, which may meet errors too. In 5.5 a coroutine can close itself. */
static int close_thread (lua_State *L) {
  if ((lua_isnone(L, 1) ? L : lua_tothread(L, 1)) == L && L != state_current->main
      && lupine_entered(L))
    return luaL_error(L, "cannot close a running coroutine");
  if (is_main(L) && L != state_current->main)
    return luaL_error(L, "cannot close a normal coroutine");
  return resume_or_close(L);
}

void guard_open (lua_State *L) {
  static const char *const passing[] = { "resume", "close" };
  static const lua_CFunction passers[] = { resume_thread, close_thread };
  int i;
  lua_pushcfunction(L, protected_call);
  lua_setglobal(L, "pcall");
  lua_pushcfunction(L, protected_call_handled);
  lua_setglobal(L, "xpcall");
  lua_getglobal(L, "coroutine");
  for (i = 0; i < 2; i++) {
    lua_getfield(L, -1, passing[i]);
    if (lua_isfunction(L, -1)) {
      lua_pushcclosure(L, passers[i], 1);
      lua_setfield(L, -2, passing[i]);
    }
    else
      lua_pop(L, 1);
  }
  lua_pop(L, 1);
}

#endif