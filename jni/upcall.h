/* Upcalls: calls from Lua to Java. */
#ifndef LUPINE_UPCALL_H
#define LUPINE_UPCALL_H

#include "backend.h"

int64_t upcall_answer (lua_State *L, int32_t operation, int32_t target, int32_t member, int first,
                       int last, const char **message);     /* [-0, +0, e] */
const char *upcall_ask (lua_State *L, int32_t operation, int32_t target, int32_t member, int first,
                        int last, int32_t *length);         /* [-0, +0, e] returns the answer */
int upcall_push (lua_State *L, int64_t answer, const char *message);
                                /* [-0, +n, e] returns n, or yields: call it last */
int upcall_call (lua_State *L, int32_t operation, int32_t target, int32_t member, int first,
                 int last);
                                /* [-0, +n, e] returns n, or yields: call it last */
void upcall_tell (State *S, int32_t operation, int32_t member, const char *bytes, size_t length);

#endif
