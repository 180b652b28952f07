/* Messages from Java: their values pushed. */
#ifndef LUPINE_CODEC_H
#define LUPINE_CODEC_H

#include "backend.h"

void codec_push_small (lua_State *L, int32_t tag, int64_t bits);        /* [-0, +1, -], for
                                                                           TAG_KNOWN [.., e] */
int codec_push_all (lua_State *L, State *S, const char *message);       /* [-0, +n, m] returns n */
int codec_push_answer (lua_State *L, State *S, const char *message, int32_t length);
                                                            /* likewise */
void codec_add_keys (lua_State *L, State *S, const char *message, int32_t length);
                                                            /* [-0, +0, m] */
void codec_take_answer (lua_State *L, State *S, Block *block, int32_t length, uintptr_t owner);
                                                            /* [-0, +0, e] */
void codec_push_next (Reader *R, lua_State *L, State *S);        /* [-0, +1, m] nil after the
                                                                    last value */

#endif
