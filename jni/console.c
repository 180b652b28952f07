/*
** Standard input and output. The cores' own library "io" has them as files, of which the process's
** own three only stand for what Java has: where such a file is one of them, the patched library
** asks the functions here, as print and warn do.
*/
#include <ctype.h>
#include <errno.h>
#include <stdio.h>

#include "side.h"

/* So much of a line is read at once; such an answer fits the frame. */
#define MOST  (LUAL_BUFFERSIZE < 2048 ? (size_t)LUAL_BUFFERSIZE : 2048)
#define LONGEST_NUMBER  1024
#define LARGEST  ((size_t)1 << 20)    /* of a piece that may be larger than the frame */

/* Where what is written is also flushed, see lupine_buffer. */
enum { FLUSH_LATER, FLUSH_LINES, FLUSH_ALL };

/* What a function of "io" gives that failed. [-0, +n, m] gives n */
static int fail (lua_State *L, int why) {
  lua_pushnil(L);
  lua_pushstring(L, strerror(why));
  lua_pushinteger(L, why);
  return compat_push_written(L, 0) + 3;
}

/* Whether one of the strings from 'first' to 'last' has the end of a line in it. */
static int has_line (lua_State *L, int first, int last) {
  for (; first <= last; first++) {
    size_t length;
    const char *text = lua_tolstring(L, first, &length);
    if (memchr(text, '\n', length) != NULL) return 1;
  }
  return 0;
}

/*
** Writes the arguments from 'first' to 'last', numbers as each version does. Gives 0, or how many
** values it has pushed that say why it failed. [-0, +n, e]
*/
int lupine_write (lua_State *L, FILE *file, int first, int last) {
  State *S = state_current;
  size_t length = 0;
  int i, flags = file == stderr ? WRITE_ERROR : 0;
  for (i = first; i <= last && lua_isstring(L, i); i++) {
    if (lua_type(L, i) == LUA_TNUMBER) {
      compat_push_number(L, i);
      lua_replace(L, i);
    }
    length += lua_rawlen(L, i);
  }
  if (file == stdin) {
    if (i <= last) luaL_checkstring(L, i);
    return length > 0 ? fail(L, EBADF) : 0;
  }
  if (i > first) {                /* what comes before an argument that is none is written */
    int flushes = S->flushes[file == stderr];
    if (flushes == FLUSH_ALL || (flushes == FLUSH_LINES && has_line(L, first, i - 1)))
      flags |= WRITE_LINE;
    call_up(L, UP_WRITE, -1, flags, first, i - 1);
  }
  if (i <= last) luaL_checkstring(L, i);
  return 0;
}

int lupine_flush (lua_State *L, FILE *file) {
  if (file != stdin) call_up(L, UP_FLUSH, -1, file == stderr ? WRITE_ERROR : 0, 1, 0);
  return 0;
}

/* A run has other default files than those that it began with. */
void lupine_default_file (void) {
  scope_spoil(state_current);
}

/* As setvbuf; what the host buffers beyond is its own business. */
int lupine_buffer (FILE *file, int mode) {
  if (file == stdin) return 0;
  state_current->flushes[file == stderr] =
      mode == _IONBF ? FLUSH_ALL : mode == _IOLBF ? FLUSH_LINES : FLUSH_LATER;
  scope_spoil(state_current);
  return 0;
}

/*
** Bytes that Java has to be read, which lie in the frame; NULL at the end of the input, or if it is
** none. [-0, +0, e]
*/
static const char *ask_input (lua_State *L, FILE *file, int how, size_t most, size_t *length) {
  int32_t size;
  Reader R;
  const char *bytes;
  *length = 0;
  if (file != stdin) return NULL;
  codec_read(&R, state_current,
             call_ask(L, UP_READ, -1, how | (int32_t)most << READ_SHIFT, 1, 0, &size));
  bytes = codec_next_bytes(&R, length);
  codec_read_end(state_current);
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
    const char *bytes = ask_input(L, file, READ_LINE, MOST, &length);
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
  if (file != stdin || call_up(L, UP_READ, -1, READ_COUNT | most << READ_SHIFT, 1, 0) == 0)
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
  int more = ask_input(L, file, READ_COUNT, 0, &length) != NULL;
  lua_pushliteral(L, "");
  return more;
}

/* Gives back bytes that lie elsewhere than in the frame. [-0, +0, e] */
static void give_back (lua_State *L, const char *bytes, size_t length) {
  if (length == 0) return;
  lua_pushlstring(L, bytes, length);
  call_up(L, UP_READ, -1, READ_BACK, lua_gettop(L), lua_gettop(L));
  lua_pop(L, 1);
}

#if FLAVOUR_INTEGERS

