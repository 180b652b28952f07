/*
** musl reports only the part of the main thread's stack that is in use, and that part grows. This
** function reports what it may grow to. Other threads have a stack of a fixed size.
*/
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <pthread.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#define DEFAULT_LIMIT  ((rlim_t)8 << 20)

int pthread_getattr_np (pthread_t thread, pthread_attr_t *attributes);

int pthread_getattr_np (pthread_t thread, pthread_attr_t *attributes) {
  int (*real) (pthread_t, pthread_attr_t *) =
      (int (*) (pthread_t, pthread_attr_t *))dlsym(RTLD_DEFAULT, "pthread_getattr_np");
  int failed = real == NULL ? ENOSYS : real(thread, attributes);
  struct rlimit limit;
  void *low;
  size_t size, most;
  if (failed || !pthread_equal(thread, pthread_self()) || syscall(SYS_gettid) != getpid()
      || getrlimit(RLIMIT_STACK, &limit) != 0
      || pthread_attr_getstack(attributes, &low, &size) != 0) return failed;
  if (limit.rlim_cur == RLIM_INFINITY) limit.rlim_cur = DEFAULT_LIMIT;
  most = (size_t)(limit.rlim_cur / 4 * 3);        /* arguments and environment have the rest */
  if (most > size) pthread_attr_setstack(attributes, (char *)low + size - most, most);
  return 0;
}
