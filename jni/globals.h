/* The state's own globals, and restoring the library among them. */
#ifndef LUPINE_GLOBALS_H
#define LUPINE_GLOBALS_H

#include "backend.h"

void globals_open (lua_State *L);                           /* [-0, +0, e] */
void globals_mark_table_dirty (lua_State *L, State *S);     /* [-0, +0, -] */
void globals_mark_dirty (lua_State *L, State *S, const char *name);     /* [-0, +0, -] */
void globals_snapshot (lua_State *L, State *S);             /* [-0, +0, e] */
void globals_clear_clean (State *S);
void globals_taint (State *S);
void globals_mark (State *S, int dirty);
void globals_close (State *S);

void lupine_finalizer (void);     /* for the core */

/* Operations. [-n, +n, e] */
void globals_remember (Entry *E, lua_State *L);
void globals_restore (Entry *E, lua_State *L);
void globals_isolate (Entry *E, lua_State *L);
void globals_user (Entry *E, lua_State *L);
void globals_clear (Entry *E, lua_State *L);
void globals_put (Entry *E, lua_State *L);

#endif
