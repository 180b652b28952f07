/*
** Crossings: the protected entry of Java into Lua, and the upcall.
*/
#include <stdlib.h>

#include "side.h"

/*
** Results are written aside and go to the frame last: Lua 5.1 collects garbage even after the
** body has returned, and a finalizer may call Java.
*/
void call_begin_results (Entry *E) {
  codec_begin(&E->W, E->S, E->kept, sizeof(E->kept));
}

/* Whether the value at 'index' can be called. [-0, +0, m] */
static int callable (lua_State *L, int index) {
  if (lua_isfunction(L, index)) return 1;
  if (!luaL_getmetafield(L, index, "__call")) return 0;
  lua_pop(L, 1);
  return 1;
}

/* Calls with what lies above and including 'callee', and writes the results. */
static void call_and_put (Entry *E, lua_State *L, int callee) {
  lua_call(L, lua_gettop(L) - callee, LUA_MULTRET);
  codec_put_range(&E->W, L, callee, lua_gettop(L));
}

/*
** Compiles: code name mode expression at 'first'. In their place the function, or the message of
** the compiler with the entry's status set. [-4, +1, m]
*/
static int load_chunk (Entry *E, lua_State *L, int first) {
  static const char *const modes[] = { "t", "b", "bt" };
  size_t length;
  const char *code = lua_tolstring(L, first, &length);
  const char *name = lua_tostring(L, first + 1);
  int mode = (int)lua_tointeger(L, first + 2);
  int status;
  E->S->loading_bytecode = mode != 0;
  status = compat_load(L, code, length, name, modes[mode]);
  E->S->loading_bytecode = 0;
  if (status == LUA_ERRSYNTAX && lua_toboolean(L, first + 3)) {
    size_t whole;
    const char *expression;
    lua_pushliteral(L, "return ");
    lua_pushvalue(L, first);
    lua_concat(L, 2);             /* ... message expression */
    expression = lua_tolstring(L, -1, &whole);
    if (compat_load(L, expression, whole, name, "t") == LUA_OK) status = LUA_OK;
    else lua_pop(L, 2);           /* ... message */
  }
  lua_replace(L, first);
  lua_pushvalue(L, first);
  lua_settop(L, first);
  if (status == LUA_OK) return 1;
  E->status = status == LUA_ERRMEM ? STATUS_MEMORY : STATUS_SYNTAX;
  E->S->level_count = 0;
  return 0;
}

/* The state's own globals, whatever the script did to the registry. [-0, +1, e] */
static void push_globals (lua_State *L) {
  if (compat_rawgeti(L, LUA_REGISTRYINDEX, ANCHOR_GLOBALS) != LUA_TTABLE)
    luaL_error(L, "registry is damaged");
}

/* What follows when load_chunk gave no function: the compiler's message is on the top. */
static int fail_load (const Entry *E, lua_State *L) {
  return E->status == STATUS_SYNTAX ? lua_error(L) : 0;
}

/* Gives the chunk at 'chunk' the environment at 'index', unless that is nil. [-0, +0, e] */
static void set_environment (lua_State *L, int index, int chunk) {
  if (lua_isnil(L, index)) return;
  lua_pushvalue(L, index);
  compat_set_environment(L, chunk);
}

/* environment code name mode expression args...; whether it compiled. */
static int run_in (Entry *E, lua_State *L, int count) {
  int i;
  for (i = 2; i <= 5; i++) lua_pushvalue(L, i);
  if (!load_chunk(E, L, count + 1)) return 0;
  set_environment(L, 1, count + 1);
  lua_replace(L, 5);              /* ... chunk args... */
  call_begin_results(E);
  call_and_put(E, L, 5);
  return 1;
}

