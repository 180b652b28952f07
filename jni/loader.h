/* Opening a flavour's library. */
#ifndef LUPINE_LOADER_H
#define LUPINE_LOADER_H

#include "bridge.h"

/* What the library at 'path' exports; NULL with the reason in 'message'. Stays open for good. */
const Side *loader_open (const char *path, char *message, size_t size);

/*
** Lets C modules call the flavour, by the library lupine-modules, which is at 'path' if this process
** has none yet; 0 with the reason in 'message'. Once for a flavour.
*/
int loader_modules (const Side *side, const char *path, char *message, size_t size);

#endif
