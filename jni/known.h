/* Strings that Lua passes to Java again and again, and that Java knows by a number. */
#ifndef LUPINE_KNOWN_H
#define LUPINE_KNOWN_H

#include "backend.h"

void known_open (lua_State *L);                           /* [-0, +0, m] */

/*
** Records that the string at an index goes to Java. Returns its number if Java may be told that in
** place of the string, else 0. There must be two free slots. [-0, +0, -]
*/
int32_t known_number (State *S, lua_State *L, int index);

/*
** Pushes the string of a number, or nothing. Returns whether there is one. Needs two free slots.
** [-0, +(0|1), -]
*/
int known_push (State *S, lua_State *L, int32_t number);

#endif
