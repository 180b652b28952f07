# LuaJIT 2.1 as OpenResty keeps it, 20251030
include("${CMAKE_CURRENT_LIST_DIR}/replace.cmake")
include("${CMAKE_CURRENT_LIST_DIR}/streams.cmake")

# Only the library is wanted. The program would lack what the library now asks of its host.
replace_text(src/Makefile
  [=[  TARGET_DYNCC= @:
  TARGET_T= $(LUAJIT_T)]=]
  [=[  TARGET_DYNCC= @:
  # lupine: no program
  TARGET_T= $(LUAJIT_A)]=])

# A stack that moved under a running trace was not always noticed: slots were taken for bytes.
replace_text(src/lj_state.c
  [=[(mref(G(L)->jit_base, char) - (char *)oldst) < oldsize)]=]
  [=[(mref(G(L)->jit_base, char) - (char *)oldst) < oldsize*sizeof(TValue) /* lupine */)]=])
# After a stack overflow the stack was shrunk though its top was too near the end.
replace_text(src/lj_state.c
  [=[  if (L->stacksize > LJ_STACK_MAXEX && L->top-tvref(L->stack) < LJ_STACK_MAX-1)]=]
  [=[  /* lupine: leave as much above the top as the handler of an error was given */
  if (L->stacksize > LJ_STACK_MAXEX &&
      L->top-tvref(L->stack) < LJ_STACK_MAX - 1 - (1 + 2*LUA_MINSTACK))]=])
# A snapshot was cleaned by the slots of a function that was being entered.
replace_text(src/lj_record.c
  [=[    if (J->pt) lj_snap_purge(J);
    lj_snap_add(J);]=]
  [=[    if (J->pt && bc_op(*J->pc) < BC_FUNCF /* lupine */) lj_snap_purge(J);
    lj_snap_add(J);]=])

# More instructions, constants or snapshots of a trace than an index has numbers for damaged memory.
replace_text(src/lib_jit.c
  [=[	n = n*10 + (*p++ - '0');
      if (*p) return 0;  /* Malformed number. */]=]
  [=[	n = n < 100000000 ? n*10 + (*p++ - '0') : (p++, n);  /* lupine: no overflow */
      if (*p) return 0;  /* Malformed number. */
      if (n > 16000 && (i == JIT_P_maxrecord || i == JIT_P_maxirconst || i == JIT_P_maxsnap))
	n = 16000;  /* lupine: compiling may double them, in 15 bits */]=])
