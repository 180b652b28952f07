/*
** For the library "io": files that are closed while it reads them.
*/
#ifndef LUPINE_PATCH_CLOSED_H
#define LUPINE_PATCH_CLOSED_H

#if LUA_VERSION_NUM == 501  /* lupine: a file is a mere pointer there, NULL once it is closed */
typedef struct LStream {
  FILE *f;
} LStream;

#define isclosed(s)	((s)->f == NULL)
#endif

/*
** lupine: raises an error if the file is closed. What has filled a buffer or made a string may have
** run a finalizer, which may close any file. One that is still open has the same FILE as before.
*/
static void check_open (lua_State *L, const LStream *s) {
  if (isclosed(s)) luaL_error(L, "attempt to use a closed file");
}

#endif
