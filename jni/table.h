/* Tables. */
#ifndef LUPINE_TABLE_H
#define LUPINE_TABLE_H

#include "backend.h"

void table_open (lua_State *L);                             /* [-0, +0, m] */
void table_check (lua_State *L);                            /* [-0, +0, e] raises if there is no
                                                               table at 1 */
int64_t table_length (lua_State *L);                        /* [-0, +0, e] of the table at 1 */
int table_push_other_key (lua_State *L);                    /* [-0, +1|0, e] */

/* Operations. [-n, +n, e] */
void table_get (Entry *E, lua_State *L);
void table_put (Entry *E, lua_State *L);
void table_raw_get (Entry *E, lua_State *L);
void table_raw_put (Entry *E, lua_State *L);
void table_put_length (Entry *E, lua_State *L);
void table_put_raw_length (Entry *E, lua_State *L);
void table_entries (Entry *E, lua_State *L);
void table_size (Entry *E, lua_State *L);
void table_put_other_key (Entry *E, lua_State *L);
void table_pairs (Entry *E, lua_State *L);
void table_to_string (Entry *E, lua_State *L);

#endif
