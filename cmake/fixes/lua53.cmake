# Lua 5.3.6
include("${CMAKE_CURRENT_LIST_DIR}/replace.cmake")
include("${CMAKE_CURRENT_LIST_DIR}/puc.cmake")
include("${CMAKE_CURRENT_LIST_DIR}/streams.cmake")

# A table weak in both was not looked at again, so a metatable set during a collection was freed.
replace_text(src/lgc.c
  [=[    else  /* all weak */
      linkgclist(h, g->allweak);  /* nothing to traverse now */]=]
  [=[    else if (g->gcstate == GCSpropagate)  /* all weak */
      linkgclist(h, g->grayagain);  /* lupine: its metatable may change until the atomic phase */
    else
      linkgclist(h, g->allweak);  /* nothing to traverse now */]=])

# The table behind __newindex may hang on a weak metatable only; a new key may start a collection.
replace_text(src/lvm.c
  [=[        if (slot == luaO_nilobject)  /* no previous entry? */
          slot = luaH_newkey(L, h, key);  /* create one */]=]
  [=[        if (slot == luaO_nilobject) {  /* no previous entry? */
          sethvalue2s(L, L->top, h);  /* lupine: hold the table (in EXTRA_STACK) */
          L->top++;
          slot = luaH_newkey(L, h, key);  /* create one */
          L->top--;
        }]=])

# After "pattern too complex" the iterator of gmatch had no limit of depth any more.
replace_text(src/lstrlib.c
  [=[  ms->level = 0;
  lua_assert(ms->matchdepth == MAXCCALLS);]=]
  [=[  ms->level = 0;
  ms->matchdepth = MAXCCALLS;  /* lupine: an error may have left it anywhere */]=])

# Strings that a locale holds for equal may differ in length: one was read past its end.
replace_text(src/lvm.c
  [=[      size_t len = strlen(l);  /* index of first '\0' in both strings */
      if (len == lr)  /* 'rs' is finished? */
        return (len == ll) ? 0 : 1;  /* check 'ls' */
      else if (len == ll)  /* 'ls' is finished? */
        return -1;  /* 'ls' is smaller than 'rs' ('rs' is not finished) */
      /* both strings longer than 'len'; go on comparing after the '\0' */
      len++;
      l += len; ll -= len; r += len; lr -= len;]=]
  [=[      size_t nl = strlen(l), nr = strlen(r);  /* lupine: each has its own first '\0' */
      if (nr == lr)  /* 'rs' is finished? */
        return (nl == ll) ? 0 : 1;  /* check 'ls' */
      else if (nl == ll)  /* 'ls' is finished? */
        return -1;  /* 'ls' is smaller than 'rs' ('rs' is not finished) */
      nl++; nr++;  /* go on comparing after the '\0' */
      l += nl; ll -= nl; r += nr; lr -= nr;]=])

# With the option '>' what lies on the stack was taken for a function.
replace_text(src/ldblib.c
  [=[  const char *options = luaL_optstring(L, arg+2, "flnStu");]=]
  [=[  const char *options = luaL_optstring(L, arg+2, "flnStu");
  luaL_argcheck(L, *options != '>', arg+2, "invalid option");  /* lupine: as 5.4 has it */]=])

