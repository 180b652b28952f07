/*
** What the scripts of the benchmarks call in C.
*/
#ifndef LUPINE_BENCH_HOSTED_H
#define LUPINE_BENCH_HOSTED_H

#include "compat.h"

/* The elements of 'list'. */
#define LIST_SIZE  10000

/*
** Defines the globals 'obj', 'point', 'list', 'plus', 'same', 'echo' and 'call', which are in C what
** other contenders have in Java. [-0, +0, m]
*/
void define_hosted (lua_State *L);

#endif
