/*
** Opening a flavour's library, private to us: six Lua cores stand side by side in one process.
*/
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>

#include "api.h"
#include "loader.h"

/*
** Flavours whose core is an installed library. Such a core calls itself by global names too, which
** lupine-modules takes over: then it has to be the only flavour that C modules call.
*/
static int installed;

static int is_installed (const Side *side) {
  return side->find("lua_newstate") == NULL;
}

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
    return NULL;
  }
  if (is_installed(side)) {
    if (dlsym(RTLD_DEFAULT, "lupine_api") != NULL) {
      snprintf(message, size, "an installed Lua cannot be opened once C modules are in use");
      dlclose(library);
      return NULL;
    }
    __atomic_fetch_add(&installed, 1, __ATOMIC_RELAXED);
  }
  return side;
}

/* The process's lupine-modules: the one that is there, or the one at 'path'. */
static const Api *find_api (const char *path, char *message, size_t size) {
  const Api *api = (const Api *)dlsym(RTLD_DEFAULT, "lupine_api");
  if (api == NULL) {
    if (dlopen(path, RTLD_NOW | RTLD_GLOBAL) == NULL) {
      snprintf(message, size, "%s", dlerror());
      return NULL;
    }
    api = (const Api *)dlsym(RTLD_DEFAULT, "lupine_api");
  }
  if (api != NULL && api->version == API_VERSION) return api;
  snprintf(message, size, "another version of this library has C modules in this process");
  return NULL;
}

int loader_modules (const Side *side, const char *path, char *message, size_t size) {
  const Api *api = NULL;
  void **entries;
  Dl_info own;
  void *library;
  int i;
  if (installed > is_installed(side))
    snprintf(message, size, "C modules cannot be used beside another Lua that is installed");
  else
    api = find_api(path, message, size);
  if (api == NULL) return 0;
  entries = (void **)calloc((size_t)api->count, sizeof(void *));
  library = dladdr((const void *)side, &own) == 0 ? NULL
      : dlopen(own.dli_fname, RTLD_NOW | RTLD_NOLOAD);
  if (entries == NULL || library == NULL) {
    snprintf(message, size, "not enough memory");
    free(entries);
    return 0;
  }
  for (i = 0; i < api->count; i++) {
    entries[i] = side->find(api->names[i]);
    /* An installed Lua is a library that the flavour's needs. */
    if (entries[i] == NULL) entries[i] = dlsym(library, api->names[i]);
    if (entries[i] == NULL) entries[i] = api->lacking;
  }
  dlclose(library);
  api->offer(entries);
  side->use_modules(entries, api->swap);
  return 1;
}
