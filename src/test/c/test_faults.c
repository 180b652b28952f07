/*
** Drives the backend of one flavour through all scenarios, with each kind of fault at the first
** place that can have one, then at the second, and so on until a scenario ends before it. After
** each it checks that the state is as it was, and that nothing is lost. A scenario runs in a
** process of its own, which a crash ends; the next process continues there.
** usage: fault_test_<flavour> [scenario [kind [n]]] | fuzz [seed [seconds]]
*/
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "faults.h"

#define lupine_backend  faults_backend

#include "test_fake.h"
#include "test_scenarios.h"

#define PATIENCE    20            /* seconds for one fault */
#define MOST_FOUND  200

static const char *const kind_names[] = {
  "none", "once", "twice", "always", "collect", "time", "stack", "java memory", "java stack",
  "java error", "java fatal"
};

/* How far the testing process has come, for the one that waits. */
static struct Progress {
  int scenario, kind, found;
  long at;
} *progress;

/* What was found in this scenario. */
static struct Found {
  char text[120];
  int kind, times;
} found[MOST_FOUND];
static int found_count, soiled;   /* whether there was a fault since the state was opened */

/* Reports what is wrong, once for each text, which may be formatted further. */
static void complain (const char *text, long number) {
  int i;
  soiled = 1;
  progress->found++;
  for (i = 0; i < found_count; i++)
    if (found[i].kind == progress->kind && strcmp(found[i].text, text) == 0) break;
  if (i == found_count && i < MOST_FOUND) {
    found_count++;
    snprintf(found[i].text, sizeof(found[i].text), "%s", text);
    found[i].kind = progress->kind;
    printf("%s, %s, %ld: %s (%ld)\n", scenarios[progress->scenario].name,
           kind_names[progress->kind], progress->at, text, number);
    fflush(stdout);
  }
  if (i < MOST_FOUND) found[i].times++;
}

/* Returns whether one of several texts, separated by bars, is in the message of the error. */
static int says (const char *texts) {
  char copy[200], *each, *rest;
  snprintf(copy, sizeof(copy), "%s", texts);
  for (each = strtok_r(copy, "|", &rest); each != NULL; each = strtok_r(NULL, "|", &rest))
    if (strstr(faults.text, each) != NULL) return 1;
  return 0;
}

/* How operations may end because of a fault, by kind: the status, and the text of the error. */
static const struct {
  int statuses;
  const char *texts;
} ends[FAULT_KINDS] = {
  [FAULT_ONCE] = { 1 << STATUS_MEMORY, "not enough memory|stack overflow|too many|memory allocation" },
  [FAULT_TWICE] = { 1 << STATUS_MEMORY, "not enough memory|stack overflow|too many" },
  [FAULT_ALWAYS] = { 1 << STATUS_MEMORY, "not enough memory|stack overflow|too many" },
  [FAULT_TIME] = { 1 << STATUS_FATAL, NULL },
  [FAULT_STACK] = { 1 << STATUS_STACK, "stack overflow" },
  [FAULT_JAVA_MEMORY] = { 0, "not enough memory" },
  [FAULT_JAVA_STACK] = { 0, "stack overflow" },
  [FAULT_JAVA_ERROR] = { 0, "java" },
  [FAULT_JAVA_FATAL] = { 1 << STATUS_FATAL, NULL }
};

/* Whether an operation may end so. */
static void judge (int32_t status) {
  const char *own = scenarios[progress->scenario].error;
  const char *texts = ends[faults.kind].texts;
  if (status == STATUS_OK || status == STATUS_VALUE || status == STATUS_NOT_FOUND) return;
  if (ends[faults.kind].statuses & (1 << status)) return;
  if (status == STATUS_MEMORY && own != NULL && strstr(own, "not enough memory")) return;
  if (status == STATUS_ERROR || status == STATUS_SYNTAX) {
    if (own != NULL && says(own)) return;
    if (texts != NULL && says(texts)) return;
    complain(faults.text, status);
  }
  else
    complain("unexpected status", status);
}

static int held_refs (void) {
  int32_t i;
  int count = 0;
  for (i = 0; i < MOST_REFS; i++) count += faults.held[i];
  return count;
}

