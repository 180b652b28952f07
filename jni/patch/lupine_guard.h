/*
** What every file of a patched core may ask of its host. Errors start at the limit of the C stack; the
** handler of such an error may go 64 KiB deeper.
*/
#ifndef LUPINE_PATCH_GUARD_H
#define LUPINE_PATCH_GUARD_H

/* lupine: the host sets this for each thread; no call is made from below it. NULL: no limit */
#if defined(__ELF__)  /* reached as the compiler's options say */
extern __thread char *lupine_stack_limit __attribute__((visibility("hidden")));
extern __thread volatile int *lupine_stop __attribute__((visibility("hidden")));
#else
extern __thread char *lupine_stack_limit;
extern __thread volatile int *lupine_stop;
#endif
#define lupine_frame()  ((char *)__builtin_frame_address(0))
#define lupine_low()    __builtin_expect(lupine_frame() < lupine_stack_limit, 0)
#define lupine_out()    (lupine_frame() + 64 * 1024 < lupine_stack_limit)
/* whether the host lets nobody load bytecode now, which can be made to damage memory */
extern int lupine_text_only (void);
/* lupine: not 0 when another thread wants what runs here to end; then this raises, or may not */
struct lua_State;
extern void lupine_stopped (struct lua_State *L);
/* lupine: whether memory is so short that all garbage is to be collected, and that it was */
extern int lupine_short (struct lua_State *main);
extern void lupine_collected (struct lua_State *main);
/* lupine: whether an error is raised that nothing but the host may catch */
extern int lupine_fatal (void);
/* lupine: whether L may not close itself, and whose handler an error is for instead of another's */
extern int lupine_entered (struct lua_State *L);
extern struct lua_State *lupine_catcher (const void *handler);
/* lupine: another for each state that is opened */
extern unsigned int lupine_seed (void);
#define lupine_wanted() __builtin_expect(*lupine_stop, 0)
#define lupine_poll(L)  (lupine_wanted() ? lupine_stopped(L) : (void)0)

#endif
