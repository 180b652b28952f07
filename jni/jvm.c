/*
** The JNI half: natives of org.lupine.bridge.Native, and the upcall into it. Knows no Lua.
**
** There is no global reference to a class, since that would keep its class loader: each native call
** passes the class, which is kept for the time of the call. Each class loader has a copy of this
** library. When the class loader is unloaded, the copy closes the states that are left
** (JNI_OnUnload).
*/
#include <jni.h>
#include <stdlib.h>
#include <string.h>

#include "bridge.h"
#include "loader.h"
#include "platform.h"

#define MESSAGE_SIZE  512

#define CALLS_BY_JNI  100000      /* some 15 ms, about as much as it takes to make a stub */
#define FIRST_CALLS   300

#define THROWN  INT64_C(-1)       /* see Native.java */

/* A state as Java knows it: an 'address' in Java is that of a session. */
typedef struct Session {
  struct Session *next, **link;   /* among all sessions */
  int closed;
  JNIEnv *env;                    /* of the innermost entry, like the next member */
  jclass native;
  jobjectArray box;               /* a byte[1][]: holds messages that outgrow the frame */
  const Backend *backend;
  State *state;
  jint index;                     /* Java's number of the state */
  Frame frame;
} Session;

/*
** One of the backends, or NULL. The limits of the threads' stacks are in variables of the backends:
** there is little room for static thread variables, and each class loader has a copy of this
** library.
*/
static const Backend *any_backend;

static jmethodID up_method;
static jmethodID often_method;

/* An upcall stub that calls the method 'up', or NULL; see UpcallStub.java. */
typedef int64_t (*Stub) (int32_t state, int32_t operation, int32_t target, int32_t member,
                         int32_t length);
static Stub up_stub;

static int32_t calls_left = CALLS_BY_JNI;   /* until Java makes a stub */

static Session *sessions;         /* all that are not released */
static char sessions_lock;        /* a spin lock around a few stores */

static void add (Session *session) {
  while (__atomic_test_and_set(&sessions_lock, __ATOMIC_ACQUIRE)) {}
  session->link = &sessions;
  session->next = sessions;
  if (sessions != NULL) sessions->link = &session->next;
  sessions = session;
  __atomic_clear(&sessions_lock, __ATOMIC_RELEASE);
}

/* Removes a session from the list, unless it is in none. */
static void drop_session (Session *session) {
  while (__atomic_test_and_set(&sessions_lock, __ATOMIC_ACQUIRE)) {}
  if (session->link != NULL) {
    *session->link = session->next;
    if (session->next != NULL) session->next->link = session->link;
  }
  __atomic_clear(&sessions_lock, __ATOMIC_RELEASE);
}

static void throw_new (JNIEnv *env, const char *class_name, const char *message) {
  jclass class = (*env)->FindClass(env, class_name);
  if (class != NULL) (*env)->ThrowNew(env, class, message);
}

static char *copy_string (JNIEnv *env, jbyteArray bytes) {
  jsize length = (*env)->GetArrayLength(env, bytes);
  char *copy = (char *)malloc((size_t)length + 1);
  if (copy == NULL) {
    throw_new(env, "java/lang/OutOfMemoryError", "native memory");
    return NULL;
  }
  (*env)->GetByteArrayRegion(env, bytes, 0, length, (jbyte *)copy);
  copy[length] = '\0';
  return copy;
}

/* Puts bytes into the box; returns 0 with an exception pending if there is no memory. */
static int box_put (Session *session, const char *bytes, jsize length) {
  JNIEnv *env = session->env;
  jbyteArray array = (*env)->NewByteArray(env, length);
  if (array == NULL) return 0;
  (*env)->SetByteArrayRegion(env, array, 0, length, (const jbyte *)bytes);
  (*env)->SetObjectArrayElement(env, session->box, 0, array);
  (*env)->DeleteLocalRef(env, array);
  return 1;
}

