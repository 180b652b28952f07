/*
** Opening a flavour's library, private to us: six Lua cores stand side by side in one process.
*/
#include <dlfcn.h>
#include <stdio.h>

#include "loader.h"

const Side *loader_open (const char *path, char *message, size_t size) {
  void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
  const Side *side;
  if (library == NULL) {
    snprintf(message, size, "%s", dlerror());
    return NULL;
  }
  side = (const Side *)dlsym(library, "lupine_side");
  if (side == NULL) {
    snprintf(message, size, "%s is no library of this project", path);
    dlclose(library);
  }
  return side;
}
