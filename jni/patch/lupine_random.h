/*
** Random numbers for "math" of 5.1, 5.2 and 5.3. Its two functions have a generator as an upvalue.
*/
#ifndef LUPINE_PATCH_RANDOM_H
#define LUPINE_PATCH_RANDOM_H

#include <stdint.h>
#include <time.h>

#define RANDOM_LENGTH	31
#define RANDOM_DISTANCE	3
#define RANDOM_MAX	2147483647  /* the largest number */

/* lupine: a generator, of the same numbers as rand and random of the GNU C library */
typedef struct Random {
  uint32_t values[RANDOM_LENGTH];  /* the last ones */
  int oldest;
} Random;


/* lupine: returns the next number, from 0 to RANDOM_MAX */
static int random_next (Random *r) {
  int oldest = r->oldest;
  int other = oldest < RANDOM_DISTANCE ? oldest + RANDOM_LENGTH : oldest;
  uint32_t value = r->values[oldest] += r->values[other - RANDOM_DISTANCE];
  r->oldest = oldest + 1 < RANDOM_LENGTH ? oldest + 1 : 0;
  return (int)(value >> 1);
}


static void random_seed (Random *r, unsigned int seed) {
  int32_t value = seed == 0 ? 1 : (int32_t)seed;
  int i;
  for (i = 0; i < RANDOM_LENGTH; i++) {
    r->values[i] = (uint32_t)value;
    value = (int32_t)(16807 * (int64_t)value % RANDOM_MAX);
    if (value < 0) value += RANDOM_MAX;
  }
  r->oldest = RANDOM_DISTANCE;
  for (i = 0; i < 10 * RANDOM_LENGTH; i++) random_next(r);
}


/* lupine: adds the two functions to the library on the top, with a new generator */
static void random_open (lua_State *L, lua_CFunction next, lua_CFunction seed) {
  Random *r = (Random *)lua_newuserdata(L, sizeof(Random));
  random_seed(r, (unsigned int)time(NULL) ^ lupine_seed() ^ (unsigned int)((uintptr_t)r >> 4));
  lua_pushvalue(L, -1);
  lua_pushcclosure(L, next, 1);
  lua_setfield(L, -3, "random");
  lua_pushcclosure(L, seed, 1);
  lua_setfield(L, -2, "randomseed");
}


/* lupine: what these functions call */
#define random_own(L)	((Random *)lua_touserdata(L, lua_upvalueindex(1)))
#undef rand
#define rand()		random_next(random_own(L))
#undef srand
#define srand(x)	random_seed(random_own(L), (unsigned int)(x))
#undef RAND_MAX
#define RAND_MAX	RANDOM_MAX
#define l_rand()	rand()
#define l_srand(x)	srand(x)
#define L_RANDMAX	RAND_MAX

#endif
