/* The functions of a flavour's core, by name. */
#ifndef LUPINE_EXPORTED_H
#define LUPINE_EXPORTED_H

/* Returns the function of that name; NULL if the core lacks it, or is not inside this library. */
void *exported_find (const char *name);

/* capi.c: returns the lua_State of the running entry. */
void *capi_running (void);

#endif