if(NOT LUA_PRISTINE)
  declare_stack_guard()
  route_streams()
  route_newer_streams()
  route_collected_numbers()
  seed_each_state()
  keep_errors_inside("l_noret luaD_throw (lua_State *L, int errcode)"
    "other->top++" "L->top - 1")
  pass_by_handlers()
  poll_in_libraries()
  poll_in_compiler()
  poll_in_labels()
  index_ephemerons(gkey "gcvalue(gkey(n))"
    " reentry:
  white2gray(o);")

  # Saves time: a value is written as two words, and to copy it as one waits for both to be stored.
  # Later versions do the same.
  replace_text(src/lobject.h
    [=[	{ TValue *io1=(obj1); *io1 = *(obj2); \]=]
    [=[	{ TValue *io1=(obj1); const TValue *io2=(obj2); /* lupine: in two words */ \
	  io1->value_ = io2->value_; io1->tt_ = io2->tt_; \]=])

  # A collection of everything asks too, between its steps, unless an allocation waits for it.
  replace_text(src/lgc.c
    [=[  while (!testbit(statesmask, g->gcstate))
    singlestep(L);]=]
    [=[  while (!testbit(statesmask, g->gcstate)) {
    if (g->gckind == KGC_NORMAL) lupine_poll(L);
    singlestep(L);
  }]=])

  lose_errors_of_finalizers()

  # Bytecode that was tampered with damages memory.
  replace_text(src/ldo.c
    [=[    checkmode(L, p->mode, "binary");]=]
    [=[    checkmode(L, lupine_text_only() ? "t" : p->mode, "binary");]=])

  # Loops and calls ask whether they are to end. An error there shows the line of the next
  # instruction.
  replace_text(src/lvm.c
    [=[/* execute a jump instruction */]=]
    [=[/* lupine: asks whether this is to end */
#define ask(L,ci) \
  { if (lupine_wanted()) { \
      ci->u.l.savedpc++; lupine_stopped(L); ci->u.l.savedpc--; } }

/* execute a jump instruction */]=])
  replace_text(src/lvm.c
    [=[    ci->u.l.savedpc += GETARG_sBx(i) + e; }]=]
    [=[    ci->u.l.savedpc += GETARG_sBx(i) + e; ask(L, ci) }]=])
  replace_text(src/lvm.c
    [=[ci->u.l.savedpc += GETARG_sBx(i);  /* jump back */]=]
    [=[ci->u.l.savedpc += GETARG_sBx(i); ask(L, ci)  /* jump back */]=] 3)
  replace_text(src/lvm.c
    [=[  lua_assert(ci == L->ci);
  cl = clLvalue(ci->func);  /* local reference to function's closure */]=]
    [=[  lua_assert(ci == L->ci);
  ask(L, ci)
  cl = clLvalue(ci->func);  /* local reference to function's closure */]=])

  # 8 KiB in each of 200 nested calls is more than a Java thread has.
  replace_text(src/luaconf.h
    [=[#define LUAL_BUFFERSIZE   ((int)(0x80 * sizeof(void*) * sizeof(lua_Integer)))]=]
    [=[#define LUAL_BUFFERSIZE   1024  /* lupine: was 8192 */]=])

  # Too little C stack is the same error as too many nested C calls.
  replace_text(src/ldo.c
    [=[static void stackerror (lua_State *L) {
  if (L->nCcalls == LUAI_MAXCCALLS)
    luaG_runerror(L, "C stack overflow");
  else if (L->nCcalls >= (LUAI_MAXCCALLS + (LUAI_MAXCCALLS>>3)))]=]
    [=[static void stackerror (lua_State *L) {
  if (L->nCcalls < LUAI_MAXCCALLS)
    L->nCcalls = LUAI_MAXCCALLS;  /* lupine: a low C stack counts as too many calls */
  if (L->nCcalls == LUAI_MAXCCALLS)
    luaG_runerror(L, "C stack overflow");
  else if (L->nCcalls >= (LUAI_MAXCCALLS + (LUAI_MAXCCALLS>>3)) || lupine_out())]=])
  replace_text(src/ldo.c
    [=[  if (++L->nCcalls >= LUAI_MAXCCALLS)
    stackerror(L);]=]
    [=[  if (++L->nCcalls >= LUAI_MAXCCALLS || lupine_low())
    stackerror(L);]=])
  replace_text(src/ldo.c
    [=[  if (L->nCcalls >= LUAI_MAXCCALLS)
    return resume_error(L, "C stack overflow", nargs);]=]
    [=[  if (L->nCcalls >= LUAI_MAXCCALLS || lupine_low())
    return resume_error(L, "C stack overflow", nargs);]=])
  replace_text(src/lparser.c
    [=[  ++L->nCcalls;
  checklimit(ls->fs, L->nCcalls, LUAI_MAXCCALLS, "C levels");]=]
    [=[  ++L->nCcalls;
  if (lupine_low()) luaX_syntaxerror(ls, "C stack overflow");
  checklimit(ls->fs, L->nCcalls, LUAI_MAXCCALLS, "C levels");]=])
  replace_text(src/lundump.c
    [=[static void LoadFunction (LoadState *S, Proto *f, TString *psource) {]=]
    [=[static void LoadFunction (LoadState *S, Proto *f, TString *psource) {
  if (lupine_low()) error(S, "too deeply nested");]=])
  replace_text(src/lstrlib.c
    [=[  if (ms->matchdepth-- == 0)]=]
    [=[  if (lupine_low()) luaL_error(ms->L, "C stack overflow");
  lupine_poll(ms->L);
  if (ms->matchdepth-- == 0)]=])
  # A finalizer that could not run would be lost; it waits for the next cycle.
  replace_text(src/lgc.c
    [=[      if (g->tobefnz && g->gckind != KGC_EMERGENCY) {]=]
    [=[      if (g->tobefnz && g->gckind != KGC_EMERGENCY && !lupine_low()) {]=])
  replace_text(src/lgc.c
    [=[    luaE_setdebt(g, debt);
    runafewfinalizers(L);]=]
    [=[    luaE_setdebt(g, debt);
    if (!lupine_low()) runafewfinalizers(L);]=])

  # A finalizer that collected while the state was closed waited for finalizers that nobody called.
  replace_text(src/lgc.c
    [=[  lua_assert(g->finobj == NULL);
  callallpendingfinalizers(L);]=]
    [=[  lua_assert(g->finobj == NULL);
  g->gcfinnum = 1;  /* lupine */
  callallpendingfinalizers(L);]=])

  # Nothing, many times over, took its time.
  replace_text(src/lstrlib.c
    [=[  if (n <= 0) lua_pushliteral(L, "");]=]
    [=[  if (n <= 0 || l + lsep == 0)  /* lupine: or nothing to repeat */
    lua_pushliteral(L, "");]=])

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

  # A buffer that was refused was an error like another, and nothing was collected before.
  replace_text(src/lauxlib.c
    [=[  void *temp = allocf(ud, box->box, box->bsize, newsize);
  if (temp == NULL && newsize > 0) {  /* allocation error? */
    resizebox(L, idx, 0);  /* free buffer */
    luaL_error(L, "not enough memory for buffer allocation");
  }]=]
    [=[  void *temp = allocf(ud, box->box, box->bsize, newsize);
  if (temp == NULL && newsize > 0) {  /* allocation error? */
    lua_gc(L, LUA_GCCOLLECT, 0);  /* lupine */
    temp = allocf(ud, box->box, box->bsize, newsize);
  }
  if (temp == NULL && newsize > 0) {
    resizebox(L, idx, 0);  /* free buffer */
    lupine_refused(L);
  }]=])
  replace_text(src/ldo.c
    [=[/*
** {==================================================================
** Stack reallocation]=]
    [=[/* lupine: raises a memory error */
void lupine_refused (lua_State *L) {
  luaD_throw(L, LUA_ERRMEM);
}


/*
** {==================================================================
** Stack reallocation]=])
  replace_text(src/lauxlib.c
    [=[typedef struct UBox {]=]
    [=[extern void lupine_refused (lua_State *L);

typedef struct UBox {]=])
endif()

write_replaced()
