/*
** What the library lupine-modules is for: C modules call Lua's C API by global names, and each
** call goes to the flavour that runs in the thread. Loaded once a process, whoever loads it.
*/
#ifndef LUPINE_API_H
#define LUPINE_API_H

#define API_VERSION  1

/* What the library exports, by the name "lupine_api". */
typedef struct Api {
  int version;

  /*
  ** The names of Lua's C API in all flavours together, and last API_RUNNING. A flavour's entries
  ** are its functions in this order, 'lacking' for those that it has not.
  */
  int count;
  const char *const *names;
  void *lacking;

  /* Makes these the entries of this thread, and gives those before; NULL where none runs. */
  void **(*swap) (void **entries);

  /* Says what the entries are where none are set, in threads of a module; the first come stay. */
  void (*offer) (void **entries);
} Api;

/* A flavour's function without parameters that gives the lua_State of the running entry. */
#define API_RUNNING  "lupine_running"

#endif
