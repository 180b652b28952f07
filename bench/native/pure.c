/*
** The cost of the benchmarks' operations in C alone: loops over Lua's own C API, in the process of
** the JVM, with the core of a flavour. Natives of org.lupine.bench.contender.PureC.
*/
#include <jni.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "compat.h"
#include "hosted.h"

#define NATIVE(type, name)  JNIEXPORT type JNICALL Java_org_lupine_bench_contender_PureC_##name

static lua_State *state_of (jlong address) {
  return (lua_State *)(intptr_t)address;
}

/* A message handler, which every protected entry has. */
static int handler (lua_State *L) {
  lua_pushfstring(L, "in C: %s", lua_tostring(L, 1));
  return 1;
}

/* Returns a state whose stack holds only the handler. */
NATIVE(jlong, open) (JNIEnv *env, jclass class) {
  lua_State *L = luaL_newstate();
  (void)env; (void)class;
  luaL_openlibs(L);
  define_hosted(L);
  lua_pushcfunction(L, handler);
  return (jlong)(intptr_t)L;
}

/* Throws the error on the top of the stack. */
static void fail (JNIEnv *env, lua_State *L) {
  jclass error = (*env)->FindClass(env, "java/lang/IllegalStateException");
  if (error != NULL) (*env)->ThrowNew(env, error, lua_tostring(L, -1));
  lua_settop(L, 1);
}

/* Returns a ref to the result of a chunk. */
NATIVE(jint, ref) (JNIEnv *env, jclass class, jlong address, jstring code) {
  lua_State *L = state_of(address);
  const char *text = (*env)->GetStringUTFChars(env, code, NULL);
  int ref = LUA_NOREF;
  (void)class;
  if (text == NULL) return ref;
  if (luaL_loadstring(L, text) == LUA_OK && lua_pcall(L, 0, 1, 1) == LUA_OK)
    ref = luaL_ref(L, LUA_REGISTRYINDEX);
  else
    fail(env, L);
  (*env)->ReleaseStringUTFChars(env, code, text);
  return ref;
}

/*
** What a host does. Each operation is done once, with the value of a ref and a text; returns
** something that depends on the result. The stack holds the handler before and after.
*/

typedef struct Task {
  int ref;              /* a function or table; LUA_NOREF if the operation needs none */
  const char *text;
  size_t length;
  unsigned int serial;  /* differs each time */
} Task;

static void call (lua_State *L, int arguments) {
  if (lua_pcall(L, arguments, 1, 1) != LUA_OK) {
    fprintf(stderr, "%s\n", lua_tostring(L, -1));
    abort();
  }
}

/* Returns the number on the top, and pops all but the handler. */
static lua_Number result (lua_State *L) {
  lua_Number number = lua_tonumber(L, -1);
  lua_settop(L, 1);
  return number;
}

/* Copies the string on the top, and pops all but the handler. Returns its length. */
static lua_Number text_result (lua_State *L) {
  static char copy[8192];
  size_t length;
  const char *text = lua_tolstring(L, -1, &length);
  memcpy(copy, text, length < sizeof(copy) ? length : sizeof(copy));
  __asm__ volatile ("" : : "r" (copy) : "memory");
  lua_settop(L, 1);
  return (lua_Number)length;
}

static lua_Number call_number (lua_State *L, const Task *task) {
  lua_rawgeti(L, LUA_REGISTRYINDEX, task->ref);
  lua_pushnumber(L, task->serial);
  call(L, 1);
  return result(L);
}

static lua_Number call_nothing (lua_State *L, const Task *task) {
  lua_rawgeti(L, LUA_REGISTRYINDEX, task->ref);
  call(L, 0);
  return result(L);
}

static lua_Number call_text (lua_State *L, const Task *task) {
  lua_rawgeti(L, LUA_REGISTRYINDEX, task->ref);
  lua_pushlstring(L, task->text, task->length);
  call(L, 1);
  return text_result(L);
}

static lua_Number call_new_text (lua_State *L, const Task *task) {
  char text[32];
  int length = snprintf(text, sizeof(text), "text %u", 10000 + task->serial % 1024);
  lua_rawgeti(L, LUA_REGISTRYINDEX, task->ref);
  lua_pushlstring(L, text, (size_t)length);
  call(L, 1);
  return text_result(L);
}

static lua_Number call_mixed (lua_State *L, const Task *task) {
  lua_rawgeti(L, LUA_REGISTRYINDEX, task->ref);
  lua_pushlstring(L, task->text, task->length);
  lua_pushnumber(L, task->serial);
  lua_pushboolean(L, 1);
  call(L, 3);
  return result(L);
}

/* The function raises an error. */
static lua_Number call_failing (lua_State *L, const Task *task) {
  lua_rawgeti(L, LUA_REGISTRYINDEX, task->ref);
  if (lua_pcall(L, 0, 1, 1) == LUA_OK) abort();
  return text_result(L);
}

static lua_Number get_field (lua_State *L, const Task *task) {
  lua_rawgeti(L, LUA_REGISTRYINDEX, task->ref);
  lua_getfield(L, -1, "x");
  return result(L);
}

static lua_Number set_field (lua_State *L, const Task *task) {
  lua_rawgeti(L, LUA_REGISTRYINDEX, task->ref);
  lua_pushnumber(L, task->serial);
  lua_setfield(L, -2, "x");
  lua_settop(L, 1);
  return 0;
}

