/*
** Opens the library of a flavour with private symbols: six Lua cores are in one process.
*/
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "api.h"
#include "loader.h"
#include "objects.h"

/*
** Returns whether a flavour's core is an installed library. Such a core also calls itself by
** global names, which lupine-modules takes over. It must then be the only flavour that C modules
** call.
*/
static int is_installed (const Backend *backend) {
  return backend->find("lua_newstate") == NULL;
}

#if defined(__ELF__)

/* Finds another installed core, whichever class loader or version of this library has opened it. */
static void *look_for_installed (void *library, const char *name, const void *backend) {
  void *other = dlsym(library, "lupine_backend");
  (void)name;
  return other == backend || dlsym(library, "lua_newstate") == NULL ? NULL : other;
}

static int other_installed (const Backend *backend) {
  return objects_find(look_for_installed, backend) != NULL;
}

#else

static int other_installed (const Backend *backend) {
  (void)backend;
  return 0;
}

#endif

/*
** Returns a number that identifies a file while it is in use; the same for all files that cannot
** be told apart.
*/
static uint64_t file_at (const char *path) {
  struct stat found;
  uint64_t file = 0;
  if (stat(path, &found) == 0)
    file = ((uint64_t)found.st_dev * 0x9e3779b97f4a7c15ull) ^ (uint64_t)found.st_ino;
  return file == 0 ? 1 : file;
}

const Backend *loader_open (const char *path, int by_content, char *message, size_t size) {
  uint64_t file = file_at(path);
  int was_open = dlopen(path, RTLD_NOW | RTLD_NOLOAD) != NULL;
  void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
  const Backend *backend;
  if (library == NULL) {
    snprintf(message, size, "%s", dlerror());
    return NULL;
  }
  backend = (const Backend *)dlsym(library, "lupine_backend");
  if (backend == NULL) {
    snprintf(message, size, "%s is no library of this project", path);
    dlclose(library);
    return NULL;
  }
  if (!backend->is_file(file) && !by_content) {
    message[0] = '\0';
    dlclose(library);
    return NULL;
  }
  if (is_installed(backend) && !was_open && dlsym(RTLD_DEFAULT, "lupine_api") != NULL) {
    snprintf(message, size, "an installed Lua cannot be opened once C modules are in use");
    dlclose(library);
    return NULL;
  }
  return backend;
}

/* Returns the process's lupine-modules, and opens it from 'path' if there is none yet. */
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

int loader_modules (const Backend *backend, const char *path, char *message, size_t size) {
  const Api *api = NULL;
  void **entries;
  Dl_info own;
  void *library;
  int i;
  if (other_installed(backend))
    snprintf(message, size, "C modules cannot be used beside another Lua that is installed");
  else
    api = find_api(path, message, size);
  if (api == NULL) return 0;
  entries = (void **)calloc((size_t)api->count, sizeof(void *));
  library = dladdr((const void *)backend, &own) == 0 ? NULL
      : dlopen(own.dli_fname, RTLD_NOW | RTLD_NOLOAD);
  if (entries == NULL || library == NULL) {
    snprintf(message, size, "not enough memory");
    free(entries);
    return 0;
  }
  for (i = 0; i < api->count; i++) {
    entries[i] = backend->find(api->names[i]);
    /* an installed Lua is a dependency of the flavour's library */
    if (entries[i] == NULL) entries[i] = dlsym(library, api->names[i]);
    if (entries[i] == NULL) entries[i] = api->lacking;
  }
  dlclose(library);
  if (backend->use_modules(entries, api->swap)) api->offer(entries);
  else free(entries);
  return 1;
}
