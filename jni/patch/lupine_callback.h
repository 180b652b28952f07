/*
** The callback of LuaJIT's profiler.
*/
#ifndef LUPINE_PATCH_CALLBACK_H
#define LUPINE_PATCH_CALLBACK_H

/* lupine: the arguments of the callback, which is called in here */
typedef struct ProfileCall {
  lua_State *L;
  GCfunc *func;
  int samples;
  char vmst;
} ProfileCall;

static int jit_profile_call(lua_State *L2)
{
  ProfileCall *call = (ProfileCall *)lua_touserdata(L2, 1);
  setfuncV(L2, L2->top++, call->func);
  setthreadV(L2, L2->top++, call->L);
  setintV(L2->top++, call->samples);
  lua_pushlstring(L2, &call->vmst, 1);
  lua_call(L2, 3, 0);
  return 0;
}

#endif
