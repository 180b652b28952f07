/*
** Ending what runs: asked for by any thread, done by the state's own where the core asks. The core
** asks at loops and calls, and where its library may go on for long.
*/
#include "stop.h"

#include "guard.h"
#include "traceback.h"

static State nobody;

_Thread_local volatile int *lupine_stop = &nobody.stop;

/* What a thread state is ended by, its first member. */
static StopWords *words_of (ThreadState *T) {
  return (StopWords *)(void *)T;
}

/* Only a few stores are made under it. */
static void spin_lock (State *S) {
  while (__atomic_test_and_set(&S->stop_lock, __ATOMIC_ACQUIRE)) {}
}

static void spin_unlock (State *S) {
  __atomic_clear(&S->stop_lock, __ATOMIC_RELEASE);
}

/* What asks in an installed core. */
static void ask_hook (lua_State *L, lua_Debug *ar) {
  (void)ar;
  lupine_stopped(L);
}

/* The core looks, or looks no longer, for a stop. Under the lock. */
static void divert (State *S, int on) {
  if (!S->ending) compat_divert(S->main, on, ask_hook);
}

static void end (State *S) {
  S->stop = 0;
  divert(S, 0);
}

/* The run has ended that an interrupt was for; what else was asked meanwhile stays. */
void stop_end_interrupt (State *S) {
  spin_lock(S);
  if (S->stop == STOP_INTERRUPT) end(S);
  spin_unlock(S);
}

/*
** Called once the core of a main thread may be diverted no more, by itself or else before it is
** closed. A C module may close a state of its own, which is none of ours.
*/
void lupine_closing (lua_State *L) {
  State *S = state_current;
  if (S->main != L) return;
  spin_lock(S);
  S->ending = 1;
  spin_unlock(S);
}

/*
** Whether a fatal error is under way. The core asks this when a finalizer failed; one that cannot
** raise the error again there is made to ask for it where it goes on.
*/
int lupine_fatal (void) {
  State *S = state_current;
  if (S->fatal && COMPAT_IS_DIVERTED) {
    spin_lock(S);
    if (!S->ending) compat_divert(S->main, 1, ask_hook);
    spin_unlock(S);
  }
  return S->fatal != 0;
}

/* Asks what runs in the thread state that is attached. */
static int ask_attached (State *S, int32_t why) {
  if (why == STOP_OVER) {
    if (S->stop) end(S);
    return 0;
  }
  if (why == STOP_INTERRUPT) {
    int32_t run = __atomic_load_n(&S->run, __ATOMIC_ACQUIRE);
    if (__atomic_load_n(&S->depth, __ATOMIC_ACQUIRE) == 0) return S->stop;
    if (S->stop && S->stop != STOP_INTERRUPT) return S->stop;
    S->stop_run = run;            /* one that was for an earlier run is for this one now */
  }
  if (why != STOP_AGAIN) __atomic_store_n(&S->stop, why, __ATOMIC_RELEASE);
  if (S->stop) divert(S, 1);
  return S->stop;
}

/* Asks what will run on in a thread state that is detached. */
static int ask_detached (StopWords *words, int32_t why) {
  if (why == STOP_OVER) words->stop = 0;
  else if (why == STOP_TIME) words->stop = why;
  else if (why == STOP_INTERRUPT && words->depth > 0 && !words->stop) {
    words->stop = why;
    words->stop_run = words->run;
  }
  return words->stop;
}

/* 'T': whose run it is, NULL for the one that is there always. */
int stop_ask (State *S, ThreadState *T, int32_t why) {
  int wanted;
  spin_lock(S);
  if (T == NULL) T = S->own_thread;
  wanted = T == S->thread ? ask_attached(S, why) : ask_detached(words_of(T), why);
  spin_unlock(S);
  return wanted;
}

/* Puts the words of one thread state aside, and takes those of another. */
void stop_switch (State *S, ThreadState *T) {
  StopWords *old = words_of(S->thread), *new = words_of(T);
  spin_lock(S);
  old->stop = S->stop;
  old->stop_run = S->stop_run;
  old->run = S->run;
  old->depth = S->depth;
  S->stop = new->stop;
  S->stop_run = new->stop_run;
  S->run = new->run;
  S->depth = new->depth;
  S->thread = T;
  if (old->stop || new->stop) divert(S, new->stop != 0);
  spin_unlock(S);
}

/* Whether a stop is for the present run. An interrupt that came too late for its run is dropped. */
int stop_is_due (State *S) {
  int why = __atomic_load_n(&S->stop, __ATOMIC_ACQUIRE);
  if (why != 0 && (why != STOP_INTERRUPT || S->stop_run == S->run)) return why;
  spin_lock(S);                        /* another thread may ask for a new one just now */
  why = S->stop;
  if (why == STOP_INTERRUPT && S->stop_run != S->run) why = 0;
  if (why == 0) end(S);
  spin_unlock(S);
  return why;
}

/* What the core calls. */
void lupine_stopped (lua_State *L) {
  State *S = state_current;
  int why = stop_is_due(S);
  if (why == 0) {
    if (S->fatal) guard_raise_fatal(L);
    return;
  }
  if (!S->fatal) {
    guard_set_fatal(S, L, FATAL_STOPPED + why);
    traceback_note_stopped(S, L);
  }
  guard_raise_fatal(L);
}
