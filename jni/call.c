/*
** Crossings: the protected entry of Java into Lua, and the upcall.
*/
#include <stdlib.h>

#include "side.h"
#include "core.h"
#if CORE_JIT
#include "lj_frame.h"
#endif

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

/* The state's own globals, whatever the script did to the registry. [-0, +1, e] */
void call_push_globals (lua_State *L) {
  if (compat_rawgeti(L, LUA_REGISTRYINDEX, ANCHOR_GLOBALS) != LUA_TTABLE)
    luaL_error(L, "registry is damaged");
}

/* number name: from now on the quick entries know the name by its number. */
static void name_value (lua_State *L) {
  int number = (int)lua_tointeger(L, 1);
  if (compat_rawgeti(L, LUA_REGISTRYINDEX, ANCHOR_NAMES) != LUA_TTABLE)
    luaL_error(L, "registry is damaged");
  lua_pushvalue(L, 2);
  lua_rawseti(L, -2, number);
}

/*
** What the entry under way has left for its protected body, which is the first to ask. A body that
** a script has got hold of finds nothing.
*/
Entry *call_take_entry (lua_State *L) {
  State *S = state_current;
  Entry *E = S->entry;
  S->entry = NULL;
  if (E == NULL) luaL_error(L, "function is not for scripts");
  return E;
}

