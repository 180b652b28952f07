# Lua 5.3.6
include("${CMAKE_CURRENT_LIST_DIR}/replace.cmake")
include("${CMAKE_CURRENT_LIST_DIR}/puc.cmake")
include("${CMAKE_CURRENT_LIST_DIR}/versions.cmake")
include("${CMAKE_CURRENT_LIST_DIR}/files.cmake")
include("${CMAKE_CURRENT_LIST_DIR}/streams.cmake")

# A table with weak keys and values was not visited again, so a metatable set during a collection
# was freed.
fix(weak-metatable)
replace_text(src/lgc.c
  [=[    else  /* all weak */
      linkgclist(h, g->allweak);  /* nothing to traverse now */]=]
  [=[    else if (g->gcstate == GCSpropagate)  /* all weak */
      linkgclist(h, g->grayagain);  /* lupine: its metatable may change until the atomic phase */
    else
      linkgclist(h, g->allweak);  /* nothing to traverse now */]=])

count_finalized("
        g->GCestimate += g->GCdebt - debt;")
replace_text(src/lgc.c
  [=[  markbeingfnz(g);  /* mark objects that will be finalized */
  propagateall(g);  /* remark, to propagate 'resurrection' */]=]
  [=[  g->GCestimate = g->GCmemtrav;
  markbeingfnz(g);  /* mark objects that will be finalized */
  propagateall(g);  /* remark, to propagate 'resurrection' */
  g->GCestimate = g->GCmemtrav - g->GCestimate;  /* lupine: what is resurrected */]=])
replace_text(src/lgc.c
  [=[      g->GCestimate = gettotalbytes(g);  /* first estimate */;]=]
  [=[      g->GCestimate = gettotalbytes(g) - g->GCestimate;  /* lupine: of what is live */]=])

# Perhaps only a weak metatable refers to the table behind __newindex, and a new key may start a
# collection.
fix(newindex-table)
replace_text(src/lvm.c
  [=[        if (slot == luaO_nilobject)  /* no previous entry? */
          slot = luaH_newkey(L, h, key);  /* create one */]=]
  [=[        if (slot == luaO_nilobject) {  /* no previous entry? */
          sethvalue2s(L, L->top, h);  /* lupine: hold the table (in EXTRA_STACK) */
          L->top++;
          slot = luaH_newkey(L, h, key);  /* create one */
          L->top--;
        }]=])

# After "pattern too complex", the iterator of gmatch no longer had a limit of depth.
fix(gmatch-depth)
replace_text(src/lstrlib.c
  [=[  ms->level = 0;
  lua_assert(ms->matchdepth == MAXCCALLS);]=]
  [=[  ms->level = 0;
  ms->matchdepth = MAXCCALLS;  /* lupine: an error may have left it anywhere */]=])

# Strings that a locale considers equal may differ in length, and one was read past its end.
fix(locale-compare)
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
check_getinfo_option()
check_files_in_lines()

if(NOT LUA_PRISTINE)
  declare_host()
  route_streams()
  route_newer_streams()
  route_collected_numbers()
  seed_each_state()
  give_random_numbers()
  keep_errors_inside("l_noret luaD_throw (lua_State *L, int errcode)"
    "other->top++" "L->top - 1" "G(L)->mainthread")
  pass_by_handlers()
  keep_main_thread()
  poll_in_libraries()
  poll_in_compiler()
  type_tables("  lua_pushstring(L, lua_typename(L, t));" "lua_typename(L, t)" "")
  poll_in_labels()
  index_ephemerons(gkey "gcvalue(gkey(n))"
    " reentry:
  white2gray(o);")

  # Saves time. A value is stored as two words, and a copy as one waits for both stores. Later
  # versions do the same.
  fix(copy-words)
  replace_text(src/lobject.h
    [=[	{ TValue *io1=(obj1); *io1 = *(obj2); \]=]
    [=[	{ TValue *io1=(obj1); const TValue *io2=(obj2); /* lupine: in two words */ \
	  io1->value_ = io2->value_; io1->tt_ = io2->tt_; \]=])
  poll_in_collection()
  lose_finalizer_errors()
  protect_steps(gcrunning oldrunning "-GCSTEPSIZE);  /* to do a \"small\" step */")
  refuse_bytecode()
  poll_in_older_loops()
  fix(poll-loops)
  replace_text(src/lvm.c
    [=[ci->u.l.savedpc += GETARG_sBx(i);  /* jump back */]=]
    [=[ci->u.l.savedpc += GETARG_sBx(i); ask(L, ci)  /* jump back */]=] 3)
  replace_text(src/lvm.c
    [=[  lua_assert(ci == L->ci);
  cl = clLvalue(ci->func);  /* local reference to function's closure */]=]
    [=[  lua_assert(ci == L->ci);
  ask(L, ci)
  cl = clLvalue(ci->func);  /* local reference to function's closure */]=])

  # 8 KiB in each of 200 nested calls are more than a Java thread has.
  fix(small-buffers)
  replace_text(src/luaconf.h
    [=[#define LUAL_BUFFERSIZE   ((int)(0x80 * sizeof(void*) * sizeof(lua_Integer)))]=]
    [=[#define LUAL_BUFFERSIZE   1024  /* lupine: was 8192 */]=])

  # Too little C stack is treated as too many nested C calls.
  fix(c-stack)
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
  check_c_stack_of_recursions()
  fix(c-stack)
  replace_text(src/lundump.c
    [=[static void LoadFunction (LoadState *S, Proto *f, TString *psource) {]=]
    [=[static void LoadFunction (LoadState *S, Proto *f, TString *psource) {
  if (lupine_low()) error(S, "too deeply nested");]=])

  # A finalizer that cannot run would be lost; it waits for the next cycle.
  fix(finalizers-wait)
  replace_text(src/lgc.c
    [=[      if (g->tobefnz && g->gckind != KGC_EMERGENCY) {]=]
    [=[      if (g->tobefnz && g->gckind != KGC_EMERGENCY && !lupine_finalizers_wait()) {]=])
  replace_text(src/lgc.c
    [=[    luaE_setdebt(g, debt);
    runafewfinalizers(L);]=]
    [=[    luaE_setdebt(g, debt);
    if (!lupine_finalizers_wait()) runafewfinalizers(L);]=])

  # A finalizer that collected while its state was closed waited for finalizers that were never
  # called.
  fix(finalizers-at-close)
  replace_text(src/lgc.c
    [=[  lua_assert(g->finobj == NULL);
  callallpendingfinalizers(L);]=]
    [=[  lua_assert(g->finobj == NULL);
  g->gcfinnum = 1;  /* lupine */
  callallpendingfinalizers(L);]=])
  repeat_nothing_at_once()
  poll_in_table_loops()

  # A refused buffer was an ordinary error, and nothing was collected before.
  fix(refused-buffers)
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
  patch_file(lupine_refused.h)
  replace_text(src/ldo.c
    [=[/*
** {==================================================================
** Stack reallocation]=]
    [=[#include "lupine_refused.h"


/*
** {==================================================================
** Stack reallocation]=])
  replace_text(src/lauxlib.c
    [=[typedef struct UBox {]=]
    [=[extern void lupine_refused (lua_State *L);

typedef struct UBox {]=])
  tell_finalizers(o "    o->next = g->finobj;  /* link it in 'finobj' list */")
endif()

write_replaced()
