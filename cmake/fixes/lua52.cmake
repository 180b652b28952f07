# Lua 5.2.4
include("${CMAKE_CURRENT_LIST_DIR}/replace.cmake")
include("${CMAKE_CURRENT_LIST_DIR}/puc.cmake")
include("${CMAKE_CURRENT_LIST_DIR}/streams.cmake")

# A table weak in both was not looked at again, so a metatable set during a collection was freed.
replace_text(src/lgc.c
  [=[    else  /* all weak */
      linktable(h, &g->allweak);  /* nothing to traverse now */]=]
  [=[    else if (g->gcstate == GCSpropagate)  /* all weak */
      linktable(h, &g->grayagain);  /* lupine: its metatable may change until the atomic phase */
    else
      linktable(h, &g->allweak);  /* nothing to traverse now */]=])

# A dead key stayed in an entry that was empty already, and was compared with later.
replace_text(src/lgc.c
  [=[      if (!ttisnil(gval(n)) && (iscleared(g, gkey(n)))) {
        setnilvalue(gval(n));  /* remove value ... */
        removeentry(n);  /* and remove entry from table */
      }]=]
  [=[      if (!ttisnil(gval(n)) && (iscleared(g, gkey(n))))
        setnilvalue(gval(n));  /* remove value ... */
      if (ttisnil(gval(n)))
        removeentry(n);  /* lupine: ... and every empty entry */]=])

# The table behind __newindex may hang on a weak metatable only; a new key may start a collection.
replace_text(src/lvm.c
  [=[         (oldval = luaH_newkey(L, h, key), 1)))) {]=]
  [=[         (oldval = new_entry(L, h, key), 1)))) {]=])
replace_text(src/lvm.c
  [=[void luaV_settable (lua_State *L, const TValue *t, TValue *key, StkId val) {]=]
  [=[/* lupine: a new entry of a table that is held on the stack meanwhile (in EXTRA_STACK) */
static TValue *new_entry (lua_State *L, Table *h, const TValue *key) {
  TValue *entry;
  sethvalue2s(L, L->top, h);
  L->top++;
  entry = luaH_newkey(L, h, key);
  L->top--;
  return entry;
}


void luaV_settable (lua_State *L, const TValue *t, TValue *key, StkId val) {]=])

# With more than three expressions after "in", the body's locals read registers that nobody had set.
replace_text(src/lparser.c
  [=[  adjust_assign(ls, 3, explist(ls, &e), &e);]=]
  [=[  adjust_assign(ls, 3, explist(ls, &e), &e);
  fs->freereg = base + 3;  /* lupine: drop what is more than three */]=])

# The level of a long bracket overflowed at 2^31 signs; the lexer read elsewhere (CVE-2025-46819).
replace_text(src/llex.c
  [=[    save_and_next(ls);
    count++;
  }
  return (ls->current == s) ? count : (-count) - 1;]=]
  [=[    save_and_next(ls);
    if (++count > MAX_INT/4)  /* lupine: 2*(2 + count) stays an int */
      lexerror(ls, "long bracket has too many levels", 0);
  }
  return (ls->current == s) ? count : (-count) - 1;]=])

# Strings that a locale holds for equal may differ in length: one was read past its end.
replace_text(src/lvm.c
  [=[      size_t len = strlen(l);  /* index of first `\0' in both strings */
      if (len == lr)  /* r is finished? */
        return (len == ll) ? 0 : 1;
      else if (len == ll)  /* l is finished? */
        return -1;  /* l is smaller than r (because r is not finished) */
      /* both strings longer than `len'; go on comparing (after the `\0') */
      len++;
      l += len; ll -= len; r += len; lr -= len;]=]
  [=[      size_t nl = strlen(l), nr = strlen(r);  /* lupine: each has its own first `\0' */
      if (nr == lr)  /* r is finished? */
        return (nl == ll) ? 0 : 1;
      else if (nl == ll)  /* l is finished? */
        return -1;  /* l is smaller than r (because r is not finished) */
      nl++; nr++;  /* go on comparing after the `\0' */
      l += nl; ll -= nl; r += nr; lr -= nr;]=])

