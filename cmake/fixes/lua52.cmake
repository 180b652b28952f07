# Lua 5.2.4
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
      linktable(h, &g->allweak);  /* nothing to traverse now */]=]
  [=[    else if (g->gcstate == GCSpropagate)  /* all weak */
      linktable(h, &g->grayagain);  /* lupine: its metatable may change until the atomic phase */
    else
      linktable(h, &g->allweak);  /* nothing to traverse now */]=])

# A dead key stayed in an entry that was already empty, and was compared with later.
fix(dead-keys)
replace_text(src/lgc.c
  [=[      if (!ttisnil(gval(n)) && (iscleared(g, gkey(n)))) {
        setnilvalue(gval(n));  /* remove value ... */
        removeentry(n);  /* and remove entry from table */
      }]=]
  [=[      if (!ttisnil(gval(n)) && (iscleared(g, gkey(n))))
        setnilvalue(gval(n));  /* remove value ... */
      if (ttisnil(gval(n)))
        removeentry(n);  /* lupine: ... and every empty entry */]=])

# Perhaps only a weak metatable refers to the table behind __newindex, and a new key may start a
# collection.
fix(newindex-table)
replace_text(src/lvm.c
  [=[         (oldval = luaH_newkey(L, h, key), 1)))) {]=]
  [=[         (oldval = new_entry(L, h, key), 1)))) {]=])
patch_file(lupine_entry.h)
replace_text(src/lvm.c
  [=[void luaV_settable (lua_State *L, const TValue *t, TValue *key, StkId val) {]=]
  [=[#include "lupine_entry.h"


void luaV_settable (lua_State *L, const TValue *t, TValue *key, StkId val) {]=])

drop_values_of_for(explist)
limit_bracket_level(lexerror)
compare_by_locale()

# debug.getlocal(1, -2^31) read far outside the stack.
fix(getlocal-range)
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
check_getinfo_option()
check_files_in_newer_reads()
check_files_in_fgets()
check_open_before("    size_t nr = fread(p, sizeof(char), rlen, f);")

if(NOT LUA_PRISTINE)
  declare_host()
  route_streams()
  route_newer_streams()
  route_scanned_numbers()
  seed_each_state()
  give_random_numbers()
  keep_errors_inside("l_noret luaD_throw (lua_State *L, int errcode)"
    "other->top++" "L->top - 1" "G(L)->mainthread")
  pass_by_handlers()
  poll_in_libraries()
  poll_in_compiler()
  type_tables("  luaL_checkany(L, 1);
  lua_pushstring(L, luaL_typename(L, 1));" "luaL_typename(L, 1)" "  luaL_checkany(L, 1);
")
  poll_in_labels()
  index_ephemerons(gkey "gcvalue(gkey(n))"
    "static void reallymarkobject (global_State *g, GCObject *o) {
  lu_mem size;")
  poll_in_collection()
  lose_finalizer_errors()
  refuse_bytecode()
  poll_in_older_loops()
  fix(poll-loops)
  replace_text(src/lvm.c
    [=[ci->u.l.savedpc += GETARG_sBx(i);  /* jump back */]=]
    [=[ci->u.l.savedpc += GETARG_sBx(i); ask(L, ci)  /* jump back */]=] 2)
  replace_text(src/lvm.c
    [=[  lua_assert(ci == L->ci);
  cl = clLvalue(ci->func);]=]
    [=[  lua_assert(ci == L->ci);
  ask(L, ci)
  cl = clLvalue(ci->func);]=])
  shrink_buffers()
  check_c_stack_of_calls()
  fix(c-stack)
  replace_text(src/ldo.c
    [=[  if (nCcalls >= LUAI_MAXCCALLS)
    resume_error(L, "C stack overflow", firstArg);]=]
    [=[  if (nCcalls >= LUAI_MAXCCALLS || lupine_low())
    resume_error(L, "C stack overflow", firstArg);]=])

  # The main lua_State looks like a new coroutine while nothing runs on it. What is on its stack then
  # is the host's.
  fix(main-thread)
  replace_text(src/ldo.c
    [=[  luai_userstateresume(L, nargs);
  L->nCcalls = (from) ? from->nCcalls + 1 : 1;]=]
    [=[  if (L->status == LUA_OK && lupine_entered(L)) {  /* and its values are the host's */
    L->top -= nargs;
    setsvalue2s(L, L->top, luaS_new(L, "cannot resume non-suspended coroutine"));
    api_incr_top(L);
    lua_unlock(L);
    return LUA_ERRRUN;
  }
  luai_userstateresume(L, nargs);
  L->nCcalls = (from) ? from->nCcalls + 1 : 1;]=])
  check_c_stack_of_recursions()
  fix(c-stack)
  replace_text(src/lundump.c
    [=[static void LoadFunction(LoadState* S, Proto* f)
{]=]
    [=[static void LoadFunction(LoadState* S, Proto* f)
{
 if (lupine_low()) error(S,"too deeply nested");]=])

  # A finalizer that cannot run would be lost; it waits for a later step.
  fix(finalizers-wait)
  replace_text(src/lgc.c
    [=[  for (i = 0; g->tobefnz && (i < GCFINALIZENUM || g->gcstate == GCSpause); i++)]=]
    [=[  if (lupine_finalizers_wait()) return;
  for (i = 0; g->tobefnz && (i < GCFINALIZENUM || g->gcstate == GCSpause); i++)]=])
  repeat_nothing_at_once()
  poll_in_older_table_loops()
  tell_finalizers(ho "    ho->next = g->finobj;  /* link it in list 'finobj' */")
endif()

write_replaced()
