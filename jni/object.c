/*
** Java objects in Lua: userdata with a handle, and one metatable for each kind.
*/
#include "object.h"

#include "ahead.h"
#include "buffer.h"
#include "codec.h"
#include "compat_yield.h"
#include "core.h"
#include "handles.h"
#include "loop.h"
#include "memory.h"
#include "message.h"
#include "registry.h"
#include "upcall.h"

Object *object_test (State *S, lua_State *L, int index) {
  Object *object = (Object *)lua_touserdata(L, index);
  size_t size;
  if (object == NULL) return NULL;
  size = lua_rawlen(L, index);    /* a light userdata has none */
  if ((size != sizeof(Object) && size != sizeof(Buffer)) || object->magic != S->magic) return NULL;
  return object;
}

/* The patched core's 'type' calls this for a userdata: returns whether it is a table to scripts. */
int lupine_is_table (lua_State *L, int index) {
  State *S = state_current;       /* of no magic in a thread of a C module */
  const Object *object = S->magic != 0 ? object_test(S, L, index) : NULL;
  return object != NULL && (object->traits & TRAIT_TABLE) != 0;
}

Object *object_check (lua_State *L, int index) {
  Object *object = object_test(state_current, L, index);
  if (object == NULL)
    luaL_error(L, "bad argument #%d (Java object expected, got %s)", index,
               luaL_typename(L, index));
  return object;
}

/* __gc: frees the handle with its last userdata. Allocates nothing. */
int object_collect (lua_State *L) {
  State *S = state_current;
  Object *object = object_test(S, L, 1);
  if (object != NULL) {
    object->magic = 0;
    if (object->traits & TRAIT_BUFFER) buffer_forget(L, 1);
    if (S->ahead.object == object) ahead_drop(S);
    S->alive[object->handle] -= HANDLE_ALIVE;
    handles_free(S, object->handle);
  }
  return 0;
}

/*
** Returns the object that the function or coroutine at 'index' stands for in the registry, if there
** is one. [-0, +0, -]
*/
static Object *find_foreign (State *S, lua_State *L, int index) {
  Object *object = NULL;
  if (!S->has_foreign) return NULL;
  lua_pushvalue(L, index);
  if (compat_rawgeti(L, LUA_REGISTRYINDEX, RIDX_FOREIGN) == LUA_TTABLE) {
    lua_insert(L, -2);            /* foreign value */
    lua_rawget(L, -2);
    object = object_test(S, L, -1);
  }
  lua_pop(L, 2);
  return object;
}

/* Lets the value on the top stand for the object below it. [-0, +0, m] */
static void add_foreign (lua_State *L, int object) {
  object = lua_absindex(L, object);
  push_registry(L, RIDX_FOREIGN);
  lua_pushvalue(L, -2);
  lua_pushvalue(L, object);
  lua_rawset(L, -3);
  lua_pop(L, 1);
  state_current->has_foreign = 1;
}

/*
** A function that object_push_function pushes: calls the object in upvalue 1. If that is a function
** of another state it may yield, and this one continues.
*/
static int call_object (lua_State *L) {
  Object *object = object_check(L, lua_upvalueindex(1));
  int yields = COMPAT_CONTINUES && (object->traits & TRAIT_FUNCTION)
      && compat_is_yieldable(L, state_current->main);
  return upcall_call(L, UP_CALL, object->handle, yields, 1, lua_gettop(L));
}

/*
** Returns the object that Java gets for the function at 'index': the one that it calls, if
** object_push_function made it. Java gets a step of a loop as a function.
*/
Object *object_of_function (State *S, lua_State *L, int index) {
  Object *object = NULL;
  if (lua_tocfunction(L, index) == call_object && lua_getupvalue(L, index, 1) != NULL) {
    object = object_test(S, L, -1);
    lua_pop(L, 1);
    if (object != NULL && (object->traits & TRAIT_STEP)) object = NULL;
  }
#if !COMPAT_CONTINUES
  else if (!lua_iscfunction(L, index)) object = find_foreign(S, L, index);
#endif
  return object;
}

