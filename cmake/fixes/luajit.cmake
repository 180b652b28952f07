# LuaJIT 2.1 as OpenResty keeps it, 20251030
include("${CMAKE_CURRENT_LIST_DIR}/replace.cmake")
include("${CMAKE_CURRENT_LIST_DIR}/files.cmake")
include("${CMAKE_CURRENT_LIST_DIR}/luajit_errors.cmake")
include("${CMAKE_CURRENT_LIST_DIR}/luajit_profiler.cmake")
include("${CMAKE_CURRENT_LIST_DIR}/luajit_stack.cmake")
include("${CMAKE_CURRENT_LIST_DIR}/luajit_streams.cmake")

# A stack that moved under a running trace was not always noticed: slots were taken for bytes.
fix(moved-stack)
replace_text(src/lj_state.c
  [=[(mref(G(L)->jit_base, char) - (char *)oldst) < oldsize)]=]
  [=[(mref(G(L)->jit_base, char) - (char *)oldst) < oldsize*sizeof(TValue) /* lupine */)]=])

# After a stack overflow the stack was shrunk although its top was too close to the end.
fix(shrunk-stack)
replace_text(src/lj_state.c
  [=[  if (L->stacksize > LJ_STACK_MAXEX && L->top-tvref(L->stack) < LJ_STACK_MAX-1)]=]
  [=[  /* lupine: leave as much above the top as the handler of an error was given */
  if (L->stacksize > LJ_STACK_MAXEX &&
      L->top-tvref(L->stack) < LJ_STACK_MAX - 1 - (1 + 2*LUA_MINSTACK))]=])

# A snapshot was cleaned by the slots of a function that was just being entered.
fix(snapshot-slots)
replace_text(src/lj_record.c
  [=[    if (J->pt) lj_snap_purge(J);
    lj_snap_add(J);]=]
  [=[    if (J->pt && bc_op(*J->pc) < BC_FUNCF /* lupine */) lj_snap_purge(J);
    lj_snap_add(J);]=])

# More instructions, constants or snapshots in a trace than an index can count damaged memory.
fix(trace-limits)
replace_text(src/lib_jit.c
  [=[	n = n*10 + (*p++ - '0');
      if (*p) return 0;  /* Malformed number. */]=]
  [=[	n = n < 100000000 ? n*10 + (*p++ - '0') : (p++, n);  /* lupine: no overflow */
      if (*p) return 0;  /* Malformed number. */
      if (n > 16000 && (i == JIT_P_maxrecord || i == JIT_P_maxirconst || i == JIT_P_maxsnap))
	n = 16000;  /* lupine: compiling may double them, in 15 bits */]=])

