# The standard streams of the library "io". They remain Lua files, but these three read from and
# write to Java.

# Fixes of all five flavours from PUC-Rio.
function(route_streams)
  fix(standard-streams)
  patch_file(lupine_streams.h)
  replace_text(src/liolib.c
    [=[#include "lualib.h"
]=]
    [=[#include "lualib.h"

#include "lupine_streams.h"  /* lupine */
]=])
  replace_text(src/liolib.c
    [=[static int test_eof (lua_State *L, FILE *f) {]=]
    [=[static int test_eof (lua_State *L, FILE *f) {
  if (lupine_standard(f)) return lupine_has_more(L, f);]=])
  replace_text(src/liolib.c
    [=[static int read_chars (lua_State *L, LStream *s, size_t n) {
  FILE *f = s->f;]=]
    [=[static int read_chars (lua_State *L, LStream *s, size_t n) {
  FILE *f = s->f;
  if (lupine_standard(f)) return lupine_read_chars(L, f, n);]=])
endfunction()

# Further fixes of all of them but 5.1.
function(route_newer_streams)
  fix(standard-streams)
  replace_text(src/liolib.c
    [=[    lua_setfield(L, LUA_REGISTRYINDEX, f);]=]
    [=[    lua_setfield(L, LUA_REGISTRYINDEX, f);
    lupine_default_file();]=])
  replace_text(src/liolib.c
    [=[static int read_line (lua_State *L, LStream *s, int chop) {
  FILE *f = s->f;]=]
    [=[static int read_line (lua_State *L, LStream *s, int chop) {
  FILE *f = s->f;
  if (lupine_standard(f)) return lupine_read_line(L, f, chop);]=])
  replace_text(src/liolib.c
    [=[static void read_all (lua_State *L, LStream *s) {
  FILE *f = s->f;]=]
    [=[static void read_all (lua_State *L, LStream *s) {
  FILE *f = s->f;
  if (lupine_standard(f)) {
    lupine_read_chars(L, f, ~(size_t)0);
    return;
  }]=])
  replace_text(src/liolib.c
    [=[  int nargs = lua_gettop(L) - arg;]=]
    [=[  int nargs = lua_gettop(L) - arg;
  if (lupine_standard(f)) {
    int n = lupine_write(L, f, arg, lua_gettop(L) - 1);
    return n != 0 ? n : 1;  /* file handle already on stack top */
  }]=])
  replace_text(src/liolib.c
    [=[  op = l_fseek(f, offset, mode[op]);]=]
    [=[  if (lupine_standard(f)) { errno = ESPIPE; return luaL_fileresult(L, 0, NULL); }
  op = l_fseek(f, offset, mode[op]);]=])
endfunction()

# Versions that use fscanf for numerals: the C library parses those of Java, too.
function(route_scanned_numbers)
  fix(standard-streams)
  replace_text(src/liolib.c
    [=[  if (fscanf(f, LUA_NUMBER_SCAN, &d) == 1) {]=]
    [=[  if ((lupine_standard(f) ? lupine_read_number(L, f, &d)
                          : fscanf(f, LUA_NUMBER_SCAN, &d)) == 1) {]=])
endfunction()

# Versions that read numerals themselves, character by character.
function(route_collected_numbers)
  fix(standard-streams)
  replace_text(src/liolib.c
    [=[    rn->c = l_getc(rn->f);  /* read next one */]=]
    [=[    rn->c = rn->f ? l_getc(rn->f) : lupine_next_char();  /* read next one */]=])
  replace_text(src/liolib.c
    [=[  rn.f = f; rn.n = 0;]=]
    [=[  rn.f = lupine_standard(f) ? NULL : f; rn.n = 0;]=])
  replace_text(src/liolib.c
    [=[  l_lockfile(rn.f);
  do { rn.c = l_getc(rn.f); } while (isspace(rn.c));  /* skip spaces */]=]
    [=[  if (rn.f) l_lockfile(rn.f);
  else lupine_begin_number(L, f);
  do {
    rn.c = rn.f ? l_getc(rn.f) : lupine_next_char();
  } while (isspace(rn.c));  /* skip spaces */]=])
  replace_text(src/liolib.c
    [=[  ungetc(rn.c, rn.f);  /* unread look-ahead char */
  l_unlockfile(rn.f);]=]
    [=[  if (rn.f) {
    ungetc(rn.c, rn.f);  /* unread look-ahead char */
    l_unlockfile(rn.f);
  }
  else {
    lupine_unread_char(rn.c);
    lupine_end_number(L);
  }]=])
endfunction()