#if COMPAT_CONTINUES

static void open_foreign (lua_State *L) {
  (void)L;
}

/* Pushes a function that calls the object at 'index', a function of another state. [-0, +1, e] */
static void push_foreign (lua_State *L, int index) {
  lua_pushvalue(L, index);
  lua_pushcclosure(L, call_object, 1);
}

#else

/*
** Calls a function of another state, or continues it. Pushes nil and the results, or what continues
** it and the values that it yields.
*/
static int step_foreign (lua_State *L, const Object *object, int yields, int first) {
  const char *message;
  int64_t answer = upcall_answer(L, UP_CALL, object->handle, yields, first, lua_gettop(L),
                                 &message);
  if (ANSWER_STATUS(answer) == STATUS_YIELD)
    return codec_push_answer(L, state_current, message, ANSWER_LENGTH(answer));
  lua_pushnil(L);
  return 1 + upcall_push(L, answer, message);
}

/* Upvalue 1 is the function of another state. */
static int call_foreign (lua_State *L) {
  return step_foreign(L, object_check(L, lua_upvalueindex(1)),
              compat_is_yieldable(L, state_current->main), 1);
}

/* Takes what continues a function, and the values of the resume. */
static int continue_foreign (lua_State *L) {
  if (state_current->closing == L) return luaL_error(L, "coroutine is closed");
  return step_foreign(L, object_check(L, 1), 0, 2);
}

/*
** Here a C function cannot go on after a yield. So the function that calls one of another state is
** written in Lua.
*/
static void open_foreign (lua_State *L) {
  compat_load_isolated(L,
      "local continue, yield = ...\n"
      "local function finish(more, ...)\n"
      "  if more then return finish(continue(more, yield(...))) end\n"
      "  return ...\n"
      "end\n"
      "return function(call)\n"
      "  return function(...) return finish(call(...)) end\n"
      "end");
  lua_pushcfunction(L, continue_foreign);
  lua_getglobal(L, "coroutine");
  lua_getfield(L, -1, "yield");
  lua_remove(L, -2);
  lua_call(L, 2, 1);
  lua_rawseti(L, LUA_REGISTRYINDEX, RIDX_FOREIGN_MAKER);
}

/* Pushes a function that calls the object at 'index', a function of another state. [-0, +1, e] */
static void push_foreign (lua_State *L, int index) {
  index = lua_absindex(L, index);
  if (compat_rawgeti(L, LUA_REGISTRYINDEX, RIDX_FOREIGN_MAKER) != LUA_TFUNCTION)
    registry_damaged(L);
  lua_pushvalue(L, index);
  lua_pushcclosure(L, call_foreign, 1);
  lua_call(L, 1, 1);
  lua_newtable(L);                /* scripts can get it, so each function has its own */
  lua_setfenv(L, -2);
  add_foreign(L, index);
}

#endif

/*
** Takes a table, a value for an object, and the value that the table has for it or nil. Stores the
** former unless the latter is one for that object, which a finalizer has got meanwhile; leaves the
** one that is stored. [-1, +0, m]
*/
static void store_first (lua_State *L, const Object *object, const Object *stored) {
  if (stored == object) lua_remove(L, -2);
  else {
    lua_pop(L, 1);
    lua_pushvalue(L, -1);
    lua_rawseti(L, -3, object->handle);
  }
}

