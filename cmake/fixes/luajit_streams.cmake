# The standard streams of LuaJIT.
function(route_luajit_streams)
  fix(standard-streams)
  replace_text(src/lib_io.c
    [=[    setgcref(G(L)->gcroot[id], gcV(L->top-1));]=]
    [=[    setgcref(G(L)->gcroot[id], gcV(L->top-1));
    lupine_default_file();]=])

  # The standard streams are those of Java. The whole library is one translation unit.
  fix(standard-streams)
  patch_file(lupine_streams.h)
  replace_text(src/lib_io.c
    [=[#include "lj_strscan.h"
]=]
    [=[#include "lj_strscan.h"

#include "lupine_streams.h"  /* lupine */
]=])
  replace_text(src/lib_io.c
    [=[  io_std_new(L, stderr, "stderr");
  return 1;
}
]=]
    [=[  io_std_new(L, stderr, "stderr");
  return 1;
}

/* lupine: what follows has no need of them */
#undef clearerr
#undef ferror
#undef fflush
#undef setvbuf
]=])
  replace_text(src/lib_io.c
    [=[  if (fscanf(fp, LUA_NUMBER_SCAN, &d) == 1) {]=]
    [=[  if ((lupine_standard(fp) ? lupine_read_number(L, fp, &d)
			   : fscanf(fp, LUA_NUMBER_SCAN, &d)) == 1) {]=])
  replace_text(src/lib_io.c
    [=[static int io_file_readline(lua_State *L, FILE *fp, MSize chop)
{]=]
    [=[static int io_file_readline(lua_State *L, FILE *fp, MSize chop)
{
  if (lupine_standard(fp)) return lupine_read_line(L, fp, (int)chop);]=])
  replace_text(src/lib_io.c
    [=[static void io_file_readall(lua_State *L, FILE *fp)
{]=]
    [=[static void io_file_readall(lua_State *L, FILE *fp)
{
  if (lupine_standard(fp)) {
    lupine_read_chars(L, fp, ~(size_t)0);
    return;
  }]=])
  replace_text(src/lib_io.c
    [=[static int io_file_readlen(lua_State *L, FILE *fp, MSize m)
{]=]
    [=[static int io_file_readlen(lua_State *L, FILE *fp, MSize m)
{
  if (lupine_standard(fp))
    return m ? lupine_read_chars(L, fp, m) : lupine_has_more(L, fp);]=])
  replace_text(src/lib_io.c
    [=[  for (tv = L->base+start; tv < L->top; tv++) {]=]
    [=[  tv = L->base+start;
  if (lupine_standard(fp)) {
    int n = lupine_write(L, fp, start+1, (int)(L->top - L->base));
    if (n) return n;
    tv = L->top;
  }
  for (; tv < L->top; tv++) {]=])
  replace_text(src/lib_io.c
    [=[#if LJ_TARGET_POSIX
  res = fseeko(fp, ofs, opt);]=]
    [=[  if (lupine_standard(fp)) {
    errno = ESPIPE;
    return luaL_fileresult(L, 0, NULL);
  }
#if LJ_TARGET_POSIX
  res = fseeko(fp, ofs, opt);]=])

  # Compiled code writes to C files directly. It leaves the standard streams to the library.
  fix(standard-streams)
  patch_file(lupine_recorder.h)
  replace_text(src/lj_ffrecord.c
    [=[static TRef recff_io_fp(jit_State *J, TRef *udp, int32_t id)]=]
    [=[#include "lupine_recorder.h"

static TRef recff_io_fp(jit_State *J, TRef *udp, int32_t id)]=])
  replace_text(src/lj_ffrecord.c
    [=[  emitir(IRTG(IR_NE, IRT_PTR), fp, lj_ir_knull(J, IRT_PTR));
  return fp;]=]
    [=[  emitir(IRTG(IR_NE, IRT_PTR), fp, lj_ir_knull(J, IRT_PTR));
  emitir(IRTG(IR_NE, IRT_PTR), fp, lj_ir_kptr(J, stdin));  /* lupine */
  emitir(IRTG(IR_NE, IRT_PTR), fp, lj_ir_kptr(J, stdout));
  emitir(IRTG(IR_NE, IRT_PTR), fp, lj_ir_kptr(J, stderr));
  return fp;]=])
  replace_text(src/lj_ffrecord.c
    [=[  TRef ud, fp = recff_io_fp(J, &ud, rd->data);
  TRef zero = lj_ir_kint(J, 0);
  TRef one = lj_ir_kint(J, 1);
  ptrdiff_t i = rd->data == 0 ? 1 : 0;
]=]
    [=[  TRef ud, fp, zero, one;
  ptrdiff_t i = rd->data == 0 ? 1 : 0;
  if (recff_io_standard(J, rd)) {  /* lupine */
    recff_nyi(J, rd);
    return;
  }
  fp = recff_io_fp(J, &ud, rd->data);
  zero = lj_ir_kint(J, 0);
  one = lj_ir_kint(J, 1);
]=])
  replace_text(src/lj_ffrecord.c
    [=[  TRef ud, fp = recff_io_fp(J, &ud, rd->data);
  TRef tr = lj_ir_call(J, IRCALL_fflush, fp);]=]
    [=[  TRef ud, fp, tr;
  if (recff_io_standard(J, rd)) {  /* lupine */
    recff_nyi(J, rd);
    return;
  }
  fp = recff_io_fp(J, &ud, rd->data);
  tr = lj_ir_call(J, IRCALL_fflush, fp);]=])
endfunction()
