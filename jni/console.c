/*
** Standard output and errors; input.c reads the standard input. The cores' own library "io" treats
** them as files: stdin, stdout and stderr of the process. These three only identify the streams.
** For them the patched library calls the functions here, as print and warn do.
*/
#include "console.h"

#include <errno.h>

#include "globals.h"
#include "upcall.h"

/* When output is flushed, see lupine_buffer. */
enum { FLUSH_LATER, FLUSH_LINES, FLUSH_ALL };

/* Pushes the results of a function of "io" that failed. [-0, +n, m] returns n */
int console_fail (lua_State *L, int why) {
  lua_pushnil(L);
  lua_pushstring(L, strerror(why));               /* NOLINT(concurrency-mt-unsafe): as in Lua */
  lua_pushinteger(L, why);
  return compat_push_written(L, 0) + 3;
}

/* Returns whether one of the strings from 'first' to 'last' contains the end of a line. */
static int has_line (lua_State *L, int first, int last) {
  for (; first <= last; first++) {
    size_t length;
    const char *text = lua_tolstring(L, first, &length);
    if (memchr(text, '\n', length) != NULL) return 1;
  }
  return 0;
}

/*
** Writes the arguments from 'first' to 'last', and numbers as each version does. Returns 0, or the
** number of values pushed that say why it failed. [-0, +n, e]
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
    return length > 0 ? console_fail(L, EBADF) : 0;
  }
  if (i > first) {                /* what precedes an invalid argument is written */
    int flushes = S->flushes[file == stderr];
    if (flushes == FLUSH_ALL || (flushes == FLUSH_LINES && has_line(L, first, i - 1)))
      flags |= WRITE_LINE;
    upcall_call(L, UP_WRITE, -1, flags, first, i - 1);
  }
  if (i <= last) luaL_checkstring(L, i);
  return 0;
}

int lupine_flush (lua_State *L, FILE *file) {
  if (file != stdin) upcall_call(L, UP_FLUSH, -1, file == stderr ? WRITE_ERROR : 0, 1, 0);
  return 0;
}

/* Taints the state: a run has changed the default files. */
void lupine_default_file (void) {
  globals_taint(state_current);
}

/*
** Sets the buffering of an output stream, as setvbuf does, and taints the state. Does nothing for
** stdin. The host may buffer more.
*/
int lupine_buffer (FILE *file, int mode) {
  if (file == stdin) return 0;
  state_current->flushes[file == stderr] =
      mode == _IONBF ? FLUSH_ALL : mode == _IOLBF ? FLUSH_LINES : FLUSH_LATER;
  globals_taint(state_current);
  return 0;
}

/* Pushes the value at 'index' as a string, as print does. [-0, +1, e] */
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
  upcall_call(L, UP_WRITE, -1, WRITE_LINE, lua_gettop(L), lua_gettop(L));
  return 0;
}

#if COMPAT_HAS_WARN

/* Sends the collected part of a warning. Java may run code that makes another one. */
static void send_warning (State *S, int flags) {
  size_t length = S->warning.length;
  S->warning.length = 0;
  upcall_tell(S, UP_WRITE, WRITE_ERROR | flags, S->warning.text, length);
}

/* Appends to the warning being collected, and sends what does not fit. */
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
** Receives the warnings of warn, the core and C modules, and treats them as the default of lauxlib
** does. The core may be in a step of its collector, so no error may leave this function.
*/
static void warn (void *data, const char *message, int continues) {
  State *S = (State *)data;
  Warning *warning = &S->warning;
  if (*message == '@' && !continues && !(warning->on && warning->continues)) {
    if (strcmp(message, "@on") == 0) {
      warning->on = 1;
      globals_mark(S, DIRTY_WARNINGS);
    }
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

void console_open (lua_State *L) {
  console_wrap(L);
  lua_pushcfunction(L, print);
  lua_setglobal(L, "print");
#if COMPAT_HAS_WARN
  lua_setwarnf(L, warn, state_current);
#endif
}