/*
** Replaces the object on the top by a function that calls it. By its traits, an object gets the
** same function each time, or a step of a loop. To make one can run a finalizer, which may have got
** one meanwhile.
*/
void object_push_function (lua_State *L, int32_t traits) {
  Object *object = (Object *)lua_touserdata(L, -1);
  if (traits & TRAIT_LOOP) {
    loop_push(L);
    return;
  }
  if (!(traits & TRAIT_FUNCTION)) {
    lua_pushcclosure(L, call_object, 1);
    return;
  }
  push_registry(L, RIDX_FUNCTIONS);
  lua_rawgeti(L, -1, object->handle);             /* object functions old|nil */
  if (object_of_function(state_current, L, -1) != object) {
    lua_pop(L, 1);
    push_foreign(L, -2);
    lua_rawgeti(L, -2, object->handle);           /* object functions new old|nil */
    store_first(L, object, object_of_function(state_current, L, -1));
  }
  lua_replace(L, -3);
  lua_pop(L, 1);
}

/* Returns the object that a coroutine stands for, if object_push_thread made it. */
Object *object_of_thread (State *S, lua_State *L, int index) {
  return lua_tothread(L, index) == NULL ? NULL : find_foreign(S, L, index);
}

/*
** Replaces the object on the top, a coroutine of another state, by a coroutine that stands for it,
** the same one each time. That one never runs.
*/
void object_push_thread (lua_State *L, State *S) {
  Object *object = (Object *)lua_touserdata(L, -1);
  push_registry(L, RIDX_FUNCTIONS);
  lua_rawgeti(L, -1, object->handle);             /* object functions old|nil */
  if (object_of_thread(S, L, -1) != object) {
    lua_pop(L, 1);
    lua_newthread(L);
    add_foreign(L, -3);
    lua_rawgeti(L, -2, object->handle);           /* object functions new old|nil */
    store_first(L, object, object_of_thread(S, L, -1));
  }
  lua_replace(L, -3);
  lua_pop(L, 1);
}

/* A method: upvalue 1 is the object that it is bound to, upvalue 2 the member. */
static int invoke (lua_State *L) {
  Object *object = object_check(L, lua_upvalueindex(1));
  int32_t member = (int32_t)lua_tointeger(L, lua_upvalueindex(2));
  int self = lua_touserdata(L, 1) == (void *)object;
  if (self && lua_type(L, 2) == LUA_TNUMBER && lua_gettop(L) == 2)
    return ahead_push(L, state_current, member) ? 1
         : ahead_read(L, state_current, object, member);
  return upcall_call(L, UP_INVOKE, object->handle, self ? member | UP_SELF : member, 1 + self,
                     lua_gettop(L));
}

/* Pushes the method 'member' of the object at 1, and caches it for the key at 2. [-0, +1, m] */
static void push_method (lua_State *L, int32_t member, int bound) {
  lua_pushvalue(L, 1);
  lua_pushinteger(L, member);
  lua_pushcclosure(L, invoke, 2);
  lua_pushvalue(L, 2);
  lua_pushvalue(L, -2);
  lua_rawset(L, bound);
}

/* Caches a number for the key at 2 in the table in upvalue 1. [-0, +0, m] */
static void cache_number (lua_State *L, int32_t number) {
  lua_pushvalue(L, 2);
  lua_pushinteger(L, number);
  lua_rawset(L, lua_upvalueindex(1));
}

/* The number of a property in a table of members, where that of a method is not negative. */
#define PROPERTY(member)  (-1 - (member))