# debug.getlocal(1, -2^31) read far outside the stack.
replace_text(src/ldebug.c
  [=[  if (n >= ci->u.l.base - ci->func - nparams)
    return NULL;  /* no such vararg */
  else {
    *pos = ci->func + nparams + n;]=]
  [=[  if (n <= nparams - (ci->u.l.base - ci->func))  /* lupine: n is negative still */
    return NULL;  /* no such vararg */
  else {
    *pos = ci->func + nparams - n;]=])
replace_text(src/ldebug.c
  [=[      return findvararg(ci, -n, pos);]=]
  [=[      return findvararg(ci, n, pos);  /* lupine: was -n */]=])

# With the option '>' what lies on the stack was taken for a function.
replace_text(src/ldblib.c
  [=[  const char *options = luaL_optstring(L, arg+2, "flnStu");]=]
  [=[  const char *options = luaL_optstring(L, arg+2, "flnStu");
  luaL_argcheck(L, *options != '>', arg+2, "invalid option");  /* lupine: as 5.4 has it */]=])

if(NOT LUA_PRISTINE)
  declare_stack_guard()
  route_streams()
  route_newer_streams()
  route_scanned_numbers()
  seed_each_state()
  keep_errors_inside("l_noret luaD_throw (lua_State *L, int errcode)"
    "other->top++" "L->top - 1")
  pass_by_handlers()
  poll_in_libraries()
  poll_in_compiler()
  poll_in_labels()
  index_ephemerons(gkey "gcvalue(gkey(n))"
    "static void reallymarkobject (global_State *g, GCObject *o) {
  lu_mem size;")

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
    [=[ci->u.l.savedpc += GETARG_sBx(i); ask(L, ci)  /* jump back */]=] 2)
  replace_text(src/lvm.c
    [=[  lua_assert(ci == L->ci);
  cl = clLvalue(ci->func);]=]
    [=[  lua_assert(ci == L->ci);
  ask(L, ci)
  cl = clLvalue(ci->func);]=])

  # 8 KiB in each of 200 nested calls is more than a Java thread has.
  replace_text(src/luaconf.h
    [=[#define LUAL_BUFFERSIZE		BUFSIZ]=]
    [=[#define LUAL_BUFFERSIZE		1024  /* lupine: was BUFSIZ */]=])

  # Too little C stack is the same error as too many nested C calls.
  replace_text(src/ldo.c
    [=[  if (++L->nCcalls >= LUAI_MAXCCALLS) {
    if (L->nCcalls == LUAI_MAXCCALLS)
      luaG_runerror(L, "C stack overflow");
    else if (L->nCcalls >= (LUAI_MAXCCALLS + (LUAI_MAXCCALLS>>3)))]=]
    [=[  if (++L->nCcalls >= LUAI_MAXCCALLS || lupine_low()) {
    if (L->nCcalls < LUAI_MAXCCALLS)
      L->nCcalls = LUAI_MAXCCALLS;  /* lupine: a low C stack counts as too many calls */
    if (L->nCcalls == LUAI_MAXCCALLS)
      luaG_runerror(L, "C stack overflow");
    else if (L->nCcalls >= (LUAI_MAXCCALLS + (LUAI_MAXCCALLS>>3)) || lupine_out())]=])
  replace_text(src/ldo.c
    [=[  if (nCcalls >= LUAI_MAXCCALLS)
    resume_error(L, "C stack overflow", firstArg);]=]
    [=[  if (nCcalls >= LUAI_MAXCCALLS || lupine_low())
    resume_error(L, "C stack overflow", firstArg);]=])
  replace_text(src/lparser.c
    [=[  ++L->nCcalls;
  checklimit(ls->fs, L->nCcalls, LUAI_MAXCCALLS, "C levels");]=]
    [=[  ++L->nCcalls;
  if (lupine_low()) luaX_syntaxerror(ls, "C stack overflow");
  checklimit(ls->fs, L->nCcalls, LUAI_MAXCCALLS, "C levels");]=])
  replace_text(src/lundump.c
    [=[static void LoadFunction(LoadState* S, Proto* f)
{]=]
    [=[static void LoadFunction(LoadState* S, Proto* f)
{
 if (lupine_low()) error(S,"too deeply nested");]=])
  replace_text(src/lstrlib.c
    [=[  if (ms->matchdepth-- == 0)]=]
    [=[  if (lupine_low()) luaL_error(ms->L, "C stack overflow");
  lupine_poll(ms->L);
  if (ms->matchdepth-- == 0)]=])
  # A finalizer that could not run would be lost; it waits for a later step.
  replace_text(src/lgc.c
    [=[  for (i = 0; g->tobefnz && (i < GCFINALIZENUM || g->gcstate == GCSpause); i++)]=]
    [=[  if (lupine_low()) return;
  for (i = 0; g->tobefnz && (i < GCFINALIZENUM || g->gcstate == GCSpause); i++)]=])

  # Nothing, many times over, took its time.
  replace_text(src/lstrlib.c
    [=[  if (n <= 0) lua_pushliteral(L, "");]=]
    [=[  if (n <= 0 || l + lsep == 0)  /* lupine: or nothing to repeat */
    lua_pushliteral(L, "");]=])

  # What a table says of its length may be a lie.
  replace_text(src/ltablib.c
    [=[lua_rawgeti(L, 1, i-1);]=]
    [=[lupine_poll(L); lua_rawgeti(L, 1, i-1);]=])
  replace_text(src/ltablib.c
    [=[lua_rawgeti(L, 1, pos+1);]=]
    [=[lupine_poll(L); lua_rawgeti(L, 1, pos+1);]=])
endif()

write_replaced()
