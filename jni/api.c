/*
** The library lupine-modules, but for the jumps themselves, which are assembly: api_<machine>.S.
*/
#define _GNU_SOURCE
#include <dlfcn.h>
#include <link.h>
#include <string.h>

#include "api.h"

#define HIDDEN  __attribute__((visibility("hidden")))

/* As the jumps number them. */
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

/* Read by the jumps. */
HIDDEN _Thread_local void **lupine_api_entries;
HIDDEN void **lupine_api_first;

/* The jump of a name that the flavour lacks; asks lupine_api_resolve. */
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

/* What the object that 'inside' points into itself defines by that name. */
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

/* What any object defines by that name that is neither a Lua core nor this library. */
static void *defined_anywhere (const char *name) {
  struct link_map *each;
  void *found = NULL, *self = dlopen(NULL, RTLD_LAZY);
  if (self == NULL || dlinfo(self, RTLD_DI_LINKMAP, &each) != 0) return NULL;
  for (; each != NULL && found == NULL; each = each->l_next)
    if (defined_around(each->l_ld, "lua_newstate") == NULL)
      found = defined_around(each->l_ld, name);
  dlclose(self);
  return found;
}

/* Whether the first parameter is a luaL_Buffer, and no lua_State. */
static int takes_buffer (const char *name) {
  return strncmp(name, "luaL_add", 8) == 0 || strncmp(name, "luaL_prep", 9) == 0
      || strncmp(name, "luaL_pushresult", 15) == 0;
}

/* Stands for a function that nobody has. */
static int raise (void *first) {
  void **entries = lupine_api_entries != NULL ? lupine_api_entries : lupine_api_first;
  int (*error) (void *, const char *, ...);
  void *(*running) (void);
  memcpy(&error, &entries[INDEX_luaL_error], sizeof(error));
  memcpy(&running, &entries[INDEX_RUNNING], sizeof(running));
  return error(takes_buffer(names[lacked]) ? running() : first,
               "no '%s' in this Lua: the C module is for another version", names[lacked]);
}

/*
** Where a name leads that the running flavour lacks: a module may define it for itself, but finds
** ours before its own. A call that is a module function's last returns to Lua's core, not into the
** module; then it is looked for.
*/
void *lupine_api_resolve (unsigned index, void *from) {
  void *found = defined_around(from, names[index]);
  if (found == NULL) found = defined_anywhere(names[index]);
  lacked = index;
  return found != NULL ? found : (void *)raise;
}

__attribute__((visibility("default")))
const Api lupine_api = { API_VERSION, sizeof(names) / sizeof(names[0]), names,
                         (void *)lupine_api_lacking, swap, offer };