/*
** Has the backend free the handles of a message for which there is no memory. It is read where the
** JVM has it.
*/
static void refuse (Session *session, jbyteArray array) {
  JNIEnv *env = session->env;
  void *bytes = (*env)->GetPrimitiveArrayCritical(env, array, NULL);
  if (bytes == NULL) return;
  session->backend->refuse(session->state, (const char *)bytes);
  (*env)->ReleasePrimitiveArrayCritical(env, array, bytes, JNI_ABORT);
}

/*
** Takes a message out of the box and returns it behind 'head' bytes. Refuses it and returns NULL if
** there is no memory.
*/
static char *box_take (Session *session, jsize length, size_t head) {
  JNIEnv *env = session->env;
  char *bytes = (char *)malloc(head + (size_t)length);
  jbyteArray array = (jbyteArray)(*env)->GetObjectArrayElement(env, session->box, 0);
  if (array == NULL || (*env)->GetArrayLength(env, array) < length) {
    free(bytes);
    bytes = NULL;
  }
  else if (bytes != NULL)
    (*env)->GetByteArrayRegion(env, array, 0, length, (jbyte *)(bytes + head));
  else
    refuse(session, array);
  (*env)->SetObjectArrayElement(env, session->box, 0, NULL);
  if (array != NULL) (*env)->DeleteLocalRef(env, array);
  return bytes;
}

/* Asks Java for a stub when it has been called often. */
static void count_call (JNIEnv *env, jclass native) {
  if (__atomic_load_n(&calls_left, __ATOMIC_RELAXED) <= 0
      || __atomic_sub_fetch(&calls_left, 1, __ATOMIC_RELAXED) != 0) return;
  (*env)->CallStaticVoidMethod(env, native, often_method);
  if ((*env)->ExceptionCheck(env)) (*env)->ExceptionClear(env);
}

/* Calls Java; returns THROWN if it throws an exception, which is cleared. */
static int64_t call (Session *session, int32_t operation, int32_t target, int32_t member,
                     int32_t length) {
  JNIEnv *env = session->env;
  Stub stub = __atomic_load_n(&up_stub, __ATOMIC_ACQUIRE);
  jvalue arguments[5];
  int64_t result;
  if (!(operation & UP_NARROW)) {
    if (stub != NULL) return stub(session->index, operation, target, member, length);
    count_call(env, session->native);
  }
  arguments[0].i = session->index;
  arguments[1].i = operation & ~UP_NARROW;
  arguments[2].i = target;
  arguments[3].i = member;
  arguments[4].i = length;
  result = (*env)->CallStaticLongMethodA(env, session->native, up_method, arguments);
  if (!(*env)->ExceptionCheck(env)) return result;
  (*env)->ExceptionClear(env);
  return THROWN;
}

/* Implements JavaCalls.upcall. Java catches all but a stack overflow before its first line. */
static int64_t upcall (void *data, int32_t operation, int32_t target, int32_t member,
                       int32_t length, const char *large, char **answer) {
  Session *session = (Session *)data;
  JNIEnv *env = session->env;
  jclass native = session->native;
  int64_t result;
  if (native == NULL) return ANSWER(STATUS_NOT_FOUND, 0);     /* see JNI_OnUnload */
  if (large != NULL && !box_put(session, large, length)) {
    (*env)->ExceptionClear(env);
    return ANSWER_NOT_ASKED;
  }
  session->frame.unread = 1;
  result = call(session, operation, target, member, length);
  session->env = env;             /* another thread may have entered meanwhile */
  session->native = native;
  if (result == THROWN) return session->frame.unread ? ANSWER_NOT_READ : ANSWER(STATUS_STACK, 0);
  if (ANSWER_LENGTH(result) > FRAME_MESSAGE) {
    *answer = box_take(session, ANSWER_LENGTH(result), BLOCK_HEAD);
    if (*answer == NULL) return ANSWER(STATUS_MEMORY, 0);
  }
  return result;
}

static const JavaCalls host = { upcall };

