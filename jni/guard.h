/* Keeps scripts from ending the JVM. */
#ifndef LUPINE_GUARD_H
#define LUPINE_GUARD_H

#include "backend.h"

void guard_find_stack (void);
void guard_open (lua_State *L);                   /* [-0, +0, e] */
void guard_set_fatal (State *S, lua_State *L, int fatal);   /* [-0, +0, -] */
int guard_raise_fatal (lua_State *L);             /* raises */
Entry *guard_take_entry (lua_State *L);           /* [-0, +0, e] */

/* For the core. */
int lupine_text_only (void);
int lupine_entered (lua_State *L);
int lupine_finalizers_wait (void);
unsigned lupine_seed (void);
lua_State *lupine_catcher (const void *handler);

/* Returns whether too little C stack is left for an entry or an upcall. */
static inline int guard_stack_low (void) {
  if (__builtin_expect(lupine_stack_limit == NULL, 0)) guard_find_stack();
  return (char *)__builtin_frame_address(0) < lupine_stack_limit;
}

/* Returns whether too little is left for an upcall stub, after guard_stack_low. */
static inline int guard_stack_narrow (void) {
  return (uintptr_t)__builtin_frame_address(0) - STUB_NEEDED < (uintptr_t)lupine_stack_limit;
}

/*
** Calls Lua's own function, which is an upvalue, in place of the running one, on the same stack
** frame: so its error messages name what the script called, and where. Returns what it returns.
*/
static inline int guard_call_own (lua_State *L, int upvalue) {
  return lua_tocfunction(L, lua_upvalueindex(upvalue))(L);
}

#endif
