/*
** What every file of a patched core may ask of the host. Errors are raised from the limit of the C
** stack on; the handler of such an error may go 64 KiB deeper.
*/
#ifndef LUPINE_PATCH_GUARD_H
#define LUPINE_PATCH_GUARD_H

/* lupine: the limit of the C stack, set by the host for each thread, NULL: no limit; the word */
/* that another thread sets to stop this one */
#include "platform.h"
#define lupine_frame()  ((char *)__builtin_frame_address(0))
#define lupine_low()    __builtin_expect(lupine_frame() < lupine_stack_limit, 0)
#define lupine_out()    (lupine_frame() + 64 * 1024 < lupine_stack_limit)
/* whether bytecode is refused, which can be made to damage memory */
extern int lupine_text_only (void);
/* lupine: not 0 when another thread wants to stop this one; then this raises, or may not */
struct lua_State;
extern void lupine_stopped (struct lua_State *L);
/* lupine: whether memory is so short that a full collection is due; and that there was one */
extern int lupine_short (struct lua_State *main);
extern void lupine_collected (struct lua_State *main);
/* lupine: whether an error is being raised that only the host may catch */
extern int lupine_fatal (void);
/* lupine: whether L must not close itself; who is to get an error instead of another one */
extern int lupine_entered (struct lua_State *L);
extern struct lua_State *lupine_catcher (const void *handler);
/* lupine: whether finalizers must wait */
extern int lupine_finalizers_wait (void);
/* lupine: whether the userdata at an index is a table to scripts, as 'type' says */
extern int lupine_is_table (struct lua_State *L, int index);
/* lupine: for LuaJIT: whether the coroutine at 1 is one of another state; then pushes the function */
/* that resumes it */
extern int lupine_push_resume (struct lua_State *L);
/* lupine: a table got a finalizer */
extern void lupine_finalizer (void);
/* lupine: another seed for each state */
extern unsigned int lupine_seed (void);
#define lupine_wanted() __builtin_expect(*lupine_stop, 0)
#define lupine_poll(L)  (lupine_wanted() ? lupine_stopped(L) : (void)0)

#endif
