/*
** The library lupine-modules, except for its jumps, which are in assembly: api_<machine>.S.
*/
#include <string.h>

#include "api.h"
#include "platform.h"

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
PLATFORM_HIDDEN _Thread_local void **lupine_api_entries;
PLATFORM_HIDDEN void **lupine_api_first;

/* Calls lupine_api_resolve: the target of the jump for a name that the flavour lacks. */
PLATFORM_HIDDEN void lupine_api_lacking (void);
PLATFORM_HIDDEN void *lupine_api_resolve (unsigned index, void *from);

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

/* Returns what a library defines by a name; NULL for Lua cores and for this library. */
static void *find_in (void *library, const char *file, const void *name) {
  if (platform_find_own(library, file, "lua_newstate") != NULL) return NULL;
  return platform_find_own(library, file, (const char *)name);
}

/* Returns what any library defines by that name that is neither a Lua core nor this one. */
static void *defined_anywhere (const char *name) {
  return platform_search_libraries(find_in, name);
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
** Resolves a name that the running flavour lacks. A module may define a function of that name
** itself, although the linker has bound its call to the one here. If the call is the last one of a
** module's function, its return address is in the core and not in the module; then all libraries
** are searched.
*/
void *lupine_api_resolve (unsigned index, void *from) {
  void *found = platform_find_around(from, names[index]);
  if (found == NULL) found = defined_anywhere(names[index]);
  lacked = index;
  return found != NULL ? found : (void *)raise_lacking;
}

PLATFORM_EXPORT
const Api lupine_api = { API_VERSION, sizeof(names) / sizeof(names[0]), names,
                         (void *)lupine_api_lacking, swap, offer };
