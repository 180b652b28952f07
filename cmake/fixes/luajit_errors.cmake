# Where LuaJIT throws errors, which errors it does not catch, and its finalizers.
function(direct_luajit_errors)
  # An error of another coroutine than the running one is caught by the running one, which does not
  # have its value.
  fix(errors-inside)
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
  replace_text(src/lj_err.c
    [=[	/* Don't catch access violations etc. */
	return 1;  /* ExceptionContinueSearch */
      }
#if LJ_TARGET_X86]=]
    [=[	/* Don't catch access violations etc. */
	return 1;  /* ExceptionContinueSearch */
      } else if (G(L)->throwing != L) {  /* lupine: it is on the other's top */
	copyTV(L, L->top, G(L)->throwing->top-1);
	L->top++;
      }
#if LJ_TARGET_X86]=])

  # An error that scripts must not catch passes pcall and xpcall as a yield does, and their
  # handlers; resume raises it again. Where other C code catches it, for example load, the VM
  # raises it again when it continues.
  fix(uncatchable)
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

  # A finalizer that collects runs others. One that cannot run waits for the next cycle.
  fix(finalizers-wait)
  replace_text(src/lj_gc.c
    [=[    if (gcref(g->gc.mmudata) != NULL) {
      GCSize old = g->gc.total;]=]
    [=[    if (gcref(g->gc.mmudata) != NULL && !lupine_finalizers_wait()) {
      GCSize old = g->gc.total;]=])

  # A full collection polls between its steps, unless the VM waits for it.
  fix(poll-collection)
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

  # An error of a finalizer was written to the process's standard error. As in later versions of
  # Lua, it is lost; the host has fatal ones raised again.
  fix(finalizer-errors)
  replace_text(src/lj_gc.c
    [=[  if (errcode) {
    ptrdiff_t errobj]=]
    [=[  if (errcode) {
    lupine_fatal();
    ptrdiff_t errobj]=])

  # While a state is closed, many finalizers would start only to be stopped.
  fix(finalizers-at-close)
  replace_text(src/lj_gc.c
    [=[  int errcode;
  TValue *top;
  lj_trace_abort(g);]=]
    [=[  int errcode;
  TValue *top;
  if (tvisfunc(mo) && isluafunc(funcV(mo)) && lupine_fatal()) return;  /* lupine */
  lj_trace_abort(g);]=])

  # The code that reported it ran unprotected: where memory was short, the process ended.
  fix(finalizer-errors)
  replace_text(src/lib_aux.c
    [=[#ifndef LUAJIT_DISABLE_VMEVENT
static int error_finalizer]=]
    [=[#if 0  /* lupine: not reported */
static int error_finalizer]=])
  replace_text(src/lib_aux.c
    [=[    G(L)->panic = panic;
#ifndef LUAJIT_DISABLE_VMEVENT]=]
    [=[    G(L)->panic = panic;
#if 0  /* lupine: without error_finalizer */]=] 2)

  # So was an error of a function that jit.attach has set.
  fix(event-errors)
  replace_text(src/lj_vmevent.c
    [=[    /* Really shouldn't use stderr here, but where else to complain? */
    L->top--;
    fputs("VM handler failed: ", stderr);
    fputs(tvisstr(L->top) ? strVdata(L->top) : "?", stderr);
    fputc('\n', stderr);]=]
    [=[    lupine_fatal();  /* lupine: not reported */
    L->top--;]=])
endfunction()