# jit.util took any number for the place of a constant of a trace, even the second half of one,
# gave away the tables of which constructors make copies, whose sizes compiled code relies on, and
# metatables with their finalizers, and looked into traces that do not exist.
fix(trace-constants)
patch_file(lupine_constants.h)
replace_text(src/lib_jit.c
  [=[/* local k, t [, slot] = jit.util.tracek(tr, idx) */]=]
  [=[#include "lupine_constants.h"

/* local k, t [, slot] = jit.util.tracek(tr, idx) */]=])
replace_text(src/lib_jit.c
  [=[  if (T && ref >= T->nk && ref < REF_BIAS) {]=]
  [=[  if (T && ref >= T->nk && ref < REF_BIAS && jit_isconstant(T, ref)) {  /* lupine */]=])
replace_text(src/lib_jit.c
  [=[    lj_ir_kvalue(L, L->top-2, ir);]=]
  [=[    lj_ir_kvalue(L, L->top-2, ir);
    if (tvistab(L->top-2)) settabV(L, L->top-2, lj_tab_new(L, 0, 0));  /* lupine: an empty one */]=])
replace_text(src/lib_jit.c
  [=[      setgcV(L, L->top-1, gc, ~gc->gch.gct);]=]
  [=[      setgcV(L, L->top-1, gc, ~gc->gch.gct);
      if (tvistab(L->top-1)) settabV(L, L->top-1, lj_tab_dup(L, tabV(L->top-1)));  /* lupine */]=])
replace_text(src/lib_jit.c
  [=[    ExitNo maxexit = T->root ? T->nsnap+1 : T->nsnap;
    if (T && ]=]
  [=[    ExitNo maxexit = T && T->root ? T->nsnap+1 : T ? T->nsnap : 0;  /* lupine: T may be NULL */
    if (T && ]=])

# A metamethod of C data that was called by hand took a number beside a string for C data.
fix(cdata-arithmetic)
replace_text(src/lj_carith.c
  [=[  if (o+1 >= L->top)
    lj_err_argt(L, 1, LUA_TCDATA);]=]
  [=[  if (o+1 >= L->top || !(tviscdata(o) || tviscdata(o+1)) /* lupine */)
    lj_err_argt(L, 1, LUA_TCDATA);]=])

# A proxy was empty. With another metatable, the memory behind it was taken for its content.
fix(empty-proxy)
replace_text(src/lib_base.c
  [=[  lua_newuserdata(L, 0);
  if (lua_toboolean(L, 1) == 0) {]=]
  [=[  memset(lua_newuserdata(L, 4*sizeof(void *)), 0, 4*sizeof(void *));  /* lupine */
  if (lua_toboolean(L, 1) == 0) {]=])

check_luajit_files()

if(NOT LUA_PRISTINE)
  fix(host)
  patch_file(lupine_guard.h)
  patch_file(../platform.h)
  replace_text(src/lj_def.h
    [=[/* PRNG state. Need this here, details in lj_prng.h. */]=]
    [=[#include "lupine_guard.h"

/* PRNG state. Need this here, details in lj_prng.h. */]=])

  # To scripts a table of another state is a table, though it is a userdata here.
  fix(types)
  replace_text(src/lj_obj.h
    [=[  UDTYPE_BUFFER,	/* String buffer. */]=]
    [=[  UDTYPE_BUFFER,	/* String buffer. */
  UDTYPE_LUPINE_TABLE,	/* lupine: a table to scripts. */]=])
  replace_text(src/lj_ffrecord.c
    [=[    t = ~itype(&rd->argv[0]);
  J->base[0] = lj_ir_kstr(J, strV(&J->fn->c.upvalue[t]));]=]
    [=[    t = ~itype(&rd->argv[0]);
  if (t == ~LJ_TUDATA) {  /* lupine: specialize to the type of userdata */
    int table = udataV(&rd->argv[0])->udtype == UDTYPE_LUPINE_TABLE;
    TRef tr = emitir(IRT(IR_FLOAD, IRT_U8), J->base[0], IRFL_UDATA_UDTYPE);
    emitir(IRTGI(table ? IR_EQ : IR_NE), tr, lj_ir_kint(J, UDTYPE_LUPINE_TABLE));
    if (table) t = ~LJ_TTAB;
  }
  J->base[0] = lj_ir_kstr(J, strV(&J->fn->c.upvalue[t]));]=])
  replace_text(src/vm_x64.dasc
    [=[  |  cmovb RCd, RBd
  |  not RCd
  |2:
  |  mov CFUNC:RB, [BASE-16]]=]
    [=[  |  cmovb RCd, RBd
  |  not RCd
  |  cmp RCd, ~LJ_TUDATA		// lupine
  |  je >3
  |2:
  |  mov CFUNC:RB, [BASE-16]]=])
  replace_text(src/vm_x64.dasc
    [=[  |  mov [BASE-16], STR:RC
  |  jmp ->fff_res1
  |
  |//-- Base library: getters and setters]=]
    [=[  |  mov [BASE-16], STR:RC
  |  jmp ->fff_res1
  |3:  // lupine
  |  mov RB, [BASE]
  |  cleartp RB
  |  cmp byte [RB+offsetof(GCudata, udtype)], UDTYPE_LUPINE_TABLE
  |  jne <2
  |  mov RCd, ~LJ_TTAB
  |  jmp <2
  |
  |//-- Base library: getters and setters]=])
  replace_text(src/vm_arm64.dasc
    [=[  |  csinv TMP1, TMP0, ITYPE, lo
  |  add TMP1, TMP1, #offsetof(GCfuncC, upvalue)/8
  |  ldr CARG1, [CFUNC:CARG3, TMP1, lsl #3]
  |  b ->fff_restv
  |
  |//-- Base library: getters and setters]=]
    [=[  |  csinv TMP1, TMP0, ITYPE, lo
  |  cmp TMP1, #~LJ_TUDATA		// lupine
  |  beq >2
  |1:
  |  add TMP1, TMP1, #offsetof(GCfuncC, upvalue)/8
  |  ldr CARG1, [CFUNC:CARG3, TMP1, lsl #3]
  |  b ->fff_restv
  |2:  // lupine
  |  and CARG1, CARG1, #LJ_GCVMASK
  |  ldrb TMP0w, [CARG1, #offsetof(GCudata, udtype)]
  |  cmp TMP0w, #UDTYPE_LUPINE_TABLE
  |  bne <1
  |  mov TMP1, #~LJ_TTAB
  |  b <1
  |
  |//-- Base library: getters and setters]=])

  # Opening the library "ffi" lost what it had allocated when memory ran short.
  fix(ffi-memory)
  patch_file(lupine_ctype.h)
  replace_text(src/lj_obj.h
    [=[  MRef ctype_state;	/* Pointer to C type state. */]=]
    [=[  MRef ctype_state;	/* Pointer to C type state. */
  MRef ctype_begun;	/* lupine: the same while it is being initialized. */]=])
  replace_text(src/lj_ctype.c
    [=[/* Initialize C type table and state. */
CTState *lj_ctype_init(lua_State *L)
{
  CTState *cts = lj_mem_newt(L, sizeof(CTState), CTState);
  CType *ct = lj_mem_newvec(L, CTTYPETAB_MIN, CType);
  const char *name = lj_ctype_typenames;
  CTypeID id;
  memset(cts, 0, sizeof(CTState));]=]
    [=[#include "lupine_ctype.h"

/* Initialize C type table and state. */
CTState *lj_ctype_init(lua_State *L)
{
  CTState *cts;
  CType *ct;
  const char *name = lj_ctype_typenames;
  CTypeID id;
  ctype_freebegun(G(L));
  cts = lj_mem_newt(L, sizeof(CTState), CTState);
  memset(cts, 0, sizeof(CTState));
  setmref(G(L)->ctype_begun, cts);
  ct = lj_mem_newvec(L, CTTYPETAB_MIN, CType);]=])
  replace_text(src/lj_ctype.c
    [=[  setmref(G(L)->ctype_state, cts);
  return cts;]=]
    [=[  return cts;  /* lupine: luaopen_ffi sets ctype_state */]=])
  replace_text(src/lj_ctype.c
    [=[  CTState *cts = ctype_ctsG(g);
  if (cts) {
    lj_ccallback_mcode_free(cts);]=]
    [=[  CTState *cts = ctype_ctsG(g);
  ctype_freebegun(g);  /* lupine */
  if (cts) {
    lj_ccallback_mcode_free(cts);]=])

  # A coroutine of another state is resumed there. The one that stands for it has nothing to run.
  fix(foreign-coroutines)
  replace_text(src/lib_base.c
    [=[    lj_err_arg(L, 1, LJ_ERR_NOCORO);
  return ffh_resume(L, threadV(L->base), 0);]=]
    [=[    lj_err_arg(L, 1, LJ_ERR_NOCORO);
  if (lupine_push_resume(L)) {  /* lupine */
    copyTV(L, L->base-1-LJ_FR2, --L->top);
    return FFH_TAILCALL;
  }
  return ffh_resume(L, threadV(L->base), 0);]=])

  # A literal such as 1LL opened the library "ffi" and put it where 'require' finds it, even if the
  # host had left it out. To open it twice replaced the types of values in use.
  fix(ffi-once)
  patch_file(lupine_ffi.h)
  replace_text(src/lib_ffi.c
    [=[/* Register FFI module as loaded. */
static void ffi_register_module(lua_State *L)
{
  cTValue *tmp = lj_tab_getstr(tabV(registry(L)), lj_str_newlit(L, "_LOADED"));
  if (tmp && tvistab(tmp)) {
    GCtab *t = tabV(tmp);
    copyTV(L, lj_tab_setstr(L, t, lj_str_newlit(L, LUA_FFILIBNAME)), L->top-1);
    lj_gc_anybarriert(L, t);
  }
}

LUALIB_API int luaopen_ffi(lua_State *L)
{
  CTState *cts = lj_ctype_init(L);
  settabV(]=]
    [=[#include "lupine_ffi.h"

LUALIB_API int luaopen_ffi(lua_State *L)
{
  CTState *cts;
  if (ctype_ctsG(G(L))) {  /* lupine: only once */
    lua_pushlightuserdata(L, (void *)&ffi_key);
    lua_rawget(L, LUA_REGISTRYINDEX);
    return 1;
  }
  cts = lj_ctype_init(L);
  settabV(]=])
  replace_text(src/lib_ffi.c
    [=[  LJ_LIB_REG(L, NULL, ffi);  /* Note: no global "ffi" created! */
  ffi_register_module(L);
  return 1;]=]
    [=[  LJ_LIB_REG(L, NULL, ffi);  /* Note: no global "ffi" created! */
  lua_pushlightuserdata(L, (void *)&ffi_key);  /* lupine: instead of package.loaded */
  lua_pushvalue(L, -2);
  lua_rawset(L, LUA_REGISTRYINDEX);
  setmref(G(L)->ctype_begun, NULL);
  setmref(G(L)->ctype_state, cts);
  return 1;]=])

  # The library "string.buffer" gave pointers into memory where the host had left out "ffi".
  fix(buffer-pointers)
  replace_text(src/lib_buffer.c
    [=[int luaopen_string_buffer(lua_State *L)
{
  LJ_LIB_REG(L, NULL, buffer_method);]=]
    [=[extern int lupine_has_ffi(lua_State *L);

int luaopen_string_buffer(lua_State *L)
{
  LJ_LIB_REG(L, NULL, buffer_method);
  if (!lupine_has_ffi(L)) {
    static const char *const methods[] = { "reserve", "commit", "ref", "putcdata" };
    int i;
    for (i = 0; i < 4; i++) {
      lua_pushnil(L);
      lua_setfield(L, -2, methods[i]);
    }
  }]=])

  # Another thread can make the VM poll before each instruction and at each function. It sets a
  # flag, which compiled code checks, too, and diverts the dispatch. Part of that is lost if the VM
  # changes its dispatch meanwhile, so the other thread repeats it.
  fix(divert)
  patch_file(lupine_stop.h)
  replace_text(src/lj_dispatch.c
    [=[/* -- Hooks --------------------------------------------------------------- */]=]
    [=[#include "lupine_stop.h"

/* -- Hooks --------------------------------------------------------------- */]=])
  replace_text(src/lj_dispatch.c
    [=[  L->top = L->base + slots;  /* Fix top. */
#if LJ_HASJIT]=]
    [=[  L->top = L->base + slots;  /* Fix top. */
  if (g->stop_wanted & WANT_STOP) lupine_stopped(L);  /* lupine */
#if LJ_HASPROFILE
  if (g->stop_wanted & WANT_SAMPLE) lj_profile_sample(L);  /* lupine */
#endif
#if LJ_HASJIT]=])
  replace_text(src/lj_dispatch.c
    [=[  int missing = call_init(L, fn);]=]
    [=[  int missing = call_init(L, fn);
  if (g->stop_wanted & WANT_STOP) lupine_stopped(L);  /* lupine */]=])
  replace_text(src/lj_dispatch.c
    [=[  g->hookmask = (uint8_t)((g->hookmask & ~HOOK_EVENTMASK) | mask);]=]
    [=[  g->hookmask = (uint8_t)((g->hookmask & ~HOOK_EVENTMASK) | mask);
  g->stop_hooked = (mask & (LUA_MASKLINE|LUA_MASKCOUNT)) != 0;  /* lupine */]=])
  replace_text(src/lj_state.c
    [=[	break;
    }
  }
  close_state(L);]=]
    [=[	break;
    }
  }
  lupine_closing(L);  /* lupine: no more diverting */
  close_state(L);]=])
  replace_text(src/lj_state.c
    [=[LUA_API void lua_close(lua_State *L)
{]=]
    [=[extern void lupine_closing(lua_State *L);

LUA_API void lua_close(lua_State *L)
{]=])
  replace_text(src/lj_record.c
    [=[    TRef tr = emitir(IRT(IR_XLOAD, IRT_U8),
		     lj_ir_kptr(J, &J2G(J)->hookmask), IRXLOAD_VOLATILE);
    tr = emitir(IRTI(IR_BAND), tr, lj_ir_kint(J, (LUA_MASKLINE|LUA_MASKCOUNT)));
    emitir(IRTGI(IR_EQ), tr, lj_ir_kint(J, 0));]=]
    [=[    TRef tr = emitir(IRT(IR_XLOAD, IRT_U16),
		     lj_ir_kptr(J, &J2G(J)->stop_wanted), IRXLOAD_VOLATILE);
    emitir(IRTGI(IR_EQ), tr, lj_ir_kint(J, 0));  /* lupine: stop_hooked too */]=])
  replace_text(src/lj_record.c
    [=[#ifdef LUAJIT_ENABLE_CHECKHOOK
    ref += 3;]=]
    [=[#ifdef LUAJIT_ENABLE_CHECKHOOK
    ref += 2;  /* lupine: was 3 */]=])
  replace_text(src/vm_x64.dasc
    [=[  |->vm_inshook:			// Dispatch target for instr/line hooks.
  |  endbr]=]
    [=[  |->vm_inshook:			// Dispatch target for instr/line hooks.
  |  endbr
  |  cmp byte [DISPATCH+DISPATCH_GL(stop_wanted)], 0; jne >1	// lupine]=])
  replace_text(src/vm_arm64.dasc
    [=[  |->vm_inshook:			// Dispatch target for instr/line hooks.
  |  bti_jump]=]
    [=[  |->vm_inshook:			// Dispatch target for instr/line hooks.
  |  bti_jump
  |  ldrb TMP2w, GL->stop_wanted		// lupine
  |  cbnz TMP2w, >1]=])

  # The loops of the libraries that may take long poll, too.
  fix(poll-libraries)
  replace_text(src/lib_table.c
    [=[static int sort_comp(lua_State *L, int a, int b)
{]=]
    [=[static int sort_comp(lua_State *L, int a, int b)
{
  lupine_poll(L);]=])
  replace_text(src/lib_base.c
    [=[  luaL_checkstack(L, 2, "too many nested functions");]=]
    [=[  luaL_checkstack(L, 2, "too many nested functions");
  lupine_poll(L);]=])
  replace_text(src/lj_str.c
    [=[      while (slen) {
	const char *q]=]
    [=[      while (slen && !lupine_wanted()) {  /* lupine: the caller asks */
	const char *q]=])
  # Compiled code has no such loop: its next call is interpreted then, and polls.
  replace_text(src/lib_string.c
    [=[    if (q) {
      setintV(L->top-2, (int32_t)(q-strdata(s)) + 1);]=]
    [=[    while (!q && lupine_wanted()) {  /* lupine: it may have ended early */
      lupine_poll(L);
      q = lj_str_find(strdata(s)+st, strdata(p), s->len-st, p->len);
    }
    if (q) {
      setintV(L->top-2, (int32_t)(q-strdata(s)) + 1);]=])
  fix(table-lengths)
  replace_text(src/lib_table.c
    [=[    for (n = lj_lib_checkint(L, 2); i > n; i--) {]=]
    [=[    for (n = lj_lib_checkint(L, 2); i > n; i--) {
      lupine_poll(L);]=])

  # So does the compiler, at each token and wherever it walks lists.
  fix(poll-compiler)
  replace_text(src/lj_lex.c
    [=[void lj_lex_next(LexState *ls)
{]=]
    [=[void lj_lex_next(LexState *ls)
{
  lupine_poll(ls->L);]=])
  replace_text(src/lj_parse.c
    [=[static BCPos jmp_next(FuncState *fs, BCPos pc)
{]=]
    [=[static BCPos jmp_next(FuncState *fs, BCPos pc)
{
  lupine_poll(fs->L);]=])
  replace_text(src/lj_parse.c
    [=[      if (gola_islabel(v)) {
	VarInfo *vg;]=]
    [=[      if (gola_islabel(v)) {
	VarInfo *vg;
	lupine_poll(ls->L);]=])

  # To join lists of jumps one by one took the square of their length.
  fix(jump-lists)
  replace_text(src/lj_parse.c
    [=[    BCPos next;
    while ((next = jmp_next(fs, list)) != NO_JMP)  /* Find last element. */
      list = next;]=]
    [=[    BCPos next, other = l2;
    while ((next = jmp_next(fs, list)) != NO_JMP) {  /* Find last element. */
      list = next;
      if ((next = jmp_next(fs, other)) == NO_JMP) {  /* lupine: of the shorter list. */
	jmp_patchins(fs, other, *l1);
	*l1 = l2;
	return;
      }
      other = next;
    }]=])

  # Nothing is collected when memory is refused. Instead it is collected earlier, where that is
  # possible.
  fix(collect-first)
  patch_file(lupine_collect.h)
  replace_text(src/lj_gc.c
    [=[int LJ_FASTCALL lj_gc_step(lua_State *L)
{
  global_State *g = G(L);
  GCSize lim;
  int32_t ostate = g->vmstate;]=]
    [=[#include "lupine_collect.h"

int LJ_FASTCALL lj_gc_step(lua_State *L)
{
  global_State *g = G(L);
  GCSize lim;
  int32_t ostate = g->vmstate;
  if (lupine_short(mainthread(g)) && !tvref(g->jit_base)) {
    lj_gc_fullgc(L);
    lupine_collected(mainthread(g));
    return 1;
  }]=])
  replace_text(src/lj_gc.c
    [=[  return (G(L)->gc.state == GCSatomic || G(L)->gc.state == GCSfinalize);]=]
    [=[  return (G(L)->gc.state == GCSatomic || G(L)->gc.state == GCSfinalize ||
	  lupine_short(mainthread(G(L))));]=])

  # 8 KiB in each nested call are much for a Java thread.
  fix(small-buffers)
  replace_text(src/luaconf.h
    [=[#define LUAL_BUFFERSIZE	(BUFSIZ > 16384 ? 8192 : BUFSIZ)]=]
    [=[#define LUAL_BUFFERSIZE	1024  /* lupine: was 8192 */]=])

  # The buffer of a C module may be larger than ours, and have more in it than we expect.
  fix(module-buffers)
  replace_text(src/lib_aux.c
    [=[#define bufffree(B)	((size_t)(LUAL_BUFFERSIZE - bufflen(B)))]=]
    [=[#define bufffree(B)	/* lupine: a module's buffer may be larger than ours */ \
  (bufflen(B) < LUAL_BUFFERSIZE ? (size_t)(LUAL_BUFFERSIZE - bufflen(B)) : 0)]=])

  # Malformed bytecode can damage memory.
  fix(text-only)
  replace_text(src/lj_load.c
    [=[  bc = lj_lex_setup(L, ls);
  if (ls->mode) {]=]
    [=[  bc = lj_lex_setup(L, ls);
  if (bc && lupine_text_only()) ls->mode = "t";
  if (ls->mode) {]=])
  check_luajit_stack()
  direct_luajit_errors()
  route_luajit_streams()
  replace_luajit_profiler()

  # Each state mapped its first segment of memory, and each page of it was cleared when it was first
  # used: most of the time that opening a state takes.
  fix(spare-segments)
  patch_file(lupine_segments.h)
  replace_text(src/lj_alloc.c
    [=[void *lj_alloc_create(PRNGState *rs)]=]
    [=[#include "lupine_segments.h"

void *lj_alloc_create(PRNGState *rs)]=])
  replace_text(src/lj_alloc.c
    [=[  tbase = (char *)(CALL_MMAP(rs, tsize));
  if (tbase != CMFAIL) {
    size_t msize]=]
    [=[  tbase = segment_take();  /* lupine */
  if (!tbase) tbase = (char *)(CALL_MMAP(rs, tsize));
  if (tbase != CMFAIL) {
    size_t msize]=])
  replace_text(src/lj_alloc.c
    [=[    sp = sp->next;
    CALL_MUNMAP(base, size);]=]
    [=[    sp = sp->next;
    if (size == DEFAULT_GRANULARITY && segment_keep(base)) continue;  /* lupine */
    CALL_MUNMAP(base, size);]=])

  # CPUID, which ends in the hypervisor of a virtual machine, was called for each state.
  fix(cpu-features)
  replace_text(src/lib_jit.c
    [=[  uint32_t flags = 0;
#if LJ_TARGET_X86ORX64
]=]
    [=[  uint32_t flags = 0;
#if LJ_TARGET_X86ORX64
  static uint32_t known;  /* lupine: the flags and 1, once they are known */
  flags = __atomic_load_n(&known, __ATOMIC_RELAXED);
  if (flags) return flags & ~1u;
]=])
  replace_text(src/lib_jit.c
    [=[  /* Don't bother checking for SSE2 -- the VM will crash before getting here. */
]=]
    [=[  __atomic_store_n(&known, flags | 1u, __ATOMIC_RELAXED);  /* lupine: no flag is 1 */
  /* Don't bother checking for SSE2 -- the VM will crash before getting here. */
]=])

  # Machine code must be near the library's own, where a JVM often leaves no room. So the library
  # brings some.
  fix(code-room)
  patch_file(lupine_room.h)
  replace_text(src/lj_mcode.c
    [=[static void mcode_free(jit_State *J, void *p, size_t sz)
{
  UNUSED(J);
  munmap(p, sz);
}]=]
    [=[#include "lupine_room.h"

static void mcode_free(jit_State *J, void *p, size_t sz)
{
  UNUSED(J);
  if (!room_give(p, sz)) munmap(p, sz);
}]=])
  replace_text(src/lj_mcode.c
    [=[  uintptr_t hint = J->mcarea ? (uintptr_t)J->mcarea - sz : 0;
  int i;]=]
    [=[  uintptr_t hint = J->mcarea ? (uintptr_t)J->mcarea - sz : 0;
  int i;
#if LJ_TARGET_POSIX
  char *own = room_take(sz, MCPROT_GEN);  /* lupine: first choice */
  if (own) {
    if ((uintptr_t)own + sz - target < range || target - (uintptr_t)own < range)
      return own;
    mcode_free(J, own, sz);
  }
#endif]=])
endif()

write_replaced()
