# Files of the library "io" that are closed while it reads them. Where it fills a buffer or makes a
# string, garbage may be collected, and a finalizer may close the file. The library went on to read
# what fclose had freed. It writes, seeks and flushes without any such step in between.

# Puts the test before <text>, which begins a line.
function(check_open_before text)
  string(REGEX MATCH "^ *" indentation "${text}")
  replace_text(src/liolib.c "${text}" "${indentation}check_open(L, s);  /* lupine */
${text}")
endfunction()

# Has a function get the file of Lua in place of that of C. <rest>: its other parameters.
function(pass_stream function rest)
  replace_text(src/liolib.c "${function} (lua_State *L, FILE *f${rest}) {"
    "${function} (lua_State *L, LStream *s${rest}) {
  FILE *f = s->f;")
endfunction()

# What 5.1 to 5.5 share. <result>: the function that pushes the results of a failure.
function(check_files_in_reads result)
  fix(closed-files)
  patch_file(lupine_closed.h)
  replace_text(src/liolib.c
    [=[static int io_type (lua_State *L) {]=]
    [=[#include "lupine_closed.h"


static int io_type (lua_State *L) {]=])
  pass_stream("static int read_chars" ", size_t n")
  pass_stream("static int g_read" ", int first")
  replace_text(src/liolib.c
    [=[    for (n = first; nargs-- && success; n++) {]=]
    [=[    for (n = first; nargs-- && success; n++) {
      check_open(L, s);  /* lupine */]=])
  check_open_before("  if (ferror(f))
    return ${result}(L, 0, NULL);
  if (!success) {")
  replace_text(src/liolib.c
    [=[  return g_read(L, getiofile(L, IO_INPUT), 1);]=]
    [=[  getiofile(L, IO_INPUT);  /* lupine: stays on the stack */
  return g_read(L, (LStream *)lua_touserdata(L, -1), 1);]=])
  replace_text(src/liolib.c
    [=[  return g_read(L, tofile(L), 2);]=]
    [=[  tofile(L);
  return g_read(L, (LStream *)lua_touserdata(L, 1), 2);]=])
endfunction()

# What 5.2 to 5.5 share.
function(check_files_in_newer_reads)
  check_files_in_reads(luaL_fileresult)
  pass_stream("static int read_line" ", int chop")
  pass_stream("static void read_all" "")
  replace_text(src/liolib.c "read_line(L, f, " "read_line(L, s, " 3)
  replace_text(src/liolib.c "read_all(L, f)" "read_all(L, s)")
  replace_text(src/liolib.c "read_chars(L, f, l)" "read_chars(L, s, l)")
  replace_text(src/liolib.c "g_read(L, p->f, 2)" "g_read(L, p, 2)")
  check_open_before("  nr = fread(p, sizeof(char), n, f);")
endfunction()

# Versions that read lines by fgets.
function(check_files_in_fgets)   # 5.1 and 5.2
  check_open_before("    if (fgets(p, LUAL_BUFFERSIZE, f) == NULL) {")
endfunction()

# Versions that read lines character by character.
function(check_files_in_lines)   # 5.3, 5.4 and 5.5
  check_files_in_newer_reads()
  check_open_before("    l_lockfile(f);  /* no memory errors can happen inside the lock */")
  check_open_before("    nr = fread(p, sizeof(char), LUAL_BUFFERSIZE, f);")
endfunction()

# LuaJIT. Nothing held the default file, either, once it was no longer the default.
function(check_luajit_files)
  fix(closed-files)
  patch_file(lupine_iofile.h)
  replace_text(src/lib_io.c
    [=[static int io_file_read(lua_State *L, IOFileUD *iof, int start)
{
  FILE *fp = iof->fp;
  int ok, n, nargs = (int)(L->top - L->base) - start;
  clearerr(fp);]=]
    [=[#include "lupine_iofile.h"

static int io_file_read(lua_State *L, IOFileUD *iof, int start)
{
  FILE *fp = iof->fp;
  int ok, n, nargs = (int)(L->top - L->base) - start;
  setudataV(L, L->top, (GCudata *)iof - 1);  /* lupine: hold the file. */
  incr_top(L);
  clearerr(fp);]=])
  replace_text(src/lib_io.c
    [=[    for (n = start; nargs-- && ok; n++) {]=]
    [=[    for (n = start; nargs-- && ok; n++) {
      io_file_checkopen(L, iof);  /* lupine */]=])
  replace_text(src/lib_io.c
    [=[  if (ferror(fp))
    return luaL_fileresult(L, 0, NULL);
  if (!ok)]=]
    [=[  io_file_checkopen(L, iof);  /* lupine */
  if (ferror(fp))
    return luaL_fileresult(L, 0, NULL);
  if (!ok)]=])
  replace_text(src/lib_io.c
    [=[  if (ferror(iof->fp))
    lj_err_callermsg(L, strVdata(L->top-2));
  if (tvisnil(L->base) && ]=]
    [=[  if (iof->fp == NULL || ferror(iof->fp))  /* lupine: closed since the error */
    lj_err_callermsg(L, strVdata(L->top-2));
  /* lupine: without options, the file is below the result. */
  if (tvisnil(L->base + (fn->c.nupvalues == 1)) && ]=])
endfunction()
