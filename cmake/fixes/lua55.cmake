# Lua 5.5.1
include("${CMAKE_CURRENT_LIST_DIR}/replace.cmake")
include("${CMAKE_CURRENT_LIST_DIR}/puc.cmake")
include("${CMAKE_CURRENT_LIST_DIR}/versions.cmake")
include("${CMAKE_CURRENT_LIST_DIR}/files.cmake")
include("${CMAKE_CURRENT_LIST_DIR}/streams.cmake")

count_finalized("")
replace_text(src/lgc.c
  [=[  GCObject *origweak, *origall;
  GCObject *grayagain = g->grayagain;  /* save original list */]=]
  [=[  GCObject *origweak, *origall;
  l_mem live;
  GCObject *grayagain = g->grayagain;  /* save original list */]=])
replace_text(src/lgc.c
  [=[  markbeingfnz(g);  /* mark objects that will be finalized */
  propagateall(g);  /* remark, to propagate 'resurrection' */]=]
  [=[  live = g->GCmarked;
  markbeingfnz(g);  /* mark objects that will be finalized */
  propagateall(g);  /* remark, to propagate 'resurrection' */
  if (g->gckind == KGC_INC) g->GCmarked = live;  /* lupine */]=])

# The debug library could replace the table of a function's variable arguments by any value, which
# was taken for a table.
fix(vararg-table)
replace_text(src/ltm.c
  [=[  Table *h = (vatab < 0) ? NULL : hvalue(s2v(ci->func.p + vatab + 1));
  int nargs = getnumargs(L, ci, h);  /* number of available vararg args. */
  int i, touse;  /* 'touse' is minimum between 'wanted' and 'nargs' */]=]
  [=[  Table *h = NULL;
  int nargs;  /* number of available vararg args. */
  int i, touse;  /* 'touse' is minimum between 'wanted' and 'nargs' */
  if (vatab >= 0) {
    const TValue *t = s2v(ci->func.p + vatab + 1);
    if (!ttistable(t)) luaG_runerror(L, "vararg table is not a table");  /* lupine */
    h = hvalue(t);
  }
  nargs = getnumargs(L, ci, h);]=])
check_files_in_lines()

if(NOT LUA_PRISTINE)
  declare_host()
  route_streams()
  route_newer_streams()
  route_collected_numbers()

  # States opened in the same second had the same random numbers.
  fix(random-numbers)
  replace_text(src/lauxlib.c
    [=[  return luai_makeseed();]=]
    [=[  return luai_makeseed() ^ lupine_seed();]=])
  keep_errors_inside("l_noret luaD_throw (lua_State *L, TStatus errcode)"
    "s2v(other->top.p++)" "s2v(L->top.p - 1)" "mainthread(G(L))")
  pass_by_handlers()
  keep_main_thread()
  poll_in_libraries()
  poll_in_compiler()
  type_tables("  lua_pushstring(L, lua_typename(L, t));" "lua_typename(L, t)" "")
  poll_in_labels()
  index_ephemerons(gckeyN "gckey(n)"
    "  g->GCmarked += objsize(o);")

  # Malformed bytecode can damage memory.
  fix(text-only)
  replace_text(src/ldo.c
    [=[  c = zgetc(p->z);  /* read first character */
  if (c == LUA_SIGNATURE[0]) {]=]
    [=[  c = zgetc(p->z);  /* read first character */
  if (c == LUA_SIGNATURE[0] && lupine_text_only()) mode = "t";
  if (c == LUA_SIGNATURE[0]) {]=])
  poll_in_loops()
  fix(poll-loops)
  replace_text(src/lvm.c
    [=[        if (!ttisnil(s2v(ra + 3)))  /* continue loop? */
          pc -= GETARG_Bx(i);  /* jump back */]=]
    [=[        if (!ttisnil(s2v(ra + 3))) {  /* continue loop? */
          pc -= GETARG_Bx(i);  /* jump back */
          asktrap(ci);
        }]=])
  check_c_stack()
  delay_finalizers()
  fix(c-stack)
  replace_text(src/lundump.c
    [=[static void loadFunction (LoadState *S, Proto *f) {]=]
    [=[static void loadFunction (LoadState *S, Proto *f) {
  if (lupine_low()) error(S, "too deeply nested");]=])

  # A full collection polls between its steps, unless an allocation waits for it.
  fix(poll-collection)
  replace_text(src/lgc.c
    [=[  while (state != g->gcstate)
    singlestep(L, fast);]=]
    [=[  while (state != g->gcstate) {
    if (!g->gcemergency) lupine_poll(L);
    singlestep(L, fast);
  }]=])
  raise_out_of_finalizers()
  keep_collector_stopped(gcstp)
  replace_text(src/lapi.c
    [=[      luaC_condGC(L, (void)0, work = 1);]=]
    [=[      if (g->GCdebt <= 0) {
        protected_step(L, oldstp);
        work = 1;
      }]=])

  # A full collection that ended early left the collector in incremental mode.
  fix(generational-mode)
  patch_file(lupine_fullgen.h)
  replace_text(src/lgc.c
    [=[void luaC_fullgc (lua_State *L, int isemergency) {]=]
    [=[#include "lupine_fullgen.h"


void luaC_fullgc (lua_State *L, int isemergency) {]=])
  replace_text(src/lgc.c
    [=[    case KGC_GENMINOR: fullgen(L, g); break;]=]
    [=[    case KGC_GENMINOR: case KGC_GENMAJOR: protected_fullgen(L); break;]=])
  replace_text(src/lgc.c
    [=[    case KGC_GENMAJOR:
      g->gckind = KGC_INC;
      fullinc(L, g);
      g->gckind = KGC_GENMAJOR;
      break;
  }]=]
    [=[    default: break;  /* lupine: modes are above */
  }]=])
  free_records_of_calls()
  poll_in_table_loops()

  # A text for which there was no memory was not pushed, and nothing was raised: luaL_error
  # continued with the value below. lua_pushfstring does raise.
  fix(text-without-memory)
  replace_text(src/lapi.c
    [=[  ret = luaO_pushvfstring(L, fmt, argp);
  luaC_checkGC(L);]=]
    [=[  ret = luaO_pushvfstring(L, fmt, argp);
  if (ret == NULL) luaD_throw(L, LUA_ERRMEM);
  luaC_checkGC(L);]=])

  # Nothing was collected before a buffer was refused.
  fix(refused-buffers)
  replace_text(src/lauxlib.c
    [=[    if (l_unlikely(temp == NULL && newsize > 0)) {  /* allocation error? */]=]
    [=[    if (l_unlikely(temp == NULL && newsize > 0)) {  /* lupine: collect first */
      lua_gc(L, LUA_GCCOLLECT, 0);
      temp = allocf(ud, box->box, box->bsize, newsize);
    }
    if (l_unlikely(temp == NULL && newsize > 0)) {  /* allocation error? */]=])

  # A coroutine that closes itself jumps to its lowest protected call. It must not jump over an
  # entry of the host, over a finalizer, after which no garbage would be collected, or over the
  # parser, which would leak. And closing another coroutine that runs would drop its calls, which
  # continue nevertheless.
  fix(close-running)
  replace_text(src/lstate.c
    [=[  L->nCcalls = (from) ? getCcalls(from) : 0;
  status = luaE_resetthread(L, L->status);]=]
    [=[  if (L->status == LUA_OK && (lupine_entered(L) ||  /* lupine: its calls are under way */
                              (L->ci != &L->base_ci && (L != from || L->held))))
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
  tell_finalizers(o "    o->next = g->finobj;  /* link it in 'finobj' list */")
endif()

write_replaced()
