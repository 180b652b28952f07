# Lua 5.4.9
include("${CMAKE_CURRENT_LIST_DIR}/replace.cmake")
include("${CMAKE_CURRENT_LIST_DIR}/puc.cmake")
include("${CMAKE_CURRENT_LIST_DIR}/versions.cmake")
include("${CMAKE_CURRENT_LIST_DIR}/files.cmake")
include("${CMAKE_CURRENT_LIST_DIR}/streams.cmake")

count_finalized("
        g->GCestimate += g->GCdebt - debt;")
patch_file(lupine_finalized.h)
replace_text(src/lgc.c
  [=[static lu_mem singlestep (lua_State *L) {]=]
  [=[#include "lupine_finalized.h"

static lu_mem singlestep (lua_State *L) {]=])
replace_text(src/lgc.c
  [=[      entersweep(L);
      g->GCestimate = gettotalbytes(g);  /* first estimate */]=]
  [=[      entersweep(L);
      g->GCestimate = gettotalbytes(g) - finalizedbytes(g);  /* lupine: of what is live */]=])

check_files_in_lines()

if(NOT LUA_PRISTINE)
  declare_host()
  route_streams()
  route_newer_streams()
  route_collected_numbers()

  # States opened in the same second at the same address had the same seed.
  fix(seeds)
  replace_text(src/lstate.c
    [=[  unsigned int h = cast_uint(time(NULL));]=]
    [=[  unsigned int h = cast_uint(time(NULL)) ^ lupine_seed();]=])
  fix(random-numbers)
  replace_text(src/lmathlib.c
    [=[  lua_Unsigned seed2 = (lua_Unsigned)(size_t)L;]=]
    [=[  lua_Unsigned seed2 = (lua_Unsigned)(size_t)L ^ lupine_seed();]=])
  keep_errors_inside("l_noret luaD_throw (lua_State *L, int errcode)"
    "s2v(other->top.p++)" "s2v(L->top.p - 1)" "G(L)->mainthread")
  pass_by_handlers()
  keep_main_thread()
  poll_in_libraries()
  poll_in_compiler()
  type_tables("  lua_pushstring(L, lua_typename(L, t));" "lua_typename(L, t)" "")
  poll_in_labels()
  index_ephemerons(gckeyN "gckey(n)"
    "static void reallymarkobject (global_State *g, GCObject *o) {")
  refuse_bytecode()
  poll_in_loops()
  fix(poll-loops)
  replace_text(src/lvm.c
    [=[          pc -= GETARG_Bx(i);  /* jump back */
        }]=]
    [=[          pc -= GETARG_Bx(i);  /* jump back */
          asktrap(ci);
        }]=])
  check_c_stack()
  delay_finalizers()
  fix(c-stack)
  replace_text(src/lundump.c
    [=[static void loadFunction (LoadState *S, Proto *f, TString *psource) {]=]
    [=[static void loadFunction (LoadState *S, Proto *f, TString *psource) {
  if (lupine_low()) error(S, "too deeply nested");]=])

  # A chain of __call that never reached a function filled the whole Lua stack, one value at a
  # time.
  fix(call-chain)
  replace_text(src/ldo.c
    [=[                                    int narg1, int delta) {
 retry:]=]
    [=[                                    int narg1, int delta) {
  int chain = 0;  /* lupine: length of the chain of __call, in a tail call */
 retry:]=])
  replace_text(src/ldo.c
    [=[      func = tryfuncTM(L, func);  /* try to get '__call' metamethod */
      /* return luaD_pretailcall]=]
    [=[      if (++chain > 200) luaG_runerror(L, "'__call' chain too long");  /* lupine */
      func = tryfuncTM(L, func);  /* try to get '__call' metamethod */
      /* return luaD_pretailcall]=])
  replace_text(src/ldo.c
    [=[CallInfo *luaD_precall (lua_State *L, StkId func, int nresults) {
 retry:]=]
    [=[CallInfo *luaD_precall (lua_State *L, StkId func, int nresults) {
  int chain = 0;  /* lupine: length of the chain of __call */
 retry:]=])
  replace_text(src/ldo.c
    [=[      func = tryfuncTM(L, func);  /* try to get '__call' metamethod */
      /* return luaD_precall]=]
    [=[      if (++chain > 200) luaG_runerror(L, "'__call' chain too long");  /* lupine */
      func = tryfuncTM(L, func);  /* try to get '__call' metamethod */
      /* return luaD_precall]=])

  # To repeat the empty string many times took as long as any other.
  fix(repeat-nothing)
  replace_text(src/lstrlib.c
    [=[  if (n <= 0)
    lua_pushliteral(L, "");]=]
    [=[  if (n <= 0 || l + lsep == 0)  /* lupine: or nothing to repeat */
    lua_pushliteral(L, "");]=])

  # A full collection polls between its steps, unless an allocation waits for it. It may end before
  # its cycle has set the estimate, by which the pause divides: it is set here, too.
  fix(poll-collection)
  replace_text(src/lgc.c
    [=[  while (!testbit(statesmask, g->gcstate))
    singlestep(L);]=]
    [=[  while (!testbit(statesmask, g->gcstate)) {
    if (!g->gcemergency && lupine_wanted()) {
      g->GCestimate = gettotalbytes(g);
      lupine_poll(L);
    }
    singlestep(L);
  }]=])
  raise_out_of_finalizers()
  protect_steps(gcstp oldstp "0);  /* do a basic step */")

  # A major collection that ended early left the collector in incremental mode: a count in
  # 'lastatomic' makes the next step a major collection, which returns to generational mode and
  # sets it to 0.
  fix(generational-mode)
  replace_text(src/lgc.c
    [=[  enterinc(g);
  return entergen(L, g);]=]
    [=[  enterinc(g);
  g->lastatomic = MAX_LMEM / 2;  /* lupine: more than stepgenfull ever counts */
  return entergen(L, g);]=])
  free_records_of_calls()
  poll_in_table_loops()

  # Nothing was collected before a buffer was refused.
  fix(refused-buffers)
  replace_text(src/lauxlib.c
    [=[  if (l_unlikely(temp == NULL && newsize > 0)) {  /* allocation error? */]=]
    [=[  if (l_unlikely(temp == NULL && newsize > 0)) {  /* lupine: collect first */
    lua_gc(L, LUA_GCCOLLECT, 0);
    temp = allocf(ud, box->box, box->bsize, newsize);
  }
  if (l_unlikely(temp == NULL && newsize > 0)) {  /* allocation error? */]=])

  # Closing a running coroutine dropped its calls, which continue nevertheless.
  fix(close-running)
  replace_text(src/lstate.c
    [=[  L->nCcalls = (from) ? getCcalls(from) : 0;
  status = luaE_resetthread(L, L->status);]=]
    [=[  if (L->status == LUA_OK && (L->ci != &L->base_ci || lupine_entered(L)))  /* lupine */
    luaG_runerror(from ? from : L, "cannot close a %s coroutine",
                  from && from != L ? "normal" : "running");
  L->nCcalls = (from) ? getCcalls(from) : 0;
  status = luaE_resetthread(L, L->status);]=])
  tell_finalizers(o "    o->next = g->finobj;  /* link it in 'finobj' list */")
endif()

write_replaced()
