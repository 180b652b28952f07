# Lua 5.1.5
include("${CMAKE_CURRENT_LIST_DIR}/replace.cmake")
include("${CMAKE_CURRENT_LIST_DIR}/puc.cmake")
include("${CMAKE_CURRENT_LIST_DIR}/versions.cmake")
include("${CMAKE_CURRENT_LIST_DIR}/files.cmake")
include("${CMAKE_CURRENT_LIST_DIR}/streams.cmake")

# A vararg function with many fixed parameters wrote past the Lua stack (CVE-2014-5461).
fix(vararg-stack)
replace_text(src/ldo.c
  [=[    luaD_checkstack(L, p->maxstacksize);
    func = restorestack(L, funcr);]=]
  [=[    luaD_checkstack(L, p->maxstacksize + p->numparams);  /* lupine: and copies */
    func = restorestack(L, funcr);]=])

# The compiler removed the test for overflow, and unpack({}, 0, 2^31-1) wrote past the Lua stack.
fix(unpack-overflow)
replace_text(src/lbaselib.c
  [=[  n = e - i + 1;  /* number of elements */
  if (n <= 0 || !lua_checkstack(L, n))  /* n <= 0 means arith. overflow */
    return luaL_error(L, "too many results to unpack");]=]
  [=[  if ((unsigned int)e - (unsigned int)i >= LUAI_MAXCSTACK)  /* lupine: no overflow */
    return luaL_error(L, "too many results to unpack");
  n = e - i + 1;  /* number of elements */
  if (!lua_checkstack(L, n))
    return luaL_error(L, "too many results to unpack");]=])
replace_text(src/lbaselib.c
  [=[  while (i++ < e)  /* push arg[i + 1...e] */
    lua_rawgeti(L, 1, i);]=]
  [=[  while (i < e)  /* push arg[i + 1...e] */
    lua_rawgeti(L, 1, ++i);  /* lupine: never past INT_MAX */]=])

# Nothing held the name of a chunk while its reader ran, so it could be collected (CVE-2025-49844).
fix(chunk-name)
replace_text(src/lparser.c
  [=[  struct FuncState funcstate;
  lexstate.buff = buff;
  luaX_setinput(L, &lexstate, z, luaS_new(L, name));
  open_func(&lexstate, &funcstate);]=]
  [=[  struct FuncState funcstate;
  TString *source = luaS_new(L, name);
  setsvalue2s(L, L->top, source);  /* lupine: keep the name while the reader runs */
  incr_top(L);
  lexstate.buff = buff;
  luaX_setinput(L, &lexstate, z, source);
  open_func(&lexstate, &funcstate);]=])
replace_text(src/lparser.c
  [=[  lua_assert(lexstate.fs == NULL);
  return funcstate.f;]=]
  [=[  lua_assert(lexstate.fs == NULL);
  L->top--;  /* lupine: the name is the prototype's now */
  return funcstate.f;]=])

drop_values_of_for(explist1)
limit_bracket_level(luaX_lexerror)

# The error named a token that had not been read yet.
fix(token-of-error)
replace_text(src/llex.c
  [=[    luaX_syntaxerror(ls, "chunk has too many lines");]=]
  [=[    luaX_lexerror(ls, "chunk has too many lines", 0);  /* lupine: there is no token yet */]=])
compare_by_locale()

# With the option '>', any value on the stack was taken for a function.
fix(getinfo-option)
replace_text(src/ldblib.c
  [=[  const char *options = luaL_optstring(L, arg+2, "flnSu");]=]
  [=[  const char *options = luaL_optstring(L, arg+2, "flnSu");
  luaL_argcheck(L, *options != '>', arg+2, "invalid option");  /* lupine: as in 5.4 */]=])

# A proxy was empty. With the metatable of files, the memory behind it was taken for a file.
fix(empty-proxy)
replace_text(src/lbaselib.c
  [=[  lua_newuserdata(L, 0);  /* create proxy */]=]
  [=[  /* create proxy; lupine: it begins as a closed file does */
  memset(lua_newuserdata(L, 4 * sizeof(void *)), 0, 4 * sizeof(void *));]=])

# A finalizer may close a file while "io" reads it; see files.cmake.
check_files_in_reads(pushresult)
check_files_in_fgets()
pass_stream("static int read_line" "")
replace_text(src/liolib.c "read_line(L, f)" "read_line(L, s)" 3)
replace_text(src/liolib.c "read_chars(L, f, " "read_chars(L, s, " 2)
check_open_before("    nr = fread(p, sizeof(char), rlen, f);")
replace_text(src/liolib.c
  [=[  FILE *f = *(FILE **)lua_touserdata(L, lua_upvalueindex(1));
  int sucess;]=]
  [=[  LStream *s = (LStream *)lua_touserdata(L, lua_upvalueindex(1));
  FILE *f = s->f;
  int sucess;]=])
