/*
** Lua's C API for C modules: sets which flavour's entries they call in this thread. See api.c.
*/
#include "capi.h"

static void **capi_entries;
static void **(*capi_swap) (void **entries);

int capi_use (void **entries, void **(*swap) (void **entries)) {
  void **none = NULL;
  int taken = __atomic_compare_exchange_n(&capi_entries, &none, entries, 0, __ATOMIC_ACQ_REL,
                                          __ATOMIC_ACQUIRE);
  __atomic_store_n(&capi_swap, swap, __ATOMIC_RELEASE);     /* the process has only one */
  return taken;
}

void **capi_enter (void) {
  return capi_swap(capi_entries);
}

void capi_leave (void **entries) {
  capi_swap(entries);
}

void *capi_running (void) {
  return state_current->running;
}

int capi_is_used (void) {
  return __atomic_load_n(&capi_swap, __ATOMIC_ACQUIRE) != NULL;
}
