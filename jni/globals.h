/* The state's own globals, and what of the library is restored. */
#ifndef LUPINE_GLOBALS_H
#define LUPINE_GLOBALS_H

#include "backend.h"

void globals_open (lua_State *L);                           /* [-0, +0, e] */
void globals_touch (lua_State *L, State *S, const char *name);          /* [-0, +0, -] */
void globals_snapshot (lua_State *L, State *S);             /* [-0, +0, e] */
void scope_settle (State *S);
void scope_spoil (State *S);
void scope_close (State *S);

/* Operations. [-n, +n, e] */
void globals_remember (Entry *E, lua_State *L);
void globals_restore (Entry *E, lua_State *L);
void scope_user_globals (Entry *E, lua_State *L);
void scope_clear_globals (Entry *E, lua_State *L);
void scope_put_global (Entry *E, lua_State *L);

#endif
