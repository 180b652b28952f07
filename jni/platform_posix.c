/*
** What POSIX systems have in common.
*/
#define _GNU_SOURCE
#include <dlfcn.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "platform.h"

size_t platform_page_size (void) {
  return (size_t)sysconf(_SC_PAGESIZE);
}

void platform_yield (void) {
  sched_yield();
}

int platform_map (void *start, size_t size, int protection) {
  return mmap(start, size, protection, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0)
      != MAP_FAILED;
}

void platform_unmap (void *start, size_t size) {
  /* NOLINTNEXTLINE(bugprone-unused-return-value): if it fails, the pages stay */
  mmap(start, size, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED, -1, 0);
}

static struct Timer {
  pthread_mutex_t lock;           /* of 'over' */
  pthread_cond_t end;
  pthread_t thread;
  int runs, over;
  void (*tick) (void *data);
  void *data;
  int interval;
} timer = { .lock = PTHREAD_MUTEX_INITIALIZER, .end = PTHREAD_COND_INITIALIZER };

/* Waits until the next tick is due; returns 0 if it is to end instead. */
static int wait_for_tick (void) {
  struct timespec until;
  int goes_on;
  clock_gettime(CLOCK_REALTIME, &until);
  until.tv_sec += timer.interval / 1000;
  until.tv_nsec += timer.interval % 1000 * 1000000L;
  if (until.tv_nsec >= 1000000000) {
    until.tv_sec++;
    until.tv_nsec -= 1000000000;
  }
  pthread_mutex_lock(&timer.lock);
  while (!timer.over && pthread_cond_timedwait(&timer.end, &timer.lock, &until) == 0) {}
  goes_on = !timer.over;
  pthread_mutex_unlock(&timer.lock);
  return goes_on;
}

static void *run_timer (void *unused) {
  (void)unused;
  while (wait_for_tick()) timer.tick(timer.data);
  return NULL;
}

void platform_start_timer (void (*tick) (void *data), void *data, int interval) {
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);    /* signals are for the JVM's threads */
  timer.over = 0;
  timer.tick = tick;
  timer.data = data;
  timer.interval = interval;
  timer.runs = pthread_create(&timer.thread, NULL, run_timer, NULL) == 0;
  pthread_sigmask(SIG_SETMASK, &before, NULL);
}

void platform_stop_timer (void) {
  if (!timer.runs) return;
  pthread_mutex_lock(&timer.lock);
  timer.over = 1;
  pthread_cond_signal(&timer.end);
  pthread_mutex_unlock(&timer.lock);
  pthread_join(timer.thread, NULL);
}

void *platform_open_library (const char *path, int global, char *message, size_t size) {
  void *library = dlopen(path, RTLD_NOW | (global ? RTLD_GLOBAL : RTLD_LOCAL));
  if (library == NULL) snprintf(message, size, "%s", dlerror());
  return library;
}

void *platform_opened_library (const char *path) {
  return dlopen(path, RTLD_NOW | RTLD_NOLOAD);
}

void *platform_library_around (const void *address) {
  Dl_info object;
  return dladdr(address, &object) == 0 ? NULL : platform_opened_library(object.dli_fname);
}

void platform_close_library (void *library) {
  dlclose(library);
}

void *platform_find (void *library, const char *name) {
  return dlsym(library, name);
}

void *platform_find_global (const char *name) {
  return dlsym(RTLD_DEFAULT, name);
}

void *platform_find_own (void *library, const char *file, const char *name) {
  Dl_info place;
  void *found = dlsym(library, name);
  return found != NULL && dladdr(found, &place) != 0 && place.dli_fname != NULL
      && strcmp(place.dli_fname, file) == 0 ? found : NULL;
}

void *platform_find_around (const void *address, const char *name) {
  Dl_info object, place;
  void *library, *found;
  if (dladdr(address, &object) == 0) return NULL;
  library = dlopen(object.dli_fname, RTLD_LAZY | RTLD_NOLOAD);
  if (library == NULL) return NULL;
  found = dlsym(library, name);
  if (found != NULL && (dladdr(found, &place) == 0 || place.dli_fbase != object.dli_fbase))
    found = NULL;
  dlclose(library);
  return found;
}

uint64_t platform_file_at (const char *path) {
  struct stat found;
  uint64_t file = 0;
  if (stat(path, &found) == 0)
    file = ((uint64_t)found.st_dev * 0x9e3779b97f4a7c15ull) ^ (uint64_t)found.st_ino;
  return file == 0 ? 1 : file;
}