/* ref [code name mode expression] scope args...; whether it compiled. */
static int run_chunk (Entry *E, lua_State *L, int count) {
  int32_t ref = (int32_t)lua_tointeger(L, 1);
  int i, fresh = 0, scope = ref == 0 ? 6 : 2;
  if (ref == 0) {
    /* the code may be followed by many arguments: they wait above */
    for (i = 2; i <= 5; i++) lua_pushvalue(L, i);
    if (!load_chunk(E, L, count + 1)) return 0;
    lua_pushvalue(L, -1);
    ref = state_new_ref(E->S, L);
  }
  else {
    state_push_ref(L, ref);
    if (!lua_isfunction(L, -1)) luaL_error(L, "registry is damaged");
  }
  call_begin_results(E);
  if (lua_isnil(L, scope)) {
    push_globals(L);              /* ... chunk globals */
    if (compat_has_environment(L, count + 1)) lua_pop(L, 1);
    else compat_set_environment(L, count + 1);
  }
  else {
    fresh = !lua_istable(L, scope);
    lua_pushvalue(L, scope);
    if (fresh) scope_push_environment(L, E->S);   /* ... chunk env */
    lua_pushvalue(L, -1);
    lua_replace(L, 1);            /* env ... chunk env */
    lua_pushvalue(L, -1);
    compat_set_globals(L);
    E->scoped = 1;
    compat_set_environment(L, count + 1);
  }
  lua_replace(L, scope);          /* ... chunk args... */
  lua_call(L, count - scope, LUA_MULTRET);
  call_begin_results(E);
  codec_put_integer(&E->W, L, ref);
  if (fresh && scope_holds_functions(L, 1)) codec_put(&E->W, L, 1);
  else codec_put_nil(&E->W, L);
  codec_put_range(&E->W, L, scope, lua_gettop(L));
  return 1;
}

/* number name: from now on the quick entries know the name by its number. */
static void name_value (lua_State *L) {
  int number = (int)lua_tointeger(L, 1);
  if (compat_rawgeti(L, LUA_REGISTRYINDEX, ANCHOR_NAMES) != LUA_TTABLE)
    luaL_error(L, "registry is damaged");
  lua_pushvalue(L, 2);
  lua_rawseti(L, -2, number);
}

/* The body of every entry: reads the message, does the operation, writes the results. */
static int body (lua_State *L) {
  Entry *E = (Entry *)lua_touserdata(L, 1);
  State *S = E->S;
  int count;
  lua_settop(L, 0);
  count = codec_push_all(L, S, E->message, E->length);
  E->message = NULL;              /* read */
  call_begin_results(E);
  switch (E->operation) {
    case DOWN_LOAD:
      if (!load_chunk(E, L, 2)) return fail_load(E, L);
      set_environment(L, 1, 2);
      codec_put(&E->W, L, 2);
      break;
    case DOWN_RUN_IN:
      if (!run_in(E, L, count)) return fail_load(E, L);
      break;
    case DOWN_RUN:
      if (!run_chunk(E, L, count)) return fail_load(E, L);
      break;
    case DOWN_CALL:
      call_and_put(E, L, 1);
      break;
    case DOWN_NAME:
      name_value(L);
      break;
    case DOWN_CALL_GLOBAL:
      push_globals(L);
      lua_pushvalue(L, 1);
      lua_rawget(L, -2);
      if (!callable(L, -1)) {
        E->status = STATUS_NOT_FOUND;
        break;
      }
      lua_replace(L, 1);
      lua_pop(L, 1);
      call_and_put(E, L, 1);
      break;
    case DOWN_CALL_METHOD:
      lua_pushvalue(L, 2);
      lua_gettable(L, 1);
      if (!callable(L, -1)) {
        E->status = STATUS_NOT_FOUND;
        break;
      }
      lua_replace(L, 2);          /* table method args... */
      lua_pushvalue(L, 1);
      lua_pushvalue(L, 2);
      lua_replace(L, 1);
      lua_replace(L, 2);          /* method table args... */
      call_and_put(E, L, 1);
      break;
    case DOWN_GET_GLOBAL:
      push_globals(L);
      lua_insert(L, 1);
      lua_rawget(L, 1);
      codec_put(&E->W, L, -1);
      break;
    case DOWN_PUT_GLOBAL:
      scope_put_global(L);
      codec_put(&E->W, L, -1);
      break;
    case DOWN_USER_GLOBALS:
      scope_user_globals(L, &E->W);
      break;
    case DOWN_CLEAR_GLOBALS:
      scope_clear_globals(L);
      break;
    case DOWN_RESTORE:
      lua_pushboolean(L, scope_restore(L, S));
      codec_put(&E->W, L, -1);
      break;
    case DOWN_GLOBALS:
      push_globals(L);
      codec_put(&E->W, L, -1);
      break;
    case DOWN_REMEMBER:
      scope_remember(L);
      break;
    case DOWN_DRAIN:
      break;
    case DOWN_RESUME: case DOWN_THREAD_STATUS: case DOWN_NEW_THREAD: case DOWN_SPAWN:
    case DOWN_CLOSE_THREAD:
      thread_run(L, E->operation, &E->W);
      break;
    case DOWN_FUNCTION:
      function_make(L, &E->W);
      break;
    case DOWN_DESCRIBE:
      function_describe(L, &E->W);
      break;
    case DOWN_COLLECT: case DOWN_MEMORY:
      memory_run(L, S, E->operation, &E->W);
      break;
    default:
      table_run(L, S, E->operation, &E->W);
      break;
  }
  return 0;
}

