/*
** Drives jvm.c with a fake of the JVM and a fake backend where native memory is short. The linker
** redirects its calls of malloc.
*/
#include <jni.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bridge.h"
#include "test_check.h"

#define LENGTH   6000             /* of a message that does not fit the frame */
#define HANDLE   77

/* NOLINTBEGIN(bugprone-reserved-identifier): names that the linker gives */
void *__real_malloc (size_t size);
void *__wrap_malloc (size_t size);

static int memory_is_short;

void *__wrap_malloc (size_t size) {
  return memory_is_short && size >= LENGTH ? NULL : __real_malloc(size);
}
/* NOLINTEND(bugprone-reserved-identifier) */

/* A byte[], and the one that is in the box. */
typedef struct Array {
  jsize length;
  jbyte bytes[LENGTH];
} Array;

static Array message, *boxed;
static int critical;              /* how many arrays are in use by GetPrimitiveArrayCritical */

/* Puts a message with one object into the box. */
static void fill_box (void) {
  static const int32_t start[] = { 1, 0, TAG_OBJECT, HANDLE };
  message.length = LENGTH;
  memcpy(message.bytes, start, sizeof(start));
  boxed = &message;
}

static jobject JNICALL get_element (JNIEnv *env, jobjectArray box, jsize index) {
  (void)env; (void)box; (void)index;
  return (jobject)boxed;
}

static void JNICALL set_element (JNIEnv *env, jobjectArray box, jsize index, jobject value) {
  (void)env; (void)box; (void)index;
  boxed = (Array *)value;
}

static jsize JNICALL length_of (JNIEnv *env, jarray array) {
  (void)env;
  return ((Array *)array)->length;
}

static void JNICALL get_bytes (JNIEnv *env, jbyteArray array, jsize from, jsize count,
                               jbyte *bytes) {
  (void)env;
  memcpy(bytes, ((Array *)array)->bytes + from, (size_t)count);
}

static void *JNICALL get_critical (JNIEnv *env, jarray array, jboolean *is_copy) {
  (void)env; (void)is_copy;
  critical++;
  return ((Array *)array)->bytes;
}

static void JNICALL release_critical (JNIEnv *env, jarray array, void *bytes, jint mode) {
  (void)env;
  CHECK(bytes == ((Array *)array)->bytes && mode == JNI_ABORT);
  critical--;
}

static void JNICALL delete_ref (JNIEnv *env, jobject object) {
  (void)env; (void)object;
}

static jobject JNICALL new_ref (JNIEnv *env, jobject object) {
  (void)env;
  return object;
}

static jboolean JNICALL is_pending (JNIEnv *env) {
  (void)env;
  return JNI_FALSE;
}

/* Java answers an upcall with a large message. */
static jlong JNICALL call_java (JNIEnv *env, jclass class, jmethodID method, const jvalue *values) {
  (void)env; (void)class; (void)method; (void)values;
  fill_box();
  return ANSWER(STATUS_OK, LENGTH);
}

static jclass JNICALL find_class (JNIEnv *env, const char *name) {
  (void)env; (void)name;
  return (jclass)&message;
}

static jmethodID JNICALL find_method (JNIEnv *env, jclass class, const char *name,
                                      const char *type) {
  (void)env; (void)class; (void)name; (void)type;
  return (jmethodID)&message;
}

static JNINativeMethod natives[40];

static jint JNICALL register_natives (JNIEnv *env, jclass class, const JNINativeMethod *methods,
                                      jint count) {
  (void)env; (void)class;
  memcpy(natives, methods, (size_t)count * sizeof(*methods));
  return 0;
}

static const struct JNINativeInterface_ functions = {
  .FindClass = find_class, .GetStaticMethodID = find_method, .RegisterNatives = register_natives,
  .CallStaticLongMethodA = call_java, .ExceptionCheck = is_pending,
  .GetObjectArrayElement = get_element, .SetObjectArrayElement = set_element,
  .GetArrayLength = length_of, .GetByteArrayRegion = get_bytes,
  .GetPrimitiveArrayCritical = get_critical, .ReleasePrimitiveArrayCritical = release_critical,
  .DeleteLocalRef = delete_ref, .NewGlobalRef = new_ref, .DeleteGlobalRef = delete_ref
};

