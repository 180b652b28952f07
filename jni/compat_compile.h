/* Part of compat.h, for loop.c alone: functions that are not compiled to machine code. */
#ifndef LUPINE_COMPAT_COMPILE_H
#define LUPINE_COMPAT_COMPILE_H

#include "compat.h"

/* Leaves the Lua function at 'index' to the interpreter, where there is a compiler. [-0, +0, -] */
static inline void compat_interpret (lua_State *L, int index) {
#if FLAVOUR_JIT
  luaJIT_setmode(L, index, LUAJIT_MODE_FUNC | LUAJIT_MODE_OFF);
#else
  (void)L; (void)index;
#endif
}

#endif