/*
** object[key]. Upvalue 1 is a table of the members of this kind by name, upvalue 2 one of the
** methods bound last by name. So a loop over one object makes one function.
*/
static int get_member (lua_State *L) {
  int type = lua_type(L, 2);
  Object *object;
  const char *answer;
  int32_t length, tag, member, cached, property;
  if (type == LUA_TNUMBER && ahead_push(L, state_current, AHEAD_INDEX)) return 1;
  object = object_check(L, 1);
  lua_settop(L, 2);
  if (type == LUA_TNUMBER) {
    int count = object->traits & TRAIT_BUFFER ? buffer_get(L, (Buffer *)(void *)object) : -1;
    return count >= 0 ? count : ahead_read(L, state_current, object, AHEAD_INDEX);
  }
  if (type != LUA_TSTRING)                        /* the key of no member */
    return upcall_call(L, UP_INDEX, object->handle, 0, 2, 2);
  lua_pushvalue(L, 2);
  lua_rawget(L, lua_upvalueindex(2));
  if (lua_tocfunction(L, -1) == invoke && lua_getupvalue(L, -1, 1) != NULL) {
    int same = lua_touserdata(L, -1) == (void *)object;
    lua_pop(L, 1);
    if (same) return 1;
  }
  lua_pushvalue(L, 2);
  lua_rawget(L, lua_upvalueindex(1));
  if (lua_isnumber(L, -1)) {
    member = (int32_t)lua_tointeger(L, -1);
    if (member < 0)
      return upcall_call(L, UP_GET_PROPERTY, object->handle, PROPERTY(member), 1, 0);
    push_method(L, member, lua_upvalueindex(2));
    return 1;
  }
  lua_settop(L, 2);
  answer = upcall_ask(L, UP_INDEX, object->handle, 0, 2, 2, &length);
  memcpy(&tag, answer + 8, sizeof(tag));
  if (tag != TAG_MEMBER) {
    return codec_push_answer(L, state_current, answer, length);
  }
  memcpy(&member, answer + 12, sizeof(member));
  memcpy(&cached, answer + 16, sizeof(cached));
  memcpy(&property, answer + 20, sizeof(property));
  if (property) {
    cache_number(L, PROPERTY(member));
    return upcall_call(L, UP_GET_PROPERTY, object->handle, member, 1, 0);
  }
  if (cached) {
    cache_number(L, member);
    push_method(L, member, lua_upvalueindex(2));
  }
  else {
    lua_pushvalue(L, 1);
    lua_pushinteger(L, member);
    lua_pushcclosure(L, invoke, 2);
  }
  return 1;
}

/* object[key] = value. Upvalue 1 is a table of the properties of this kind that can be written. */
static int set_member (lua_State *L) {
  Object *object = object_check(L, 1);
  const char *answer;
  int32_t length, member;
  lua_settop(L, 3);
  if ((object->traits & TRAIT_BUFFER) && lua_type(L, 2) == LUA_TNUMBER
      && buffer_set(L, (Buffer *)(void *)object) == 0)
    return 0;
  if (lua_type(L, 2) == LUA_TSTRING) {
    lua_pushvalue(L, 2);
    lua_rawget(L, lua_upvalueindex(1));
    if (lua_isnumber(L, -1)) {
      member = (int32_t)lua_tointeger(L, -1);
      upcall_call(L, UP_SET_PROPERTY, object->handle, member, 3, 3);
      return 0;
    }
    lua_settop(L, 3);
  }
  answer = upcall_ask(L, UP_NEW_INDEX, object->handle, 0, 2, 3, &length);
  if (header_of(answer).tag > 0) {                /* the count of values */
    memcpy(&member, answer + 12, sizeof(member));
    cache_number(L, member);
    upcall_call(L, UP_SET_PROPERTY, object->handle, member, 3, 3);
  }
  return 0;
}

static int call_userdata (lua_State *L) {
  Object *object = object_check(L, 1);
  return upcall_call(L, UP_CALL, object->handle, 0, 2, lua_gettop(L));
}

/* An operator, whose number is in upvalue 1. One operand at least must be a Java object. */
static int operate (lua_State *L) {
  State *S = state_current;
  lua_settop(L, 2);
  if (object_test(S, L, 1) == NULL && object_test(S, L, 2) == NULL) object_check(L, 1);
  return upcall_call(L, UP_OPERATE, -1, (int32_t)lua_tointeger(L, lua_upvalueindex(1)), 1, 2);
}

/* An operator with one operand, which Lua may pass twice. */
static int operate_alone (lua_State *L) {
  object_check(L, 1);
  return upcall_call(L, UP_OPERATE, -1, (int32_t)lua_tointeger(L, lua_upvalueindex(1)), 1, 1);
}