# A proxy was empty, and what lay behind it was taken for its content with another metatable.
replace_text(src/lib_base.c
  [=[  lua_newuserdata(L, 0);
  if (lua_toboolean(L, 1) == 0) {]=]
  [=[  memset(lua_newuserdata(L, 4*sizeof(void *)), 0, 4*sizeof(void *));  /* lupine */
  if (lua_toboolean(L, 1) == 0) {]=])

if(NOT LUA_PRISTINE)
  replace_text(src/lj_def.h
    [=[/* PRNG state. Need this here, details in lj_prng.h. */]=]
    "${stack_guard}
/* PRNG state. Need this here, details in lj_prng.h. */")

  # Another thread can have the VM ask, before each instruction and at each function, whether it is
  # to end: it sets a flag, which compiled code looks at too, and diverts the dispatch. What is lost
  # because the VM changes its dispatch meanwhile, the other thread does again.
  replace_text(src/lj_dispatch.c
    [=[/* -- Hooks --------------------------------------------------------------- */]=]
    [=[/* -- Stops (lupine) ------------------------------------------------------ */

/* Makes the VM ask: for a stop or a sample of the profiler. Any thread. */
void lupine_want(global_State *g, int what)
{
  ASMFunction *disp = G2GG(g)->dispatch;
  uint32_t i;
  __atomic_fetch_or(&g->stop_wanted, (uint8_t)what, __ATOMIC_RELAXED);
  for (i = 0; i < GG_LEN_SDISP; i++)
    __atomic_store_n(&disp[i], lj_vm_inshook, __ATOMIC_RELAXED);
  for (i = BC_FUNCF; i <= BC_JFUNCV; i++)
    __atomic_store_n(&disp[i], lj_vm_callhook, __ATOMIC_RELAXED);
}

/* The VM's own thread: all is as the mode has it, unless something else is wanted. */
void lupine_want_no_more(global_State *g, int what)
{
  if (__atomic_and_fetch(&g->stop_wanted, (uint8_t)~what, __ATOMIC_RELAXED))
    return;
  g->dispatchmode ^= DISPMODE_INS|DISPMODE_CALL;
  lj_dispatch_update(g);
}

/* Makes the VM ask its host; any thread may want that, but one at a time. */
void lupine_divert(lua_State *L, int on)
{
  if (on) lupine_want(G(L), WANT_STOP);
  else lupine_want_no_more(G(L), WANT_STOP);
}

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

  # The loops of the libraries that may go on for long ask too.
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
    [=[      while (slen && !lupine_wanted()) {  /* lupine: the caller's caller asks */
	const char *q]=])

  # So does the compiler, at each token and wherever it goes through lists.
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
  # To join lists of jumps piece by piece took the square of what was joined.
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

  # Nothing is collected when memory is refused: it is before, where that may be done.
  replace_text(src/lj_gc.c
    [=[int LJ_FASTCALL lj_gc_step(lua_State *L)
{
  global_State *g = G(L);
  GCSize lim;
  int32_t ostate = g->vmstate;]=]
    [=[/* lupine: raises a memory error */
void lupine_refuse(lua_State *L)
{
  lj_err_mem(L);
}

/* lupine: the next step comes at once */
void lupine_hurry(lua_State *L)
{
  if (G(L)->gc.threshold != LJ_MAX_MEM) G(L)->gc.threshold = 0;  /* unless it is stopped */
}

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

  # 8 KiB in each nested call is much for a Java thread.
  replace_text(src/luaconf.h
    [=[#define LUAL_BUFFERSIZE	(BUFSIZ > 16384 ? 8192 : BUFSIZ)]=]
    [=[#define LUAL_BUFFERSIZE	1024  /* lupine: was 8192 */]=])
  # A module's own buffer may be larger than ours, and hold more than we think there is room for.
  replace_text(src/lib_aux.c
    [=[#define bufffree(B)	((size_t)(LUAL_BUFFERSIZE - bufflen(B)))]=]
    [=[#define bufffree(B)	/* lupine: a module's buffer may be larger than ours */ \
  (bufflen(B) < LUAL_BUFFERSIZE ? (size_t)(LUAL_BUFFERSIZE - bufflen(B)) : 0)]=])

  # Bytecode that was tampered with damages memory.
  replace_text(src/lj_load.c
    [=[  bc = lj_lex_setup(L, ls);
  if (ls->mode) {]=]
    [=[  bc = lj_lex_setup(L, ls);
  if (bc && lupine_text_only()) ls->mode = "t";
  if (ls->mode) {]=])

  # LuaJIT counts no C calls. Every way from C into the VM looks at the C stack now.
  replace_text(src/lj_errmsg.h
    [=[ERRDEF(STKOVM,	"stack overflow (%s)")]=]
    [=[ERRDEF(STKOVM,	"stack overflow (%s)")
ERRDEF(CSTKOV,	"C stack overflow")  /* lupine */]=])
  replace_text(src/lj_state.c
    [=[  fixstring(lj_err_str(L, LJ_ERR_ERRERR));  /* Preallocate err in err msg. */]=]
    [=[  fixstring(lj_err_str(L, LJ_ERR_ERRERR));  /* Preallocate err in err msg. */
  fixstring(lj_err_str(L, LJ_ERR_CSTKOV));  /* lupine: wanted where nothing may raise */]=])
  replace_text(src/lj_obj.h
    [=[  MRef saved_jit_base;  /* saved jit_base for lj_err_throw */]=]
    [=[  MRef saved_jit_base;  /* saved jit_base for lj_err_throw */
  char *cstack_limit;	/* lupine: limit of the thread that entered last, for the VM. */
  lua_State *throwing;	/* Whose error is on its way. */
  uint8_t stop_wanted;	/* At an even address, and with the next one 16 bits. */
  uint8_t stop_hooked;	/* Compiled code is to leave because of hooks. */
  uint8_t uncatchable;	/* An error is on its way that no script may catch. */]=])
  replace_text(src/lj_api.c
    [=[/* -- Miscellaneous API functions ----------------------------------------- */]=]
    [=[/* -- Check of the C stack (lupine) --------------------------------------- */

/* Tells the VM this thread's limit. Is it passed? The handler of an error may go deeper. */
static LJ_AINLINE int cstack_low(lua_State *L)
{
  G(L)->cstack_limit = lupine_stack_limit;
  return lupine_low() && (L->status != LUA_ERRERR || lupine_out());
}

/* Enters the VM, or raises. */
static void vm_call(lua_State *L, TValue *base, int nres1)
{
  if (cstack_low(L)) lj_err_caller(L, LJ_ERR_CSTKOV);
  lj_vm_call(L, base, nres1);
}

/* What a failed protected call leaves: the message at o. */
static int cstack_failed(lua_State *L, TValue *o)
{
  setstrV(L, o, lj_err_str(L, LJ_ERR_CSTKOV));
  L->top = o;
  incr_top(L);
  return LUA_ERRRUN;
}

/* -- Miscellaneous API functions ----------------------------------------- */]=])
  replace_text(src/lj_api.c [=[ lj_vm_call(L, base, 1+1);]=] [=[ vm_call(L, base, 1+1);]=] 2)
  replace_text(src/lj_api.c [=[ lj_vm_call(L, top, 1+1);]=] [=[ vm_call(L, top, 1+1);]=])
  replace_text(src/lj_api.c
    [=[ lj_vm_call(L, L->top-2, 1+1);]=]
    [=[ vm_call(L, L->top-2, 1+1);]=] 2)
  replace_text(src/lj_api.c [=[ lj_vm_call(L, base, 0+1);]=] [=[ vm_call(L, base, 0+1);]=] 2)
  replace_text(src/lj_api.c
    [=[ lj_vm_call(L, api_call_base(L, nargs), nresults+1);]=]
    [=[ vm_call(L, api_call_base(L, nargs), nresults+1);]=])
  replace_text(src/lj_api.c [=[ lj_vm_call(L, top-1, 1+1);]=] [=[ vm_call(L, top-1, 1+1);]=])
  replace_text(src/lj_api.c
    [=[  status = lj_vm_pcall(L, api_call_base(L, nargs), nresults+1, ef);]=]
    [=[  if (cstack_low(L)) return cstack_failed(L, L->top - nargs - 1);
  status = lj_vm_pcall(L, api_call_base(L, nargs), nresults+1, ef);]=])
  replace_text(src/lj_api.c
    [=[  status = lj_vm_cpcall(L, func, ud, cpcall);]=]
    [=[  if (cstack_low(L)) return cstack_failed(L, L->top);
  status = lj_vm_cpcall(L, func, ud, cpcall);]=])
  replace_text(src/lj_api.c
    [=[LUA_API int lua_resume(lua_State *L, int nargs)
{]=]
    [=[LUA_API int lua_resume(lua_State *L, int nargs)
{
  if (cstack_low(L)) return cstack_failed(L, L->base);]=])
  # A handler that fails in turn nests on the C stack.
  replace_text(src/lj_err.c
    [=[    if (!tvisfunc(errfunc) || L->status == LUA_ERRERR) {]=]
    [=[    if (!tvisfunc(errfunc) || L->status == LUA_ERRERR || lupine_out()) {]=])

  # coroutine.resume and the functions of coroutine.wrap resume without C: the VM compares, and its
  # fallback tells.
  replace_text(src/vm_x64.dasc
    [=[  |  checktptp [BASE], LJ_TTHREAD, ->fff_fallback
  |.endif
  |  cmp aword L:RB->cframe, 0; jne ->fff_fallback]=]
    [=[  |  checktptp [BASE], LJ_TTHREAD, ->fff_fallback
  |.endif
  |  cmp rsp, [DISPATCH+DISPATCH_GL(cstack_limit)]; jb ->fff_fallback	// lupine
  |  cmp aword L:RB->cframe, 0; jne ->fff_fallback]=])
  replace_text(src/vm_arm64.dasc
    [=[  |  and L:CARG1, CARG1, #LJ_GCVMASK
  |.endif
  |   ldr PC, [BASE, FRAME_PC]
  |     str BASE, L->base
  |  ldp RB, CARG2, L:CARG1->base]=]
    [=[  |  and L:CARG1, CARG1, #LJ_GCVMASK
  |.endif
  |  ldr TMP0, GL->cstack_limit		// lupine
  |  add TMP1, sp, #0
  |  cmp TMP1, TMP0
  |  blo ->fff_fallback
  |   ldr PC, [BASE, FRAME_PC]
  |     str BASE, L->base
  |  ldp RB, CARG2, L:CARG1->base]=])
  replace_text(src/lib_base.c
    [=[static int ffh_resume(lua_State *L, lua_State *co, int wrap)
{
  if (co->cframe != NULL || co->status > LUA_YIELD ||
      (co->status == LUA_OK && co->top == co->base)) {
    ErrMsg em = co->cframe ? LJ_ERR_CORUN : LJ_ERR_CODEAD;]=]
    [=[static int ffh_resume(lua_State *L, lua_State *co, int wrap)
{
  int low = lupine_frame() < G(L)->cstack_limit;  /* lupine: certainly, if the VM found it so */
  if (low || co->cframe != NULL || co->status > LUA_YIELD ||
      (co->status == LUA_OK && co->top == co->base)) {
    ErrMsg em = low ? LJ_ERR_CSTKOV : co->cframe ? LJ_ERR_CORUN : LJ_ERR_CODEAD;]=])

  # An error of another coroutine than the running one is caught by the running one, where its value
  # is not.
  replace_text(src/lj_err.c
    [=[  lj_trace_abort(g);
  L->status = LUA_OK;]=]
    [=[  lj_trace_abort(g);
  g->throwing = L;  /* lupine */
  L->status = LUA_OK;]=])
  replace_text(src/lj_err.c
    [=[    if (!LJ_UEXCLASS_CHECK(uexclass)) {
      setstrV(L, L->top++, lj_err_str(L, LJ_ERR_ERRCPP));
    }
    return _URC_HANDLER_FOUND;]=]
    [=[    if (!LJ_UEXCLASS_CHECK(uexclass)) {
      setstrV(L, L->top++, lj_err_str(L, LJ_ERR_ERRCPP));
    } else if (G(L)->throwing != L) {  /* lupine: it is on the other's top */
      copyTV(L, L->top, G(L)->throwing->top-1);
      L->top++;
    }
    return _URC_HANDLER_FOUND;]=])

  # What no script may catch passes by pcall and xpcall as a yield does, and by their handlers;
  # resume raises it again. What other C code catches, load for one, is raised again where the VM
  # goes on.
  replace_text(src/lj_err.c
    [=[    if (nres < 0) {  /* C frame without Lua frame? */
      TValue *top = restorestack(L, -nres);
      if (frame < top) {  /* Frame reached? */
	if (errcode) {]=]
    [=[    if (nres < 0) {  /* C frame without Lua frame? */
      TValue *top = restorestack(L, -nres);
      if (frame < top) {  /* Frame reached? */
	if (errcode) {
	  if (G(L)->uncatchable) lupine_fatal();  /* lupine: ask again */]=])
  replace_text(src/lj_err.c
    [=[	return cf;
      }
      if (errcode) {
	L->base = frame_prevd(frame) + 1;
	L->cframe = cframe_prev(cf);
	unwindstack(L, frame - LJ_FR2);
      }]=]
    [=[	return cf;
      }
      if (errcode) {
	if (G(L)->uncatchable) lupine_fatal();  /* lupine: ask again */
	L->base = frame_prevd(frame) + 1;
	L->cframe = cframe_prev(cf);
	unwindstack(L, frame - LJ_FR2);
      }]=])
  replace_text(src/lj_err.c
    [=[    case FRAME_PCALLH:  /* FF pcall() frame inside hook. */
      if (errcode) {]=]
    [=[    case FRAME_PCALLH:  /* FF pcall() frame inside hook. */
      if (G(L)->uncatchable) {  /* lupine: not for scripts */
	frame = frame_prevd(frame);
	break;
      }
      if (errcode) {]=])
  replace_text(src/lj_err.c
    [=[    case FRAME_PCALLH:
      if (frame_func(]=]
    [=[    case FRAME_PCALLH:
      if (G(L)->uncatchable) {  /* lupine: nor for their handlers */
	frame = frame_prevd(frame);
	break;
      }
      if (frame_func(]=])
  replace_text(src/vm_x64.dasc
    [=[  |8:  // Coroutine returned with error (at co->top-1).
  |.if resume
  |  mov_false ITYPE			// Prepend false to results.]=]
    [=[  |8:  // Coroutine returned with error (at co->top-1).
  |.if resume
  |  cmp byte [DISPATCH+DISPATCH_GL(uncatchable)], 0; jne >1	// lupine
  |  mov_false ITYPE			// Prepend false to results.]=])
  replace_text(src/vm_x64.dasc
    [=[  |  mov RDd, 1+2			// nresults+1 = 1 + false + error.
  |  jmp <7
  |.else
  |  mov CARG2, L:PC
  |  mov CARG1, L:RB
  |  call extern lj_ffh_coroutine_wrap_err  // (lua_State *L, lua_State *co)
  |  // Error function does not return.
  |.endif]=]
    [=[  |  mov RDd, 1+2			// nresults+1 = 1 + false + error.
  |  jmp <7
  |1:  // lupine: both raise it
  |.endif
  |  mov CARG2, L:PC
  |  mov CARG1, L:RB
  |  call extern lj_ffh_coroutine_wrap_err  // (lua_State *L, lua_State *co)
  |  // Error function does not return.]=])
  replace_text(src/vm_arm64.dasc
    [=[  |8:  // Coroutine returned with error (at co->top-1).
  |.if resume
  |  ldr TMP0, [CARG4, #-8]!]=]
    [=[  |8:  // Coroutine returned with error (at co->top-1).
  |.if resume
  |  ldrb TMP2w, GL->uncatchable	// lupine
  |  cbnz TMP2w, >1
  |  ldr TMP0, [CARG4, #-8]!]=])
  replace_text(src/vm_arm64.dasc
    [=[  |  str TMP0, [BASE]			// Copy error message.
  |  b <7
  |.else
  |  mov CARG1, L
  |  mov CARG2, L:RA
  |  bl extern lj_ffh_coroutine_wrap_err  // (lua_State *L, lua_State *co)
  |  // Never returns.
  |.endif]=]
    [=[  |  str TMP0, [BASE]			// Copy error message.
  |  b <7
  |1:  // lupine: both raise it
  |.endif
  |  mov CARG1, L
  |  mov CARG2, L:RA
  |  bl extern lj_ffh_coroutine_wrap_err  // (lua_State *L, lua_State *co)
  |  // Never returns.]=])

  # Nor do callbacks through ffi pass by the API.
  replace_text(src/lj_ccallback.c
    [=[  lj_state_checkstack(L, LUA_MINSTACK);  /* May throw. */
  o = L->base;  /* Might have been reallocated. */]=]
    [=[  if (lupine_low()) lj_err_caller(L, LJ_ERR_CSTKOV);
  lj_state_checkstack(L, LUA_MINSTACK);  /* May throw. */
  o = L->base;  /* Might have been reallocated. */]=])

  # The recursions inside C.
  replace_text(src/lj_parse.c
    [=[  if (++ls->level >= LJ_MAX_XLEVEL)
    lj_lex_error(ls, 0, LJ_ERR_XLEVELS);]=]
    [=[  if (lupine_low()) lj_lex_error(ls, 0, LJ_ERR_CSTKOV);
  if (++ls->level >= LJ_MAX_XLEVEL)
    lj_lex_error(ls, 0, LJ_ERR_XLEVELS);]=])
  replace_text(src/lib_string.c
    [=[  if (++ms->depth > LJ_MAX_XLEVEL)]=]
    [=[  if (lupine_low()) lj_err_caller(ms->L, LJ_ERR_CSTKOV);
  lupine_poll(ms->L);
  if (++ms->depth > LJ_MAX_XLEVEL)]=])
  # A set may be as long as the text that it is to match.
  replace_text(src/lib_string.c
    [=[  while ((s+i)<ms->src_end && singlematch(uchar(*(s+i)), p, ep))
    i++;]=]
    [=[  while ((s+i)<ms->src_end && singlematch(uchar(*(s+i)), p, ep)) {
    i++;
    if (*p == '[') lupine_poll(ms->L);
  }]=])
  replace_text(src/lib_io.c
    [=[    setgcref(G(L)->gcroot[id], gcV(L->top-1));]=]
    [=[    setgcref(G(L)->gcroot[id], gcV(L->top-1));
    lupine_default_file();]=])
  # The standard streams are Java's. The whole library is one translation unit.
  replace_text(src/lib_io.c
    [=[#include "lj_strscan.h"
]=]
    "#include \"lj_strscan.h\"

${streams}")
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
  # Compiled code writes to the files of C by itself. It leaves the standard streams to the library.
  replace_text(src/lj_ffrecord.c
    [=[static TRef recff_io_fp(jit_State *J, TRef *udp, int32_t id)]=]
    [=[/* lupine: of the file of C in an I/O file */
#include <stdio.h>
#define recff_io_is_standard(fp)  ((fp) == stdin || (fp) == stdout || (fp) == stderr)

/* Is it a standard stream that is written to now? */
static int recff_io_standard(jit_State *J, RecordFFData *rd)
{
  GCudata *ud = NULL;
  FILE *fp;
  if (rd->data) ud = &gcref(J2G(J)->gcroot[rd->data])->ud;
  else if (J->base[0] && tvisudata(&rd->argv[0])) ud = udataV(&rd->argv[0]);
  if (!ud || ud->udtype != UDTYPE_IO_FILE) return 0;
  fp = *(FILE **)uddata(ud);
  return recff_io_is_standard(fp);
}

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
  # A finalizer that collects runs others; what cannot run waits for the next cycle.
  replace_text(src/lj_gc.c
    [=[    if (gcref(g->gc.mmudata) != NULL) {
      GCSize old = g->gc.total;]=]
    [=[    if (gcref(g->gc.mmudata) != NULL && !lupine_low()) {
      GCSize old = g->gc.total;]=])

  # A collection of everything asks too, between its steps, unless the VM waits for it.
  replace_text(src/lj_gc.c
    [=[  do { gc_onestep(L); } while (g->gc.state != GCSpause);]=]
    [=[  do {
    if (lupine_wanted() && !lupine_short(mainthread(g))) {
      g->vmstate = ostate;
      lupine_stopped(L);
      setvmstate(g, GC);
    }
    gc_onestep(L);
  } while (g->gc.state != GCSpause);]=])
  # What a finalizer raises went to the process's own stream; as in later versions of Lua, it is lost.
  # The host has what is fatal raised again.
  replace_text(src/lj_gc.c
    [=[  if (errcode) {
    ptrdiff_t errobj]=]
    [=[  if (errcode) {
    lupine_fatal();
    ptrdiff_t errobj]=])
  # While a state closes, many would be begun only to be ended.
  replace_text(src/lj_gc.c
    [=[  int errcode;
  TValue *top;
  lj_trace_abort(g);]=]
    [=[  int errcode;
  TValue *top;
  if (tvisfunc(mo) && isluafunc(funcV(mo)) && lupine_fatal()) return;  /* lupine */
  lj_trace_abort(g);]=])
  # What said so was also made unprotected: where memory was short, the process ended.
  replace_text(src/lib_aux.c
    [=[#ifndef LUAJIT_DISABLE_VMEVENT
static int error_finalizer]=]
    [=[#if 0  /* lupine: nobody is told */
static int error_finalizer]=])
  replace_text(src/lib_aux.c
    [=[    G(L)->panic = panic;
#ifndef LUAJIT_DISABLE_VMEVENT]=]
    [=[    G(L)->panic = panic;
#if 0  /* lupine: without error_finalizer */]=] 2)

  # The profiler's signal changed a state's hooks from whatever thread of the JVM it came to. Now a
  # timer thread, which can be told to end at once, has the VM ask as for a stop. One state of the
  # process profiles at a time: which one is decided atomically.
  replace_text(src/lj_arch.h
    [=[#define LJ_PROFILE_SIGPROF	1]=]
    [=[#define LJ_PROFILE_PTHREAD	1  /* lupine */]=])
  replace_text(src/lj_profile.h
    [=[#if !LJ_PROFILE_SIGPROF]=]
    [=[/* lupine: what the VM may be wanted to do, in stop_wanted */
#define WANT_STOP	1
#define WANT_SAMPLE	2
extern void lupine_want(global_State *g, int what);
extern void lupine_want_no_more(global_State *g, int what);
LJ_FUNC void lj_profile_sample(lua_State *L);

#if 0  /* lupine: no other thread changes the hooks */]=])
  replace_text(src/lj_dispatch.c
    [=[#if LJ_HASPROFILE && !LJ_PROFILE_SIGPROF]=]
    [=[#if 0  /* lupine: nor do these need a lock */]=] 2)
  replace_text(src/lj_profile.c
    [=[static ProfileState profile_state;]=]
    [=[#if LJ_PROFILE_PTHREAD
#include <signal.h>
/* lupine: the lock outlives each use */
static ProfileState profile_state = { .lock = PTHREAD_MUTEX_INITIALIZER };
static pthread_cond_t profile_end = PTHREAD_COND_INITIALIZER;
#define profile_claim(ps, vm)	__sync_bool_compare_and_swap(&(ps)->g, NULL, vm)
#else
static ProfileState profile_state;
#define profile_claim(ps, vm)	((ps)->g == NULL ? ((ps)->g = (vm), 1) : 0)
#endif]=])
  replace_text(src/lj_profile.c
    [=[#if !LJ_PROFILE_SIGPROF
void LJ_FASTCALL lj_profile_hook_enter]=]
    [=[#if 0  /* lupine */
void LJ_FASTCALL lj_profile_hook_enter]=])
  replace_text(src/lj_profile.c
    [=[/* Callback from profile hook (HOOK_PROFILE already cleared). */]=]
    [=[/* lupine: calls the callback, by the VM's thread between two instructions. */
void lj_profile_sample(lua_State *L)
{
  ProfileState *ps = &profile_state;
  global_State *g = G(L);
  uint8_t mask = g->hookmask;
  lupine_want_no_more(g, WANT_SAMPLE);
  if (ps->g != g || (mask & (HOOK_ACTIVE|HOOK_VMEVENT|HOOK_GC))) return;
#if LJ_HASJIT
  lj_trace_abort(g);  /* or the callback would be recorded */
#endif
  g->hookmask = HOOK_VMEVENT;
  lj_dispatch_update(g);
  ps->cb(ps->data, L, __atomic_exchange_n(&ps->samples, 0, __ATOMIC_RELAXED),
	 ps->vmstate);
  setgcref(g->cur_L, obj2gco(L));
  setvmstate(g, INTERP);
  g->hookmask = mask;
  lj_dispatch_update(g);
}

/* Callback from profile hook (HOOK_PROFILE already cleared). */]=])
  replace_text(src/lj_profile.c
    [=[  global_State *g = ps->g;
  uint8_t mask;
  profile_lock(ps);
  ps->samples++;  /* Always increment number of samples. */
  mask = g->hookmask;
  if (!(mask & (HOOK_PROFILE|HOOK_VMEVENT|HOOK_GC))) {  /* Set profile hook. */
    int st = g->vmstate;]=]
    [=[  global_State *g = ps->g;
  __atomic_fetch_add(&ps->samples, 1, __ATOMIC_RELAXED);
  {  /* lupine */
    int st = g->vmstate;]=])
  replace_text(src/lj_profile.c
    [=[    g->hookmask = (mask | HOOK_PROFILE);
    lj_dispatch_update(g);
  }
  profile_unlock(ps);]=]
    [=[    lupine_want(g, WANT_SAMPLE);
  }]=])
  replace_text(src/lj_profile.c
    [=[    nanosleep(&ts, NULL);
#endif
    if (ps->abort) break;
    profile_trigger(ps);
  }
  return NULL;]=]
    [=[    /* lupine: wait for the end as well */
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += ts.tv_sec;
    until.tv_nsec += ts.tv_nsec;
    if (until.tv_nsec >= 1000000000) {
      until.tv_sec++;
      until.tv_nsec -= 1000000000;
    }
    pthread_mutex_lock(&ps->lock);
    while (!ps->abort &&
	   pthread_cond_timedwait(&profile_end, &ps->lock, &until) == 0) {}
    pthread_mutex_unlock(&ps->lock);
#endif
    if (ps->abort) break;
    profile_trigger(ps);
  }
  return NULL;]=])
  replace_text(src/lj_profile.c
    [=[  pthread_mutex_init(&ps->lock, 0);
  ps->abort = 0;
  pthread_create(&ps->thread, NULL, (void *(*)(void *))profile_thread, ps);]=]
    [=[  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);  /* lupine: signals are for the JVM's threads */
  ps->abort = 0;
  if (pthread_create(&ps->thread, NULL, (void *(*)(void *))profile_thread, ps))
    ps->abort = 2;  /* nothing to join */
  pthread_sigmask(SIG_SETMASK, &before, NULL);]=])
  replace_text(src/lj_profile.c
    [=[  ps->abort = 1;
  pthread_join(ps->thread, NULL);
  pthread_mutex_destroy(&ps->lock);]=]
    [=[  if (ps->abort == 2) return;
  pthread_mutex_lock(&ps->lock);
  ps->abort = 1;
  pthread_cond_signal(&profile_end);
  pthread_mutex_unlock(&ps->lock);
  pthread_join(ps->thread, NULL);]=])
  replace_text(src/lj_profile.c
    [=[    if (ps->g) return;  /* Profiler in use by another VM. */
  }
  ps->g = G(L);]=]
    [=[    if (ps->g) return;  /* Profiler in use by another VM. */
  }
  if (!profile_claim(ps, G(L))) return;  /* lupine */]=])
  replace_text(src/lj_profile.c
    [=[    g->hookmask &= ~HOOK_PROFILE;
    lj_dispatch_update(g);]=]
    [=[    lupine_want_no_more(g, WANT_SAMPLE);  /* lupine */]=])

  # An error in the profiler's callback, or too little memory to call it, ended the process. The host
  # has what is fatal raised again; as with finalizers, all else is lost.
  replace_text(src/lib_jit.c
    [=[static void jit_profile_callback(lua_State *L2, lua_State *L, int samples,
				 int vmstate)
{
  TValue key;]=]
    [=[/* lupine: what the callback gets; it is called in here */
typedef struct ProfileCall {
  lua_State *L;
  GCfunc *func;
  int samples;
  char vmst;
} ProfileCall;

static int jit_profile_call(lua_State *L2)
{
  ProfileCall *call = (ProfileCall *)lua_touserdata(L2, 1);
  setfuncV(L2, L2->top++, call->func);
  setthreadV(L2, L2->top++, call->L);
  setintV(L2->top++, call->samples);
  lua_pushlstring(L2, &call->vmst, 1);
  lua_call(L2, 3, 0);
  return 0;
}

static void jit_profile_callback(lua_State *L2, lua_State *L, int samples,
				 int vmstate)
{
  TValue key;]=])
  replace_text(src/lib_jit.c
    [=[    char vmst = (char)vmstate;
    int status;
    setfuncV(L2, L2->top++, funcV(tv));
    setthreadV(L2, L2->top++, L);
    setintV(L2->top++, samples);
    setstrV(L2, L2->top++, lj_str_new(L2, &vmst, 1));
    status = lua_pcall(L2, 3, 0, 0);  /* callback(thread, samples, vmstate) */
    if (status) {
      if (G(L2)->panic) G(L2)->panic(L2);
      exit(EXIT_FAILURE);
    }]=]
    [=[    ProfileCall call;
    call.L = L;
    call.func = funcV(tv);
    call.samples = samples;
    call.vmst = (char)vmstate;
    if (lua_cpcall(L2, jit_profile_call, &call)) {
      lupine_fatal();
      L2->top--;
    }]=])

  # Machine code must be near the library's own, where a JVM often leaves no room: the library
  # brings some.
  replace_text(src/lj_mcode.c
    [=[static void mcode_free(jit_State *J, void *p, size_t sz)
{
  UNUSED(J);
  munmap(p, sz);
}]=]
    [=[#if LJ_TARGET_LINUX && defined(LJ_TARGET_JUMPRANGE)

/* lupine: room for machine code in our own .bss, which all states of all threads share. It is
** handed out in blocks; pages of it exist only while they are in use.
*/
#include <sched.h>

#define ROOM_BLOCK	((size_t)65536)
#define ROOM_BLOCKS	(LJ_TARGET_JUMPRANGE > 27 ? 1024 : 768)

static char room[ROOM_BLOCKS*ROOM_BLOCK] __attribute__((aligned(65536)));
static uint8_t room_used[ROOM_BLOCKS];
static char room_lock;

static void room_enter(void)
{
  while (__atomic_test_and_set(&room_lock, __ATOMIC_ACQUIRE)) sched_yield();
}

static void room_leave(void)
{
  __atomic_clear(&room_lock, __ATOMIC_RELEASE);
}

/* Takes sz bytes of the room, or returns NULL. */
static void *room_take(size_t sz, int prot)
{
  size_t n = (sz + ROOM_BLOCK-1) / ROOM_BLOCK, i, run = 0;
  void *p = NULL;
  room_enter();
  for (i = 0; i < ROOM_BLOCKS && run < n; i++) run = room_used[i] ? 0 : run+1;
  if (run == n) {
    memset(room_used + i-n, 1, n);
    p = room + (i-n)*ROOM_BLOCK;
  }
  room_leave();
  if (p && mmap(p, n*ROOM_BLOCK, prot, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED, -1, 0) == MAP_FAILED)
    p = NULL;  /* These blocks stay taken. */
  return p;
}

/* Gives it back. Is it of the room? */
static int room_give(void *p, size_t sz)
{
  size_t n = (sz + ROOM_BLOCK-1) / ROOM_BLOCK, ofs = (size_t)((char *)p - room);
  if ((char *)p < room || ofs >= sizeof(room)) return 0;
  mmap(p, n*ROOM_BLOCK, PROT_READ, MAP_PRIVATE|MAP_ANONYMOUS|MAP_NORESERVE|MAP_FIXED, -1, 0);
  room_enter();
  memset(room_used + ofs/ROOM_BLOCK, 0, n);
  room_leave();
  return 1;
}

#else

#define room_take(sz, prot)	NULL
#define room_give(p, sz)	0

#endif

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
