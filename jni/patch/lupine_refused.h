/*
** Memory errors of the libraries of 5.3.
*/
#ifndef LUPINE_PATCH_REFUSED_H
#define LUPINE_PATCH_REFUSED_H

/* lupine: raises a memory error */
void lupine_refused (lua_State *L) {
  luaD_throw(L, LUA_ERRMEM);
}

#endif