static JNIEnv environment = &functions;

static jint JNICALL get_environment (JavaVM *vm, void **env, jint version) {
  (void)vm; (void)version;
  *env = &environment;
  return JNI_OK;
}

static const struct JNIInvokeInterface_ invocation = { .GetEnv = get_environment };

static JavaVM machine = &invocation;

JNIEXPORT jint JNICALL JNI_OnLoad (JavaVM *vm, void *reserved);

/* Returns a native method of Native.java. */
static void *native (const char *name) {
  const JNINativeMethod *each = natives;
  while (each->name != NULL && strcmp(each->name, name) != 0) each++;
  CHECK(each->name != NULL);
  return each->fnPtr;
}

static const JavaCalls *host;
static void *session;
static int runs, refused;

static State *open_state (const JavaCalls *from, void *data, Frame *frame, const char *const *names,
                          int32_t name_count, int64_t seed, int32_t *status) {
  (void)frame; (void)names; (void)name_count; (void)seed; (void)status;
  host = from;
  session = data;
  return (State *)(void *)&message;
}

/* Takes a message; calls Java if that is small, and returns how the upcall ended. */
static int64_t run (State *S, int32_t operation, int32_t length, const char *large,
                    char **answer) {
  int64_t result;
  char *taken = NULL;
  (void)S; (void)operation; (void)answer;
  runs++;
  if (large != NULL) return ANSWER(STATUS_OK, memcmp(large, message.bytes, (size_t)length) == 0);
  result = host->upcall(session, UP_CALL, HANDLE, 0, SMALL_LENGTH(TAG_NONE), NULL, &taken);
  CHECK((ANSWER_STATUS(result) == STATUS_OK) == (taken != NULL));
  if (taken != NULL) CHECK(memcmp(taken + BLOCK_HEAD, message.bytes, LENGTH) == 0);
  free(taken);
  return ANSWER(ANSWER_STATUS(result), 0);
}

/* Notes the handle of the first value. */
static void refuse (State *S, const char *bytes) {
  int32_t start[4];
  (void)S;
  memcpy(start, bytes, sizeof(start));
  CHECK(critical == 1 && start[0] == 1 && start[2] == TAG_OBJECT);
  refused = start[3];
}

static const Backend backend = { .version = "fake", .open = open_state, .run = run,
                                 .refuse = refuse };

int main (void) {
  static Array none;
  typedef jlong (JNICALL *Open) (JNIEnv *, jclass, jlong, jint, jobjectArray, jbyteArray, jint,
                                 jlong);
  typedef jlong (JNICALL *Run) (JNIEnv *, jclass, jlong, jint, jint);
  jclass class = (jclass)&message;
  jlong address;
  Run run_native;
  int i;
  CHECK(JNI_OnLoad(&machine, NULL) == JNI_VERSION_1_8);
  address = ((Open)native("open"))(&environment, class, (jlong)(intptr_t)&backend, 1,
                                   (jobjectArray)&none, (jbyteArray)&none, 0, 0);
  CHECK(address != 0);
  run_native = (Run)native("run");
  for (i = 0; i < 2; i++) {
    memory_is_short = i;
    refused = runs = 0;
    CHECK(run_native(&environment, class, address, OP_CALL, 8)
          == ANSWER(i ? STATUS_MEMORY : STATUS_OK, 0));
    CHECK(runs == 1 && refused == (i ? HANDLE : 0) && boxed == NULL && critical == 0);
    fill_box();
    refused = runs = 0;
    CHECK(run_native(&environment, class, address, OP_CALL, LENGTH)
          == (i ? ANSWER(STATUS_MEMORY, 0) : ANSWER(STATUS_OK, 1)));
    CHECK(runs == !i && refused == (i ? HANDLE : 0) && boxed == NULL && critical == 0);
  }
  printf("%s\n", failures == 0 ? "passed" : "failed");
  return failures != 0;
}
