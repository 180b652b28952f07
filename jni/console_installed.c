/*
** Standard streams where the core is an installed one, whose library "io" calls no host. Its
** functions are wrapped: the original is upvalue 1. For functions that are not methods, upvalue 2
** is the function that returns their file.
*/
#include "console.h"

#include <errno.h>

#include "input.h"

#if !COMPAT_CALLS_CONSOLE

/* Returns the FILE of the value at 'index' if it is a standard stream, else NULL. [-0, +0, m] */
static FILE *standard (lua_State *L, int index) {
  FILE *file = NULL;
  if (lua_isuserdata(L, index) && lua_getmetatable(L, index)) {
    luaL_getmetatable(L, LUA_FILEHANDLE);
    if (lua_rawequal(L, -1, -2)) file = *(FILE **)lua_touserdata(L, index);
    lua_pop(L, 2);
  }
  return file == stdin || file == stdout || file == stderr ? file : NULL;
}

/* Returns the FILE that the running function is called for, likewise, and makes it argument 1. */
static FILE *called_file (lua_State *L) {
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
  FILE *file = called_file(L);
  int failed;
  if (file == NULL) return call_own(L);
  failed = lupine_write(L, file, 2, lua_gettop(L));
  if (failed != 0) return failed;
  lua_settop(L, 1);
  return 1;
}

static int flush (lua_State *L) {
  FILE *file = called_file(L);
  if (file == NULL) return call_own(L);
  lua_pushboolean(L, lupine_flush(L, file) == 0);
  return 1;
}

/* [-0, +1, e] */
static int read_number (lua_State *L, FILE *file) {
#if COMPAT_HAS_INTEGERS
  char text[LONGEST_NUMBER + 1];
  size_t all, length;
  int found = 0;
  const char *bytes = input_ask(L, file, READ_NUMBER, LONGEST_NUMBER, &all);
  if (all > 0) memcpy(text, bytes, all);
  text[all] = '\0';
  for (length = all; length > 0; length--) {      /* the longest prefix that is a numeral */
    char next = text[length];
    text[length] = '\0';
    found = lua_stringtonumber(L, text) != 0;
    text[length] = next;
    if (found) break;
  }
  input_unread(L, text + length, all - length);
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

/* Reads by the format at 'index'; returns whether there was anything. [-0, +1, e] */
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

/* Reads by the formats from index 2 on. */
static int read_formats (lua_State *L, FILE *file) {
  int i, n, some = 1;
  if (file != stdin) return console_fail(L, EBADF);
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
  FILE *file = called_file(L);
  return file == NULL ? call_own(L) : read_formats(L, file);
}

/*
** Implements the iterator of lines. Upvalue 1 is the number of the others, the file and the
** formats.
*/
static int next_line (lua_State *L) {
  int i, n = (int)lua_tointeger(L, lua_upvalueindex(1));
  lua_settop(L, 0);
  luaL_checkstack(L, n, "too many arguments");
  for (i = 1; i <= n; i++) lua_pushvalue(L, lua_upvalueindex(i + 1));
  return read_formats(L, standard(L, 1));
}

static int lines (lua_State *L) {
  int n;
  if (!lua_isnil(L, lua_upvalueindex(2))) {       /* io.lines: argument 1 is nil or a name */
    if (!lua_isnoneornil(L, 1)) return call_own(L);
    if (lua_gettop(L) > 0) lua_remove(L, 1);
  }
  if (called_file(L) == NULL) {
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

/*
** Wraps a function of "io", whose file another one returns, and the method of that name.
** [-0, +0, e]
*/
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

void console_wrap (lua_State *L) {
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

void console_wrap (lua_State *L) {
  (void)L;                        /* the patched library calls us */
}

#endif