/* The elements of a table of 10,000 numbers. */
static lua_Number read_table (lua_State *L, const Task *task) {
  lua_Number sum = 0;
  lua_rawgeti(L, LUA_REGISTRYINDEX, task->ref);
  for (int i = 1; i <= LIST_SIZE; i++) {
    lua_rawgeti(L, -1, i);
    sum += lua_tonumber(L, -1);
    lua_settop(L, 2);
  }
  lua_settop(L, 1);
  return sum;
}

static lua_Number put (lua_State *L, const Task *task) {
  lua_pushnumber(L, task->serial);
  lua_setglobal(L, "x");
  return 0;
}

static lua_Number get (lua_State *L, const Task *task) {
  (void)task;
  lua_getglobal(L, "x");
  return result(L);
}

static lua_Number put_get (lua_State *L, const Task *task) {
  put(L, task);
  return get(L, task);
}

static lua_Number put_and_call (lua_State *L, const Task *task) {
  put(L, task);
  return call_nothing(L, task);
}

/* Sets a, b, c ... to numbers. */
static void set_letters (lua_State *L, int count, lua_Number value) {
  char name[2] = "a";
  for (; count > 0; count--, name[0]++) {
    lua_pushnumber(L, value + count);
    lua_setglobal(L, name);
  }
}

static lua_Number put_three_and_call (lua_State *L, const Task *task) {
  set_letters(L, 3, task->serial);
  return call_nothing(L, task);
}

static lua_Number put_eight_and_call (lua_State *L, const Task *task) {
  set_letters(L, 8, task->serial);
  return call_nothing(L, task);
}

static void load (lua_State *L, const char *text, size_t length) {
  if (luaL_loadbuffer(L, text, length, "=script") != LUA_OK) abort();
}

/* Compiles the text, followed by a line that was not seen yet. */
static lua_Number compile_new (lua_State *L, const Task *task) {
  char text[4096];
  int length = snprintf(text, sizeof(text), "%s\nreturn %u", task->text, task->serial);
  load(L, text, (size_t)length);
  lua_settop(L, 1);
  return 0;
}

static lua_Number run_new (lua_State *L, const Task *task) {
  char text[64];
  int length = snprintf(text, sizeof(text), "local a = %u return a + 1", task->serial);
  load(L, text, (size_t)length);
  call(L, 0);
  return result(L);
}

static lua_Number run_text (lua_State *L, const Task *task) {
  load(L, task->text, task->length);
  call(L, 0);
  return result(L);
}

/* A new state that runs the text. */
static lua_Number start (lua_State *L, const Task *task) {
  lua_State *fresh = luaL_newstate();
  lua_Number number;
  (void)L;
  luaL_openlibs(fresh);
  lua_pushcfunction(fresh, handler);
  number = run_text(fresh, task);
  lua_close(fresh);
  return number;
}

static const struct {
  const char *name;
  lua_Number (*run) (lua_State *L, const Task *task);
} operations[] = {
  {"callNothing", call_nothing}, {"callNumber", call_number}, {"callText", call_text},
  {"callNewText", call_new_text}, {"callMixed", call_mixed}, {"callFailing", call_failing},
  {"getField", get_field}, {"setField", set_field}, {"readTable", read_table}, {"put", put},
  {"get", get}, {"putGet", put_get}, {"putAndCall", put_and_call},
  {"putThreeAndCall", put_three_and_call}, {"putEightAndCall", put_eight_and_call},
  {"compileNew", compile_new}, {"runNew", run_new}, {"runText", run_text}, {"start", start}
};

/* Returns the number of an operation, -1 if there is none of the name. */
NATIVE(jint, operation) (JNIEnv *env, jclass class, jstring name) {
  const char *wanted = (*env)->GetStringUTFChars(env, name, NULL);
  int found = -1;
  (void)class;
  if (wanted == NULL) return found;
  for (size_t i = 0; i < sizeof(operations) / sizeof(operations[0]); i++)
    if (strcmp(wanted, operations[i].name) == 0) found = (int)i;
  (*env)->ReleaseStringUTFChars(env, name, wanted);
  return found;
}

/* JNI alone, from Java to C. */
NATIVE(jlong, nothing) (JNIEnv *env, jclass class, jlong state, jint operation, jint target,
                        jint name) {
  (void)env; (void)class; (void)operation; (void)target; (void)name;
  return state;
}

/* JNI alone, from C to Java. */
NATIVE(jlong, upcalls) (JNIEnv *env, jclass class, jint count) {
  static jmethodID empty = NULL;
  jlong sum = 0;
  if (empty == NULL) empty = (*env)->GetStaticMethodID(env, class, "empty", "(IIIII)J");
  if (empty == NULL) return 0;
  for (; count > 0; count--) {
    jvalue arguments[5] = {{.i = 1}, {.i = 2}, {.i = 3}, {.i = 4}, {.i = count}};
    sum += (*env)->CallStaticLongMethodA(env, class, empty, arguments);
    if ((*env)->ExceptionCheck(env)) break;
  }
  return sum;
}

/* Does an operation 'count' times. The text ends with a zero. */
NATIVE(jdouble, run) (JNIEnv *env, jclass class, jlong address, jint operation, jint ref,
                      jbyteArray text, jint count) {
  static unsigned int serial = 0;
  char given[4096];
  jsize size = (*env)->GetArrayLength(env, text);
  Task task = {ref, given, (size_t)size - 1, 0};
  double sum = 0;
  (void)class;
  if (size > (jsize)sizeof(given)) return 0;
  (*env)->GetByteArrayRegion(env, text, 0, size, (jbyte *)given);
  for (; count > 0; count--) {
    task.serial = serial++;
    sum += operations[operation].run(state_of(address), &task);
  }
  return sum;
}
