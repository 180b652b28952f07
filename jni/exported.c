/*
** What a flavour has of Lua's C API, for lupine-modules. Knows the names alone, whatever their
** types are, and so is compiled apart from what knows more.
*/
#include <string.h>

#include "api.h"
#include "exported.h"

/* Hidden, so that a name that the core lacks is not taken from elsewhere in the process. */
#if !LUPINE_INSTALLED
#define API(index, name)  extern void name (void) __attribute__((weak, visibility("hidden")));
#include "api_names.inc"
#undef API
#endif

static const struct Function {
  const char *name;
  void (*address) (void);
} functions[] = {
#if !LUPINE_INSTALLED
#define API(index, name)  { #name, name },
#include "api_names.inc"
#undef API
#endif
  { NULL, NULL }
};

void *exported_find (const char *name) {
  const struct Function *each;
  if (strcmp(name, API_RUNNING) == 0) return (void *)module_running;
  for (each = functions; each->name != NULL; each++)
    if (strcmp(each->name, name) == 0) return (void *)each->address;
  return NULL;
}
