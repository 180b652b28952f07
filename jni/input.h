/* Standard input. */
#ifndef LUPINE_INPUT_H
#define LUPINE_INPUT_H

#include "backend.h"

#define LONGEST_NUMBER  1024

const char *input_ask (lua_State *L, FILE *file, int how, size_t most, size_t *length);
                                                            /* [-0, +0, e] */
void input_unread (lua_State *L, const char *bytes, size_t length);  /* [-0, +0, e] */

/* For the core. Each returns whether there was anything. [-0, +1, e] */
int lupine_read_line (lua_State *L, FILE *file, int chop);
int lupine_read_chars (lua_State *L, FILE *file, size_t count);
int lupine_has_more (lua_State *L, FILE *file);
#if !COMPAT_HAS_INTEGERS
int lupine_read_number (lua_State *L, FILE *file, lua_Number *number);  /* [-0, +0, e] */
#endif

#endif