/* What an entry saves and restores. */
typedef struct Outer {
  JNIEnv *env;
  jclass native;
} Outer;

static Outer enter_session (Session *session, JNIEnv *env, jclass class) {
  Outer outer = { session->env, session->native };
  session->env = env;
  session->native = class;
  return outer;
}

static void leave_session (Session *session, Outer outer) {
  session->env = outer.env;
  session->native = outer.native;
}

static jlong JNICALL library (JNIEnv *env, jclass class, jbyteArray path, jboolean by_content) {
  char message[MESSAGE_SIZE];
  char *file = copy_string(env, path);
  const Backend *backend;
  (void)class;
  if (file == NULL) return 0;
  backend = loader_open(file, by_content, message, sizeof(message));
  free(file);
  if (backend == NULL && message[0] != '\0')
    throw_new(env, "java/lang/UnsatisfiedLinkError", message);
  if (backend != NULL) __atomic_store_n(&any_backend, backend, __ATOMIC_RELEASE);
  return (jlong)(intptr_t)backend;
}

static void JNICALL modules (JNIEnv *env, jclass class, jlong backend, jbyteArray path) {
  char message[MESSAGE_SIZE];
  char *file = copy_string(env, path);
  int done;
  (void)class;
  if (file == NULL) return;
  done = loader_modules((const Backend *)(intptr_t)backend, file, message, sizeof(message));
  free(file);
  if (!done) throw_new(env, "java/lang/UnsatisfiedLinkError", message);
}

/* Splits 'names', each ended by a zero byte, in place. */
static const char **split (char *names, jint count) {
  const char **list = (const char **)calloc((size_t)count + 1, sizeof(char *));
  jint i;
  for (i = 0; list != NULL && i < count; i++) {
    list[i] = names;
    names += strlen(names) + 1;
  }
  return list;
}

static jlong JNICALL open_state (JNIEnv *env, jclass class, jlong backend, jint index,
                                 jobjectArray box, jbyteArray names, jint count, jlong seed) {
  Session *session = (Session *)calloc(1, sizeof(Session));
  char *text = copy_string(env, names);
  const char **list = text == NULL ? NULL : split(text, count);
  int32_t status = STATUS_MEMORY;
  if (session != NULL && list != NULL) {
    Outer outer = enter_session(session, env, class);
    session->backend = (const Backend *)(intptr_t)backend;
    session->index = index;
    session->box = (jobjectArray)(*env)->NewGlobalRef(env, box);
    if (session->box != NULL)
      session->state = session->backend->open(&host, session, &session->frame, list, count, seed,
                                              &status);
    leave_session(session, outer);
  }
  free(list);
  free(text);
  if (session == NULL || session->state == NULL) {
    if (session != NULL && session->box != NULL) (*env)->DeleteGlobalRef(env, session->box);
    free(session);
    if (!(*env)->ExceptionCheck(env) && status == STATUS_MEMORY)
      throw_new(env, "java/lang/OutOfMemoryError", "no memory for a Lua state");
    return 0;
  }
  add(session);
  return (jlong)(intptr_t)session;
}

static jobject JNICALL frame (JNIEnv *env, jclass class, jlong address) {
  Session *session = (Session *)(intptr_t)address;
  (void)class;
  return (*env)->NewDirectByteBuffer(env, &session->frame, sizeof(Frame));
}

static void JNICALL close_state (JNIEnv *env, jclass class, jlong address) {
  Session *session = (Session *)(intptr_t)address;
  enter_session(session, env, class);
  session->backend->close(session->state);
  session->closed = 1;
  (*env)->DeleteGlobalRef(env, session->box);
}

/*
** Asks the backend to stop a thread context; returns whether it did. Any thread may call this until
** the session is released.
*/
static jboolean JNICALL stop (JNIEnv *env, jclass class, jlong address, jlong context,
                              jint why) {
  Session *session = (Session *)(intptr_t)address;
  ThreadContext *thread = (ThreadContext *)(intptr_t)context;
  (void)env; (void)class;
  return session->backend->stop(session->state, thread, why) ? JNI_TRUE : JNI_FALSE;
}

