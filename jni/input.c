/*
** Standard input: what the patched library "io" reads, and debug.debug.
*/
#include "input.h"

#include <ctype.h>

#include "message.h"
#include "upcall.h"

/* So much of a line is read at once; such an answer fits the frame. */
#define MOST  (LUAL_BUFFERSIZE < 2048 ? (size_t)LUAL_BUFFERSIZE : 2048)
#define LARGEST  ((size_t)1 << 20)    /* of a piece that may be larger than the frame */

/*
** Bytes that Java has to be read, which lie in the frame; NULL at the end of the input, or if it is
** none. [-0, +0, e]
*/
const char *input_ask (lua_State *L, FILE *file, int how, size_t most, size_t *length) {
  int32_t size;
  Reader R;
  const char *bytes;
  *length = 0;
  if (file != stdin) return NULL;
  message_read(&R, state_current,
             upcall_ask(L, UP_READ, -1, how | (int32_t)most << READ_SHIFT, 1, 0, &size));
  bytes = message_next_bytes(&R, length);
  message_read_end(state_current);
  return bytes;
}

/* Reads up to the end of a line; whether there was anything. [-0, +1, e] */
int lupine_read_line (lua_State *L, FILE *file, int chop) {
  luaL_Buffer B;
  size_t length;
  int some = 0, ended;
  luaL_buffinit(L, &B);
  do {
    char *place = luaL_prepbuffer(&B);            /* first: it may collect garbage */
    const char *bytes = input_ask(L, file, READ_LINE, MOST, &length);
    ended = length > 0 && bytes[length - 1] == '\n';
    some |= length > 0;
    if (length > 0) memcpy(place, bytes, length);
    luaL_addsize(&B, length - (size_t)(ended && chop));
  } while (!ended && length == MOST);
  luaL_pushresult(&B);
  return some;
}

/* Pushes up to so many bytes, or nothing at the end; gives how many. [-0, +0|1, e] */
static size_t push_some (lua_State *L, FILE *file, size_t count) {
  int32_t most = (int32_t)(count < LARGEST ? count : LARGEST);
  if (file != stdin || upcall_call(L, UP_READ, -1, READ_COUNT | most << READ_SHIFT, 1, 0) == 0)
    return 0;
  return lua_rawlen(L, -1);
}

/* Reads up to so many bytes; whether there were any. [-0, +1, e] */
int lupine_read_chars (lua_State *L, FILE *file, size_t count) {
  luaL_Buffer B;
  size_t length = push_some(L, file, count);
  if (length == 0) {
    lua_pushliteral(L, "");
    return 0;
  }
  if (length < LARGEST || length == count) return 1;
  luaL_buffinit(L, &B);           /* below it is the first piece */
  while (length == LARGEST && (count -= length) > 0) {
    length = push_some(L, file, count);
    if (length > 0) luaL_addvalue(&B);
  }
  luaL_pushresult(&B);
  lua_concat(L, 2);
  return 1;
}

/* Whether there is more, as well as what that reads: nothing. [-0, +1, e] */
int lupine_has_more (lua_State *L, FILE *file) {
  size_t length;
  int more = input_ask(L, file, READ_COUNT, 0, &length) != NULL;
  lua_pushliteral(L, "");
  return more;
}

/* Gives back bytes that lie elsewhere than in the frame. [-0, +0, e] */
void input_give_back (lua_State *L, const char *bytes, size_t length) {
  if (length == 0) return;
  lua_pushlstring(L, bytes, length);
  upcall_call(L, UP_READ, -1, READ_BACK, lua_gettop(L), lua_gettop(L));
  lua_pop(L, 1);
}

#if COMPAT_HAS_INTEGERS

/*
** The core collects numerals by itself, but nothing else. What can be of one is read at once, and
** while it lies in the frame nothing is called; what of it the core left is given back.
*/
void lupine_begin_number (lua_State *L, FILE *file) {
  State *S = state_current;
  size_t length;
  const char *bytes = input_ask(L, file, READ_NUMBER, LONGEST_NUMBER, &length);
  S->number = bytes != NULL ? bytes : "";
  S->number_end = S->number + length;
}

/* The next character of it; its end is like that of the input. */
int lupine_next_char (void) {
  State *S = state_current;
  return S->number == S->number_end ? EOF : (unsigned char)*S->number++;
}

void lupine_unread_char (int c) {
  if (c != EOF) state_current->number--;
}

void lupine_end_number (lua_State *L) {
  char left[LONGEST_NUMBER];
  size_t length = (size_t)(state_current->number_end - state_current->number);
  if (length > 0) memcpy(left, state_current->number, length);
  input_give_back(L, left, length);
}

#else

/* How much of a text fscanf takes before it sees that it is no numeral. */
static size_t taken_in_vain (const char *text) {
  const char *at = text + (*text == '+' || *text == '-');
  const char *word = (*at | ' ') == 'n' ? "nan" : "inf";
  while (*word != '\0' && (*at | ' ') == *word) at++, word++;
  if (*at == '0' && (at[1] | ' ') == 'x') {
    at += 2;
    at += *at == '.';
  }
  else if (*at == '.' || isdigit((unsigned char)*at)) {
    at += strspn(at, ".0123456789");
    if ((*at | ' ') == 'e') at++;
    if ((at[-1] | ' ') == 'e' && (*at == '+' || *at == '-')) at++;
  }
  return (size_t)(at - text);
}

/* As fscanf. [-0, +0, e] */
int lupine_read_number (lua_State *L, FILE *file, lua_Number *number) {
  char text[LONGEST_NUMBER + 1];
  size_t length, taken;
  int found, scanned = 0;
  const char *bytes = input_ask(L, file, READ_NUMBER, LONGEST_NUMBER, &length);
  if (length > 0) memcpy(text, bytes, length);
  text[length] = '\0';
  found = sscanf(text, LUA_NUMBER_SCAN "%n", number, &scanned) == 1;
  taken = found ? (size_t)scanned : taken_in_vain(text);
  input_give_back(L, text + taken, length - taken);
  return found;
}

#endif