check_open_before("  if (ferror(f))
    return luaL_error(L, ")

if(NOT LUA_PRISTINE)
  declare_host()
  route_streams()
  fix(standard-streams)
  replace_text(src/liolib.c
    [=[    lua_rawseti(L, LUA_ENVIRONINDEX, f);
  }
  /* return current value */]=]
    [=[    lua_rawseti(L, LUA_ENVIRONINDEX, f);
    lupine_default_file();
  }
  /* return current value */]=])
  route_scanned_numbers()

  # The standard streams, where 5.1 differs.
  fix(standard-streams)
  replace_text(src/liolib.c
    [=[static int read_line (lua_State *L, LStream *s) {
  FILE *f = s->f;]=]
    [=[static int read_line (lua_State *L, LStream *s) {
  FILE *f = s->f;
  if (lupine_standard(f)) return lupine_read_line(L, f, 1);]=])
  replace_text(src/liolib.c
    [=[  int nargs = lua_gettop(L) - 1;
  int status = 1;]=]
    [=[  int nargs = lua_gettop(L) - 1;
  int status = 1;
  if (lupine_standard(f)) {
    int n = lupine_write(L, f, arg, arg + nargs - 1);
    if (n != 0) return n;
    nargs = 0;
  }]=])
  replace_text(src/liolib.c
    [=[  op = fseek(f, offset, mode[op]);]=]
    [=[  if (lupine_standard(f)) { errno = ESPIPE; return pushresult(L, 0, NULL); }
  op = fseek(f, offset, mode[op]);]=])

  # In 5.1, an error of a coroutine that does not run ends the process; lua_checkstack is enough,
  # where memory is short.
  fix(error-without-handler)
  replace_text(src/ldo.c
    [=[    L->status = cast_byte(errcode);
    if (G(L)->panic) {]=]
    [=[    L->status = cast_byte(errcode);
    if (G(L)->mainthread->errorJmp) {  /* lupine: as newer ones do */
      lua_State *other = G(L)->mainthread;
      setobj(L, other->top++, L->top - 1);
      luaD_throw(other, errcode);
    }
    if (G(L)->panic) {]=])
  keep_errors_inside("void luaD_throw (lua_State *L, int errcode)"
    "other->top++" "L->top - 1" "G(L)->mainthread")
  pass_by_handlers()
  poll_in_libraries()
  poll_in_compiler()
  type_tables("  luaL_checkany(L, 1);
  lua_pushstring(L, luaL_typename(L, 1));" "luaL_typename(L, 1)" "  luaL_checkany(L, 1);
")

  # Loops and calls poll. An error there reports the line of the next instruction.
  fix(poll-loops)
  replace_text(src/lvm.c
    [=[#define dojump(L,pc,i)	{(pc) += (i); luai_threadyield(L);}]=]
    [=[#define dojump(L,pc,i)	{(pc) += (i); luai_threadyield(L); \
  if (lupine_wanted()) { L->savedpc = pc + 1; lupine_stopped(L); }}]=])
  replace_text(src/lvm.c
    [=[  lua_assert(isLua(L->ci));
  pc = L->savedpc;]=]
    [=[  lua_assert(isLua(L->ci));
  if (lupine_wanted()) { L->savedpc++; lupine_stopped(L); L->savedpc--; }
  pc = L->savedpc;]=])
  shrink_buffers()

  # The buffer of a C module may be larger than ours, and have more in it than we expect.
  fix(module-buffers)
  replace_text(src/lauxlib.c
    [=[#define bufffree(B)	((size_t)(LUAL_BUFFERSIZE - bufflen(B)))]=]
    [=[#define bufffree(B)	/* lupine: a module's buffer may be larger than ours */ \
  (bufflen(B) < LUAL_BUFFERSIZE ? (size_t)(LUAL_BUFFERSIZE - bufflen(B)) : 0)]=])

  # The smaller buffer fills more often. So it is filled piecewise, and long strings bypass it.
  fix(fill-buffers)
  replace_text(src/lauxlib.c
    [=[  while (l--)
    luaL_addchar(B, *s++);]=]
    [=[  if (l <= bufffree(B)) {  /* lupine: was byte by byte */
    memcpy(B->p, s, l);
    B->p += l;
  }
  else if (emptybuffer(B), l < LUAL_BUFFERSIZE/2) {
    adjuststack(B);
    memcpy(B->p, s, l);
    B->p += l;
  }
  else {
    lua_pushlstring(B->L, s, l);
    B->lvl++;
    adjuststack(B);
  }]=])

  # os.date kept the date in a buffer of the process, which other threads write to.
  fix(date-buffer)
  replace_text(src/loslib.c
    [=[  struct tm *stm;
  if (*s == '!') {  /* UTC? */
    stm = gmtime(&t);]=]
    [=[  struct tm *stm;
#if !defined(_WIN32)  /* lupine: there each thread has one */
  struct tm own;
#define gmtime(t)	gmtime_r(t, &own)
#define localtime(t)	localtime_r(t, &own)
#endif
  if (*s == '!') {  /* UTC? */
    stm = gmtime(&t);]=])

  # The levels of tail calls, which are lost, were counted without a limit. From 2^30 on, to walk to
  # the last level, to describe the stack, and to call the hook for each took for ever.
  fix(lost-calls)
  replace_text(src/lvm.c
    [=[            ci->tailcalls++;  /* one more call lost */]=]
    [=[            if (ci->tailcalls < 10000)  /* lupine: the sum of all is less than 2^30 */
              ci->tailcalls++;  /* one more call lost */]=])
  patch_file(lupine_levels.h)
  replace_text(src/ldblib.c
    [=[static int db_errorfb (lua_State *L) {]=]
    [=[#include "lupine_levels.h"


static int db_errorfb (lua_State *L) {]=])
  replace_text(src/ldblib.c
    [=[        while (lua_getstack(L1, level+LEVELS2, &ar))  /* find last levels */
          level++;]=]
    [=[        level = last_level(L1) + 1 - LEVELS2;  /* lupine: was one by one */]=])
  check_c_stack_of_calls()
  fix(c-stack)
  replace_text(src/ldo.c
    [=[  if (L->nCcalls >= LUAI_MAXCCALLS)
    return resume_error(L, "C stack overflow");]=]
    [=[  if (L->nCcalls >= LUAI_MAXCCALLS || lupine_low())
    return resume_error(L, "C stack overflow");]=])

  # Where a C function has yielded, the base is above that of its call, and the message was below
  # the base.
  fix(resume-error-base)
  replace_text(src/ldo.c
    [=[  L->top = L->ci->base;
  setsvalue2s(L, L->top, luaS_new(L, msg));]=]
    [=[  L->top = L->base;
  setsvalue2s(L, L->top, luaS_new(L, msg));]=])
  # The main lua_State looks like a new coroutine while nothing runs on it. What is on its stack then
  # is the host's.
  fix(main-thread)
  replace_text(src/ldo.c
    [=[  if (L->status != LUA_YIELD && (L->status != 0 || L->ci != L->base_ci))
      return resume_error]=]
    [=[  if (L->status == 0 && lupine_entered(L)) {  /* and its values are the host's */
    L->top -= nargs;
    setsvalue2s(L, L->top, luaS_new(L, "cannot resume non-suspended coroutine"));
    incr_top(L);
    lua_unlock(L);
    return LUA_ERRRUN;
  }
  if (L->status != LUA_YIELD && (L->status != 0 || L->ci != L->base_ci))
      return resume_error]=])
  fix(c-stack)
  replace_text(src/lparser.c
    [=[  if (++ls->L->nCcalls > LUAI_MAXCCALLS)]=]
    [=[  if (++ls->L->nCcalls > LUAI_MAXCCALLS || lupine_low())]=])
  replace_text(src/lundump.c
    [=[ if (++S->L->nCcalls > LUAI_MAXCCALLS) error(S,"code too deep");]=]
    [=[ if (++S->L->nCcalls > LUAI_MAXCCALLS || lupine_low()) error(S,"code too deep");]=])

  # Nothing is collected when memory is refused. Instead it is collected earlier, where that is
  # possible.
  fix(collect-first)
  patch_file(lupine_hurry.h)
  replace_text(src/lgc.c
    [=[void luaC_step (lua_State *L) {
  global_State *g = G(L);
  l_mem lim]=]
    [=[#include "lupine_hurry.h"


void luaC_step (lua_State *L) {
  global_State *g = G(L);
  if (lupine_short(g->mainthread)) {
    luaC_fullgc(L);
    lupine_collected(g->mainthread);
    return;
  }
  l_mem lim]=])

  # A finalizer that cannot run would be lost; it waits for the next cycle.
  fix(finalizers-wait)
  replace_text(src/lgc.c
    [=[      if (g->tmudata) {
        GCTM(L);]=]
    [=[      if (g->tmudata && !lupine_finalizers_wait()) {
        GCTM(L);]=])

  # A full collection polls between its steps, unless an allocation waits for it. If it ends in the
  # sweep before the mark, later steps go on with that sweep. They would subtract the buffer for
  # concatenation, which it shrinks, from an estimate that is older than the buffer, and the estimate
  # would wrap: garbage would no longer be collected. So the estimate is set anew.
  fix(poll-collection)
  replace_text(src/lgc.c
    [=[  while (g->gcstate != GCSfinalize) {]=]
    [=[  while (g->gcstate != GCSfinalize) {
    if (lupine_wanted() && !lupine_short(g->mainthread)) {
      g->estimate = g->totalbytes;
      lupine_poll(L);
    }]=])
  replace_text(src/lgc.c
    [=[  while (g->gcstate != GCSpause) {
    singlestep(L);]=]
    [=[  while (g->gcstate != GCSpause) {
    if (!lupine_short(g->mainthread)) lupine_poll(L);
    singlestep(L);]=])

  name_collector()
  patch_file(lupine_finalizer.h)
  replace_text(src/lgc.c
    [=[static void GCTM (lua_State *L) {]=]
    [=[#include "lupine_finalizer.h"


static void GCTM (lua_State *L) {]=])
  replace_text(src/lgc.c
    [=[    luaD_call(L, L->top - 2, 0);
    L->allowhook = oldah;  /* restore hooks */
    g->GCthreshold = oldt;  /* restore threshold */]=]
    [=[    const Instruction *pc = L->savedpc;
    int status = luaD_pcall(L, call_finalizer, NULL, savestack(L, L->top - 2), 0);
    L->savedpc = pc;  /* lupine: an error may have made it that of an earlier call */
    L->allowhook = oldah;  /* restore hooks */
    g->GCthreshold = oldt;  /* restore threshold */
    if (status != 0 && (lupine_fatal() || (iscfunction(L->ci->func) &&
                                           curr_func(L)->c.f == lupine_collector)))
      luaD_throw(L, status);
    if (status != 0) L->top--;]=])

  # Malformed bytecode can damage memory.
  fix(text-only)
  replace_text(src/ldo.c
    [=[  luaC_checkGC(L);
  tf = ((c == LUA_SIGNATURE[0]) ? luaU_undump : luaY_parser)(L, p->z,]=]
    [=[  if (c == LUA_SIGNATURE[0] && lupine_text_only()) {  /* before finalizers run */
    luaO_pushfstring(L, "attempt to load a binary chunk (mode is " LUA_QS ")", "t");
    luaD_throw(L, LUA_ERRSYNTAX);
  }
  luaC_checkGC(L);
  tf = ((c == LUA_SIGNATURE[0]) ? luaU_undump : luaY_parser)(L, p->z,]=])

  # The pattern matcher had no limit of depth.
  fix(match-depth)
  replace_text(src/lstrlib.c
    [=[  lua_State *L;
  int level;  /* total number of captures (finished or unfinished) */]=]
    [=[  lua_State *L;
  int depth;  /* lupine: nested calls of `match' */
  int level;  /* total number of captures (finished or unfinished) */]=])
  patch_file(lupine_match.h)
  replace_text(src/lstrlib.c
    [=[static const char *match (MatchState *ms, const char *s, const char *p) {
  init: /* using goto's to optimize tail recursion */]=]
    [=[#include "lupine_match.h"


static const char *do_match (MatchState *ms, const char *s, const char *p) {
  init: /* using goto's to optimize tail recursion */]=])
  replace_text(src/lstrlib.c
    [=[    ms.L = L;
    ms.src_init = s;]=]
    [=[    ms.L = L;
    ms.depth = 0;  /* lupine: find, match */
    ms.src_init = s;]=])
  replace_text(src/lstrlib.c
    [=[  const char *src;
  ms.L = L;]=]
    [=[  const char *src;
  ms.depth = 0;  /* lupine: gmatch */
  ms.L = L;]=])
  replace_text(src/lstrlib.c
    [=[  ms.L = L;
  ms.src_init = src;]=]
    [=[  ms.L = L;
  ms.depth = 0;  /* lupine: gsub */
  ms.src_init = src;]=])

  # To repeat the empty string many times took as long as any other.
  fix(repeat-nothing)
  replace_text(src/lstrlib.c
    [=[  luaL_buffinit(L, &b);
  while (n-- > 0)
    luaL_addlstring(&b, s, l);]=]
    [=[  luaL_buffinit(L, &b);
  if (l == 0) n = 0;  /* lupine: nothing to repeat */
  while (n-- > 0) {
    lupine_poll(L);
    luaL_addlstring(&b, s, l);
  }]=])
  poll_in_older_table_loops()
  replace_text(src/ltablib.c
    [=[    lua_pushinteger(L, i);  /* 1st argument */]=]
    [=[    lupine_poll(L); lua_pushinteger(L, i);  /* 1st argument */]=])
  give_random_numbers()
endif()

write_replaced()
