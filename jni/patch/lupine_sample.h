/*
** The profiler of LuaJIT.
*/
#ifndef LUPINE_PATCH_SAMPLE_H
#define LUPINE_PATCH_SAMPLE_H

/* lupine: calls the callback, by the VM's thread between two instructions. */
void lj_profile_sample(lua_State *L)
{
  ProfileState *ps = &profile_state;
  global_State *g = G(L);
  uint8_t mask = g->hookmask;
  lupine_want_no_more(g, WANT_SAMPLE);
  if (ps->g != g || (mask & (HOOK_ACTIVE|HOOK_VMEVENT|HOOK_GC))) return;
#if LJ_HASJIT
  lj_trace_abort(g);  /* or the callback would be recorded */
#endif
  g->hookmask = HOOK_VMEVENT;
  lj_dispatch_update(g);
  ps->cb(ps->data, L, __atomic_exchange_n(&ps->samples, 0, __ATOMIC_RELAXED),
	 ps->vmstate);
  setgcref(g->cur_L, obj2gco(L));
  setvmstate(g, INTERP);
  g->hookmask = mask;
  lj_dispatch_update(g);
}

#endif
