/*
** The functions of a flavour's core that C modules can call, for lupine-modules. This file declares
** all of them as void f (void), since only their names matter. That conflicts with lua.h, so this
** file must not include it.
*/
#include <string.h>

#include "api.h"
#include "exported.h"

/* Hidden, so that a name that the core lacks is not resolved elsewhere in the process. */
#if !LUPINE_INSTALLED
#define API(index, name)  extern void name (void) __attribute__((weak, visibility("hidden")));
#include "api_names.inc"
#undef API
#endif

/* One text, each name ended by a zero byte. An array of pointers would need relocations. */
static const char names[] =
#if !LUPINE_INSTALLED
#define API(index, name)  #name "\0"
#include "api_names.inc"
#undef API
#endif
    "";

static void (*const functions[]) (void) = {
#if !LUPINE_INSTALLED
#define API(index, name)  name,
#include "api_names.inc"
#undef API
#endif
  NULL
};

void *exported_find (const char *name) {
  const char *each = names;
  int i;
  if (strcmp(name, API_RUNNING) == 0) return (void *)capi_running;
  for (i = 0; *each != '\0'; i++, each += strlen(each) + 1)
    if (strcmp(name, each) == 0) return (void *)functions[i];
  return NULL;
}
