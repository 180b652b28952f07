/*
** Upcalls: calls from Lua to Java.
*/
#include "upcall.h"

#include <stdlib.h>

#include "ahead.h"
#include "attach.h"
#include "blocks.h"
#include "codec.h"
#include "compat_yield.h"
#include "core.h"
#include "guard.h"
#include "handles.h"
#include "message.h"
#include "object.h"
#include "refs.h"
#include "stop.h"
#include "known.h"
#include "writer.h"

/* Returns the C function that runs. */
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
** Pushes the position of the caller of the running function, as luaL_where does, but skips our own
** Lua code and the levels that 5.1 adds for tail calls. [-0, +1, m]
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

/* Raises what Java answered instead of results. [-0, +0, e] */
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
      guard_set_fatal(S, L, FATAL_JAVA);
      return guard_raise_fatal(L);
    default:
      return luaL_error(L, "not enough memory");
  }
}

/* Returns whether Java expects no message if there are no arguments. */
static int takes_none (int32_t operation) {
  return operation == UP_INVOKE || operation == UP_CALL || operation == UP_GET_PROPERTY;
}

/* Returns whether Java takes the one string that is passed to it by its number. */
static int takes_known (int32_t operation) {
  return operation == UP_INVOKE || operation == UP_CALL || operation == UP_SET_PROPERTY;
}

/*
** Writes one argument to the frame if it is small, a Java object or a string that Java knows;
** returns its tag, or -1. [-0, +0, -]
*/
static int32_t put_one (State *S, lua_State *L, int32_t operation, int index) {
  int32_t tag = writer_small(S, L, index, &S->frame->answer);
  const Object *object;
  if (tag >= 0) return tag;
  if (lua_type(L, index) == LUA_TSTRING) {
    S->frame->answer = takes_known(operation) ? known_number(S, L, index) : 0;
    return S->frame->answer != 0 ? TAG_KNOWN : -1;
  }
  if ((object = object_test(S, L, index)) == NULL) return -1;
  S->frame->answer = object->handle;
  return TAG_OBJECT;
}

/*
** Writes the values from 'first' to 'last' as arguments of an upcall; returns their length.
** [-0, +0, e]
*/
static int32_t write_arguments (Writer *W, State *S, lua_State *L, int32_t operation, int first,
                                int last, uintptr_t owner) {
  W->block = NULL;
  if (first == last) {
    int32_t tag = put_one(S, L, operation, first);
    if (tag >= 0) return SMALL_LENGTH(tag);
  }
  else if (first > last && takes_none(operation)) return SMALL_LENGTH(TAG_NONE);
  writer_begin(W, S, S->frame->message, FRAME_MESSAGE);
  W->owner = owner;
  writer_put_range(W, L, first, last);
  return writer_end(W);
}

/* Returns whether Java's answer is a message. */
static int has_message (int64_t answer) {
  int32_t status = ANSWER_STATUS(answer);
  return status == STATUS_OK || status == STATUS_YIELD || status == STATUS_ERROR;
}

/*
** Calls Java with a written message. The answer is in the frame or in *large, a block. Restores
** what belongs to the entry that calls, since other entries may have run meanwhile. [-0, +0, -]
*/
static int64_t cross (State *S, lua_State *L, int32_t operation, int32_t target, int32_t member,
                      int32_t length, const char *bytes, char **large) {
  lua_State *outer = S->running;
  Outer *innermost = S->innermost;
  Block *blocks = S->blocks;
  int64_t answer;
  if (S->freed_count > 0) handles_show_freed(S);
  S->running = L;
  S->frame->crossings = (int32_t)((uint32_t)S->frame->crossings + 1);
  if (__builtin_expect(!attach_is_possible(S, L), 0)) operation |= UP_ATTACHED;
  if (__builtin_expect(guard_stack_narrow(), 0)) operation |= UP_NARROW;
  S->blocks = NULL;               /* each entry has a list of its own */
  answer = S->host->upcall(S->session, operation, target, member, length, bytes, large);
  S->blocks = blocks;
  S->running = outer;
  S->innermost = innermost;
  ahead_drop(S);                  /* another thread may have left it */
  state_make_current(S);
  core_take_thread(L);
  return answer;
}

