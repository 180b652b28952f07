/*
** The library lupine-modules, except for its jumps, which are in assembly: api_<machine>.S.
*/
#define _GNU_SOURCE
#include <dlfcn.h>
#include <string.h>

#include "api.h"
#include "objects.h"

#define HIDDEN  __attribute__((visibility("hidden")))

/* The numbers of the jumps. */
enum Index {
#define API(index, name)  INDEX_ ## name = (index),
#include "api_names.inc"
#undef API
  INDEX_RUNNING
};

static const char *const names[] = {
#define API(index, name)  #name,
#include "api_names.inc"
#undef API
  API_RUNNING
};

/* The jumps read these. */
HIDDEN _Thread_local void **lupine_api_entries;
HIDDEN void **lupine_api_first;

/* The target of the jump for a name that the flavour lacks. Calls lupine_api_resolve. */
HIDDEN void lupine_api_lacking (void);
HIDDEN void *lupine_api_resolve (unsigned index, void *from);

static _Thread_local unsigned lacked;

static void **swap (void **entries) {
  void **old = lupine_api_entries;
  lupine_api_entries = entries;
  return old;
}

static void offer (void **entries) {
  void **none = NULL;
  __atomic_compare_exchange_n(&lupine_api_first, &none, entries, 0, __ATOMIC_RELEASE,
                              __ATOMIC_RELAXED);
}

/* Returns what the object that contains the address 'inside' defines by that name. */
static void *defined_around (const void *inside, const char *name) {
  Dl_info object, place;
  void *library, *found;
  if (dladdr(inside, &object) == 0) return NULL;
  library = dlopen(object.dli_fname, RTLD_LAZY | RTLD_NOLOAD);
  if (library == NULL) return NULL;
  found = dlsym(library, name);
  if (found != NULL && (dladdr(found, &place) == 0 || place.dli_fbase != object.dli_fbase))
    found = NULL;
  dlclose(library);
  return found;
}

/* Returns what the library itself defines by that name, and not one of its dependencies. */
static void *defined_by (void *library, const char *file, const char *name) {
  Dl_info place;
  void *found = dlsym(library, name);
  return found != NULL && dladdr(found, &place) != 0 && place.dli_fname != NULL
      && strcmp(place.dli_fname, file) == 0 ? found : NULL;
}

/* Skips Lua cores and this library. */
static void *look (void *library, const char *file, const void *name) {
  if (defined_by(library, file, "lua_newstate") != NULL) return NULL;
  return defined_by(library, file, (const char *)name);
}

/* Returns what any library defines by that name that is neither a Lua core nor this one. */
static void *defined_anywhere (const char *name) {
  return objects_find(look, name);
}

/* Returns whether the first parameter is a luaL_Buffer and not a lua_State. */
static int takes_buffer (const char *name) {
  return strncmp(name, "luaL_add", 8) == 0 || strncmp(name, "luaL_prep", 9) == 0
      || strncmp(name, "luaL_pushresult", 15) == 0;
}

/* Replaces a function that exists nowhere. */
static int raise_lacking (void *first) {
  void **entries = lupine_api_entries != NULL ? lupine_api_entries : lupine_api_first;
  int (*error) (void *, const char *, ...);
  void *(*running) (void);
  memcpy(&error, &entries[INDEX_luaL_error], sizeof(error));
  memcpy(&running, &entries[INDEX_RUNNING], sizeof(running));
  return error(takes_buffer(names[lacked]) ? running() : first,
               "no '%s' in this Lua: the C module is for another version", names[lacked]);
}

/*
** Resolves a name that the running flavour lacks. A module may define it for itself, but is linked
** to ours. If the call is the last one of a module's function, its return address is in the core
** and not in the module; then all libraries are searched.
*/
void *lupine_api_resolve (unsigned index, void *from) {
  void *found = defined_around(from, names[index]);
  if (found == NULL) found = defined_anywhere(names[index]);
  lacked = index;
  return found != NULL ? found : (void *)raise_lacking;
}

__attribute__((visibility("default")))
const Api lupine_api = { API_VERSION, sizeof(names) / sizeof(names[0]), names,
                         (void *)lupine_api_lacking, swap, offer };
