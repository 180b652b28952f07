# The check of the C stack in LuaJIT.
function(check_luajit_stack)
  # LuaJIT counts no C calls. Every entry from C into the VM checks the C stack.
  fix(c-stack)
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
  patch_file(lupine_cstack.h)
  replace_text(src/lj_api.c
    [=[/* -- Miscellaneous API functions ----------------------------------------- */]=]
    [=[#include "lupine_cstack.h"

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
  fix(c-stack)
  replace_text(src/lj_err.c
    [=[    if (!tvisfunc(errfunc) || L->status == LUA_ERRERR) {]=]
    [=[    if (!tvisfunc(errfunc) || L->status == LUA_ERRERR || lupine_out()) {]=])

  # coroutine.resume and the functions of coroutine.wrap resume without C code. The VM compares,
  # and its fallback raises.
  fix(c-stack)
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

  # The main lua_State looks like a new coroutine while nothing runs on it. What is on its stack then
  # is the host's.
  fix(main-thread)
  replace_text(src/vm_x64.dasc
    [=[  |  cmp rsp, [DISPATCH+DISPATCH_GL(cstack_limit)]; jb ->fff_fallback	// lupine]=]
    [=[  |  cmp rsp, [DISPATCH+DISPATCH_GL(cstack_limit)]; jb ->fff_fallback	// lupine
  |  cmp L:RB, [DISPATCH+DISPATCH_GL(mainthref)]; je ->fff_fallback]=])
  replace_text(src/vm_arm64.dasc
    [=[  |  cmp TMP1, TMP0
  |  blo ->fff_fallback
  |   ldr PC, [BASE, FRAME_PC]
  |     str BASE, L->base
  |  ldp RB, CARG2, L:CARG1->base]=]
    [=[  |  cmp TMP1, TMP0
  |  blo ->fff_fallback
  |  ldr TMP0, GL->mainthref		// lupine
  |  cmp TMP0, CARG1
  |  beq ->fff_fallback
  |   ldr PC, [BASE, FRAME_PC]
  |     str BASE, L->base
  |  ldp RB, CARG2, L:CARG1->base]=])
  replace_text(src/lib_base.c
    [=[  if (low || co->cframe != NULL || co->status > LUA_YIELD ||
      (co->status == LUA_OK && co->top == co->base)) {
    ErrMsg em = low ? LJ_ERR_CSTKOV : co->cframe ? LJ_ERR_CORUN : LJ_ERR_CODEAD;]=]
    [=[  int runs = co->cframe != NULL || co == mainthread(G(L));  /* lupine: it does, or is the host's */
  if (low || runs || co->status > LUA_YIELD ||
      (co->status == LUA_OK && co->top == co->base)) {
    ErrMsg em = low ? LJ_ERR_CSTKOV : runs ? LJ_ERR_CORUN : LJ_ERR_CODEAD;]=])
  replace_text(src/lj_api.c
    [=[  if (cstack_low(L)) return cstack_failed(L, L->base);]=]
    [=[  if (lupine_entered(L)) {  /* and its values are the host's */
    L->top -= nargs;
    setstrV(L, L->top, lj_err_str(L, LJ_ERR_COSUSP));
    incr_top(L);
    return LUA_ERRRUN;
  }
  if (cstack_low(L)) return cstack_failed(L, L->base);]=])

  # Callbacks through ffi do not use the API, either.
  fix(c-stack)
  replace_text(src/lj_ccallback.c
    [=[  lj_state_checkstack(L, LUA_MINSTACK);  /* May throw. */
  o = L->base;  /* Might have been reallocated. */]=]
    [=[  if (lupine_low()) lj_err_caller(L, LJ_ERR_CSTKOV);
  lj_state_checkstack(L, LUA_MINSTACK);  /* May throw. */
  o = L->base;  /* Might have been reallocated. */]=])

  # Recursions inside C.
  fix(c-stack)
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

  # A set may be as long as the text that it matches.
  fix(poll-libraries)
  replace_text(src/lib_string.c
    [=[  while ((s+i)<ms->src_end && singlematch(uchar(*(s+i)), p, ep))
    i++;]=]
    [=[  while ((s+i)<ms->src_end && singlematch(uchar(*(s+i)), p, ep)) {
    i++;
    if (*p == '[') lupine_poll(ms->L);
  }]=])
endfunction()
