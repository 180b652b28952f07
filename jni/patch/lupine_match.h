/*
** The matcher of 5.1, which had no limit of depth.
*/
#ifndef LUPINE_PATCH_MATCH_H
#define LUPINE_PATCH_MATCH_H

/* lupine: the limit of nested calls, as in later versions */
#define MAXDEPTH	200

static const char *do_match (MatchState *ms, const char *s, const char *p);

static const char *match (MatchState *ms, const char *s, const char *p) {
  if (lupine_low()) luaL_error(ms->L, "C stack overflow");
  lupine_poll(ms->L);
  if (ms->depth >= MAXDEPTH) luaL_error(ms->L, "pattern too complex");
  ms->depth++;
  s = do_match(ms, s, p);
  ms->depth--;
  return s;
}

#endif
