/*
** Operations on coroutines.
*/
#include "thread.h"

#include <string.h>

#include "compat_pcall.h"
#include "core.h"
#include "guard.h"
#include "object.h"
#include "registry.h"
#include "upcall.h"
#include "writer.h"

/* In the order of LuaCoroutine.Status. */
enum ThreadStatus { THREAD_NEW, THREAD_SUSPENDED, THREAD_RUNNING, THREAD_NORMAL, THREAD_DEAD };

/* Returns the thread at 1. A script may have put anything in its place. */
static lua_State *check_thread (lua_State *L) {
  lua_State *thread = lua_tothread(L, 1);
  if (thread == NULL) registry_damaged(L);
  return thread;
}

static int status_of (lua_State *L, lua_State *thread) {
  State *S = state_current;
  lua_Debug ar;
  if (thread == S->running || thread == L) return THREAD_RUNNING;
  if (thread == S->main) return THREAD_NORMAL;    /* the main thread has no function at its
                                                     bottom */
  switch (lua_status(thread)) {
    case LUA_YIELD:
      return THREAD_SUSPENDED;
    case LUA_OK:
      if (lua_getstack(thread, 0, &ar)) return THREAD_NORMAL;
      return lua_gettop(thread) == 0 ? THREAD_DEAD : THREAD_NEW;
    default:
      return THREAD_DEAD;
  }
}

/* thread: writes its status. */
void thread_status (Entry *E, lua_State *L) {
  writer_put_integer(&E->W, L, status_of(L, check_thread(L)));
}

/*
** Raises the error that the thread ended with. Its stack becomes the innermost part of the
** traceback. [-0, +1, e]
*/
static void raise_error_of (lua_State *L, lua_State *thread) {
  lua_xmove(thread, L, 1);
  state_current->failed = thread;
  lua_error(L);
}

/* Moves what a thread has yielded or returned. [-0, +n, e] */
static void take_results (lua_State *L, lua_State *thread, int count) {
  if (!lua_checkstack(L, count + 4)) {
    lua_pop(thread, count);       /* else it would look as if it had not begun */
    luaL_error(L, "stack overflow (too many results to resume)");
  }
  lua_xmove(thread, L, count);
}

/*
** thread iterates args...: resumes the thread; writes its status, and the values that it yielded or
** returned. With 'iterates', writes THREAD_DEAD for a dead thread, which is an error otherwise; and
** starts a new thread without arguments, or, if its first argument is not nil, writes THREAD_NEW
** and does not start it.
*/
void thread_resume (Entry *E, lua_State *L) {
  Writer *W = &E->W;
  lua_State *thread = check_thread(L);
  int iterates = lua_toboolean(L, 2);
  int count = lua_gettop(L) - 2;
  int results = 0;
  int status = status_of(L, thread);
  if (iterates && status == THREAD_NEW) {
    if (count > 0 && !lua_isnil(L, 3)) {
      writer_put_integer(W, L, THREAD_NEW);
      return;
    }
    lua_settop(L, 2);
    count = 0;
  }
  if (status != THREAD_NEW && status != THREAD_SUSPENDED) {
    if (!iterates || status != THREAD_DEAD)
      luaL_error(L, "cannot resume %s coroutine", status == THREAD_DEAD ? "dead" : "non-suspended");
    writer_put_integer(W, L, THREAD_DEAD);
    return;
  }
  if (!lua_checkstack(thread, count + 1)) luaL_error(L, "too many arguments to resume");
  lua_xmove(L, thread, count);
  status = compat_resume(thread, L, count, &results);
  if (status != LUA_OK && status != LUA_YIELD) raise_error_of(L, thread);
  take_results(L, thread, results);
  writer_put_integer(W, L, status == LUA_OK ? THREAD_DEAD : THREAD_SUSPENDED);
  writer_put_range(W, L, 3, 2 + results);
}

/* args...: returns the values in upvalue 1, whose number is upvalue 2, and then these. */
static int bound_arguments (lua_State *L) {
  int bound = (int)lua_tointeger(L, lua_upvalueindex(2));
  int count = lua_gettop(L);
  int i;
  luaL_checkstack(L, bound + count, "too many arguments");
  for (i = 1; i <= bound; i++) lua_rawgeti(L, lua_upvalueindex(1), i);
  for (i = 1; i <= count; i++) lua_pushvalue(L, i);
  return bound + count;
}

