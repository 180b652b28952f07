/*
** How other threads make the VM of LuaJIT ask its host.
*/
#ifndef LUPINE_PATCH_STOP_H
#define LUPINE_PATCH_STOP_H

/* -- Stops (lupine) ------------------------------------------------------ */

/* Makes the VM poll for a stop or a sample of the profiler. Any thread. */
void lupine_want(global_State *g, int what)
{
  ASMFunction *disp = G2GG(g)->dispatch;
  uint32_t i;
  __atomic_fetch_or(&g->stop_wanted, (uint8_t)what, __ATOMIC_RELAXED);
  for (i = 0; i < GG_LEN_SDISP; i++)
    __atomic_store_n(&disp[i], lj_vm_inshook, __ATOMIC_RELAXED);
  for (i = BC_FUNCF; i <= BC_JFUNCV; i++)
    __atomic_store_n(&disp[i], lj_vm_callhook, __ATOMIC_RELAXED);
}

/* The VM's own thread: restores the dispatch, unless something else is wanted. */
void lupine_want_no_more(global_State *g, int what)
{
  if (__atomic_and_fetch(&g->stop_wanted, (uint8_t)~what, __ATOMIC_RELAXED))
    return;
  g->dispatchmode ^= DISPMODE_INS|DISPMODE_CALL;
  lj_dispatch_update(g);
}

/* Makes the VM poll for a stop, or no longer. Any thread, but one at a time. */
void lupine_divert(lua_State *L, int on)
{
  if (on) lupine_want(G(L), WANT_STOP);
  else lupine_want_no_more(G(L), WANT_STOP);
}

#endif
