/*
** The libraries that are open in this process. Another thread may close one at any time. Their
** names are copied under the loader's lock, and each is held open by its name while it is
** examined, which needs that lock itself.
*/
#define _GNU_SOURCE
#include <dlfcn.h>
#include <link.h>
#include <stdlib.h>
#include <string.h>

#include "objects.h"

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

void *objects_find (void *(*look) (void *library, const char *name, const void *data),
                    const void *data) {
  Names names = { NULL, 0, 0 };
  void *found = NULL;
  size_t at;
  dl_iterate_phdr(note, &names);
  for (at = 0; at < names.length && found == NULL; at += strlen(names.text + at) + 1) {
    void *library = dlopen(names.text + at, RTLD_LAZY | RTLD_NOLOAD);
    if (library == NULL) continue;
    found = look(library, names.text + at, data);
    dlclose(library);
  }
  free(names.text);
  return found;
}
