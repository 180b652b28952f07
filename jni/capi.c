/*
** Lua's C API for C modules: which flavour's entries they call in this thread. See api.c.
*/
#include "capi.h"

static void **module_entries;
static void **(*module_swap) (void **entries);

int module_use (void **entries, void **(*swap) (void **entries)) {
  void **none = NULL;
  int taken = __atomic_compare_exchange_n(&module_entries, &none, entries, 0, __ATOMIC_ACQ_REL,
                                          __ATOMIC_ACQUIRE);
  __atomic_store_n(&module_swap, swap, __ATOMIC_RELEASE);   /* the process has but one */
  return taken;
}

void **module_enter (void) {
  return module_swap(module_entries);
}

void module_leave (void **entries) {
  module_swap(entries);
}

void *module_running (void) {
  return state_current->running;
}

int capi_is_used (void) {
  return __atomic_load_n(&module_swap, __ATOMIC_ACQUIRE) != NULL;
}
