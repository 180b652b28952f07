/*
** Steps of the collector that lua_gc makes, in 5.3, 5.4 and 5.5. 'lupine_running' is the field of
** global_State that says whether the collector runs.
*/
#ifndef LUPINE_PATCH_STEP_H
#define LUPINE_PATCH_STEP_H

static void step (lua_State *L, void *ud) {
  UNUSED(ud);
  luaC_step(L);
}


/* lupine: makes a step; an error out of it leaves the collector stopped if it was stopped before */
static void protected_step (lua_State *L, lu_byte before) {
  int status = luaD_rawrunprotected(L, step, NULL);
  if (status != LUA_OK) {
    G(L)->lupine_running = before;
    luaD_throw(L, cast_byte(status));
  }
}

#endif
