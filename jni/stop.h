/* Ending what runs. */
#ifndef LUPINE_STOP_H
#define LUPINE_STOP_H

#include "backend.h"

int stop_ask (State *S, ThreadContext *T, int32_t why);       /* any thread */
void stop_switch (State *S, ThreadContext *T);
void stop_end_interrupt (State *S);
int stop_is_due (State *S);

/* For the core. */
void lupine_stopped (lua_State *L);                         /* [-0, +0, e] */
int lupine_fatal (void);
void lupine_closing (lua_State *L);

/* Polls for a stop, in loops whose length a script can choose. [-0, +0, e] */
static inline void stop_poll (State *S, lua_State *L) {
  if (__builtin_expect(S->stop, 0)) lupine_stopped(L);
}

#endif
