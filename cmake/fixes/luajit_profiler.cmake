# The profiler of LuaJIT.
function(replace_luajit_profiler)
  # The profiler's signal changed a state's hooks from any thread of the JVM. Now a timer thread,
  # which can be stopped at once, makes the VM poll, as for a stop. One state of the process
  # profiles at a time, which is decided atomically.
  fix(profiler-thread)
  replace_text(src/lj_profile.h
    [=[#if !LJ_PROFILE_SIGPROF]=]
    [=[/* lupine: what the VM may be wanted to do, in stop_wanted */
#define WANT_STOP	1
#define WANT_SAMPLE	2
extern void lupine_want(global_State *g, int what);
extern void lupine_want_no_more(global_State *g, int what);
LJ_FUNC void lj_profile_sample(lua_State *L);

#if 0  /* lupine: no other thread changes the hooks */]=])
  replace_text(src/lj_dispatch.c
    [=[#if LJ_HASPROFILE && !LJ_PROFILE_SIGPROF]=]
    [=[#if 0  /* lupine: nor do these need a lock */]=] 2)
  replace_text(src/lj_profile.c
    [=[#if LJ_PROFILE_SIGPROF

#include <sys/time.h>]=]
    [=[#if 1  /* lupine: the thread is the host's, and nothing needs a lock */

#include "platform.h"
#define profile_lock(ps)	UNUSED(ps)
#define profile_unlock(ps)	UNUSED(ps)
#define profile_claim(ps, vm)	__sync_bool_compare_and_swap(&(ps)->g, NULL, vm)

#elif LJ_PROFILE_SIGPROF

#include <sys/time.h>]=])
  replace_text(src/lj_profile.c
    [=[#if LJ_PROFILE_SIGPROF
  struct sigaction oldsa;	/* Previous SIGPROF state. */]=]
    [=[#if 1  /* lupine */
#elif LJ_PROFILE_SIGPROF
  struct sigaction oldsa;	/* Previous SIGPROF state. */]=])
  replace_text(src/lj_profile.c
    [=[#if !LJ_PROFILE_SIGPROF
void LJ_FASTCALL lj_profile_hook_enter]=]
    [=[#if 0  /* lupine */
void LJ_FASTCALL lj_profile_hook_enter]=])
  patch_file(lupine_sample.h)
  replace_text(src/lj_profile.c
    [=[/* Callback from profile hook (HOOK_PROFILE already cleared). */]=]
    [=[#include "lupine_sample.h"

/* Callback from profile hook (HOOK_PROFILE already cleared). */]=])
  replace_text(src/lj_profile.c
    [=[  global_State *g = ps->g;
  uint8_t mask;
  profile_lock(ps);
  ps->samples++;  /* Always increment number of samples. */
  mask = g->hookmask;
  if (!(mask & (HOOK_PROFILE|HOOK_VMEVENT|HOOK_GC))) {  /* Set profile hook. */
    int st = g->vmstate;]=]
    [=[  global_State *g = ps->g;
  __atomic_fetch_add(&ps->samples, 1, __ATOMIC_RELAXED);
  {  /* lupine */
    int st = g->vmstate;]=])
  replace_text(src/lj_profile.c
    [=[    g->hookmask = (mask | HOOK_PROFILE);
    lj_dispatch_update(g);
  }
  profile_unlock(ps);]=]
    [=[    lupine_want(g, WANT_SAMPLE);
  }]=])
  patch_file(lupine_timer.h)
  replace_text(src/lj_profile.c
    [=[#if LJ_PROFILE_SIGPROF

/* SIGPROF handler. */]=]
    [=[#if 1  /* lupine */
#include "lupine_timer.h"
#elif LJ_PROFILE_SIGPROF

/* SIGPROF handler. */]=])
  replace_text(src/lj_profile.c
    [=[    if (ps->g) return;  /* Profiler in use by another VM. */
  }
  ps->g = G(L);]=]
    [=[    if (ps->g) return;  /* Profiler in use by another VM. */
  }
  if (!profile_claim(ps, G(L))) return;  /* lupine */]=])
  replace_text(src/lj_profile.c
    [=[    g->hookmask &= ~HOOK_PROFILE;
    lj_dispatch_update(g);]=]
    [=[    lupine_want_no_more(g, WANT_SAMPLE);  /* lupine */]=])

  # A dump of the stack was written to one buffer of the process, whose memory is that of the state
  # which used it last. Now each state has one. The library had the string made after a step of the
  # collector, whose finalizers may dump the stack, too.
  fix(profiler-buffer)
  replace_text(src/lj_obj.h
    [=[  uint8_t uncatchable;	/* An error is on its way that no script may catch. */]=]
    [=[  uint8_t uncatchable;	/* An error is on its way that no script may catch. */
  SBuf dumpbuf;		/* lupine: for stack dumps. */]=])
  replace_text(src/lj_state.c
    [=[  lj_buf_free(g, &g->tmpbuf);]=]
    [=[  lj_buf_free(g, &g->tmpbuf);
  lj_buf_free(g, &g->dumpbuf);  /* lupine */]=])
  replace_text(src/lj_profile.c
    [=[  SBuf sb;			/* String buffer for stack dumps. */
]=]
    [=[  /* lupine: no buffer for stack dumps */
]=])
  replace_text(src/lj_profile.c
    [=[  lj_buf_init(L, &ps->sb);
  profile_timer_start(ps);]=]
    [=[  profile_timer_start(ps);  /* lupine: no buffer */]=])
  replace_text(src/lj_profile.c
    [=[    lj_buf_free(g, &ps->sb);
    ps->sb.w = ps->sb.e = NULL;
    ps->g = NULL;]=]
    [=[    ps->g = NULL;  /* lupine: no buffer */]=])
  replace_text(src/lj_profile.c
    [=[  ProfileState *ps = &profile_state;
  SBuf *sb = &ps->sb;
  setsbufL(sb, L);]=]
    [=[  SBuf *sb = &G(L)->dumpbuf;  /* lupine */
  setsbufL(sb, L);]=])
  replace_text(src/lib_jit.c
    [=[  lua_pushlstring(L, p, len);]=]
    [=[  setstrV(L, L->top, lj_str_new(L, p, len));  /* lupine: before a finalizer runs */
  incr_top(L);
  lj_gc_check(L);]=])

  # A finalizer could start the profiler while its state was closed. It went on with memory that was
  # freed.
  fix(profiler-at-close)
  patch_file(lupine_profile_close.h)
  replace_text(src/lj_profile.c
    [=[/* Return a compact stack dump. */]=]
    [=[#include "lupine_profile_close.h"

/* Return a compact stack dump. */]=])
  replace_text(src/lj_state.c
    [=[  lupine_closing(L);  /* lupine: no more diverting */]=]
    [=[  lupine_closing(L);  /* lupine: no more diverting */
#if LJ_HASPROFILE
  lupine_profile_close(g);
#endif]=])
  replace_text(src/lj_state.c
    [=[extern void lupine_closing(lua_State *L);]=]
    [=[extern void lupine_closing(lua_State *L);
extern void lupine_profile_close(global_State *g);]=])

  # An error in the profiler's callback, or too little memory to call it, ended the process. The
  # host has fatal errors raised again; as with finalizers, all others are lost.
  fix(profiler-errors)
  patch_file(lupine_callback.h)
  replace_text(src/lib_jit.c
    [=[static void jit_profile_callback(lua_State *L2, lua_State *L, int samples,
				 int vmstate)
{
  TValue key;]=]
    [=[#include "lupine_callback.h"

static void jit_profile_callback(lua_State *L2, lua_State *L, int samples,
				 int vmstate)
{
  TValue key;]=])
  replace_text(src/lib_jit.c
    [=[    char vmst = (char)vmstate;
    int status;
    setfuncV(L2, L2->top++, funcV(tv));
    setthreadV(L2, L2->top++, L);
    setintV(L2->top++, samples);
    setstrV(L2, L2->top++, lj_str_new(L2, &vmst, 1));
    status = lua_pcall(L2, 3, 0, 0);  /* callback(thread, samples, vmstate) */
    if (status) {
      if (G(L2)->panic) G(L2)->panic(L2);
      exit(EXIT_FAILURE);
    }]=]
    [=[    ProfileCall call;
    call.L = L;
    call.func = funcV(tv);
    call.samples = samples;
    call.vmst = (char)vmstate;
    if (lua_cpcall(L2, jit_profile_call, &call)) {
      lupine_fatal();
      L2->top--;
    }]=])
endfunction()
