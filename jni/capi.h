/* Lua's C API for C modules. */
#ifndef LUPINE_CAPI_H
#define LUPINE_CAPI_H

#include "backend.h"
#include "exported.h"

int module_use (void **entries, void **(*swap) (void **entries));
int capi_is_used (void);
void **module_enter (void);                                 /* what module_leave is to put back */
void module_leave (void **entries);

#endif
