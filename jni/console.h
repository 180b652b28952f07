/* Standard input and output. */
#ifndef LUPINE_CONSOLE_H
#define LUPINE_CONSOLE_H

#include "backend.h"

void console_open (lua_State *L);                           /* [-0, +0, m] */
int console_fail (lua_State *L, int why);                   /* [-0, +n, m] returns n */
void console_wrap (lua_State *L);                           /* console_installed.c: [-0, +0, e] */

/* For the core. */
int lupine_write (lua_State *L, FILE *file, int first, int last);       /* [-0, +n, e] */
int lupine_flush (lua_State *L, FILE *file);                /* [-0, +0, e] */

#endif
