/* Lua's C API for C modules. */
#ifndef LUPINE_CAPI_H
#define LUPINE_CAPI_H

#include "backend.h"
#include "exported.h"

int capi_use (void **entries, void **(*swap) (void **entries));
int capi_is_used (void);
void **capi_enter (void);                         /* returns what capi_leave restores */
void capi_leave (void **entries);

#endif
