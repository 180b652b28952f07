/*
** The library lupine-modules. C modules call Lua's C API by global names, and each call goes to the
** flavour that runs in the thread. It is loaded once in a process.
*/
#ifndef LUPINE_API_H
#define LUPINE_API_H

#define API_VERSION  1

/* What the library exports by the name "lupine_api". */
typedef struct Api {
  int version;

  /*
  ** The names of Lua's C API in all flavours together, the last of which is API_RUNNING. The
  ** entries of a flavour are its functions in this order, or 'lacking'.
  */
  int count;
  const char *const *names;
  void *lacking;

  /* Sets the entries of this thread, NULL where no state runs; returns those before. */
  void **(*swap) (void **entries);

  /*
  ** Sets the entries for threads that have none, those that a module has started. The first call
  ** counts.
  */
  void (*offer) (void **entries);
} Api;

/* A function of each flavour that returns the lua_State of the running entry. */
#define API_RUNNING  "lupine_running"

#endif
