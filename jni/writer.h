/* Messages for Java. */
#ifndef LUPINE_WRITER_H
#define LUPINE_WRITER_H

#include "backend.h"

int32_t writer_small (const State *S, lua_State *L, int index, int64_t *bits);
                                                            /* [-0, +0, -] the tag, or -1 */
size_t writer_capacity (size_t most, size_t capacity, size_t length, size_t size);
void writer_begin (Writer *W, State *S, char *place, size_t capacity);
void writer_abandon (Writer *W, lua_State *L);    /* [-0, +0, -] drops the message */
void writer_put_nil (Writer *W, lua_State *L);    /* [-0, +0, m], like all that follow */
void writer_put_integer (Writer *W, lua_State *L, int64_t value);
void writer_put_bytes (Writer *W, lua_State *L, const char *bytes, size_t length);
void writer_put (Writer *W, lua_State *L, int index);
void writer_put_range (Writer *W, lua_State *L, int first, int last);
size_t writer_put_count (Writer *W, lua_State *L);          /* an integer that is set later */
void writer_set_count (Writer *W, size_t place, int64_t count);
void writer_put_node (Writer *W, lua_State *L, int32_t node);
char *writer_put_packed (Writer *W, lua_State *L, size_t length);  /* returns the place of the
                                                                      bytes */
int32_t writer_end (Writer *W);

void writer_begin_results (Entry *E);
int64_t writer_answer (Entry *E, char **answer);

#endif
