/*
** ldo.c of a core that we compile, and a protected call that does the same as its own in fewer
** steps. No coroutine may yield across it.
*/
#include "ldo.c"

#if LUA_VERSION_NUM == 501
#define LUA_OK  0
#endif

#define CORE_PUC  1
#include "core.h"

/* Raises a memory error. */
void core_refuse (lua_State *L) {
  luaD_throw(L, LUA_ERRMEM);
}

/* A function on the stack, below its arguments. */
typedef struct Callee {
  StkId function;
  int results;
} Callee;

static void call_callee (lua_State *L, void *data) {
  const Callee *callee = (const Callee *)data;
#if LUA_VERSION_NUM >= 503
  luaD_callnoyield(L, callee->function, callee->results);
#elif LUA_VERSION_NUM == 502
  luaD_call(L, callee->function, callee->results, 0);
#else
  luaD_call(L, callee->function, callee->results);
#endif
}

#if LUA_VERSION_NUM >= 505
#define try_callee(L, jump, callee)  LUAI_TRY(L, jump, call_callee, callee)
#else
#define try_callee(L, jump, callee)  LUAI_TRY(L, jump, call_callee(L, callee);)
#endif

/* The fields that an error leaves in an intermediate state, as they were before the call. */
typedef struct Before {
  ptrdiff_t top, handler;
  lu_byte hooks_allowed;
#if LUA_VERSION_NUM >= 504
  l_uint32 calls;
#else
  unsigned short calls;
#endif
#if LUA_VERSION_NUM == 501
  ptrdiff_t ci;
#else
  CallInfo *ci;
#endif
#if LUA_VERSION_NUM == 502 || LUA_VERSION_NUM == 503
  unsigned short unyieldable;
#endif
} Before;

static Before note_before (lua_State *L, StkId function) {
  Before before;
  before.top = savestack(L, function);
  before.handler = L->errfunc;
  before.hooks_allowed = L->allowhook;
  before.calls = L->nCcalls;
#if LUA_VERSION_NUM == 501
  before.ci = saveci(L, L->ci);
#else
  before.ci = L->ci;
#endif
#if LUA_VERSION_NUM == 502 || LUA_VERSION_NUM == 503
  before.unyieldable = L->nny;
#endif
  return before;
}

/* Restores the state after an error, as luaD_pcall does. The error is on the top. */
static int put_right (lua_State *L, int status, const Before *before) {
  L->nCcalls = before->calls;
#if LUA_VERSION_NUM >= 504
  L->ci = before->ci;
  L->allowhook = before->hooks_allowed;
  status = luaD_closeprotected(L, before->top, status);
  luaD_seterrorobj(L, status, restorestack(L, before->top));
  luaD_shrinkstack(L);
#elif LUA_VERSION_NUM >= 502
  StkId top = restorestack(L, before->top);
  luaF_close(L, top);
  seterrorobj(L, status, top);
  L->ci = before->ci;
  L->allowhook = before->hooks_allowed;
  L->nny = before->unyieldable;
  luaD_shrinkstack(L);
#else
  StkId top = restorestack(L, before->top);
  luaF_close(L, top);
  luaD_seterrorobj(L, status, top);
  L->ci = restoreci(L, before->ci);
  L->base = L->ci->base;
  L->savedpc = L->ci->savedpc;
  L->allowhook = before->hooks_allowed;
  restore_stack_limit(L);
#endif
  return status;
}

/* Calls a function on the stack: luaD_pcall and luaD_rawrunprotected in one. */
int core_pcall_fast (lua_State *L, CoreSlot function, int results, CoreSlot handler) {
  Callee callee = { function, results };
  Before before = note_before(L, function);
  struct lua_longjmp jump;
  int status;
  L->errfunc = savestack(L, handler);
  jump.status = LUA_OK;
  jump.previous = L->errorJmp;
  L->errorJmp = &jump;
  try_callee(L, &jump, &callee);
  L->errorJmp = jump.previous;
  status = jump.status;
  if (__builtin_expect(status != LUA_OK, 0)) status = put_right(L, status, &before);
  L->errfunc = before.handler;
  if (results == LUA_MULTRET && core_ci_top(L) < core_top(L)) core_ci_top(L) = core_top(L);
  return status;
}