static jlong JNICALL open_thread (JNIEnv *env, jclass class, jlong address) {
  Session *session = (Session *)(intptr_t)address;
  Outer outer = enter_session(session, env, class);
  int32_t status;
  ThreadContext *thread = session->backend->open_thread(session->state, &status);
  leave_session(session, outer);
  if (thread != NULL) return (jlong)(intptr_t)thread;
  return status == STATUS_MEMORY ? 0 : -1;
}

static void JNICALL resume_thread (JNIEnv *env, jclass class, jlong address, jlong context) {
  Session *session = (Session *)(intptr_t)address;
  (void)env; (void)class;
  session->backend->resume_thread(session->state, (ThreadContext *)(intptr_t)context);
}

static void JNICALL close_thread (JNIEnv *env, jclass class, jlong address, jlong context) {
  Session *session = (Session *)(intptr_t)address;
  (void)env; (void)class;
  session->backend->close_thread(session->state, (ThreadContext *)(intptr_t)context);
}

static void JNICALL release (JNIEnv *env, jclass class, jlong address) {
  Session *session = (Session *)(intptr_t)address;
  (void)env; (void)class;
  session->backend->release(session->state);
  drop_session(session);
  free(session);
}

/* Passes an answer that did not fit the frame to Java. */
static jlong pass_answer (Session *session, int64_t result, char *answer) {
  if (answer != NULL) {
    box_put(session, answer, ANSWER_LENGTH(result));    /* if that fails, its exception is
                                                           pending */
    free(answer);
  }
  return (jlong)result;
}

static jlong JNICALL run (JNIEnv *env, jclass class, jlong address, jint operation, jint length) {
  Session *session = (Session *)(intptr_t)address;
  Outer outer = enter_session(session, env, class);
  char *large = NULL, *answer = NULL;
  jlong result;
  if (length > FRAME_MESSAGE && (large = box_take(session, length, 0)) == NULL)
    result = ANSWER(STATUS_MEMORY, 0);
  else
    result = session->backend->run(session->state, operation, length, large, &answer);
  free(large);
  result = pass_answer(session, result, answer);
  leave_session(session, outer);
  return result;
}

static jlong JNICALL fast_call (JNIEnv *env, jclass class, jlong address, jint operation,
                                jint target, jint name, jint tag, jlong bits) {
  Session *session = (Session *)(intptr_t)address;
  Outer outer = enter_session(session, env, class);
  char *answer = NULL;
  jlong result = session->backend->fast_call(session->state, operation, target, name, tag,
                                             bits, &answer);
  if (answer != NULL) result = pass_answer(session, result, answer);
  leave_session(session, outer);
  return result;
}

static jdouble JNICALL call_number (JNIEnv *env, jclass class, jlong address, jint ref,
                                    jdouble argument) {
  Session *session = (Session *)(intptr_t)address;
  Outer outer = enter_session(session, env, class);
  char *answer = NULL;
  double number = session->backend->call_number(session->state, ref, argument, &answer);
  if (answer != NULL) session->frame.answer = pass_answer(session, session->frame.answer, answer);
  leave_session(session, outer);
  return number;
}

static jboolean JNICALL fence_all (JNIEnv *env, jclass class) {
  (void)env; (void)class;
  return platform_fence_all() ? JNI_TRUE : JNI_FALSE;
}

static jboolean JNICALL stack_low (JNIEnv *env, jclass class, jint needed) {
  const Backend *backend = __atomic_load_n(&any_backend, __ATOMIC_ACQUIRE);
  (void)env; (void)class;
  return backend != NULL && backend->stack_low(needed) ? JNI_TRUE : JNI_FALSE;
}