/* The body of every entry: reads the message, does the operation, writes the results. */
int call_body (lua_State *L) {
  Entry *E = call_take_entry(L);
  State *S = E->S;
  int count;
  lua_settop(L, 0);
  if (E->operation >= DOWN_BUILD) {
    bulk_run(E, L);
    return 0;
  }
  count = codec_push_all(L, S, E->message);
  E->message = NULL;              /* read: its place is that of the results */
  switch (E->operation) {
    case DOWN_LOAD: case DOWN_RUN: case DOWN_RUN_IN:
      if (!chunk_run(E, L, count) && E->status == STATUS_SYNTAX) return lua_error(L);
      break;
    case DOWN_CALL:
      call_and_put(E, L, 1);
      break;
    case DOWN_NAME:
      name_value(L);
      break;
    case DOWN_CALL_GLOBAL:
      call_push_globals(L);
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
      call_push_globals(L);
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
      call_push_globals(L);
      codec_put(&E->W, L, -1);
      break;
    case DOWN_REMEMBER:
      scope_remember(L);
      break;
    case DOWN_CONFINE:
      library_confine(L);
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

/*
** The answer of an entry whose message is written: where Java will find it. Java reads none where a
** fatal error is under way.
*/
int64_t call_answer (Entry *E, char **answer) {
  int32_t length;
  if (E->status >= STATUS_MEMORY) return ANSWER(E->status, 0);
  if (E->S->fatal) {
    codec_abandon(&E->W, E->S->running);
    return ANSWER(STATUS_FATAL, 0);
  }
  length = codec_end(&E->W);
  if (length > FRAME_MESSAGE) {
    *answer = (char *)malloc((size_t)length);
    if (*answer == NULL) {
      codec_abandon(&E->W, E->S->running);
      return ANSWER(STATUS_MEMORY, 0);
    }
    memcpy(*answer, E->W.bytes, (size_t)length);
  }
  else
    memcpy(E->S->frame->message, E->W.bytes, (size_t)length);
  return ANSWER(E->status, length);
}

/* What an entry ends with that a fatal error went through. */
int64_t call_fatal (State *S, lua_State *L) {
  int why = S->fatal - FATAL_JAVA;
  limits_set_fatal(S, L, 0);
  if (why != 0) {
    failure_write_stopped(S);
    /* a hook of the script's may be what ran on; the next run is not to meet it */
    if (S->depth == 0) lua_sethook(S->main, NULL, 0, 0);
  }
  return ANSWER(STATUS_FATAL, why);
}

/* Where C functions are closures, the body of the entries is made beforehand. */
void call_open (lua_State *L) {
  compat_anchor_body(L, call_body, ANCHOR_BODY);
}

/*
** The frame's message kept aside: reading it can run a finalizer, which can call Java, which
** writes to the frame. NULL if there is no memory.
*/
static const char *keep (State *S, char *kept, int32_t length) {
  if (length > KEPT) {
    Block *block = state_spare_block(S);
    if (block == NULL) return NULL;
    state_link_block(S, block, OWNED_BY_ENTRY);
    kept = (char *)block + BLOCK_HEAD;
  }
  memcpy(kept, S->frame->message, (size_t)length);
  return kept;
}

/* What the body has written is not sent, and what it was about to read is kept for another try. */
static void abandon (Entry *E, lua_State *L, const Outer *outer, Block *mark) {
  State *S = E->S;
  codec_abandon(&E->W, L);
  state_drop_blocks(S, mark);
  if (E->loaded != 0) state_release_ref(S, L, E->loaded);
  E->loaded = 0;
  call_begin_results(E);
  S->reading = outer->reading + (E->message != NULL);   /* it may be read once more */
  S->failed = NULL;
}

/* Whether an operation is one by which Java frees memory: then the limit is not quite so strict. */
static int frees (int32_t operation, const char *message) {
  switch (operation) {
    case DOWN_COLLECT: case DOWN_MEMORY: case DOWN_GLOBALS: case DOWN_CLEAR_GLOBALS:
    case DOWN_DRAIN:
      return 1;
    case DOWN_PUT_GLOBAL:
      return codec_is_nil(message, 1);
    case DOWN_PUT: case DOWN_RAW_PUT:
      return codec_is_nil(message, 2);
    default:
      return 0;
  }
}

int64_t call_run (State *S, int32_t operation, int32_t length, const char *large, char **answer) {
  lua_State *L = S->running;
  Entry *waiting = S->entry;      /* of an entry whose body a hook comes before */
  Entry E;
  Outer outer;
  Block *mark;
  int64_t result;
  int status;
  if (limits_stack_low()) {
    codec_free_unborn(S, large != NULL ? large : S->frame->message);
    return ANSWER(STATUS_STACK, 0);
  }
  call_enter(S, L, &outer);
  E.S = S;
  memory_allow(S, S->limit != 0 && frees(operation, large != NULL ? large : S->frame->message));
  E.operation = operation;
  E.length = length;
  E.status = STATUS_OK;
  E.refusals = S->refusals;
  E.scoped = E.touched = 0;
  E.loaded = 0;
  call_begin_results(&E);
  E.message = large != NULL ? large : keep(S, E.kept, length);
  if (E.message == NULL) {
    codec_free_unborn(S, S->frame->message);
    return call_leave(S, L, &outer, ANSWER(STATUS_MEMORY, 0));
  }
  mark = S->blocks;
  lua_pushglobaltable(L);                         /* globals */
  failure_push_handler(L);
  compat_push_body(L, call_body, ANCHOR_BODY);    /* globals handler body */
  S->entry = &E;
  status = lua_pcall(L, 0, 0, outer.top + 2);
  if (status != LUA_OK) abandon(&E, L, &outer, mark);
  if (status != LUA_OK && E.message != NULL && !E.touched
      && memory_collect(S, L, status, E.refusals)) {
    lua_pop(L, 1);                                /* nothing was done yet: once more */
    S->reading = outer.reading;
    compat_push_body(L, call_body, ANCHOR_BODY);
    S->entry = &E;
    status = lua_pcall(L, 0, 0, outer.top + 2);
    if (status != LUA_OK) abandon(&E, L, &outer, mark);
  }
  if (E.scoped) {
    lua_pushvalue(L, outer.top + 1);
    compat_set_globals(L);
  }
  S->entry = waiting;
  if (status != LUA_OK) {
    if (E.message != NULL) codec_free_unborn(S, E.message);
    S->reading = outer.reading;
    if (E.status == STATUS_OK)
      E.status = memory_was_short(S, status, E.refusals) ? STATUS_MEMORY : STATUS_ERROR;
    if (E.status != STATUS_MEMORY) failure_write(&E, L);
  }
  else if (S->fatal) abandon(&E, L, &outer, mark);        /* Java will not see the results */
  result = call_answer(&E, answer);
  memory_allow(S, 0);
  if (E.loaded != 0 && ANSWER_STATUS(result) != STATUS_OK) state_release_ref(S, L, E.loaded);
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

/*
** Pushes the position of what has called the running function, as luaL_where does, but passes by
** Lua code of ours, and by what 5.1 notes of its tail calls. [-0, +1, m]
*/
static void push_position (lua_State *L) {
  lua_Debug ar;
  int level = 1;
  while (lua_getstack(L, level, &ar)) {
    lua_getinfo(L, "S", &ar);
    if (strcmp(ar.source, OWN_CHUNK) != 0 && (level == 1 || *ar.what != 't')) break;
    level++;
  }
  luaL_where(L, level);
}

/* Raises what Java answered instead of results. */
static int raise_answer (lua_State *L, State *S, int32_t status, const char *message,
                         int32_t length) {
  switch (status) {
    case STATUS_ERROR:
      if (codec_push_answer(L, S, message, length) == 2) {
        if (lua_type(L, -2) == LUA_TSTRING) {
          push_position(L);
          lua_replace(L, -2);     /* text position */
          lua_insert(L, -2);
          lua_concat(L, 2);
        }
        else
          lua_pop(L, 1);
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

/* Writes the values from 'first' to 'last' as arguments of an upcall, and gives their length. */
static int32_t write_arguments (Writer *W, State *S, lua_State *L, int first, int last,
                                uintptr_t owner) {
  int32_t tag = first == last ? codec_small(S, L, first, &S->frame->answer) : -1;
  W->block = NULL;
  if (tag >= 0) return SMALL_LENGTH(tag);
  codec_begin(W, S, S->frame->message, FRAME_MESSAGE);
  W->owner = owner;
  codec_put_range(W, L, first, last);
  return codec_end(W);
}

/* A place of the C stack: what called the present C function is above it, this one below. */
static inline uintptr_t frame_of_caller (lua_State *L) {
#if CORE_JIT
  return (uintptr_t)cframe_raw(L->cframe);
#else
  (void)L;
  return FRAME_HERE;              /* nearly: see limits_passed */
#endif
}

/* Whether what Java answered is a message. */
static int has_message (int64_t answer) {
  int32_t status = ANSWER_STATUS(answer);
  return status == STATUS_OK || status == STATUS_YIELD || status == STATUS_ERROR;
}

/*
** Asks Java, with the values from 'first' to 'last' as arguments. Gives the answer, which lies in
** the frame or in *message, a block, and is to be read before anything else.
*/
static int64_t ask (lua_State *L, int32_t operation, int32_t target, int32_t member, int first,
                    int last, const char **message) {
  State *S = state_current;
  lua_State *outer = S->running;
  Outer *innermost = S->innermost;
  Writer W;
  Block *blocks;
  char *large = NULL;
  int64_t answer;
  int32_t asked;
  if (limits_stack_low()) luaL_error(L, "C stack overflow");
  luaL_checkstack(L, LUA_MINSTACK, "stack overflow");
  if (S->blocks != NULL) state_drop_dead(S, frame_of_caller(L));
  asked = write_arguments(&W, S, L, first, last, FRAME_HERE);
  if (S->freed_count > 0) state_show_freed(S);
  S->running = L;
  S->frame->crossings = (int32_t)((uint32_t)S->frame->crossings + 1);
  if (__builtin_expect(!attach_is_possible(S, L), 0)) operation |= UP_ATTACHED;
  blocks = S->blocks;
  S->blocks = NULL;               /* whoever enters has a list of his own */
  answer = S->host->upcall(S->session, operation, target, member, asked,
                           W.block == NULL ? NULL : W.bytes, &large);
  S->blocks = blocks;
  S->running = outer;
  S->innermost = innermost;
  state_make_current(S);
  core_take_thread(L);
  if (__builtin_expect(answer == ANSWER_NOT_ASKED || answer == ANSWER_NOT_READ, 0)) {
    if (asked >= 0) codec_abandon(&W, L);
  }
  else if (W.block != NULL) state_drop_block(S, W.block);
  if (S->frame->released_count != 0) state_drain(S, L);
  *message = S->frame->message;
  if (large != NULL) {
    codec_take_answer(L, S, (Block *)(void *)large, ANSWER_LENGTH(answer), FRAME_HERE);
    *message = large + BLOCK_HEAD;
  }
  if (S->stop && stop_is_due(S)) {
    if (large == NULL && has_message(answer)) codec_free_unborn(S, *message);
    lupine_stopped(L);
  }
  switch (ANSWER_STATUS(answer)) {
    case STATUS_OK: case STATUS_YIELD: case STATUS_VALUE:
      return answer;
    default:
      return raise_answer(L, S, ANSWER_STATUS(answer), *message, ANSWER_LENGTH(answer));
  }
}

/*
** Tells Java what fits the frame, from where no error may be raised, and no other thread attached,
** as in a step of the collector. What Java throws is lost unless it is fatal.
*/
void call_tell (State *S, int32_t operation, int32_t member, const char *bytes, size_t length) {
  lua_State *L = S->running;
  Outer *innermost = S->innermost;
  Block *blocks = S->blocks;
  Writer W;
  char *large = NULL;
  int64_t answer;
  if (S->fatal || limits_stack_low() || !lua_checkstack(L, LUA_MINSTACK)) return;
  codec_begin(&W, S, S->frame->message, FRAME_MESSAGE);
  codec_put_bytes(&W, L, bytes, length);
  if (S->freed_count > 0) state_show_freed(S);
  S->frame->crossings = (int32_t)((uint32_t)S->frame->crossings + 1);
  S->blocks = NULL;
  answer = S->host->upcall(S->session, operation | UP_ATTACHED, -1, member, codec_end(&W), NULL,
                           &large);
  S->blocks = blocks;
  S->running = L;
  S->innermost = innermost;
  state_make_current(S);
  core_take_thread(L);
  if (S->frame->released_count != 0) state_drain(S, L);
  if (has_message(answer))
    codec_free_unborn(S, large != NULL ? large + BLOCK_HEAD : S->frame->message);
  free(large);
  if (ANSWER_STATUS(answer) == STATUS_FATAL) limits_set_fatal(S, L, FATAL_JAVA);
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
  int count;
  if (ANSWER_STATUS(answer) == STATUS_VALUE) {
    codec_push_small(L, ANSWER_LENGTH(answer), state_current->frame->answer);
    return 1;
  }
  count = codec_push_answer(L, state_current, message, ANSWER_LENGTH(answer));
  return ANSWER_STATUS(answer) == STATUS_YIELD ? thread_yield(L, count) : count;
}