/*
** The core collects numerals by itself, but nothing else. What can be of one is read at once, and
** while it lies in the frame nothing is called; what of it the core left is given back.
*/
void lupine_begin_number (lua_State *L, FILE *file) {
  State *S = state_current;
  size_t length;
  const char *bytes = ask_input(L, file, READ_NUMBER, LONGEST_NUMBER, &length);
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
  give_back(L, left, length);
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
  const char *bytes = ask_input(L, file, READ_NUMBER, LONGEST_NUMBER, &length);
  if (length > 0) memcpy(text, bytes, length);
  text[length] = '\0';
  found = sscanf(text, LUA_NUMBER_SCAN "%n", number, &scanned) == 1;
  taken = found ? (size_t)scanned : taken_in_vain(text);
  give_back(L, text + taken, length - taken);
  return found;
}

#endif

/* Makes a string of the value at 'index', as print does. [-0, +1, e] */
static void push_text (lua_State *L, int index, int function) {
  if (!COMPAT_PRINT_ASKS) {
    luaL_tolstring(L, index, NULL);
    return;
  }
  lua_pushvalue(L, function);
  lua_pushvalue(L, index);
  lua_call(L, 1, 1);
  if (lua_tostring(L, -1) == NULL) luaL_error(L, "'tostring' must return a string to 'print'");
}

static int print (lua_State *L) {
  int i, n = lua_gettop(L);
  luaL_Buffer B;
  if (COMPAT_PRINT_ASKS) lua_getglobal(L, "tostring");
  luaL_buffinit(L, &B);
  for (i = 1; i <= n; i++) {
    if (i > 1) luaL_addchar(&B, '\t');
    push_text(L, i, n + 1);
    luaL_addvalue(&B);
  }
  luaL_addchar(&B, '\n');
  luaL_pushresult(&B);
  call_up(L, UP_WRITE, -1, WRITE_LINE, lua_gettop(L), lua_gettop(L));
  return 0;
}

#if FLAVOUR >= 504

/* Sends what there is of a warning; Java may run code that makes another. */
static void send_warning (State *S, int flags) {
  size_t length = S->warning.length;
  S->warning.length = 0;
  call_tell(S, UP_WRITE, WRITE_ERROR | flags, S->warning.text, length);
}

/* Adds to the warning that is being made, of which what is too long for its place is sent. */
static void add_to_warning (State *S, const char *text) {
  Warning *warning = &S->warning;
  size_t left = strlen(text);
  while (left > 0) {
    size_t some = sizeof(warning->text) - warning->length;
    if (some > left) some = left;
    memcpy(warning->text + warning->length, text, some);
    warning->length += some;
    text += some;
    left -= some;
    if (left > 0) send_warning(S, 0);
  }
}

/*
** Gets the warnings of warn, of the core and of C modules, and treats them as the default of
** lauxlib does. The core may be in a step of its collector, so that no error may leave this.
*/
static void warn (void *data, const char *message, int continues) {
  State *S = (State *)data;
  Warning *warning = &S->warning;
  if (*message == '@' && !continues && !(warning->on && warning->continues)) {
    if (strcmp(message, "@on") == 0) warning->on = 1;
    else if (strcmp(message, "@off") == 0) warning->on = 0;
    return;
  }
  if (!warning->on) return;
  if (!warning->continues) add_to_warning(S, "Lua warning: ");
  warning->continues = continues;
  add_to_warning(S, message);
  if (continues) return;
  add_to_warning(S, "\n");
  send_warning(S, WRITE_LINE);
}

#endif

#ifndef LUPINE_FIXED

/*
** The library "io" of an installed core asks nobody. There what reads and writes is wrapped: Lua's
** own is the first upvalue, and of functions that are no methods what gives their file the second.
*/

/* The file of C of the value at 'index' if that is a standard stream, else NULL. [-0, +0, m] */
static FILE *standard (lua_State *L, int index) {
  FILE *file = NULL;
  if (lua_isuserdata(L, index) && lua_getmetatable(L, index)) {
    luaL_getmetatable(L, LUA_FILEHANDLE);
    if (lua_rawequal(L, -1, -2)) file = *(FILE **)lua_touserdata(L, index);
    lua_pop(L, 2);
  }
  return file == stdin || file == stdout || file == stderr ? file : NULL;
}

/* The same of what the function is called for, which comes to be the first argument. */
static FILE *subject (lua_State *L) {
  FILE *file;
  if (!lua_isnil(L, lua_upvalueindex(2))) {
    lua_pushvalue(L, lua_upvalueindex(2));
    lua_call(L, 0, 1);
    lua_insert(L, 1);
  }
  file = standard(L, 1);
  if (file == NULL && !lua_isnil(L, lua_upvalueindex(2))) lua_remove(L, 1);
  return file;
}

static int call_own (lua_State *L) {
  lua_pushvalue(L, lua_upvalueindex(1));
  lua_insert(L, 1);
  lua_call(L, lua_gettop(L) - 1, LUA_MULTRET);
  return lua_gettop(L);
}

static int write (lua_State *L) {
  FILE *file = subject(L);
  int failed;
  if (file == NULL) return call_own(L);
  failed = lupine_write(L, file, 2, lua_gettop(L));
  if (failed != 0) return failed;
  lua_settop(L, 1);
  return 1;
}

static int flush (lua_State *L) {
  FILE *file = subject(L);
  if (file == NULL) return call_own(L);
  lua_pushboolean(L, lupine_flush(L, file) == 0);
  return 1;
}

