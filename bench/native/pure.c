/*
** The cost of the benchmarks' operations in C alone: loops over Lua's own C API, in the process of
** the JVM, with the core of a flavour. Natives of org.lupine.bench.contender.PureC.
*/
#include <jni.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "compat.h"

#define NATIVE(type, name)  JNIEXPORT type JNICALL Java_org_lupine_bench_contender_PureC_##name

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

/*
** What scripts call. An object is a userdata whose only field is a number.
*/

static lua_Number *object_of (lua_State *L) {
  return (lua_Number *)luaL_checkudata(L, 1, "object");
}

/* obj:mi(i), obj:md(d) */
static int take_number (lua_State *L) {
  *object_of(L) += luaL_checknumber(L, 2);
  return 0;
}

/* obj:rd() */
static int give_number (lua_State *L) {
  lua_pushnumber(L, *object_of(L));
  return 1;
}

/* obj:add(d) */
static int add_number (lua_State *L) {
  lua_Number *total = object_of(L);
  *total += luaL_checknumber(L, 2);
  lua_pushnumber(L, *total);
  return 1;
}

/* obj:ms(text) */
static int take_text (lua_State *L) {
  size_t length;
  object_of(L);
  luaL_checklstring(L, 2, &length);
  return 0;
}

/* obj:mo(object) */
static int take_object (lua_State *L) {
  object_of(L);
  luaL_checkany(L, 2);
  return 0;
}

/* obj:ov(number or text) */
static int take_either (lua_State *L) {
  object_of(L);
  if (lua_type(L, 2) != LUA_TNUMBER) luaL_checkstring(L, 2);
  return 0;
}

/* obj:echo(text) */
static int give_text (lua_State *L) {
  size_t length;
  const char *text;
  object_of(L);
  text = luaL_checklstring(L, 2, &length);
  lua_pushlstring(L, text, length);
  return 1;
}

/* obj:fail() */
static int fail_always (lua_State *L) {
  object_of(L);
  return luaL_error(L, "no");
}

static const luaL_Reg object_methods[] = {
  {"mi", take_number}, {"md", take_number}, {"rd", give_number}, {"add", add_number},
  {"ms", take_text}, {"mo", take_object}, {"ov", take_either}, {"echo", give_text},
  {"fail", fail_always}, {NULL, NULL}
};

/* point.x and point.y: the fields and properties of a userdata. */
static int point_get (lua_State *L) {
  const double *point = (const double *)luaL_checkudata(L, 1, "point");
  const char *name = luaL_checkstring(L, 2);
  if (strcmp(name, "x") != 0 && strcmp(name, "y") != 0) return luaL_error(L, "no %s", name);
  lua_pushnumber(L, point[name[0] - 'x']);
  return 1;
}

static int point_set (lua_State *L) {
  double *point = (double *)luaL_checkudata(L, 1, "point");
  const char *name = luaL_checkstring(L, 2);
  if (strcmp(name, "x") != 0 && strcmp(name, "y") != 0) return luaL_error(L, "no %s", name);
  point[name[0] - 'x'] = luaL_checknumber(L, 3);
  return 0;
}

#define LIST_SIZE  10000

/* list:get(i), from 0 */
static int list_get (lua_State *L) {
  const double *list = (const double *)luaL_checkudata(L, 1, "list");
  lua_Integer index = luaL_checkinteger(L, 2);
  luaL_argcheck(L, index >= 0 && index < LIST_SIZE, 2, "out of bounds");
  lua_pushnumber(L, list[index]);
  return 1;
}

/* list[i], from 1, and list.get, which is the upvalue. */
static int list_index (lua_State *L) {
  const double *list = (const double *)luaL_checkudata(L, 1, "list");
  if (lua_type(L, 2) == LUA_TNUMBER) {
    lua_Integer index = lua_tointeger(L, 2);
    luaL_argcheck(L, index >= 1 && index <= LIST_SIZE, 2, "out of bounds");
    lua_pushnumber(L, list[index - 1]);
  }
  else
    lua_pushvalue(L, lua_upvalueindex(1));
  return 1;
}

static int list_length (lua_State *L) {
  luaL_checkudata(L, 1, "list");
  lua_pushinteger(L, LIST_SIZE);
  return 1;
}

/* plus(number) */
static int plus (lua_State *L) {
  lua_pushnumber(L, luaL_checknumber(L, 1) + 1);
  return 1;
}

/* same(anything) */
static int same (lua_State *L) {
  lua_settop(L, 1);
  return 1;
}

/* echo(text) */
static int echo (lua_State *L) {
  size_t length;
  const char *text = luaL_checklstring(L, 1, &length);
  lua_pushlstring(L, text, length);
  return 1;
}

/* call(x): the global 'id' of x, in a protected call. */
static int call_back (lua_State *L) {
  lua_getglobal(L, "id");
  lua_pushvalue(L, 1);
  if (lua_pcall(L, 1, 1, 0) != LUA_OK) return lua_error(L);
  return 1;
}

static void set_function (lua_State *L, const char *name, lua_CFunction function) {
  lua_pushcfunction(L, function);
  lua_setglobal(L, name);
}

/* Sets a field of the table on the top. */
static void add_function (lua_State *L, const char *name, lua_CFunction function) {
  lua_pushcfunction(L, function);
  lua_setfield(L, -2, name);
}

/* Defines what scripts call. */
static void define (lua_State *L) {
  const luaL_Reg *each;
  double *numbers;
  set_function(L, "plus", plus);
  set_function(L, "same", same);
  set_function(L, "echo", echo);
  set_function(L, "call", call_back);

  *(lua_Number *)lua_newuserdatauv(L, sizeof(lua_Number), 0) = 0;
  luaL_newmetatable(L, "object");
  lua_newtable(L);
  for (each = object_methods; each->name != NULL; each++) add_function(L, each->name, each->func);
  lua_setfield(L, -2, "__index");
  lua_setmetatable(L, -2);
  lua_setglobal(L, "obj");

  numbers = (double *)lua_newuserdatauv(L, 2 * sizeof(double), 0);
  numbers[0] = numbers[1] = 1;
  luaL_newmetatable(L, "point");
  add_function(L, "__index", point_get);
  add_function(L, "__newindex", point_set);
  lua_setmetatable(L, -2);
  lua_setglobal(L, "point");

  numbers = (double *)lua_newuserdatauv(L, LIST_SIZE * sizeof(double), 0);
  for (int i = 0; i < LIST_SIZE; i++) numbers[i] = i + 0.5;
  luaL_newmetatable(L, "list");
  lua_pushcfunction(L, list_get);
  lua_pushcclosure(L, list_index, 1);
  lua_setfield(L, -2, "__index");
  add_function(L, "__len", list_length);
  lua_setmetatable(L, -2);
  lua_setglobal(L, "list");
}

/* Returns a state whose stack holds only the handler. */
NATIVE(jlong, open) (JNIEnv *env, jclass class) {
  lua_State *L = luaL_newstate();
  (void)env; (void)class;
  luaL_openlibs(L);
  define(L);
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
