/*
** Standard input, for the patched library "io" and for debug.debug.
*/
#include "input.h"

#include <ctype.h>

#include "message.h"
#include "upcall.h"

/* The most of a line that is read at once; such an answer fits the frame. */
#define MOST  (LUAL_BUFFERSIZE < 2048 ? (size_t)LUAL_BUFFERSIZE : 2048)
#define LARGEST  ((size_t)1 << 20)    /* of a piece, which may be larger than the frame */

/*
** Asks Java for bytes, which are then in the frame; returns NULL at the end of the input, or if
** the file is another one. [-0, +0, e]
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

/* Reads to the end of a line; returns whether there was anything. [-0, +1, e] */
int lupine_read_line (lua_State *L, FILE *file, int chop) {
  luaL_Buffer B;
  size_t length;
  int some = 0, ended;
  luaL_buffinit(L, &B);
  do {
    char *place = luaL_prepbuffer(&B);            /* first, since it may collect garbage */
    const char *bytes = input_ask(L, file, READ_LINE, MOST, &length);
    ended = length > 0 && bytes[length - 1] == '\n';
    some |= length > 0;
    if (length > 0) memcpy(place, bytes, length);
    luaL_addsize(&B, length - (size_t)(ended && chop));
  } while (!ended && length == MOST);
  luaL_pushresult(&B);
  return some;
}

/* Pushes up to 'count' bytes, or nothing at the end; returns how many. [-0, +0|1, e] */
static size_t push_some (lua_State *L, FILE *file, size_t count) {
  int32_t most = (int32_t)(count < LARGEST ? count : LARGEST);
  if (file != stdin || upcall_call(L, UP_READ, -1, READ_COUNT | most << READ_SHIFT, 1, 0) == 0)
    return 0;
  return lua_rawlen(L, -1);
}

/* Reads up to 'count' bytes; returns whether there were any. [-0, +1, e] */
int lupine_read_chars (lua_State *L, FILE *file, size_t count) {
  luaL_Buffer B;
  size_t length = push_some(L, file, count);
  if (length == 0) {
    lua_pushliteral(L, "");
    return 0;
  }
  if (length < LARGEST || length == count) return 1;
  luaL_buffinit(L, &B);           /* the first piece is below it */
  while (length == LARGEST && (count -= length) > 0) {
    length = push_some(L, file, count);
    if (length > 0) luaL_addvalue(&B);
  }
  luaL_pushresult(&B);
  lua_concat(L, 2);
  return 1;
}

/* Returns whether there is more input, and pushes an empty string. [-0, +1, e] */
int lupine_has_more (lua_State *L, FILE *file) {
  size_t length;
  int more = input_ask(L, file, READ_COUNT, 0, &length) != NULL;
  lua_pushliteral(L, "");
  return more;
}

/*
** Passes bytes that were not used back to the Console. They must not be in the frame. [-0, +0, e]
*/
void input_unread (lua_State *L, const char *bytes, size_t length) {
  if (length == 0) return;
  lua_pushlstring(L, bytes, length);
  upcall_call(L, UP_READ, -1, READ_BACK, lua_gettop(L), lua_gettop(L));
  lua_pop(L, 1);
}

#if COMPAT_HAS_INTEGERS

/*
** Reads all characters that can belong to a numeral, which the core then gets one by one. Nothing
** is called while they are in the frame. What the core does not use is passed back to Java.
*/
void lupine_begin_number (lua_State *L, FILE *file) {
  State *S = state_current;
  size_t length;
  const char *bytes = input_ask(L, file, READ_NUMBER, LONGEST_NUMBER, &length);
  S->number = bytes != NULL ? bytes : "";
  S->number_end = S->number + length;
}

/* Returns the next of the bytes that lupine_begin_number has read, EOF after the last. */
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
  input_unread(L, left, length);
}

#else

/* Returns how much of a text fscanf consumes before it finds that it is not a numeral. */
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

/* Reads a number as fscanf does. [-0, +0, e] */
int lupine_read_number (lua_State *L, FILE *file, lua_Number *number) {
  char text[LONGEST_NUMBER + 1];
  size_t length, taken;
  int found, scanned = 0;
  const char *bytes = input_ask(L, file, READ_NUMBER, LONGEST_NUMBER, &length);
  if (length > 0) memcpy(text, bytes, length);
  text[length] = '\0';
  /* NOLINTNEXTLINE(cert-err34-c): a number out of range is infinite, as with fscanf */
  found = sscanf(text, LUA_NUMBER_SCAN "%n", number, &scanned) == 1;
  taken = found ? (size_t)scanned : taken_in_vain(text);
  input_unread(L, text + taken, length - taken);
  return found;
}

#endif
