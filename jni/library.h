/* The library "java", and replaced functions of Lua's own. */
#ifndef LUPINE_LIBRARY_H
#define LUPINE_LIBRARY_H

#include "backend.h"

void library_open (lua_State *L, const char *const *names, int count);  /* [-0, +0, m] */

/* Operations. [-n, +n, e] */
void library_set_null (Entry *E, lua_State *L);
void library_confine (Entry *E, lua_State *L);

#endif