/*
** Makes the first calls of a stub, in which java.lang.invoke makes classes, before it serves: a
** lack of memory would end the JVM, and Java has just seen that there is some.
*/
static void JNICALL use_stub (JNIEnv *env, jclass class, jlong address) {
  Stub stub = (Stub)(intptr_t)address;
  int i;
  (void)env; (void)class;
  for (i = 0; i < FIRST_CALLS; i++) stub(0, 0, 0, 0, 0);      /* there is no state 0 */
  __atomic_store_n(&up_stub, stub, __ATOMIC_RELEASE);
}

static jbyteArray JNICALL version (JNIEnv *env, jclass class, jlong backend) {
  const char *text = ((const Backend *)(intptr_t)backend)->version;
  jsize length = (jsize)strlen(text);
  jbyteArray bytes = (*env)->NewByteArray(env, length);
  (void)class;
  if (bytes != NULL) (*env)->SetByteArrayRegion(env, bytes, 0, length, (const jbyte *)text);
  return bytes;
}

static jlong JNICALL address_of (JNIEnv *env, jclass class, jobject buffer) {
  (void)class;
  return (jlong)(intptr_t)(*env)->GetDirectBufferAddress(env, buffer);
}

static const JNINativeMethod natives[] = {
  { "library", "([BZ)J", (void *)library },
  { "modules", "(J[B)V", (void *)modules },
  { "version", "(J)[B", (void *)version },
  { "open", "(JI[[B[BIJ)J", (void *)open_state },
  { "frame", "(J)Ljava/nio/ByteBuffer;", (void *)frame },
  { "close", "(J)V", (void *)close_state },
  { "release", "(J)V", (void *)release },
  { "stop", "(JJI)Z", (void *)stop },
  { "openThread", "(J)J", (void *)open_thread },
  { "resumeThread", "(JJ)V", (void *)resume_thread },
  { "closeThread", "(JJ)V", (void *)close_thread },
  { "run", "(JII)J", (void *)run },
  { "fastCall", "(JIIIIJ)J", (void *)fast_call },
  { "callNumber", "(JID)D", (void *)call_number },
  { "fenceAll", "()Z", (void *)fence_all },
  { "stackLow", "(I)Z", (void *)stack_low },
  { "address", "(Ljava/nio/Buffer;)J", (void *)address_of },
  { "useStub", "(J)V", (void *)use_stub }
};

JNIEXPORT jint JNICALL JNI_OnLoad (JavaVM *vm, void *reserved) {
  JNIEnv *env;
  jclass class;
  (void)reserved;
  if ((*vm)->GetEnv(vm, (void **)&env, JNI_VERSION_1_8) != JNI_OK) return JNI_ERR;
  class = (*env)->FindClass(env, "org/lupine/bridge/Native");
  if (class == NULL) return JNI_ERR;
  up_method = (*env)->GetStaticMethodID(env, class, "up", "(IIIII)J");
  often_method = (*env)->GetStaticMethodID(env, class, "often", "()V");
  if (up_method == NULL || often_method == NULL
      || (*env)->RegisterNatives(env, class, natives, sizeof(natives) / sizeof(natives[0])) != 0)
    return JNI_ERR;
  (*env)->DeleteLocalRef(env, class);
  return JNI_VERSION_1_8;
}

/*
** Closes the states that an unloaded class loader has left. Stops their finalizers at the first
** step, since no limit would end them, and Java can no longer be called.
*/
JNIEXPORT void JNICALL JNI_OnUnload (JavaVM *vm, void *reserved) {
  JNIEnv *env;
  (void)reserved;
  if ((*vm)->GetEnv(vm, (void **)&env, JNI_VERSION_1_8) != JNI_OK) return;
  while (sessions != NULL) {      /* no other thread can be here */
    Session *session = sessions;
    sessions = session->next;
    if (sessions != NULL) sessions->link = &sessions;
    session->link = NULL;
    if (!session->closed) {
      session->backend->stop(session->state, NULL, STOP_TIME);
      close_state(env, NULL, (jlong)(intptr_t)session);
    }
    release(env, NULL, (jlong)(intptr_t)session);
  }
}