/* [-0, +1, e] */
static int read_number (lua_State *L, FILE *file) {
#if FLAVOUR_INTEGERS
  char text[LONGEST_NUMBER + 1];
  size_t all, length;
  int found = 0;
  const char *bytes = ask_input(L, file, READ_NUMBER, LONGEST_NUMBER, &all);
  if (all > 0) memcpy(text, bytes, all);
  text[all] = '\0';
  for (length = all; length > 0; length--) {      /* the longest beginning that is one */
    char next = text[length];
    text[length] = '\0';
    found = lua_stringtonumber(L, text) != 0;
    text[length] = next;
    if (found) break;
  }
  give_back(L, text + length, all - length);
  if (found) return 1;
#else
  lua_Number number;
  if (lupine_read_number(L, file, &number)) {
    lua_pushnumber(L, number);
    return 1;
  }
#endif
  lua_pushnil(L);
  return 0;
}

/* Reads what the format at 'index' says; whether there was anything. [-0, +1, e] */
static int read_format (lua_State *L, FILE *file, int index) {
  const char *format;
  if (lua_type(L, index) == LUA_TNUMBER) {
    size_t count = (size_t)lua_tointeger(L, index);
    return count == 0 ? lupine_has_more(L, file) : lupine_read_chars(L, file, count);
  }
  format = luaL_checkstring(L, index);
  switch (*format == '*' ? format[1] : *format) {
    case 'n': return read_number(L, file);
    case 'l': return lupine_read_line(L, file, 1);
    case 'L': return lupine_read_line(L, file, 0);
    case 'a': lupine_read_chars(L, file, ~(size_t)0); return 1;
    default: return luaL_argerror(L, index, "invalid format");
  }
}

/* Reads by the formats from 2 on. */
static int read_formats (lua_State *L, FILE *file) {
  int i, n, some = 1;
  if (file != stdin) return fail(L, EBADF);
  if (lua_gettop(L) == 1) lua_pushliteral(L, "l");
  n = lua_gettop(L);
  luaL_checkstack(L, n, "too many arguments");
  for (i = 2; i <= n && some; i++) some = read_format(L, file, i);
  if (!some) {
    lua_pop(L, 1);
    lua_pushnil(L);
  }
  return lua_gettop(L) - n;
}

static int read (lua_State *L) {
  FILE *file = subject(L);
  return file == NULL ? call_own(L) : read_formats(L, file);
}

/* The iterator of lines: file and formats are its upvalues, after their number. */
static int next_line (lua_State *L) {
  int i, n = (int)lua_tointeger(L, lua_upvalueindex(1));
  lua_settop(L, 0);
  luaL_checkstack(L, n, "too many arguments");
  for (i = 1; i <= n; i++) lua_pushvalue(L, lua_upvalueindex(i + 1));
  return read_formats(L, standard(L, 1));
}

static int lines (lua_State *L) {
  int n;
  if (!lua_isnil(L, lua_upvalueindex(2))) {       /* io.lines: the first is nil or a name */
    if (!lua_isnoneornil(L, 1)) return call_own(L);
    if (lua_gettop(L) > 0) lua_remove(L, 1);
  }
  if (subject(L) == NULL) {
    if (!lua_isnil(L, lua_upvalueindex(2))) {
      lua_pushnil(L);
      lua_insert(L, 1);
    }
    return call_own(L);
  }
  n = lua_gettop(L);
  if (n > 250) return luaL_error(L, "too many arguments");
  lua_pushinteger(L, n);
  lua_insert(L, 1);
  lua_pushcclosure(L, next_line, n + 1);
  return 1;
}

/* Wraps a function of "io", whose file another one gives, and the method. [-0, +0, e] */
static void wrap (lua_State *L, const char *name, lua_CFunction function, const char *giver) {
  lua_getfield(L, -1, name);
  lua_getfield(L, -2, giver);
  lua_pushcclosure(L, function, 2);
  lua_setfield(L, -2, name);
  luaL_getmetatable(L, LUA_FILEHANDLE);
  lua_getfield(L, -1, "__index");
  lua_getfield(L, -1, name);                      /* io mt methods own */
  lua_pushnil(L);
  lua_pushcclosure(L, function, 2);
  lua_setfield(L, -2, name);
  lua_pop(L, 2);
}

static void wrap_streams (lua_State *L) {
  lua_getglobal(L, "io");
  if (lua_istable(L, -1)) {
    wrap(L, "write", write, "output");
    wrap(L, "flush", flush, "output");
    wrap(L, "read", read, "input");
    wrap(L, "lines", lines, "input");
  }
  lua_pop(L, 1);
}

#else

static void wrap_streams (lua_State *L) {
  (void)L;                        /* the patched library asks by itself */
}

#endif

void console_open (lua_State *L) {
  wrap_streams(L);
  lua_pushcfunction(L, print);
  lua_setglobal(L, "print");
#if FLAVOUR >= 504
  lua_setwarnf(L, warn, state_current);
#endif
}
