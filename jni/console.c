/*
** Standard input and output: print, warn and the default files of io go to Java, while files that
** a script opens are Lua's own.
*/
#include "side.h"

/* A standard stream. Begins as a closed file does, should a script swap metatables. */
typedef struct Stream {
  void *closed_file[2];
  uint64_t magic;
  int which;
} Stream;

/* Places in the table of ANCHOR_STREAMS. */
enum { METATABLE = 1, INPUT, OUTPUT, ERRORS, DEFAULT_INPUT, DEFAULT_OUTPUT, WARNING };

#define MAGIC  0x73747265616dull

static Stream *test (lua_State *L, int index) {
  Stream *stream = (Stream *)lua_touserdata(L, index);
  return stream != NULL && lua_type(L, index) == LUA_TUSERDATA
      && lua_rawlen(L, index) == sizeof(Stream) && stream->magic == MAGIC ? stream : NULL;
}

static Stream *check (lua_State *L) {
  Stream *stream = test(L, 1);
  if (stream == NULL)
    luaL_error(L, "bad argument #1 (FILE* expected, got %s)", luaL_typename(L, 1));
  return stream;
}

/* [-0, +1, -] */
static void push_place (lua_State *L, int place) {
  if (compat_rawgeti(L, LUA_REGISTRYINDEX, ANCHOR_STREAMS) == LUA_TTABLE) {
    lua_rawgeti(L, -1, place);
    lua_remove(L, -2);
  }
}

/* [-1, +0, e] */
static void set_place (lua_State *L, int place) {
  if (compat_rawgeti(L, LUA_REGISTRYINDEX, ANCHOR_STREAMS) != LUA_TTABLE)
    luaL_error(L, "registry is damaged");
  lua_insert(L, -2);
  lua_rawseti(L, -2, place);
  lua_pop(L, 1);
}

static int print (lua_State *L) {
  int i, n = lua_gettop(L);
  luaL_Buffer B;
  luaL_buffinit(L, &B);
  for (i = 1; i <= n; i++) {
    if (i > 1) luaL_addchar(&B, '\t');
    luaL_tolstring(L, i, NULL);
    luaL_addvalue(&B);
  }
  luaL_addchar(&B, '\n');
  luaL_pushresult(&B);
  call_up(L, UP_WRITE, -1, WRITE_LINE, lua_gettop(L), lua_gettop(L));
  return 0;
}

/* Writes the arguments from 'first' on as one text. [-0, +0, e] */
static void write_from (lua_State *L, int first, int which) {
  int i, n = lua_gettop(L);
  luaL_Buffer B;
  if (which == INPUT) luaL_error(L, "file is not open for writing");
  for (i = first; i <= n; i++) luaL_checkstring(L, i);
  luaL_buffinit(L, &B);
  for (i = first; i <= n; i++) {
    lua_pushvalue(L, i);
    luaL_addvalue(&B);
  }
  luaL_pushresult(&B);
  call_up(L, UP_WRITE, -1, which == ERRORS ? WRITE_ERROR : 0, lua_gettop(L), lua_gettop(L));
}

static int stream_write (lua_State *L) {
  write_from(L, 2, check(L)->which);
  lua_settop(L, 1);
  return 1;
}

static int stream_read (lua_State *L) {
  if (check(L)->which != INPUT) return luaL_error(L, "file is not open for reading");
  return call_up(L, UP_READ, -1, 0, 2, lua_gettop(L));
}

/* The iterator of lines: the formats are its upvalues, after their number. */
static int next_line (lua_State *L) {
  int i, n = (int)lua_tointeger(L, lua_upvalueindex(1));
  lua_settop(L, 0);
  luaL_checkstack(L, n, "too many arguments");
  for (i = 1; i <= n; i++) lua_pushvalue(L, lua_upvalueindex(i + 1));
  return call_up(L, UP_READ, -1, 0, 1, n);
}

/* [-n, +1, e] the values from 'first' on are formats. */
static int push_lines (lua_State *L, int first) {
  int n = lua_gettop(L) - first + 1;
  if (n > 250) return luaL_error(L, "too many arguments");
  lua_pushinteger(L, n);
  lua_insert(L, first);
  lua_pushcclosure(L, next_line, n + 1);
  return 1;
}

static int stream_lines (lua_State *L) {
  if (check(L)->which != INPUT) return luaL_error(L, "file is not open for reading");
  return push_lines(L, 2);
}