/* The answer of an entry whose message is written: where Java will find it. */
int64_t call_answer (Entry *E, char **answer) {
  int32_t length;
  if (E->status == STATUS_NOT_FOUND || E->status >= STATUS_MEMORY) return ANSWER(E->status, 0);
  length = codec_end(&E->W);
  if (length > FRAME_MESSAGE) {
    *answer = (char *)malloc((size_t)length);
    if (*answer == NULL) return ANSWER(STATUS_MEMORY, 0);
    memcpy(*answer, E->W.bytes, (size_t)length);
  }
  else
    memcpy(E->S->frame->message, E->W.bytes, (size_t)length);
  return ANSWER(E->status, length);
}

Outer call_enter (State *S, lua_State *L) {
  Outer outer = { S, state_current, S->blocks, lua_gettop(L), S->reading };
  state_current = S;
  stop_watch(S);
  if (S->depth == 0) __atomic_store_n(&S->run, S->run + 1, __ATOMIC_RELAXED);
  __atomic_store_n(&S->depth, S->depth + 1, __ATOMIC_RELEASE);
  S->frame->crossings++;
  S->level_count = S->levels_left_out = S->from_java = S->loading_bytecode = 0;
  state_drain(S, L);
  return outer;
}

int64_t call_leave (State *S, lua_State *L, const Outer *outer, int64_t answer) {
  lua_settop(L, outer->top);
  state_drop_blocks(S, outer->blocks);
  S->reading = outer->reading;
  state_show_freed(S);
  state_current = outer->state;
  stop_watch(outer->state);
  __atomic_store_n(&S->depth, S->depth - 1, __ATOMIC_RELEASE);
  if (S->stop == STOP_INTERRUPT && S->depth == 0) stop_end(S);
  if (S->fatal) {
    answer = ANSWER(STATUS_FATAL, S->fatal - FATAL_JAVA);
    limits_set_fatal(S, L, 0);
  }
  return answer;
}

/* Where C functions are closures, the body of the entries is made beforehand. */
void call_open (lua_State *L) {
  compat_anchor_body(L, body, ANCHOR_BODY);
}

/*
** The frame's message kept aside: reading it can run a finalizer, which can call Java, which
** writes to the frame. NULL if there is no memory.
*/
static const char *keep (State *S, char *kept, int32_t length) {
  if (length > KEPT) {
    Block *block = (Block *)malloc(sizeof(Block) + (size_t)length);
    if (block == NULL) return NULL;
    block->next = S->blocks;
    S->blocks = block;
    kept = (char *)(block + 1);
  }
  memcpy(kept, S->frame->message, (size_t)length);
  return kept;
}

int64_t call_run (State *S, int32_t operation, int32_t length, const char *large, char **answer) {
  lua_State *L = S->running;
  Entry E;
  Outer outer;
  int64_t result;
  int status;
  if (limits_stack_low()) return ANSWER(STATUS_STACK, 0);
  outer = call_enter(S, L);
  E.S = S;
  memory_allow(S, operation == DOWN_COLLECT || operation == DOWN_MEMORY);
  E.operation = operation;
  E.length = length;
  E.status = STATUS_OK;
  E.refusals = S->refusals;
  E.scoped = 0;
  E.message = large != NULL ? large : keep(S, E.kept, length);
  if (E.message == NULL) return call_leave(S, L, &outer, ANSWER(STATUS_MEMORY, 0));
  lua_pushglobaltable(L);                         /* globals */
  failure_push_handler(L);
  compat_push_body(L, body, ANCHOR_BODY);
  lua_pushlightuserdata(L, &E);                   /* globals handler body entry */
  status = lua_pcall(L, 1, 0, outer.top + 2);
  if (E.scoped) {
    lua_pushvalue(L, outer.top + 1);
    compat_set_globals(L);
  }
  if (status != LUA_OK && E.message != NULL && memory_collect(S, L, status, E.refusals)) {
    lua_pop(L, 1);                                /* nothing was done yet: once more */
    S->reading = outer.reading;
    compat_push_body(L, body, ANCHOR_BODY);
    lua_pushlightuserdata(L, &E);
    status = lua_pcall(L, 1, 0, outer.top + 2);
  }
  if (status != LUA_OK) {
    if (E.message != NULL) codec_free_unborn(S, E.message);
    if (E.status == STATUS_OK)
      E.status = memory_was_short(S, status, E.refusals) ? STATUS_MEMORY : STATUS_ERROR;
    if (E.status != STATUS_MEMORY) failure_write(&E, L);
  }
  result = call_answer(&E, answer);
  return call_leave(S, L, &outer, result);
}

