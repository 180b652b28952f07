/*
** What is special to Linux, and to other systems with ELF libraries.
*/
#define _GNU_SOURCE
#include <dlfcn.h>
#include <link.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#if defined(__linux__)
#include <linux/membarrier.h>
#include <sys/syscall.h>
#include <unistd.h>
#endif

#include "platform.h"

char *platform_stack_bottom (void) {
  pthread_attr_t attributes;
  void *low = NULL;
  size_t size;
  if (pthread_getattr_np(pthread_self(), &attributes) != 0) return NULL;
  if (pthread_attr_getstack(&attributes, &low, &size) != 0) low = NULL;
  pthread_attr_destroy(&attributes);
  return (char *)low;
}

#if defined(__linux__)

int platform_fence_all (void) {
  if (syscall(SYS_membarrier, MEMBARRIER_CMD_PRIVATE_EXPEDITED, 0, 0) == 0) return 1;
  return syscall(SYS_membarrier, MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED, 0, 0) == 0
      && syscall(SYS_membarrier, MEMBARRIER_CMD_PRIVATE_EXPEDITED, 0, 0) == 0;
}

#else

int platform_fence_all (void) {
  return 0;
}

#endif

/*
** The names of the open libraries are copied under the loader's lock, and each is held open by its
** name while it is examined, which needs that lock itself.
*/
typedef struct Names {
  char *text;                     /* each ended by a zero byte */
  size_t length, capacity;
} Names;

/* Stops if there is no memory. */
static int note (struct dl_phdr_info *info, size_t size, void *data) {
  Names *names = (Names *)data;
  size_t length = info->dlpi_name == NULL ? 1 : strlen(info->dlpi_name) + 1;
  (void)size;
  if (length == 1) return 0;      /* that is the main program */
  if (names->capacity - names->length < length) {
    size_t capacity = names->capacity * 2 + length + 4096;
    char *text = (char *)realloc(names->text, capacity);
    if (text == NULL) return 1;
    names->text = text;
    names->capacity = capacity;
  }
  memcpy(names->text + names->length, info->dlpi_name, length);
  names->length += length;
  return 0;
}

void *platform_search_libraries (void *(*visit) (void *library, const char *file, const void *data),
                                 const void *data) {
  Names names = { NULL, 0, 0 };
  void *found = NULL;
  size_t at;
  dl_iterate_phdr(note, &names);
  for (at = 0; at < names.length && found == NULL; at += strlen(names.text + at) + 1) {
    void *library = dlopen(names.text + at, RTLD_LAZY | RTLD_NOLOAD);
    if (library == NULL) continue;
    found = visit(library, names.text + at, data);
    dlclose(library);
  }
  free(names.text);
  return found;
}