/*
** function args...: pushes a function that calls it with these and its own arguments. It is a Lua
** function, which every flavour can yield out of, and calls it last. [-n, +1, e]
*/
static void push_bound (lua_State *L, int count) {
  lua_createtable(L, count, 0);
  lua_insert(L, 2);               /* function table args... */
  lua_pushinteger(L, count);
  lua_insert(L, 2);               /* function count table args... */
  for (; count > 0; count--) lua_rawseti(L, 3, count);
  compat_push_isolated(L, RIDX_BINDER, "local f, bound = ...\n"
                                       "return function(...) return f(bound(...)) end");
  lua_insert(L, 1);               /* binder function count table */
  lua_insert(L, 3);               /* binder function table count */
  lua_pushcclosure(L, bound_arguments, 2);
  lua_call(L, 2, 1);
}

/* Replaces a function of 'push_bound' on the top by the function that it calls. [-0, +0, -] */
static void unbind (lua_State *L) {
  if (lua_iscfunction(L, -1) || lua_getupvalue(L, -1, 2) == NULL) return;
  if (lua_tocfunction(L, -1) == bound_arguments) {
    lua_pop(L, 1);
    lua_getupvalue(L, -1, 1);
    lua_remove(L, -2);
  }
  else
    lua_pop(L, 1);
}

/* function args...: writes a thread that calls it when it is resumed first. */
void thread_new (Entry *E, lua_State *L) {
  lua_State *thread;
  if (lua_gettop(L) > 1) push_bound(L, lua_gettop(L) - 1);
  compat_thread_body(L);
  thread = lua_newthread(L);
  lua_insert(L, 1);
  lua_xmove(L, thread, 1);
  writer_put(&E->W, L, 1);
}

/* thread args...: writes another thread with the function of one that has not started. */
void thread_spawn (Entry *E, lua_State *L) {
  lua_State *thread = check_thread(L);
  if (status_of(L, thread) != THREAD_NEW)
    luaL_error(L, "cannot spawn from a coroutine of Lua's that has started");
  lua_pushvalue(thread, 1);
  lua_xmove(thread, L, 1);
  unbind(L);
  lua_replace(L, 1);
  thread_new(E, L);
}

/*
** thread: closes it, with its pending to-be-closed variables. Raises an error of theirs, but not
** the one that the thread has ended with, which its resumer has raised.
*/
void thread_close (Entry *E, lua_State *L) {
  State *S = E->S;
  lua_State *thread = check_thread(L);
  lua_State *outer = S->closing;
  int status = status_of(L, thread);
  int failed = lua_status(thread);
  if (status == THREAD_RUNNING || status == THREAD_NORMAL)
    luaL_error(L, "cannot close a %s coroutine", status == THREAD_RUNNING ? "running" : "normal");
  if (failed == LUA_ERRRUN && lua_gettop(thread) > 0 && lua_checkstack(thread, 1)) {
    lua_pushvalue(thread, -1);
    lua_xmove(thread, L, 1);
  }
  else lua_pushnil(L);            /* thread error */
  S->closing = thread;
  status = compat_close_thread(thread, L, status == THREAD_SUSPENDED);
  S->closing = outer;
  if (status == CANNOT_CLOSE) luaL_error(L, "coroutine cannot be closed here");
  if (status == LUA_OK) return;
  if (S->fatal) guard_raise_fatal(L);
  lua_xmove(thread, L, 1);
  if (status == failed && (status != LUA_ERRRUN || lua_rawequal(L, -1, -2))) return;
  S->failed = thread;
  lua_error(L);
}

/*
** function args...: calls it in a coroutine; writes nil and its results, or the coroutine, if it
** has yielded, and what it has yielded. After an error its to-be-closed variables are closed.
*/
void thread_call (Entry *E, lua_State *L) {
  Writer *W = &E->W;
  int count = lua_gettop(L) - 1;
  int results = 0;
  int status;
  lua_State *thread;
  lua_pushvalue(L, 1);
  compat_thread_body(L);
  lua_replace(L, 1);
  thread = lua_newthread(L);
  lua_insert(L, 1);               /* thread function args... */
  if (!lua_checkstack(thread, count + 2)) luaL_error(L, "stack overflow (too many arguments)");
  lua_xmove(L, thread, count + 1);
  status = compat_resume(thread, L, count, &results);
  if (status != LUA_OK && status != LUA_YIELD) {
    if (!core_has_pending(thread)) raise_error_of(L, thread);
    compat_close_thread(thread, L, 0);
    if (E->S->fatal) guard_raise_fatal(L);
    lua_xmove(thread, L, 1);
    lua_error(L);
  }
  take_results(L, thread, results);
  if (status == LUA_YIELD) writer_put(W, L, 1);
  else writer_put_nil(W, L);
  writer_put_range(W, L, 2, 1 + results);
}