/* Releases the refs that Java holds and did not hold before. */
static void release_refs (Fake *fake, const char *before) {
  int32_t i = 0;
  const char *answer;
  do {
    Frame *frame = &fake->frame;
    for (; i < MOST_REFS && frame->released_count < FRAME_IDS; i++) {
      if (!faults.held[i] || before[i]) continue;
      frame->released[frame->released_count++] = i;
      faults.held[i] = 0;
    }
    message(fake);
    if (send(fake, OP_DRAIN, &answer) != STATUS_OK) complain("no DRAIN", 0);
  } while (i < MOST_REFS);
}

static void check_rest (const State *S) {
  if (S->blocks != NULL) complain("blocks are left", 0);
  if (S->reading != 0) complain("reading", S->reading);
  if (S->depth != 0) complain("depth", S->depth);
  if (S->fatal != 0) complain("fatal", S->fatal);
  if (S->stop != 0) complain("stop", S->stop);
  if (S->running != S->main) complain("another lua_State is running", 0);
  if (S->entry != NULL) complain("an entry waits for its body", 0);
  if (S->failed != NULL) complain("a failed coroutine is left", 0);
  if (S->closing != NULL) complain("a coroutine is being closed", 0);
  if (lua_gettop(S->main) != PLACES) complain("the top", lua_gettop(S->main));
  if (state_current == S) complain("the state is still current", 0);
}

/* Returns how many userdata of a handle are alive. */
static int alive_of (const State *S, int32_t handle) {
  return handle < S->handle_capacity ? S->alive[handle] / HANDLE_ALIVE : 0;
}

static void check_books (const State *S) {
  int32_t handle;
  int used = S->ref_top - S->free_ref_count;
  if (used != held_refs()) complain("refs are lost", used - held_refs());
  for (handle = 0; handle < MOST_HANDLES; handle++) {
    int alive = alive_of(S, handle);
    if (faults.given[handle] && !alive) complain("a handle is lost", handle);
    if (!faults.given[handle] && alive) complain("a handle is alive that Java has back", handle);
  }
}

/* Checks after a fault that the state is as it was. */
static void settle (Fake *fake, const char *held) {
  const char *answer;
  State *S = fake->state;
  int i;
  check_rest(S);
  if (run(fake, "return 1, {}", &answer) != STATUS_OK || integer_at(answer, 2) != 1
      || int_at(value_at(answer, 3)) != TAG_TABLE)
    complain("nothing works afterwards", 0);
  if (run(fake, "error('as it should')", &answer) != STATUS_ERROR
      || !text_has(answer, 1, "as it should"))
    complain("errors do not come out", 0);
  release_refs(fake, held);
  for (i = 0; i < 2 || (i < 50 && fake->frame.freed_count > 0); i++) {
    message(fake);
    if (send(fake, OP_COLLECT, &answer) != STATUS_OK) complain("no COLLECT", 0);
  }
  check_books(S);
  check_rest(S);
}

static Fake *open_with_books (void) {
  memset(faults.given, 0, sizeof(faults.given));
  memset(faults.held, 0, sizeof(faults.held));
  return open_fake();
}

/* Runs one scenario with one fault; returns whether that came before the end. */
static int attempt (Fake *fake, int scenario, int kind, long at) {
  static char held[MOST_REFS];
  int hit;
  memcpy(held, faults.held, sizeof(held));
  progress->scenario = scenario;
  progress->kind = kind;
  progress->at = at;
  alarm(PATIENCE);
  faults_begin(kind, at);
  scenarios[scenario].act(fake);
  hit = faults_end();
  settle(fake, held);
  return hit;
}

/* Before 5.2 no failed allocation collects garbage; from then on FAULT_ONCE does. */
static int is_for_flavour (int kind) {
  return kind != (COMPAT_COLLECTS_SOON ? FAULT_TWICE : FAULT_COLLECT);
}

static Fake *prepared (int scenario) {
  Fake *fake = open_with_books();
  soiled = 0;
  if (scenarios[scenario].prepare != NULL) scenarios[scenario].prepare(fake);
  return fake;
}

/* Runs all faults of one scenario, from where 'progress' is. */
static int try_all (int only_kind, long only_at) {
  int scenario = progress->scenario;
  int kind = progress->kind;
  long at = progress->at;
  Fake *fake;
  setvbuf(stdout, NULL, _IOLBF, 0);
  faults.keeps_books = 1;
  faults.complain = complain;
  fake = prepared(scenario);
  for (; kind < FAULT_KINDS; kind++, at = 1) {
    if (!is_for_flavour(kind) || (only_kind && kind != only_kind)) continue;
    while (attempt(fake, scenario, kind, at)) {
      if (only_at) break;
      at++;
      if (soiled || scenarios[scenario].fresh) {
        close_fake(fake);
        fake = prepared(scenario);
      }
    }
  }
  close_fake(fake);
  for (kind = 0; kind < found_count; kind++)
    if (found[kind].times > 1)
      printf("%s, %s: %d times: %s\n", scenarios[scenario].name, kind_names[found[kind].kind],
             found[kind].times, found[kind].text);
  return failures == 0 ? 0 : 1;
}

