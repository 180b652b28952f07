/*
** Opens the libraries of flavours and lupine-modules as a JVM would, in a thread that is older
** than they are, and again as a second class loader would. The first library given is only opened
** and closed, as often as the first argument says.
** usage: test_open TIMES LIBRARY LIBRARY...
*/
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include "bridge.h"
#include "platform.h"

static pthread_barrier_t opened;

#define CHECK(condition)  ((condition) ? (void)0 : fail(#condition, __LINE__))

static void fail (const char *condition, int line) {
  fprintf(stderr, "line %d: not so: %s\n", line, condition);
  exit(1);                        /* NOLINT(concurrency-mt-unsafe): one thread gets here */
}

static int64_t upcall (void *session, int32_t operation, int32_t target, int32_t member,
                       int32_t length, const char *large, char **answer) {
  (void)session; (void)operation; (void)target; (void)member; (void)length; (void)large;
  (void)answer;
  return ANSWER(STATUS_NOT_FOUND, 0);
}

static const JavaCalls host = { upcall };

static void **swap (void **entries) {
  return entries;
}

static void use (const Backend *backend) {
  Frame *frame = (Frame *)calloc(1, sizeof(Frame));
  int32_t status;
  State *S = backend->open(&host, NULL, frame, NULL, 0, -1, &status);
  CHECK(S != NULL);
  backend->close(S);
  backend->release(S);
  free(frame);
}

static void *in_older_thread (void *backend) {
  pthread_barrier_wait(&opened);
  if (*(const Backend **)backend != NULL) use(*(const Backend **)backend);
  return NULL;
}

static void *in_newer_thread (void *backend) {
  use((const Backend *)backend);
  return NULL;
}

/* With a stack as large as a Java thread's: those of musl are too small. */
static pthread_t start (void *(*run) (void *), void *data) {
  pthread_attr_t attributes;
  pthread_t thread;
  CHECK(pthread_attr_init(&attributes) == 0);
  CHECK(pthread_attr_setstacksize(&attributes, 1 << 20) == 0);
  CHECK(pthread_create(&thread, &attributes, run, data) == 0);
  CHECK(pthread_attr_destroy(&attributes) == 0);
  return thread;
}

static void open_one (const char *file) {
  const Backend *backend = NULL;
  pthread_t older;
  char message[512];
  void *library, *again;
  CHECK(pthread_barrier_init(&opened, NULL, 2) == 0);
  older = start(in_older_thread, &backend);
  library = platform_open_library(file, 0, message, sizeof(message));
  if (library == NULL) {
    fprintf(stderr, "%s\n", message);
    exit(1);                      /* NOLINT(concurrency-mt-unsafe): no other thread exits */
  }
  backend = (const Backend *)platform_find(library, "lupine_backend");
  CHECK(backend != NULL || platform_find(library, "lupine_api") != NULL);
  pthread_barrier_wait(&opened);
  CHECK(pthread_join(older, NULL) == 0);
  CHECK(pthread_barrier_destroy(&opened) == 0);
  again = platform_open_library(file, 0, message, sizeof(message));
  CHECK(again == library && platform_opened_library(file) == library);
  if (backend != NULL) {
    static void *first[1], *second[1];
    CHECK(pthread_join(start(in_newer_thread, (void *)backend), NULL) == 0);
    CHECK(backend->is_file(7));
    CHECK(backend->is_file(7));
    CHECK(!backend->is_file(8));
    CHECK(backend->use_modules(first, swap));
    CHECK(!backend->use_modules(second, swap));
  }
}

static int times, done;

static void *come_and_go (void *file) {
  int i;
  for (i = 0; i < times; i++) {
    char message[512];
    void *library = platform_open_library((const char *)file, 0, message, sizeof(message));
    CHECK(library != NULL);
    platform_close_library(library);
  }
  __atomic_store_n(&done, 1, __ATOMIC_RELEASE);
  return NULL;
}

static void *look (void *library, const char *name, const void *wanted) {
  CHECK(name[0] != '\0');
  return platform_find(library, (const char *)wanted);
}

/* Looks at all libraries while one of them is opened and closed. */
static void look_around (char *file) {
  pthread_t other = start(come_and_go, file);
  while (!__atomic_load_n(&done, __ATOMIC_ACQUIRE)) {
    CHECK(platform_search_libraries(look, "lupine_backend") != NULL);
    CHECK(platform_search_libraries(look, "no such name") == NULL);
  }
  CHECK(pthread_join(other, NULL) == 0);
}

int main (int count, char **arguments) {
  int i;
  for (i = 3; i < count; i++) open_one(arguments[i]);
  times = (int)strtol(arguments[1], NULL, 10);
  look_around(arguments[2]);
  return 0;
}