/*
** Metamethods. All kinds share them, since old flavours compare two objects only if both have the
** same one.
*/
static const struct {
  const char *name;
  int trait;                      /* of the kinds that have it; 0: all kinds */
  lua_CFunction function;
  int operator;
} metamethods[] = {
  { "__gc", 0, object_collect, 0 },
  { "__tostring", 0, operate_alone, OPERATOR_TOSTRING },
  { "__eq", 0, operate, OPERATOR_EQ },
  { "__concat", 0, operate, OPERATOR_CONCAT },
  { "__call", TRAIT_CALL, call_userdata, 0 },
  { "__len", TRAIT_LENGTH, operate_alone, OPERATOR_LENGTH },
  { "__lt", TRAIT_ORDER, operate, OPERATOR_LT },
  { "__le", TRAIT_ORDER, operate, OPERATOR_LE },
  { "__add", TRAIT_ARITHMETIC, operate, OPERATOR_ADD },
  { "__sub", TRAIT_ARITHMETIC, operate, OPERATOR_SUB },
  { "__mul", TRAIT_ARITHMETIC, operate, OPERATOR_MUL },
  { "__div", TRAIT_ARITHMETIC, operate, OPERATOR_DIV },
  { "__mod", TRAIT_ARITHMETIC, operate, OPERATOR_MOD },
  { "__pow", TRAIT_ARITHMETIC, operate, OPERATOR_POW },
  { "__idiv", TRAIT_ARITHMETIC, operate, OPERATOR_IDIV },
  { "__unm", TRAIT_ARITHMETIC, operate_alone, OPERATOR_UNM },
  { "__band", TRAIT_BITS, operate, OPERATOR_BAND },
  { "__bor", TRAIT_BITS, operate, OPERATOR_BOR },
  { "__bxor", TRAIT_BITS, operate, OPERATOR_BXOR },
  { "__shl", TRAIT_BITS, operate, OPERATOR_SHL },
  { "__shr", TRAIT_BITS, operate, OPERATOR_SHR },
  { "__bnot", TRAIT_BITS, operate_alone, OPERATOR_BNOT },
  { "__pairs", TRAIT_PAIRS, operate_alone, OPERATOR_PAIRS },
  { "__ipairs", TRAIT_PAIRS, operate_alone, OPERATOR_IPAIRS },
  { "__close", TRAIT_CLOSE, operate, OPERATOR_CLOSE }
};

#define METAMETHODS  ((int)(sizeof(metamethods) / sizeof(metamethods[0])))

void object_open (lua_State *L) {
  int i;
  push_weak_table(L, "v");
  lua_rawseti(L, LUA_REGISTRYINDEX, RIDX_OBJECTS);
  push_weak_table(L, "v");
  lua_rawseti(L, LUA_REGISTRYINDEX, RIDX_FUNCTIONS);
  push_weak_table(L, "k");
  lua_rawseti(L, LUA_REGISTRYINDEX, RIDX_FOREIGN);
  open_foreign(L);
  lua_newtable(L);
  lua_rawseti(L, LUA_REGISTRYINDEX, RIDX_KINDS);
  lua_newtable(L);
  for (i = 0; i < METAMETHODS; i++) {
    lua_pushinteger(L, metamethods[i].operator);
    lua_pushcclosure(L, metamethods[i].function, 1);
    lua_rawseti(L, -2, i + 1);
  }
  lua_rawseti(L, LUA_REGISTRYINDEX, RIDX_SHARED);
}

