/*
** Elements of Java's arrays and lists, read ahead of their use. A script that reads them one after
** another by index gets several with one upcall. They stay in the frame's message, and are used
** while nothing crosses the boundary and no other object's elements are read.
*/
#include "ahead.h"

#include "upcall.h"

#define MOST_AHEAD  64
#define USES        4             /* of each element, on average: so a loop that waits for another
                                     thread to write an element will see it */

_Static_assert(MOST_AHEAD * sizeof(int64_t) <= FRAME_MESSAGE, "elements fit the frame");
_Static_assert((MOST_AHEAD + 1) << AHEAD_SHIFT <= FRAME_MESSAGE, "an answer is not large");

/* Returns how many elements to ask for: twice as many as before if the index goes on from there. */
static int32_t how_many (const Ahead *ahead, const Object *object, int64_t index) {
  if (ahead->count <= 0 || ahead->object != object || index - ahead->count != ahead->first)
    return 1;
  return ahead->asked < MOST_AHEAD ? 2 * ahead->asked : MOST_AHEAD;
}

/* Reads object[number], whose number is at 2, from Java, and maybe elements that follow. */
int ahead_read (lua_State *L, State *S, const Object *object) {
  const char *message;
  int64_t index, answer;
  int32_t asked, count, tag;
  if (!compat_to_long(L, 2, &index)) return upcall_call(L, UP_INDEX, object->handle, 0, 2, 2);
  asked = how_many(&S->ahead, object, index);
  answer = upcall_answer(L, UP_INDEX, object->handle, asked, 2, 2, &message);
  if (ANSWER_STATUS(answer) != STATUS_VALUE)
    return codec_push_answer(L, S, message, ANSWER_LENGTH(answer));
  count = ANSWER_LENGTH(answer) >> AHEAD_SHIFT;
  tag = ANSWER_LENGTH(answer) & ((1 << AHEAD_SHIFT) - 1);
  if (count > 0) {
    S->ahead.object = object;
    S->ahead.first = index;
    S->ahead.count = count;
    S->ahead.left = USES * count - 1;
    S->ahead.asked = asked;
    S->ahead.tag = tag;
  }
  codec_push_small(L, tag, S->frame->answer);
  return 1;
}