static int stream_flush (lua_State *L) {
  Stream *stream = check(L);
  if (stream->which != INPUT)
    call_up(L, UP_FLUSH, -1, stream->which == ERRORS ? WRITE_ERROR : 0, 1, 0);
  lua_settop(L, 1);
  return 1;
}

static int fail (lua_State *L, const char *message) {
  lua_pushnil(L);
  lua_pushstring(L, message);
  return 2;
}

static int stream_close (lua_State *L) {
  check(L);
  return fail(L, "cannot close standard file");
}

static int stream_seek (lua_State *L) {
  check(L);
  return fail(L, "Illegal seek");
}

static int stream_setvbuf (lua_State *L) {
  check(L);
  lua_pushboolean(L, 1);
  return 1;
}

static int stream_tostring (lua_State *L) {
  static const char *const names[] = { "stdin", "stdout", "stderr" };
  lua_pushfstring(L, "file (%s)", names[check(L)->which - INPUT]);
  return 1;
}

/* Calls the method of the file at 1 with what stands above it. */
static int delegate (lua_State *L, const char *method) {
  lua_getfield(L, 1, method);
  lua_insert(L, 1);
  lua_call(L, lua_gettop(L) - 1, LUA_MULTRET);
  return lua_gettop(L);
}

static int io_write (lua_State *L) {
  push_place(L, DEFAULT_OUTPUT);
  lua_insert(L, 1);
  return test(L, 1) != NULL ? stream_write(L) : delegate(L, "write");
}

static int io_read (lua_State *L) {
  push_place(L, DEFAULT_INPUT);
  lua_insert(L, 1);
  return test(L, 1) != NULL ? stream_read(L) : delegate(L, "read");
}

static int io_flush (lua_State *L) {
  lua_settop(L, 0);
  push_place(L, DEFAULT_OUTPUT);
  return test(L, 1) != NULL ? stream_flush(L) : delegate(L, "flush");
}

/* io.lines([name, ...]); the upvalue is Lua's own. */
static int io_lines (lua_State *L) {
  if (lua_isnoneornil(L, 1)) {
    if (lua_gettop(L) > 0) lua_remove(L, 1);
    push_place(L, DEFAULT_INPUT);
    lua_insert(L, 1);
    return test(L, 1) != NULL ? stream_lines(L) : delegate(L, "lines");
  }
  lua_pushvalue(L, lua_upvalueindex(1));
  lua_insert(L, 1);
  lua_call(L, lua_gettop(L) - 1, LUA_MULTRET);
  return lua_gettop(L);
}

/* io.input and io.output; upvalues: io.open, io.type, the place. */
static int io_default (lua_State *L) {
  int place = (int)lua_tointeger(L, lua_upvalueindex(3));
  if (lua_isnoneornil(L, 1)) {
    push_place(L, place);
    return 1;
  }
  lua_settop(L, 1);
  if (lua_type(L, 1) == LUA_TSTRING) {
    lua_pushvalue(L, lua_upvalueindex(1));
    lua_pushvalue(L, 1);
    lua_pushstring(L, place == DEFAULT_INPUT ? "r" : "w");
    lua_call(L, 2, 2);
    if (lua_isnil(L, -2)) return luaL_error(L, "%s", lua_tostring(L, -1));
    lua_pop(L, 1);
    lua_replace(L, 1);
  }
  else if (test(L, 1) == NULL) {
    lua_pushvalue(L, lua_upvalueindex(2));
    lua_pushvalue(L, 1);
    lua_call(L, 1, 1);
    if (lua_isnil(L, -1))
      return luaL_error(L, "bad argument #1 (FILE* expected, got %s)", luaL_typename(L, 1));
    lua_pop(L, 1);
  }
  lua_pushvalue(L, 1);
  set_place(L, place);
  return 1;
}

static int io_close (lua_State *L) {
  if (lua_isnone(L, 1)) push_place(L, DEFAULT_OUTPUT);
  return test(L, 1) != NULL ? stream_close(L) : delegate(L, "close");
}

/* io.type; the upvalue is Lua's own. */
static int io_type (lua_State *L) {
  luaL_checkany(L, 1);
  if (test(L, 1) != NULL) {
    lua_pushliteral(L, "file");
    return 1;
  }
  lua_pushvalue(L, lua_upvalueindex(1));
  lua_pushvalue(L, 1);
  lua_call(L, 1, 1);
  return 1;
}

#if FLAVOUR >= 504

