/*
** The timer of LuaJIT's profiler, which is the host's.
*/
#ifndef LUPINE_PATCH_TIMER_H
#define LUPINE_PATCH_TIMER_H

static void profile_tick(void *ps)
{
  profile_trigger((ProfileState *)ps);
}

static void profile_timer_start(ProfileState *ps)
{
  platform_start_timer(profile_tick, ps, ps->interval);
}

static void profile_timer_stop(ProfileState *ps)
{
  UNUSED(ps);
  platform_stop_timer();
}

#endif
