/* Many values at once. */
#ifndef LUPINE_BULK_H
#define LUPINE_BULK_H

#include "message.h"

void bulk_open (lua_State *L);                              /* [-0, +0, m] */
void bulk_run (Entry *E, lua_State *L);                     /* [-0, +n, e] */
int bulk_lengthen (lua_State *L);                           /* a protected body */

/* Ends reading: the place of the message is free for the results. */
static inline void bulk_read_end (Entry *E) {
  message_read_end(E->S);
  E->message = NULL;
}

#endif
