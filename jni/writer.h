/* Messages for Java. */
#ifndef LUPINE_WRITER_H
#define LUPINE_WRITER_H

#include "backend.h"

int32_t codec_small (const State *S, lua_State *L, int index, int64_t *bits);
                                                            /* [-0, +0, -] the tag, or -1 */
void codec_begin (Writer *W, State *S, char *place, size_t capacity);
void codec_abandon (Writer *W, lua_State *L);               /* [-0, +0, -] the message is not sent */
void codec_put_nil (Writer *W, lua_State *L);               /* [-0, +0, m], like all of these */
void codec_put_integer (Writer *W, lua_State *L, int64_t value);
void codec_put_bytes (Writer *W, lua_State *L, const char *bytes, size_t length);
void codec_put (Writer *W, lua_State *L, int index);
void codec_put_range (Writer *W, lua_State *L, int first, int last);
size_t codec_put_count (Writer *W, lua_State *L);           /* an integer to be known later */
void codec_set_count (Writer *W, size_t place, int64_t count);
void codec_put_node (Writer *W, lua_State *L, int32_t node);
char *codec_put_packed (Writer *W, lua_State *L, size_t length);  /* where the bytes go */
int32_t codec_end (Writer *W);

void call_begin_results (Entry *E);
int64_t call_answer (Entry *E, char **answer);

#endif