/* Which C function runs. */
static lua_CFunction running_function (lua_State *L) {
  lua_Debug ar;
  lua_CFunction function = NULL;
  if (lua_getstack(L, 0, &ar)) {
    lua_getinfo(L, "f", &ar);
    function = lua_tocfunction(L, -1);
    lua_pop(L, 1);
  }
  return function;
}

/* Raises what Java answered instead of results. */
static int raise (lua_State *L, State *S, int32_t status, const char *message, int32_t length) {
  switch (status) {
    case STATUS_ERROR:
      if (codec_push_all(L, S, message, length) == 2 && lua_type(L, -2) == LUA_TSTRING) {
        luaL_where(L, 1);
        lua_replace(L, -2);       /* text position */
        lua_insert(L, -2);
        lua_concat(L, 2);
      }
      S->raising = running_function(L);
      return lua_error(L);
    case STATUS_STACK:
      return luaL_error(L, "C stack overflow");
    case STATUS_FATAL:
      limits_set_fatal(S, L, FATAL_JAVA);
      return limits_raise_fatal(L);
    default:
      return luaL_error(L, "not enough memory");
  }
}

/*
** Asks Java, with the values from 'first' to 'last' as arguments. Gives the answer, which lies in
** the frame or in *message, a block, and is to be read before anything else.
*/
static int64_t ask (lua_State *L, int32_t operation, int32_t target, int32_t member, int first,
                    int last, const char **message) {
  State *S = state_current;
  lua_State *outer = S->running;
  Writer W;
  char *large = NULL;
  int64_t answer;
  int32_t asked;
  if (limits_stack_low()) luaL_error(L, "C stack overflow");
  luaL_checkstack(L, LUA_MINSTACK, "stack overflow");
  codec_begin(&W, S, S->frame->message, FRAME_MESSAGE);
  codec_put_range(&W, L, first, last);
  asked = codec_end(&W);
  state_show_freed(S);
  S->running = L;
  S->frame->crossings++;
  answer = S->host->upcall(S->session, operation, target, member, asked,
                           W.bytes == S->frame->message ? NULL : W.bytes, &large);
  S->running = outer;
  state_current = S;
  *message = S->frame->message;
  if (large != NULL) {            /* not an error's: those are one object */
    Block *block = (Block *)(void *)large;
    block->next = S->blocks;
    S->blocks = block;
    *message = large + sizeof(Block);
  }
  state_drain(S, L);
  if (S->stop) lupine_stopped(L);
  if (ANSWER_STATUS(answer) != STATUS_OK && ANSWER_STATUS(answer) != STATUS_YIELD)
    raise(L, S, ANSWER_STATUS(answer), *message, ANSWER_LENGTH(answer));
  return answer;
}

const char *call_ask (lua_State *L, int32_t operation, int32_t target, int32_t member, int first,
                      int last, int32_t *length) {
  const char *message;
  *length = ANSWER_LENGTH(ask(L, operation, target, member, first, last, &message));
  return message;
}

/* Asks Java, and pushes the results, or yields them. */
int call_up (lua_State *L, int32_t operation, int32_t target, int32_t member, int first,
             int last) {
  const char *message;
  int64_t answer = ask(L, operation, target, member, first, last, &message);
  int count = codec_push_all(L, state_current, message, ANSWER_LENGTH(answer));
  return ANSWER_STATUS(answer) == STATUS_YIELD ? thread_yield(L, count) : count;
}
