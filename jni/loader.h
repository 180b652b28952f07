/* Opens the library of a flavour. */
#ifndef LUPINE_LOADER_H
#define LUPINE_LOADER_H

#include "bridge.h"

/*
** Returns what the library at 'path' exports; NULL with the reason in 'message'. The library is the
** same for all callers with the same path, and is never closed: glibc does not free the static TLS
** of a closed library, and threads of C modules may still be executing in it. If 'by_content' is 0,
** the path does not tell the content: if the library that is open under it came from another file
** than the present one, the result is NULL with an empty 'message'.
*/
const Backend *loader_open (const char *path, int by_content, char *message, size_t size);

/*
** Lets C modules call a flavour, through the library lupine-modules, which is at 'path' unless the
** process has it already. Returns 0 with the reason in 'message'. To be called once for a flavour.
*/
int loader_modules (const Backend *backend, const char *path, char *message, size_t size);

#endif