/* warn: as the default of lauxlib has it, to the error stream. */
static int warning (lua_State *L) {
  int i, on, n = lua_gettop(L);
  luaL_checkstring(L, 1);
  for (i = 2; i <= n; i++) luaL_checkstring(L, i);
  if (n == 1 && *lua_tostring(L, 1) == '@') {
    const char *control = lua_tostring(L, 1) + 1;
    if (strcmp(control, "on") == 0 || strcmp(control, "off") == 0) {
      lua_pushboolean(L, control[1] == 'n');
      set_place(L, WARNING);
    }
    return 0;
  }
  push_place(L, WARNING);
  on = lua_toboolean(L, -1);
  lua_pop(L, 1);
  if (on) {
    lua_pushliteral(L, "Lua warning: ");
    lua_insert(L, 1);
    lua_pushliteral(L, "\n");
    lua_concat(L, lua_gettop(L));
    call_up(L, UP_WRITE, -1, WRITE_ERROR | WRITE_LINE, 1, 1);
  }
  return 0;
}

#endif

static const luaL_Reg methods[] = {
  { "write", stream_write }, { "read", stream_read }, { "lines", stream_lines },
  { "flush", stream_flush }, { "close", stream_close }, { "seek", stream_seek },
  { "setvbuf", stream_setvbuf }, { NULL, NULL }
};

static void set_functions (lua_State *L, const luaL_Reg *functions) {
  for (; functions->name != NULL; functions++) {
    lua_pushcfunction(L, functions->func);
    lua_setfield(L, -2, functions->name);
  }
}

/* streams io: a standard stream, by its name in io. [-0, +0, m] */
static void new_stream (lua_State *L, int which, const char *name) {
  Stream *stream = (Stream *)lua_newuserdatauv(L, sizeof(Stream), 0);
  memset(stream, 0, sizeof(Stream));
  stream->magic = MAGIC;
  stream->which = which;
  lua_rawgeti(L, -3, METATABLE);
  lua_setmetatable(L, -2);                        /* streams io stream */
  lua_pushvalue(L, -1);
  lua_rawseti(L, -4, which);
  lua_setfield(L, -2, name);
}

/* streams io: replaces a function of io by one that has it, and maybe others, as upvalues. */
static void wrap (lua_State *L, const char *name, lua_CFunction function) {
  lua_getfield(L, -1, name);
  lua_pushcclosure(L, function, 1);
  lua_setfield(L, -2, name);
}

static void wrap_default (lua_State *L, const char *name, int place) {
  lua_getfield(L, -1, "open");
  lua_getfield(L, -2, "type");
  lua_pushinteger(L, place);
  lua_pushcclosure(L, io_default, 3);
  lua_setfield(L, -2, name);
}

void console_open (lua_State *L) {
  static const luaL_Reg functions[] = {
    { "write", io_write }, { "read", io_read }, { "flush", io_flush }, { "close", io_close },
    { NULL, NULL }
  };
  lua_pushcfunction(L, print);
  lua_setglobal(L, "print");
#if FLAVOUR >= 504
  lua_pushcfunction(L, warning);
  lua_setglobal(L, "warn");
#endif
  lua_newtable(L);                                /* streams */
  lua_pushvalue(L, -1);
  lua_rawseti(L, LUA_REGISTRYINDEX, ANCHOR_STREAMS);
  lua_newtable(L);                                /* streams mt */
  lua_newtable(L);
  set_functions(L, methods);
  lua_setfield(L, -2, "__index");
  lua_pushcfunction(L, stream_tostring);
  lua_setfield(L, -2, "__tostring");
  lua_pushliteral(L, "FILE*");
  lua_setfield(L, -2, "__name");
  lua_rawseti(L, -2, METATABLE);
  lua_getglobal(L, "io");                         /* streams io */
  if (lua_istable(L, -1)) {
    wrap(L, "lines", io_lines);
    wrap_default(L, "input", DEFAULT_INPUT);
    wrap_default(L, "output", DEFAULT_OUTPUT);
    wrap(L, "type", io_type);
    set_functions(L, functions);
    new_stream(L, INPUT, "stdin");
    new_stream(L, OUTPUT, "stdout");
    new_stream(L, ERRORS, "stderr");
    lua_rawgeti(L, -2, INPUT);
    lua_rawseti(L, -3, DEFAULT_INPUT);
    lua_rawgeti(L, -2, OUTPUT);
    lua_rawseti(L, -3, DEFAULT_OUTPUT);
  }
  lua_pop(L, 2);
}
