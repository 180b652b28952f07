/*
** What POSIX systems have in common.
*/
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "platform.h"

size_t platform_page_size (void) {
  return (size_t)sysconf(_SC_PAGESIZE);
}

void *platform_open_library (const char *path, int global, char *message, size_t size) {
  void *library = dlopen(path, RTLD_NOW | (global ? RTLD_GLOBAL : RTLD_LOCAL));
  if (library == NULL) snprintf(message, size, "%s", dlerror());
  return library;
}

void *platform_opened_library (const char *path) {
  return dlopen(path, RTLD_NOW | RTLD_NOLOAD);
}

void *platform_library_around (const void *address) {
  Dl_info object;
  return dladdr(address, &object) == 0 ? NULL : platform_opened_library(object.dli_fname);
}

void platform_close_library (void *library) {
  dlclose(library);
}

void *platform_find (void *library, const char *name) {
  return dlsym(library, name);
}

void *platform_find_global (const char *name) {
  return dlsym(RTLD_DEFAULT, name);
}

void *platform_find_own (void *library, const char *file, const char *name) {
  Dl_info place;
  void *found = dlsym(library, name);
  return found != NULL && dladdr(found, &place) != 0 && place.dli_fname != NULL
      && strcmp(place.dli_fname, file) == 0 ? found : NULL;
}

void *platform_find_around (const void *address, const char *name) {
  Dl_info object, place;
  void *library, *found;
  if (dladdr(address, &object) == 0) return NULL;
  library = dlopen(object.dli_fname, RTLD_LAZY | RTLD_NOLOAD);
  if (library == NULL) return NULL;
  found = dlsym(library, name);
  if (found != NULL && (dladdr(found, &place) == 0 || place.dli_fbase != object.dli_fbase))
    found = NULL;
  dlclose(library);
  return found;
}

uint64_t platform_file_at (const char *path) {
  struct stat found;
  uint64_t file = 0;
  if (stat(path, &found) == 0)
    file = ((uint64_t)found.st_dev * 0x9e3779b97f4a7c15ull) ^ (uint64_t)found.st_ino;
  return file == 0 ? 1 : file;
}
