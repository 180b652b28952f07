/*
** What is special to macOS.
*/
#include <pthread.h>

#include "platform.h"

char *platform_stack_bottom (void) {
  pthread_t self = pthread_self();
  return (char *)pthread_get_stackaddr_np(self) - pthread_get_stacksize_np(self);
}

/* There is no such call. */
int platform_fence_all (void) {
  return 0;
}

/* Nothing is found: there are no C modules here, for which this is needed. */
void *platform_search_libraries (void *(*look) (void *library, const char *file, const void *data),
                                 const void *data) {
  (void)look; (void)data;
  return NULL;
}