/*
** Calls Java with the values from 'first' to 'last' as arguments. The answer is in the frame or in
** *message, a block, and must be read before anything else is done.
*/
int64_t upcall_answer (lua_State *L, int32_t operation, int32_t target, int32_t member, int first,
                       int last, const char **message) {
  State *S = state_current;
  Writer W;
  char *large = NULL;
  int64_t answer;
  int32_t asked;
  if (guard_stack_low()) luaL_error(L, "C stack overflow");
  luaL_checkstack(L, LUA_MINSTACK, "stack overflow");
  if (S->blocks != NULL) blocks_drop_dead(S, core_caller_frame(L));
  ahead_drop(S);                  /* the arguments overwrite it */
  asked = write_arguments(&W, S, L, operation, first, last, FRAME_HERE);
  answer = cross(S, L, operation, target, member, asked, W.block == NULL ? NULL : W.bytes, &large);
  if (__builtin_expect(answer == ANSWER_NOT_ASKED || answer == ANSWER_NOT_READ, 0)) {
    if (asked > 0) writer_abandon(&W, L);
  }
  else if (W.block != NULL) blocks_drop(S, W.block);
  if (S->frame->released_count != 0) refs_drain(S, L);
  *message = S->frame->message;
  if (large != NULL) {
    codec_take_answer(L, S, (Block *)(void *)large, ANSWER_LENGTH(answer), FRAME_HERE);
    *message = large + BLOCK_HEAD;
  }
  if (S->stop && stop_is_due(S)) {
    if (large == NULL && has_message(answer)) message_free_undelivered(S, *message);
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
** Sends Java bytes that fit the frame, where no error may be raised and no other thread attached,
** for example in a step of the collector. An exception of Java is lost unless it is fatal.
*/
void upcall_tell (State *S, int32_t operation, int32_t member, const char *bytes, size_t length) {
  lua_State *L = S->running;
  Writer W;
  char *large = NULL;
  int64_t answer;
  if (S->fatal || guard_stack_low() || !lua_checkstack(L, LUA_MINSTACK)) return;
  writer_begin(&W, S, S->frame->message, FRAME_MESSAGE);
  writer_put_bytes(&W, L, bytes, length);
  answer = cross(S, L, operation | UP_ATTACHED, -1, member, writer_end(&W), NULL, &large);
  if (S->frame->released_count != 0) refs_drain(S, L);
  if (has_message(answer))
    message_free_undelivered(S, large != NULL ? large + BLOCK_HEAD : S->frame->message);
  free(large);
  if (ANSWER_STATUS(answer) == STATUS_FATAL) guard_set_fatal(S, L, FATAL_JAVA);
}

const char *upcall_ask (lua_State *L, int32_t operation, int32_t target, int32_t member, int first,
                        int last, int32_t *length) {
  const char *message;
  *length = ANSWER_LENGTH(upcall_answer(L, operation, target, member, first, last, &message));
  return message;
}

/*
** Yields for a Java function. On the top are its continuation or nil, and the values. Without a
** continuation the function returns the values of the resume. [-n, +0, e]
*/
static int yield (lua_State *L, int count) {
  int next = lua_gettop(L) - count + 1;
  if (lua_isnil(L, next)) return lua_yield(L, count - 1);
  return compat_yield(L, count - 1, next);
}

/* Pushes the results that Java has answered with, or yields them. */
int upcall_push (lua_State *L, int64_t answer, const char *message) {
  int count;
  if (ANSWER_STATUS(answer) == STATUS_VALUE) {
    if (ANSWER_LENGTH(answer) == TAG_NONE) return 0;
    codec_push_small(L, ANSWER_LENGTH(answer), state_current->frame->answer);
    return 1;
  }
  count = codec_push_answer(L, state_current, message, ANSWER_LENGTH(answer));
  return ANSWER_STATUS(answer) == STATUS_YIELD ? yield(L, count) : count;
}

/* Calls Java, and pushes the results or yields them. */
int upcall_call (lua_State *L, int32_t operation, int32_t target, int32_t member, int first,
                 int last) {
  const char *message;
  int64_t answer = upcall_answer(L, operation, target, member, first, last, &message);
  return upcall_push(L, answer, message);
}

/*
** Calls the continuation of a Java function that has yielded. It is at 'next', with the values of
** the resume above it. [-0, +n, e]
*/
int upcall_resumed (lua_State *L, int next) {
  Object *object = object_test(state_current, L, next);
  if (state_current->closing == L) return luaL_error(L, "coroutine is closed");
  if (object == NULL) return luaL_error(L, "Java function is gone");
  return upcall_call(L, UP_CALL, object->handle, 0, next + 1, lua_gettop(L));
}