/* Asks Java about the coroutine of another state at 1; the upvalue is COROUTINE_*. */
static int ask (lua_State *L) {
  Object *object = object_of_thread(state_current, L, 1);
  if (object == NULL) return luaL_error(L, "coroutine is gone");
  return upcall_call(L, UP_COROUTINE, object->handle, (int)lua_tointeger(L, lua_upvalueindex(1)), 2,
                     lua_gettop(L));
}

/* Pushes the function that asks Java below the values from 1 on. [-0, +1, m] */
static void insert_ask (lua_State *L, int call) {
  lua_pushinteger(L, call);
  lua_pushcclosure(L, ask, 1);
  lua_insert(L, 1);
}

/* Does what a function that catches errors does for the coroutine of another state at 1. */
static int ask_protected (lua_State *L, int call) {
  insert_ask(L, call);
  return guard_passed(L, lua_pcall(L, lua_gettop(L) - 1, LUA_MULTRET, 0), 0);
}

static int resume_foreign (lua_State *L) {
  luaL_checkstack(L, 2, "too many arguments to resume");
  return ask_protected(L, COROUTINE_RESUME);
}

static int status_of_foreign (lua_State *L) {
  lua_settop(L, 1);
  insert_ask(L, COROUTINE_STATUS);
  lua_call(L, 1, 1);
  return 1;
}

static int close_foreign (lua_State *L) {
  const char *status;
  lua_settop(L, 1);
  lua_pushcfunction(L, status_of_foreign);
  lua_pushvalue(L, 1);
  lua_call(L, 1, 1);
  status = lua_tostring(L, 2);
  if (status != NULL && strcmp(status, "normal") == 0)
    return luaL_error(L, "cannot close a normal coroutine");
  lua_settop(L, 1);
  return ask_protected(L, COROUTINE_CLOSE);
}

/*
** Functions of the library "coroutine", which ask Java about coroutines of other states. Upvalues:
** upvalue 1 of the original, the original.
*/
static int resume_any (lua_State *L) {
  return object_of_thread(state_current, L, 1) ? resume_foreign(L) : guard_call_own(L, 2);
}

static int status_of_any (lua_State *L) {
  return object_of_thread(state_current, L, 1) ? status_of_foreign(L) : guard_call_own(L, 2);
}

static int close_any (lua_State *L) {
  return object_of_thread(state_current, L, 1) ? close_foreign(L) : guard_call_own(L, 2);
}

/*
** LuaJIT's coroutine.resume calls this for a coroutine that has nothing to run, or not enough
** stack: pushes the function that resumes it if it stands for one of another state, and returns
** whether it does. [-0, +(0|1), m]
*/
int lupine_push_resume (lua_State *L) {
  State *S = state_current;       /* of no magic in a thread of a C module */
  if (S->magic == 0 || object_of_thread(S, L, 1) == NULL) return 0;
  lua_pushcfunction(L, resume_foreign);
  return 1;
}

/* Wraps coroutine.resume where it is written in Lua: in an installed LuaJIT. [-1, +1, e] */
static void wrap_resume (lua_State *L) {
  compat_load_own(L, "local resume, foreign, threads = ...\n"
                     "return function(co, ...)\n"
                     "  if threads[co] then return foreign(co, ...) end\n"
                     "  return resume(co, ...)\n"
                     "end");
  lua_insert(L, -2);
  lua_pushcfunction(L, resume_foreign);
  push_registry(L, RIDX_FOREIGN);
  lua_call(L, 3, 1);
}

/* Replaces functions of the library "coroutine". Called after guard_open. */
void thread_open_library (lua_State *L) {
  static const char *const names[] = { "resume", "status", "close" };
  static const lua_CFunction functions[] = { resume_any, status_of_any, close_any };
  int i;
  lua_getglobal(L, "coroutine");
  for (i = 0; i < 3; i++) {
    lua_getfield(L, -1, names[i]);
    if (lua_tocfunction(L, -1) != NULL) {
      if (lua_getupvalue(L, -1, 1) == NULL) lua_pushnil(L);
      lua_insert(L, -2);          /* coroutine upvalue original */
      lua_pushcclosure(L, functions[i], 2);
    }
    else if (lua_isfunction(L, -1) && !lua_iscfunction(L, -1))
      wrap_resume(L);
    if (lua_isfunction(L, -1)) lua_setfield(L, -2, names[i]);
    else lua_pop(L, 1);
  }
  lua_pop(L, 1);
}

void thread_open (lua_State *L) {
  compat_open_threads(L);
}
