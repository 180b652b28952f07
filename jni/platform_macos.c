/*
** What is special to macOS.
*/
#include <pthread.h>

#include "platform.h"

char *platform_stack_bottom (void) {
  pthread_t self = pthread_self();
  return (char *)pthread_get_stackaddr_np(self) - pthread_get_stacksize_np(self);
}

/* Returns 0: there is no such call. */
int platform_fence_all (void) {
  return 0;
}

/* Returns NULL: there are no C modules here, for which this is needed. */
void *platform_search_libraries (void *(*visit) (void *library, const char *file, const void *data),
                                 const void *data) {
  (void)visit; (void)data;
  return NULL;
}