/* Runs a scenario in processes of its own, as many as it takes; returns how many failed. */
static int try_apart (int scenario, int kind, long at) {
  int crashes = 0, status;
  progress->scenario = scenario;
  progress->kind = kind == 0 ? FAULT_ONCE : kind;
  progress->at = at == 0 ? 1 : at;
  for (;;) {
    pid_t child;
    fflush(NULL);
    child = fork();
    if (child == 0) exit(try_all(kind, at));    /* NOLINT(concurrency-mt-unsafe): one thread */
    waitpid(child, &status, 0);
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return crashes;
    printf("%s, %s, %ld: ended with %s %d\n", scenarios[scenario].name,
           kind_names[progress->kind], progress->at, WIFSIGNALED(status) ? "signal" : "status",
           WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status));
    crashes++;
    if (at != 0) return crashes;
    progress->at++;
    if (crashes % 4 == 0) {       /* enough of this kind */
      progress->kind++;
      progress->at = 1;
    }
    if (progress->kind >= FAULT_KINDS || (kind != 0 && progress->kind != kind)) return crashes;
  }
}

/* Returns the next number of the series that 'seed' begins. */
static uint32_t next_random (uint64_t *seed) {
  *seed = *seed * 6364136223846793005u + 1442695040888963407u;
  return (uint32_t)(*seed >> 33);
}

/* Runs random scenarios with random faults in one state, one after the other, for some seconds. */
static int fuzz (uint64_t seed, long seconds) {
  int i, first = seed % 2 == 0;
  long done = 0;
  time_t end = time(NULL) + seconds;
  Fake *fake;
  printf("seed %llu\n", (unsigned long long)seed);
  setvbuf(stdout, NULL, _IOLBF, 0);
  faults.keeps_books = 1;
  faults.complain = complain;
  fake = open_with_books();
  while (time(NULL) < end) {
    int scenario = (int)(next_random(&seed) % SCENARIOS);
    int kind = FAULT_ONCE + (int)(next_random(&seed) % (FAULT_KINDS - FAULT_ONCE));
    if (!is_for_flavour(kind)) continue;
    if (soiled || next_random(&seed) % 50 == 0) {
      close_fake(fake);
      soiled = 0;
      fake = open_with_books();
    }
    progress->scenario = scenario;
    if (scenarios[scenario].prepare != NULL) scenarios[scenario].prepare(fake);
    for (i = (int)(next_random(&seed) % 4); i >= 0 && !soiled; i--) {
      attempt(fake, scenario, kind, 1 + (long)(next_random(&seed) % (first ? 40 : 200)));
      kind = FAULT_NONE;
      done++;
    }
  }
  close_fake(fake);
  printf("%s: %ld attempts, %d complaints\n", backend->version, done, progress->found);
  return failures == 0 && progress->found == 0 ? 0 : 1;
}

static int kind_of (const char *name) {
  int kind;
  for (kind = 1; kind < FAULT_KINDS; kind++)
    if (strcmp(name, kind_names[kind]) == 0) return kind;
  return 0;
}

int main (int count, char **arguments) {
  int scenario, crashes = 0;
  progress = (struct Progress *)mmap(NULL, sizeof(*progress), PROT_READ | PROT_WRITE,
                                     MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (progress == MAP_FAILED) return 2;
  if (count > 1 && strcmp(arguments[1], "fuzz") == 0)
    return fuzz(count > 2 ? strtoull(arguments[2], NULL, 10) : (uint64_t)time(NULL),
                count > 3 ? strtol(arguments[3], NULL, 10) : 20);
  for (scenario = 0; scenario < SCENARIOS; scenario++) {
    if (count > 1 && strcmp(arguments[1], scenarios[scenario].name) != 0) continue;
    crashes += try_apart(scenario, count > 2 ? kind_of(arguments[2]) : 0,
                         count > 3 ? strtol(arguments[3], NULL, 10) : 0);
  }
  printf("%s: %d crashes, %d complaints\n", backend->version, crashes, progress->found);
  return crashes == 0 && progress->found == 0 ? 0 : 1;
}
