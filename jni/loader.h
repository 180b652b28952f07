/* Opening a flavour's library. */
#ifndef LUPINE_LOADER_H
#define LUPINE_LOADER_H

#include "bridge.h"

/*
** What the library at 'path' exports; NULL with the reason in 'message'. Stays open for good, the
** same for all that ask by the same path: what a thread's variables take from glibc's static room
** would not come back, and threads of C modules may still be inside. If the path does not tell
** its content, and what is open by it came from another file than the present one, that is no
** reason: 'message' is empty then.
*/
const Backend *loader_open (const char *path, int by_content, char *message, size_t size);

/*
** Lets C modules call the flavour, by the library lupine-modules, which is at 'path' if this process
** has none yet; 0 with the reason in 'message'. Once for a flavour.
*/
int loader_modules (const Backend *backend, const char *path, char *message, size_t size);

#endif
