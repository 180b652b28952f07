/*
** What depends on the operating system. platform_posix.c, with platform_linux.c or
** platform_macos.c, and platform_windows.c implement it. No other file tests for a system.
*/
#ifndef LUPINE_PLATFORM_H
#define LUPINE_PLATFORM_H

#include <stddef.h>
#include <stdint.h>

/* What a library exports; a name that other files of a library use, and no other library. */
#if defined(_WIN32)
#define PLATFORM_EXPORT  __declspec(dllexport)
#define PLATFORM_HIDDEN
#else
#define PLATFORM_EXPORT  __attribute__((visibility("default")))
#define PLATFORM_HIDDEN  __attribute__((visibility("hidden")))
#endif

/*
** What each thread has, for the cores and the backend. The variable lupine_thread is defined with
** PLATFORM_THREAD. Access it only by platform_thread(), which finds the copy of the running thread.
*/
typedef struct ThreadWords {
  char *stack_limit;              /* the lowest address of the C stack that may be used, or NULL */
  volatile int *stop;             /* the first member of the state that runs, see stop.c */
} ThreadWords;

#if defined(_WIN32)

/*
** Makes longjmp restore the registers, and nothing more. If setjmp stored a frame, longjmp would
** unwind the stack, and look for handlers on the way.
*/
#include <setjmp.h>
#undef setjmp
#define setjmp(buffer)  _setjmp(buffer, NULL)

/*
** Windows copies this section for each thread. With _Thread_local, GCC would call a function for
** each access. The attributes keep the variable's name for the code below.
*/
#define PLATFORM_THREAD  __attribute__((section(".tls$LUPINE"), used, externally_visible))

extern ThreadWords lupine_thread;

static inline ThreadWords *platform_thread (void) {
  ThreadWords *here;
  char **copies;                  /* of this section and those of other libraries */
  __asm__ ("movl _tls_index(%%rip), %k0\n\t"
           "movq %%gs:0x58, %1\n\t"
           "movq (%1,%0,8), %0\n\t"
           "leaq lupine_thread@SECREL32(%0), %0" : "=&r" (here), "=&r" (copies));
  return here;
}

#else

#define PLATFORM_THREAD    _Thread_local
#define platform_thread()  (&lupine_thread)

extern PLATFORM_THREAD ThreadWords lupine_thread PLATFORM_HIDDEN;

#endif

#define lupine_stack_limit  (platform_thread()->stack_limit)
#define lupine_stop         (platform_thread()->stop)

/* Returns the lowest address of the C stack of this thread, or NULL if it cannot be found. */
char *platform_stack_bottom (void);

size_t platform_page_size (void);

/*
** Makes every thread of the process execute a full memory fence. Returns 0 where the system cannot
** do that.
*/
int platform_fence_all (void);

/* Yields the processor to other threads. */
void platform_yield (void);

/*
** Maps new pages, which have the system's 'protection', in the place of a piece of a static array.
** Returns 0 if there is no memory for them, or the system cannot do that.
*/
int platform_map (void *start, size_t size, int protection);

/* Frees such pages. Others that can only be read and take no memory come in their place. */
void platform_unmap (void *start, size_t size);

/*
** Starts a thread that calls 'tick' with 'data' each 'interval' milliseconds, or does nothing if it
** cannot. A library has one timer.
*/
void platform_start_timer (void (*tick) (void *data), void *data, int interval);

/* Ends that thread. */
void platform_stop_timer (void);

/*
** Opens a library, whose symbols are private to it, or global: then libraries that are opened later
** find them. Returns NULL with the reason in 'message'.
*/
void *platform_open_library (const char *path, int global, char *message, size_t size);

/* Returns another hold on the library that is open by that path, or NULL. */
void *platform_opened_library (const char *path);

/* Returns another hold on the library that has the address in it, or NULL. */
void *platform_library_around (const void *address);

void platform_close_library (void *library);

/* Returns what a library, or a dependency of it, exports by that name, or NULL. */
void *platform_find (void *library, const char *name);

/* Returns a global symbol, or NULL. */
void *platform_find_global (const char *name);

/* Returns what the library that is open from 'file' exports itself by that name, or NULL. */
void *platform_find_own (void *library, const char *file, const char *name);

/* Returns what the library that has the address in it exports itself by that name, or NULL. */
void *platform_find_around (const void *address, const char *name);

/*
** Calls 'visit' for each open library until it returns something, and returns that. A library is
** held open while it is examined. The main program is skipped. Another thread may open and close
** libraries at any time.
*/
void *platform_search_libraries (void *(*visit) (void *library, const char *file, const void *data),
                                 const void *data);

/*
** Returns a number that identifies a file while it is in use; the same for all files that cannot
** be told apart.
*/
uint64_t platform_file_at (const char *path);

#endif
