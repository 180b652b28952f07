# Lua 5.5.1
include("${CMAKE_CURRENT_LIST_DIR}/replace.cmake")
include("${CMAKE_CURRENT_LIST_DIR}/puc.cmake")
include("${CMAKE_CURRENT_LIST_DIR}/streams.cmake")

if(NOT LUA_PRISTINE)
  declare_stack_guard()
  route_streams()
  route_newer_streams()
  route_collected_numbers()
  keep_errors_inside("l_noret luaD_throw (lua_State *L, TStatus errcode)"
    "s2v(other->top.p++)" "s2v(L->top.p - 1)")
  pass_by_handlers()
  poll_in_libraries()
  poll_in_compiler()
  poll_in_labels()
  index_ephemerons(gckeyN "gckey(n)"
    "  g->GCmarked += objsize(o);")

  # Bytecode that was tampered with damages memory.
  replace_text(src/ldo.c
    [=[  c = zgetc(p->z);  /* read first character */
  if (c == LUA_SIGNATURE[0]) {]=]
    [=[  c = zgetc(p->z);  /* read first character */
  if (c == LUA_SIGNATURE[0] && lupine_text_only()) mode = "t";
  if (c == LUA_SIGNATURE[0]) {]=])

  # Loops and calls ask whether they are to end.
  replace_text(src/lvm.c
    [=[#define dojump(ci,i,e)	{ pc += GETARG_sJ(i) + e; updatetrap(ci); }]=]
    [=[#define dojump(ci,i,e)	{ pc += GETARG_sJ(i) + e; asktrap(ci); }
#define asktrap(ci)	(trap = ci->u.l.trap | *stop)  /* lupine */]=])
  replace_text(src/lvm.c
    [=[  int trap;
#if]=]
    [=[  int trap;
  volatile int *const stop = lupine_stop;
#if]=])
  replace_text(src/lvm.c
    [=[        updatetrap(ci);  /* allows a signal to break the loop */]=]
    [=[        asktrap(ci);  /* allows a signal to break the loop */]=])
  replace_text(src/lvm.c
    [=[        if (!ttisnil(s2v(ra + 3)))  /* continue loop? */
          pc -= GETARG_Bx(i);  /* jump back */]=]
    [=[        if (!ttisnil(s2v(ra + 3))) {  /* continue loop? */
          pc -= GETARG_Bx(i);  /* jump back */
          asktrap(ci);
        }]=])
  replace_text(src/lvm.c
    [=[  trap = L->hookmask;
 returning:]=]
    [=[  trap = L->hookmask | *stop;
 returning:]=])
  replace_text(src/ldebug.c
    [=[  int counthook;
  if (!(mask & (LUA_MASKLINE | LUA_MASKCOUNT))) {  /* no hooks? */]=]
    [=[  int counthook;
  if (lupine_wanted()) {
    StkId top = L->top.p;
    ci->u.l.savedpc = pc + 1;
    if (L->top.p < ci->top.p) L->top.p = ci->top.p;
    lupine_stopped(L);
    L->top.p = top;
  }
  if (!(mask & (LUA_MASKLINE | LUA_MASKCOUNT))) {  /* no hooks? */]=])

  # Too little C stack is the same error as too many nested C calls.
  replace_text(src/ldo.c
    [=[  if (l_unlikely(getCcalls(L) >= LUAI_MAXCCALLS)) {
    checkstackp(L, 0, func);  /* free any use of EXTRA_STACK */]=]
    [=[  if (l_unlikely(getCcalls(L) >= LUAI_MAXCCALLS || lupine_low())) {
    checkstackp(L, 0, func);  /* free any use of EXTRA_STACK */]=])
  replace_text(src/lstate.c
    [=[void luaE_checkcstack (lua_State *L) {
  if (getCcalls(L) == LUAI_MAXCCALLS)
    luaG_runerror(L, "C stack overflow");
  else if (getCcalls(L) >= (LUAI_MAXCCALLS / 10 * 11))]=]
    [=[void luaE_checkcstack (lua_State *L) {
  if (getCcalls(L) < LUAI_MAXCCALLS)
    L->nCcalls += LUAI_MAXCCALLS - getCcalls(L);  /* lupine: a low C stack counts as too many */
  if (getCcalls(L) == LUAI_MAXCCALLS)
    luaG_runerror(L, "C stack overflow");
  else if (getCcalls(L) >= (LUAI_MAXCCALLS / 10 * 11) || lupine_out())]=])
  replace_text(src/lstate.c
    [=[  if (l_unlikely(getCcalls(L) >= LUAI_MAXCCALLS))
    luaE_checkcstack(L);]=]
    [=[  if (l_unlikely(getCcalls(L) >= LUAI_MAXCCALLS || lupine_low()))
    luaE_checkcstack(L);]=])
  replace_text(src/ldo.c
    [=[  if (getCcalls(L) >= LUAI_MAXCCALLS)
    return resume_error(L, "C stack overflow", nargs);]=]
    [=[  if (getCcalls(L) >= LUAI_MAXCCALLS || lupine_low())
    return resume_error(L, "C stack overflow", nargs);]=])
  # A finalizer that could not run would be lost; it waits for the next cycle.
  replace_text(src/ldo.c
    [=[  if (getCcalls(L) >= LUAI_MAXCCALLS - 2)
    return 0;  /* not enough C-stack slots */]=]
    [=[  if (getCcalls(L) >= LUAI_MAXCCALLS - 2 || lupine_low())
    return 0;  /* not enough C-stack slots */]=])
  replace_text(src/lundump.c
    [=[static void loadFunction (LoadState *S, Proto *f) {]=]
    [=[static void loadFunction (LoadState *S, Proto *f) {
  if (lupine_low()) error(S, "too deeply nested");]=])
  replace_text(src/lstrlib.c
    [=[  if (l_unlikely(ms->matchdepth-- == 0))]=]
    [=[  if (lupine_low()) luaL_error(ms->L, "C stack overflow");
  lupine_poll(ms->L);
  if (l_unlikely(ms->matchdepth-- == 0))]=])

  # A collection of everything asks too, between its steps, unless an allocation waits for it.
  replace_text(src/lgc.c
    [=[  while (state != g->gcstate)
    singlestep(L, fast);]=]
    [=[  while (state != g->gcstate) {
    if (!g->gcemergency) lupine_poll(L);
    singlestep(L, fast);
  }]=])

  # What ends a script in a finalizer ended it only where the script asked next.
  replace_text(src/lgc.c
    [=[      luaE_warnerror(L, "__gc");]=]
    [=[      if (lupine_fatal() && !(g->gcstp & GCSTPCLS))
        luaD_throw(L, status);  /* lupine */
      luaE_warnerror(L, "__gc");]=])

  # Every second free record of a call was freed, so that they lay in memory more and more at random,
  # and each stack overflow, which goes through all of them, took longer than the one before.
  replace_text(src/lstate.c
    [=[  CallInfo *next;
  if (ci == NULL)
    return;  /* no extra elements */
  while ((next = ci->next) != NULL) {  /* two extra elements? */
    CallInfo *next2 = next->next;  /* next's next */
    ci->next = next2;  /* remove next from the list */
    L->nci--;
    luaM_free(L, next);  /* free next */
    if (next2 == NULL)
      break;  /* no more elements */
    else {
      next2->previous = ci;
      ci = next2;  /* continue */
    }
  }]=]
    [=[  CallInfo *last = ci;
  if (ci == NULL)
    return;  /* no extra elements */
  while (last->next != NULL && last->next->next != NULL) {
    last = last->next->next;
    ci = ci->next;
  }
  if (last->next != NULL) last = last->next;
  while (last != ci) {  /* lupine: the second half, from its end on */
    CallInfo *previous = last->previous;
    L->nci--;
    luaM_free(L, last);
    last = previous;
  }
  ci->next = NULL;]=])

  # What a table says of its length may be a lie.
  replace_text(src/ltablib.c
    [=[lua_geti(L, 1, i - 1);]=]
    [=[lupine_poll(L); lua_geti(L, 1, i - 1);]=])
  replace_text(src/ltablib.c
    [=[lua_geti(L, 1, pos + 1);]=]
    [=[lupine_poll(L); lua_geti(L, 1, pos + 1);]=])
  replace_text(src/ltablib.c
    [=[lua_geti(L, 1, f + i);]=]
    [=[lupine_poll(L); lua_geti(L, 1, f + i);]=] 2)

  # A text that there was no memory for was not pushed, and nothing raised: luaL_error went on with
  # what lay below. lua_pushfstring does raise.
  replace_text(src/lapi.c
    [=[  ret = luaO_pushvfstring(L, fmt, argp);
  luaC_checkGC(L);]=]
    [=[  ret = luaO_pushvfstring(L, fmt, argp);
  if (ret == NULL) luaD_throw(L, LUA_ERRMEM);
  luaC_checkGC(L);]=])

  # Nothing was collected before a buffer was refused.
  replace_text(src/lauxlib.c
    [=[    if (l_unlikely(temp == NULL && newsize > 0)) {  /* allocation error? */]=]
    [=[    if (l_unlikely(temp == NULL && newsize > 0)) {  /* lupine: collect first */
      lua_gc(L, LUA_GCCOLLECT, 0);
      temp = allocf(ud, box->box, box->bsize, newsize);
    }
    if (l_unlikely(temp == NULL && newsize > 0)) {  /* allocation error? */]=])

  # A coroutine that closes itself jumps to its lowest protected call: not over an entry of the
  # host's, a finalizer, after which no garbage would be collected, or the parser, which would leak.
  # And the calls of one that another closes would be forgotten, though they go on.
  replace_text(src/lstate.c
    [=[  L->nCcalls = (from) ? getCcalls(from) : 0;
  status = luaE_resetthread(L, L->status);]=]
    [=[  if (L->status == LUA_OK && L->ci != &L->base_ci &&  /* lupine: its calls are under way */
      (L != from || L->held || lupine_entered(L)))
    luaG_runerror(from ? from : L, "cannot close a %s coroutine",
                  from && from != L ? "normal" : "running");
  if (L->errorJmp == NULL) from = L == from ? NULL : from;  /* it does not run */
  L->nCcalls = (from) ? getCcalls(from) : 0;
  status = luaE_resetthread(L, L->status);]=])
  replace_text(src/lstate.h
    [=[  TStatus status;
  StkIdRel top;  /* first free slot in the stack */]=]
    [=[  TStatus status;
  unsigned short held;  /* lupine: protected calls of the core's own that nothing may jump over */
  StkIdRel top;  /* first free slot in the stack */]=])
  replace_text(src/lstate.c
    [=[  L->status = LUA_OK;
  L->errfunc = 0;
  L->oldpc = 0;]=]
    [=[  L->status = LUA_OK;
  L->held = 0;  /* lupine */
  L->errfunc = 0;
  L->oldpc = 0;]=])
  replace_text(src/lgc.c
    [=[    status = luaD_pcall(L, dothecall, NULL, savestack(L, L->top.p - 2), 0);]=]
    [=[    L->held++;  /* lupine */
    status = luaD_pcall(L, dothecall, NULL, savestack(L, L->top.p - 2), 0);
    L->held--;]=])
  replace_text(src/ldo.c
    [=[  status = luaD_pcall(L, f_parser, &p, savestack(L, L->top.p), L->errfunc);]=]
    [=[  L->held++;  /* lupine */
  status = luaD_pcall(L, f_parser, &p, savestack(L, L->top.p), L->errfunc);
  L->held--;]=])
endif()

write_replaced()
