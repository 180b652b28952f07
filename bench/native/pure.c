/*
** The cost of the benchmarks' operations in C alone: loops over Lua's own C API, in the process of
** the JVM, with the core of a flavour. Natives of org.lupine.bench.PureC.
*/
#include <jni.h>
#include <stdint.h>
#include <stdio.h>

#include "compat.h"

#define NATIVE(type, name)  JNIEXPORT type JNICALL Java_org_lupine_bench_PureC_##name

/* What our cores call in their host. NULL: the stack has no limit. Nothing is to be stopped. */
_Thread_local char *lupine_stack_limit;
static volatile int never;
_Thread_local volatile int *lupine_stop = &never;

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wunused-parameter"

#define HOOK(type, name, parameters, answer)  \
  type lupine_##name parameters;  \
  type lupine_##name parameters { return answer; }
#define NOTHING

HOOK(int, text_only, (void), 0)
HOOK(int, short, (lua_State *L), 0)
HOOK(int, fatal, (void), 0)
HOOK(int, entered, (lua_State *L), 0)
HOOK(lua_State *, catcher, (const void *handler), NULL)
HOOK(unsigned int, seed, (void), 1)
HOOK(void, stopped, (lua_State *L), NOTHING)
HOOK(void, closing, (lua_State *L), NOTHING)
HOOK(void, collected, (lua_State *L), NOTHING)

/* The standard streams, which are not used here. */
HOOK(int, write, (lua_State *L, FILE *file, int first, int last), 0)
HOOK(int, flush, (lua_State *L, FILE *file), 0)
HOOK(int, buffer, (FILE *file, int mode), 0)
HOOK(int, has_more, (lua_State *L, FILE *file), 0)
HOOK(int, read_line, (lua_State *L, FILE *file, int chop), 0)
HOOK(int, read_chars, (lua_State *L, FILE *file, size_t count), 0)
HOOK(int, read_number, (lua_State *L, FILE *file, lua_Number *number), 0)
HOOK(void, begin_number, (lua_State *L, FILE *file), NOTHING)
HOOK(int, next_char, (void), EOF)
HOOK(void, unread_char, (int c), NOTHING)
HOOK(void, end_number, (lua_State *L), NOTHING)
HOOK(void, default_file, (void), NOTHING)

#pragma GCC diagnostic pop

static lua_State *state_of (jlong address) {
  return (lua_State *)(intptr_t)address;
}

/* A message handler, which every protected entry has. */
static int handler (lua_State *L) {
  lua_pushfstring(L, "in C: %s", lua_tostring(L, 1));
  return 1;
}

static int twice (lua_State *L) {
  lua_pushnumber(L, luaL_checknumber(L, 1) * 2);
  return 1;
}

static int echo (lua_State *L) {
  size_t length;
  const char *text = luaL_checklstring(L, 1, &length);
  lua_pushlstring(L, text, length);
  return 1;
}

/* counter:add(n) */
static int add (lua_State *L) {
  lua_Number *total = (lua_Number *)luaL_checkudata(L, 1, "counter");
  *total += luaL_checknumber(L, 2);
  lua_pushnumber(L, *total);
  return 1;
}

static void set_function (lua_State *L, const char *name, lua_CFunction function) {
  lua_pushcfunction(L, function);
  lua_setglobal(L, name);
}

/* Returns a state whose stack holds only the handler, with 'twice', 'echo' and 'counter'. */
NATIVE(jlong, open) (JNIEnv *env, jclass class) {
  lua_State *L = luaL_newstate();
  (void)env; (void)class;
  luaL_openlibs(L);
  set_function(L, "twice", twice);
  set_function(L, "echo", echo);
  *(lua_Number *)lua_newuserdatauv(L, sizeof(lua_Number), 0) = 0;
  luaL_newmetatable(L, "counter");
  lua_newtable(L);
  lua_pushcfunction(L, add);
  lua_setfield(L, -2, "add");
  lua_setfield(L, -2, "__index");
  lua_setmetatable(L, -2);
  lua_setglobal(L, "counter");
  lua_pushcfunction(L, handler);
  return (jlong)(intptr_t)L;
}

NATIVE(void, close) (JNIEnv *env, jclass class, jlong address) {
  (void)env; (void)class;
  lua_close(state_of(address));
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

/* Calls f(number), which returns a number, once. */
NATIVE(jdouble, call) (JNIEnv *env, jclass class, jlong address, jint ref, jdouble argument) {
  lua_State *L = state_of(address);
  double result;
  (void)class;
  lua_rawgeti(L, LUA_REGISTRYINDEX, ref);
  lua_pushnumber(L, argument);
  if (lua_pcall(L, 1, 1, 1) != LUA_OK) {
    fail(env, L);
    return 0;
  }
  result = lua_tonumber(L, -1);
  lua_settop(L, 1);
  return result;
}

/* Calls it 'count' times; returns the sum. */
NATIVE(jdouble, numbers) (JNIEnv *env, jclass class, jlong address, jint ref, jint count) {
  lua_State *L = state_of(address);
  double sum = 0;
  (void)class;
  for (; count > 0; count--) {
    lua_rawgeti(L, LUA_REGISTRYINDEX, ref);
    lua_pushnumber(L, count);
    if (lua_pcall(L, 1, 1, 1) != LUA_OK) {
      fail(env, L);
      return 0;
    }
    sum += lua_tonumber(L, -1);
    lua_settop(L, 1);
  }
  return sum;
}

/*
** Calls f(text), which returns a text, 'count' times, and copies each; returns the sum of their
** lengths.
*/
NATIVE(jlong, strings) (JNIEnv *env, jclass class, jlong address, jint ref, jbyteArray text,
                        jint count) {
  lua_State *L = state_of(address);
  char given[256], copy[256];
  jsize size = (*env)->GetArrayLength(env, text);
  jlong sum = 0;
  (void)class;
  (*env)->GetByteArrayRegion(env, text, 0, size, (jbyte *)given);
  for (; count > 0; count--) {
    size_t length;
    const char *result;
    lua_rawgeti(L, LUA_REGISTRYINDEX, ref);
    lua_pushlstring(L, given, (size_t)size);
    if (lua_pcall(L, 1, 1, 1) != LUA_OK) {
      fail(env, L);
      return 0;
    }
    result = lua_tolstring(L, -1, &length);
    memcpy(copy, result, length < sizeof(copy) ? length : sizeof(copy));
    __asm__ volatile ("" : : "r" (copy) : "memory");
    sum += (jlong)length;
    lua_settop(L, 1);
  }
  return sum;
}

/* Reads table.x 'count' times; returns the sum. */
NATIVE(jdouble, get) (JNIEnv *env, jclass class, jlong address, jint ref, jint count) {
  lua_State *L = state_of(address);
  double sum = 0;
  (void)env; (void)class;
  for (; count > 0; count--) {
    lua_rawgeti(L, LUA_REGISTRYINDEX, ref);
    lua_getfield(L, -1, "x");
    sum += lua_tonumber(L, -1);
    lua_settop(L, 1);
  }
  return sum;
}

/* Sets table.x = number 'count' times. */
NATIVE(void, set) (JNIEnv *env, jclass class, jlong address, jint ref, jint count) {
  lua_State *L = state_of(address);
  (void)env; (void)class;
  for (; count > 0; count--) {
    lua_rawgeti(L, LUA_REGISTRYINDEX, ref);
    lua_pushnumber(L, count);
    lua_setfield(L, -2, "x");
    lua_settop(L, 1);
  }
}