/* Pushes a new metatable for a kind. [-0, +1, m] */
static void new_kind (lua_State *L, int32_t kind, int32_t traits, const char *name,
                      size_t length) {
  int i;
  lua_newtable(L);                                /* mt */
  push_registry(L, RIDX_SHARED);
  for (i = 0; i < METAMETHODS; i++) {             /* mt shared */
    if (metamethods[i].trait == 0 || (metamethods[i].trait & traits)) {
      lua_rawgeti(L, -1, i + 1);
      lua_setfield(L, -3, metamethods[i].name);
    }
  }
  lua_pop(L, 1);                                  /* mt */
  lua_newtable(L);
  push_weak_table(L, "v");
  lua_pushcclosure(L, get_member, 2);
  if (traits & TRAIT_ELEMENTS) ahead_wrap(L);
  lua_newtable(L);
  lua_pushcclosure(L, set_member, 1);             /* mt index newindex */
  if (traits & TRAIT_BUFFER) buffer_wrap(L);
  lua_setfield(L, -3, "__newindex");
  lua_setfield(L, -2, "__index");
  lua_pushboolean(L, 0);
  lua_setfield(L, -2, "__metatable");
  if (name != NULL) lua_pushlstring(L, name, length);
  else lua_pushliteral(L, "Java object");
  lua_setfield(L, -2, "__name");
  if (compat_rawgeti(L, LUA_REGISTRYINDEX, RIDX_KINDS) == LUA_TTABLE) {
    lua_pushvalue(L, -2);
    lua_rawseti(L, -2, kind);
  }
  lua_pop(L, 1);
}

static void push_metatable (lua_State *L, int32_t kind, int32_t traits, const char *name,
                            size_t length) {
  if (compat_rawgeti(L, LUA_REGISTRYINDEX, RIDX_KINDS) == LUA_TTABLE) {
    lua_rawgeti(L, -1, kind);
    lua_remove(L, -2);
  }
  if (!lua_istable(L, -1)) {
    lua_pop(L, 1);
    new_kind(L, kind, traits, name, length);
  }
}

/* Returns the object at 'index', if that is the userdata of a handle. */
static Object *test_handle (State *S, lua_State *L, int index, int32_t handle) {
  Object *object = object_test(S, L, index);
  return object != NULL && object->handle == handle ? object : NULL;
}

/* Makes the userdata on the top a Java object, with the metatable below it. [-1, +0, -] */
static void make_object (lua_State *L, State *S, Object *object, int32_t handle, int32_t traits) {
  object->handle = handle;
  object->traits = traits;
  if (traits & TRAIT_TABLE) core_mark_table(object);
  lua_insert(L, -2);                              /* new mt */
  lua_setmetatable(L, -2);
  object->magic = S->magic;
  S->alive[handle] += HANDLE_ALIVE;
}

/*
** Pushes a Java object: its userdata if there is one, or else a new one. To make one can run a
** finalizer, which may have got one meanwhile.
*/
void object_push (lua_State *L, State *S, int32_t handle, int32_t kind, int32_t traits,
                  const char *name, size_t name_length) {
  size_t size = traits & TRAIT_BUFFER ? sizeof(Buffer) : sizeof(Object);
  Object *object;
  memory_check_stack(S, L, 16);
  push_registry(L, RIDX_OBJECTS);
  lua_rawgeti(L, -1, handle);                     /* objects old|nil */
  if (test_handle(S, L, -1, handle) == NULL) {
    lua_pop(L, 1);                                /* objects */
    push_metatable(L, kind, traits, name, name_length);
    if (!handles_make_room(S, handle)) memory_refuse(S, L);             /* objects mt */
    object = (Object *)memset(lua_newuserdatauv(L, size, 0), 0, size);
    lua_rawgeti(L, -3, handle);                   /* objects mt new old|nil */
    if (test_handle(S, L, -1, handle) != NULL) {
      lua_insert(L, -3);
      lua_pop(L, 2);                              /* objects old */
    }
    else {
      lua_pop(L, 1);
      make_object(L, S, object, handle, traits);
      lua_pushvalue(L, -1);
      lua_rawseti(L, -3, handle);                 /* objects new */
    }
  }
  lua_remove(L, -2);
}
