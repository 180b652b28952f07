/*
** The end of LuaJIT's profiler.
*/
#ifndef LUPINE_PATCH_PROFILE_CLOSE_H
#define LUPINE_PATCH_PROFILE_CLOSE_H

/* lupine: Stops the profiler if a finalizer of the state that is being closed has started it. */
/* Nothing else is left to do for it. */
void lupine_profile_close(global_State *g)
{
  ProfileState *ps = &profile_state;
  if (ps->g == g) {
    profile_timer_stop(ps);
    ps->g = NULL;
  }
}

#endif
