/*
** Elements of Java's arrays and lists, read ahead of their use. A script that reads them one after
** another, by index or by a method like List.get, gets several with one upcall, as far as they are
** small values of one type. They stay in the frame's message until something else crosses the
** boundary or other elements are read. They serve at most four reads each, on average: then Java is
** asked again, so a loop that waits for another thread to write an element ends.
*/
#include "ahead.h"

#include "upcall.h"

#define MOST_AHEAD  64
#define USES        4             /* reads of each element, on average */

_Static_assert(MOST_AHEAD * sizeof(int64_t) <= FRAME_MESSAGE, "elements fit the frame");
_Static_assert((MOST_AHEAD + 1) << AHEAD_SHIFT <= FRAME_MESSAGE, "an answer is not large");

/* Returns how many elements to ask for: twice as many as before if the index goes on from there. */
static int32_t how_many (const Ahead *ahead, const Object *object, int32_t member,
                         int64_t index) {
  if (ahead->count <= 0 || ahead->object != object || ahead->member != member
      || (uint64_t)index - (uint64_t)ahead->count != (uint64_t)ahead->first)
    return 1;
  return ahead->asked < MOST_AHEAD ? 2 * ahead->asked : MOST_AHEAD;
}

/* Calls Java for 'asked' elements from the number at 2 on. [-0, +0, e] */
static int64_t ask (lua_State *L, const Object *object, int32_t member, int32_t asked,
                    const char **message) {
  if (member == AHEAD_INDEX)
    return upcall_answer(L, UP_INDEX, object->handle, asked, 2, 2, message);
  return upcall_answer(L, UP_INVOKE, object->handle, member | UP_SELF | asked << UP_ASKED_SHIFT,
                       2, 2, message);
}

/*
** Reads object[number] from Java, or calls a method with the number, and maybe reads elements that
** follow. The object and the number are at 1 and 2.
*/
int ahead_read (lua_State *L, State *S, const Object *object, int32_t member) {
  const char *message;
  int64_t index = 0, answer;
  int32_t asked = 0, count;
  if (compat_to_long(L, 2, &index)) asked = how_many(&S->ahead, object, member, index);
  answer = ask(L, object, member, asked, &message);
  count = ANSWER_COUNT(answer);
  if (ANSWER_STATUS(answer) != STATUS_VALUE || count <= 0)
    return upcall_push(L, answer, message);
  S->ahead.object = object;
  S->ahead.member = member;
  S->ahead.first = index;
  S->ahead.count = count;
  S->ahead.left = USES * count - 1;
  S->ahead.asked = asked;
  S->ahead.tag = ANSWER_TAG(answer);
  codec_push_small(L, S->ahead.tag, S->frame->answer);
  return 1;
}
