/*
** Ending what runs: asked for by any thread, done by the state's own where the core asks. The core
** asks at loops and calls, and where its library may go on for long.
*/
#include "side.h"

static State nobody;

_Thread_local volatile int *lupine_stop = &nobody.stop;

/* Only a few stores are made under it. */
static void hold (State *S) {
  while (__atomic_test_and_set(&S->stop_held, __ATOMIC_ACQUIRE)) {}
}

static void let_go (State *S) {
  __atomic_clear(&S->stop_held, __ATOMIC_RELEASE);
}

/* Whether a stop is under way, seeing to it that the core notices. Any thread. */
static int repeat (State *S) {
  int wanted;
  hold(S);
  wanted = S->stop;
  if (wanted && !S->ending) compat_divert(S->main, 1);
  let_go(S);
  return wanted;
}

void stop_end (State *S) {
  hold(S);
  S->stop = 0;
  if (!S->ending) compat_divert(S->main, 0);
  let_go(S);
}

/*
** Called once the core of a main thread may be diverted no more, by itself or else before it is
** closed. A C module may close a state of its own, which is none of ours.
*/
void lupine_closing (lua_State *L) {
  State *S = state_current;
  if (S->main != L) return;
  hold(S);
  S->ending = 1;
  let_go(S);
}

/*
** Whether a fatal error is under way. The core asks this when a finalizer failed; one that cannot
** raise the error again there is made to ask for it where it goes on.
*/
int lupine_fatal (void) {
  State *S = state_current;
  if (S->fatal && CORE_JIT) {
    hold(S);
    if (!S->ending) compat_divert(S->main, 1);
    let_go(S);
  }
  return S->fatal != 0;
}

int stop_ask (State *S, int32_t why) {
  switch (why) {
    case STOP_AGAIN:
      break;
    case STOP_OVER:
      if (S->stop) stop_end(S);
      return 0;
    case STOP_INTERRUPT: {
      int32_t run = __atomic_load_n(&S->run, __ATOMIC_ACQUIRE);
      if (__atomic_load_n(&S->depth, __ATOMIC_ACQUIRE) == 0 || S->stop) return S->stop;
      S->stop_run = run;
    }
    /* fall through */
    default:
      __atomic_store_n(&S->stop, why, __ATOMIC_RELEASE);
  }
  return repeat(S);
}

/* Whether a stop is for the present run. An interrupt that came too late for its run is dropped. */
int stop_is_due (State *S) {
  int why = __atomic_load_n(&S->stop, __ATOMIC_ACQUIRE);
  if (why != 0 && (why != STOP_INTERRUPT || S->stop_run == S->run)) return why;
  stop_end(S);
  return 0;
}

/* What the core calls. */
void lupine_stopped (lua_State *L) {
  State *S = state_current;
  int why = stop_is_due(S);
  if (why == 0) {
    if (S->fatal) limits_raise_fatal(L);
    return;
  }
  if (!S->fatal) {
    limits_set_fatal(S, L, FATAL_STOPPED + why);
    failure_note_stopped(S, L);
  }
  limits_raise_fatal(L);
}
