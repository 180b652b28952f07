/* The elements of Java's buffers. */
#ifndef LUPINE_BUFFER_H
#define LUPINE_BUFFER_H

#include "backend.h"

/*
** buffer[number], whose buffer and number are at 1 and 2. Returns the count of results, or -1 if
** Java is to be called. [-0, +0|1, e]
*/
int buffer_get (lua_State *L, Buffer *buffer);

/* buffer[number] = value, which are at 1 to 3. Returns 0, or -1 if Java is to be called. */
int buffer_set (lua_State *L, Buffer *buffer);              /* [-0, +0, e] */

/*
** Replaces the functions for __index and __newindex on the top by faster ones that call them for
** all but elements, where the core has such. [-2, +2, m]
*/
void buffer_wrap (lua_State *L);

void buffer_forget (lua_State *L, int index);               /* [-0, +0, -] it is finalized */

void buffer_open (lua_State *L);                            /* [-0, +0, m] before any script */

#endif
