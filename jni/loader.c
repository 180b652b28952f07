/*
** Opens the library of a flavour with private symbols: six Lua cores are in one process.
*/
#include <stdio.h>
#include <stdlib.h>

#include "api.h"
#include "loader.h"
#include "platform.h"

/*
** Returns whether a flavour's core is an installed library. Such a core also calls itself by
** global names, which lupine-modules takes over. It must then be the only flavour that C modules
** call.
*/
static int is_installed (const Backend *backend) {
  return backend->find("lua_newstate") == NULL;
}

/* Finds another installed core, whichever class loader or version of this library has opened it. */
static void *look_for_installed (void *library, const char *file, const void *backend) {
  void *other = platform_find(library, "lupine_backend");
  (void)file;
  return other == backend || platform_find(library, "lua_newstate") == NULL ? NULL : other;
}

static int other_installed (const Backend *backend) {
  return platform_search_libraries(look_for_installed, backend) != NULL;
}

const Backend *loader_open (const char *path, int by_content, char *message, size_t size) {
  uint64_t file = platform_file_at(path);
  int was_open = platform_opened_library(path) != NULL;
  void *library = platform_open_library(path, 0, message, size);
  const Backend *backend;
  if (library == NULL) return NULL;
  backend = (const Backend *)platform_find(library, "lupine_backend");
  if (backend == NULL) {
    snprintf(message, size, "%s is not a library of Lupine", path);
    platform_close_library(library);
    return NULL;
  }
  if (!backend->is_file(file) && !by_content) {
    message[0] = '\0';
    platform_close_library(library);
    return NULL;
  }
  if (is_installed(backend) && !was_open && platform_find_global("lupine_api") != NULL) {
    snprintf(message, size, "an installed Lua cannot be opened once C modules are in use");
    platform_close_library(library);
    return NULL;
  }
  return backend;
}

/* Returns the process's lupine-modules, and opens it from 'path' if there is none yet. */
static const Api *find_api (const char *path, char *message, size_t size) {
  const Api *api = (const Api *)platform_find_global("lupine_api");
  if (api == NULL) {
    if (platform_open_library(path, 1, message, size) == NULL) return NULL;
    api = (const Api *)platform_find_global("lupine_api");
  }
  if (api != NULL && api->version == API_VERSION) return api;
  snprintf(message, size, "another version of this library has C modules in this process");
  return NULL;
}

int loader_modules (const Backend *backend, const char *path, char *message, size_t size) {
  const Api *api = NULL;
  void **entries;
  void *library;
  int i;
  if (other_installed(backend))
    snprintf(message, size, "C modules cannot be used while another installed Lua is open");
  else
    api = find_api(path, message, size);
  if (api == NULL) return 0;
  entries = (void **)calloc((size_t)api->count, sizeof(void *));
  library = platform_library_around(backend);
  if (entries == NULL || library == NULL) {
    snprintf(message, size, "not enough memory");
    free(entries);
    return 0;
  }
  for (i = 0; i < api->count; i++) {
    entries[i] = backend->find(api->names[i]);
    /* an installed Lua is a dependency of the flavour's library */
    if (entries[i] == NULL) entries[i] = platform_find(library, api->names[i]);
    if (entries[i] == NULL) entries[i] = api->lacking;
  }
  platform_close_library(library);
  if (backend->use_modules(entries, api->swap)) api->offer(entries);
  else free(entries);
  return 1;
}
