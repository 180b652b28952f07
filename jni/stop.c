/*
** Stopping runs. Any thread may request a stop, by a word of the state. The thread that runs the
** core polls that word at loops and calls, and where the core's library may take long, and then
** raises the error that ends the run.
*/
#include "stop.h"

#include "guard.h"
#include "traceback.h"

static State no_state;

PLATFORM_THREAD ThreadWords lupine_thread = { NULL, &no_state.stop };

/* Returns the stop words of a thread context, its first member. */
static StopWords *words_of (ThreadContext *T) {
  return (StopWords *)(void *)T;
}

/* Acquires the lock under which a few stores are made. */
static void spin_lock (State *S) {
  while (__atomic_test_and_set(&S->stop_lock, __ATOMIC_ACQUIRE)) {}
}

static void spin_unlock (State *S) {
  __atomic_clear(&S->stop_lock, __ATOMIC_RELEASE);
}

/* Polls: the hook of an installed core. */
static void ask_hook (lua_State *L, lua_Debug *ar) {
  (void)ar;
  lupine_stopped(L);
}

/* Makes the core poll, or stop polling. The caller has the lock. */
static void divert (State *S, int on) {
  if (!S->ending) compat_divert(S->main, on, ask_hook);
}

static void end (State *S) {
  S->stop = 0;
  divert(S, 0);
}

/* Clears an interrupt, since its run has ended. Another request remains. */
void stop_end_interrupt (State *S) {
  spin_lock(S);
  if (S->stop == STOP_INTERRUPT) end(S);
  spin_unlock(S);
}

/*
** Records that the core of a State can no longer be diverted. Called by the core, or before it is
** closed. Ignores a lua_State that is not the main one of a State, such as one that a C module has
** created on its own.
*/
void lupine_closing (lua_State *L) {
  State *S = state_current;
  if (S->main != L) return;
  spin_lock(S);
  S->ending = 1;
  spin_unlock(S);
}

/*
** Returns whether a fatal error is being raised. The core calls this when a finalizer has failed.
** A core that cannot raise the error again there is made to poll where it goes on.
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

/* Requests a stop of the attached thread context. */
static int ask_attached (State *S, int32_t why) {
  if (why == STOP_OVER) {
    if (S->stop) end(S);
    return 0;
  }
  if (why == STOP_MARK) {
    if (!S->stop) S->stop_run = __atomic_load_n(&S->run, __ATOMIC_ACQUIRE);
    return S->stop;
  }
  if (why == STOP_INTERRUPT || why == STOP_MARKED) {
    int32_t run = __atomic_load_n(&S->run, __ATOMIC_ACQUIRE);
    if (__atomic_load_n(&S->depth, __ATOMIC_ACQUIRE) == 0) return S->stop;
    if (why == STOP_MARKED && run != S->stop_run) return S->stop;
    if (S->stop && S->stop != STOP_INTERRUPT) return S->stop;
    S->stop_run = run;            /* a request for an earlier run is for this one now */
    why = STOP_INTERRUPT;
  }
  if (why != STOP_AGAIN) __atomic_store_n(&S->stop, why, __ATOMIC_RELEASE);
  if (S->stop) divert(S, 1);
  return S->stop;
}

/* Requests a stop of a detached thread context. */
static int ask_detached (StopWords *words, int32_t why) {
  if (why == STOP_OVER) words->stop = 0;
  else if (why == STOP_TIME) words->stop = why;
  else if (why == STOP_MARK) {
    if (!words->stop) words->stop_run = words->run;
  }
  else if (words->depth > 0 && !words->stop
           && (why == STOP_INTERRUPT
               || (why == STOP_MARKED && words->stop_run == words->run))) {
    words->stop = STOP_INTERRUPT;
    words->stop_run = words->run;
  }
  return words->stop;
}

/* Requests a stop of the run in T; NULL for the main thread context. */
int stop_ask (State *S, ThreadContext *T, int32_t why) {
  int wanted;
  spin_lock(S);
  if (T == NULL) T = S->main_thread;
  wanted = T == S->thread ? ask_attached(S, why) : ask_detached(words_of(T), why);
  spin_unlock(S);
  return wanted;
}

/* Saves the stop words of the attached thread context, and loads those of another. */
void stop_switch (State *S, ThreadContext *T) {
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

/*
** Returns whether a stop is requested for the present run. Drops an interrupt that came too late.
*/
int stop_is_due (State *S) {
  int why = __atomic_load_n(&S->stop, __ATOMIC_ACQUIRE);
  if (why != 0 && (why != STOP_INTERRUPT || S->stop_run == S->run)) return why;
  spin_lock(S);                   /* another thread may request one right now */
  why = S->stop;
  if (why == STOP_INTERRUPT && S->stop_run != S->run) why = 0;
  if (why == 0) end(S);
  spin_unlock(S);
  return why;
}

/* Raises an error if the run is to end. The core calls this where it polls. */
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
