# Fixes of several flavours from PUC-Rio, but not of all.

# Strings that a locale considers equal may differ in length, and one was read past its end.
function(compare_by_locale)   # 5.1 and 5.2
  fix(locale-compare)
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
endfunction()

# With more than three expressions after "in", the body's locals read registers that were not set.
# 'expressions': the function of the parser that reads them.
function(drop_values_of_for expressions)   # 5.1 and 5.2
  fix(generic-for-registers)
  replace_text(src/lparser.c
    "  adjust_assign(ls, 3, ${expressions}(ls, &e), &e);"
    "  adjust_assign(ls, 3, ${expressions}(ls, &e), &e);
  fs->freereg = base + 3;  /* lupine: drop what is more than three */")
endfunction()

# The level of a long bracket overflowed at 2^31 signs, and the lexer read elsewhere
# (CVE-2025-46819). 'raise': the function of the lexer that raises an error.
function(limit_bracket_level raise)   # 5.1 and 5.2
  fix(bracket-level)
  replace_text(src/llex.c
    [=[    save_and_next(ls);
    count++;
  }
  return (ls->current == s) ? count : (-count) - 1;]=]
    "    save_and_next(ls);
    if (++count > MAX_INT/4)  /* lupine: 2*(2 + count) stays an int */
      ${raise}(ls, \"long bracket has too many levels\", 0);
  }
  return (ls->current == s) ? count : (-count) - 1;")
endfunction()

# 8 KiB in each of 200 nested calls are more than a Java thread has.
function(shrink_buffers)   # 5.1 and 5.2
  fix(small-buffers)
  replace_text(src/luaconf.h
    [=[#define LUAL_BUFFERSIZE		BUFSIZ]=]
    [=[#define LUAL_BUFFERSIZE		1024  /* lupine: was BUFSIZ */]=])
endfunction()

# Too little C stack is treated as too many nested C calls.
function(check_c_stack_of_calls)   # 5.1 and 5.2
  fix(c-stack)
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
endfunction()

# The length that a table reports may be a lie.
function(poll_in_older_table_loops)   # 5.1 and 5.2
  fix(table-lengths)
  replace_text(src/ltablib.c
    [=[lua_rawgeti(L, 1, i-1);]=]
    [=[lupine_poll(L); lua_rawgeti(L, 1, i-1);]=])
  replace_text(src/ltablib.c
    [=[lua_rawgeti(L, 1, pos+1);]=]
    [=[lupine_poll(L); lua_rawgeti(L, 1, pos+1);]=])
endfunction()

# With the option '>', any value on the stack was taken for a function.
function(check_getinfo_option)   # 5.2 and 5.3
  fix(getinfo-option)
  replace_text(src/ldblib.c
  [=[  const char *options = luaL_optstring(L, arg+2, "flnStu");]=]
  [=[  const char *options = luaL_optstring(L, arg+2, "flnStu");
  luaL_argcheck(L, *options != '>', arg+2, "invalid option");  /* lupine: as in 5.4 */]=])
endfunction()

# A full collection polls between its steps, unless an allocation waits for it. It may end before its
# cycle has set the estimate, by which the pause divides: it is set here, too.
function(poll_in_collection)   # 5.2 and 5.3
  fix(poll-collection)
  replace_text(src/lgc.c
    [=[  while (!testbit(statesmask, g->gcstate))
    singlestep(L);]=]
    [=[  while (!testbit(statesmask, g->gcstate)) {
    if (g->gckind == KGC_NORMAL && lupine_wanted()) {
      g->GCestimate = gettotalbytes(g);
      lupine_poll(L);
    }
    singlestep(L);
  }]=])
endfunction()

# An error of a finalizer came out of the code that ran when a step of the collector was due, maybe
# another script or the compiler. As in later versions, it is lost. A script's own collectgarbage
# raises it, as the manuals of 5.1 to 5.3 say.
function(name_collector)   # 5.1, 5.2 and 5.3
  fix(finalizer-errors)
  replace_text(src/lbaselib.c
    [=[static int luaB_type (lua_State *L) {]=]
    [=[/* lupine: what a script collects with */
lua_CFunction const lupine_collector = luaB_collectgarbage;


static int luaB_type (lua_State *L) {]=])
endfunction()

# Lua 5.2 and 5.3: the collector knows whether a step was due or a script asked for one.
function(lose_finalizer_errors)   # 5.2 and 5.3
  name_collector()
  replace_text(src/lgc.c
    [=[static void GCTM (lua_State *L, int propagateerrors) {]=]
    [=[extern lua_CFunction const lupine_collector;

static void GCTM (lua_State *L, int propagateerrors) {]=])
  replace_text(src/lgc.c
    [=[    if (status != LUA_OK && propagateerrors) {  /* error while running __gc? */]=]
    [=[    if (status != LUA_OK
        && !(propagateerrors
             && (lupine_fatal()
                 || (ttislcf(L->ci->func) && fvalue(L->ci->func) == lupine_collector))))
      L->top--;  /* lupine */
    else if (status != LUA_OK && propagateerrors) {  /* error while running __gc? */]=])
endfunction()

# Malformed bytecode can damage memory.
function(refuse_bytecode)   # 5.2, 5.3, 5.4
  fix(text-only)
  replace_text(src/ldo.c
    [=[    checkmode(L, p->mode, "binary");]=]
    [=[    checkmode(L, lupine_text_only() ? "t" : p->mode, "binary");]=])
endfunction()

# Loops and calls poll. An error there reports the line of the next instruction.
function(poll_in_older_loops)   # 5.2 and 5.3
  fix(poll-loops)
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
endfunction()

# Too little C stack is treated as too many nested C calls.
function(check_c_stack_of_recursions)   # 5.2 and 5.3
  fix(c-stack)
  replace_text(src/lparser.c
    [=[  ++L->nCcalls;
  checklimit(ls->fs, L->nCcalls, LUAI_MAXCCALLS, "C levels");]=]
    [=[  ++L->nCcalls;
  if (lupine_low()) luaX_syntaxerror(ls, "C stack overflow");
  checklimit(ls->fs, L->nCcalls, LUAI_MAXCCALLS, "C levels");]=])
  replace_text(src/lstrlib.c
    [=[  if (ms->matchdepth-- == 0)]=]
    [=[  if (lupine_low()) luaL_error(ms->L, "C stack overflow");
  lupine_poll(ms->L);
  if (ms->matchdepth-- == 0)]=])
endfunction()

# To repeat the empty string many times took as long as any other.
function(repeat_nothing_at_once)   # 5.2 and 5.3
  fix(repeat-nothing)
  replace_text(src/lstrlib.c
    [=[  if (n <= 0) lua_pushliteral(L, "");]=]
    [=[  if (n <= 0 || l + lsep == 0)  /* lupine: or nothing to repeat */
    lua_pushliteral(L, "");]=])
endfunction()

# The length that a table reports may be a lie.
function(poll_in_table_loops)   # 5.3, 5.4, 5.5
  fix(table-lengths)
  replace_text(src/ltablib.c
    [=[lua_geti(L, 1, i - 1);]=]
    [=[lupine_poll(L); lua_geti(L, 1, i - 1);]=])
  replace_text(src/ltablib.c
    [=[lua_geti(L, 1, pos + 1);]=]
    [=[lupine_poll(L); lua_geti(L, 1, pos + 1);]=])
  replace_text(src/ltablib.c
    [=[lua_geti(L, 1, f + i);]=]
    [=[lupine_poll(L); lua_geti(L, 1, f + i);]=] 2)
endfunction()

# Loops and calls poll.
function(poll_in_loops)   # 5.4 and 5.5
  fix(poll-loops)
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
endfunction()

# Too little C stack is treated as too many nested C calls.
function(check_c_stack)   # 5.4 and 5.5
  fix(c-stack)
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
  replace_text(src/lstrlib.c
    [=[  if (l_unlikely(ms->matchdepth-- == 0))]=]
    [=[  if (lupine_low()) luaL_error(ms->L, "C stack overflow");
  lupine_poll(ms->L);
  if (l_unlikely(ms->matchdepth-- == 0))]=])
endfunction()

# A finalizer that cannot run would be lost; it waits for the next cycle.
function(delay_finalizers)   # 5.4 and 5.5
  fix(finalizers-wait)
  replace_text(src/ldo.c
    [=[  if (getCcalls(L) >= LUAI_MAXCCALLS - 2)
    return 0;  /* not enough C-stack slots */]=]
    [=[  if (getCcalls(L) >= LUAI_MAXCCALLS - 2 || lupine_finalizers_wait())
    return 0;  /* not enough C-stack slots */]=])
endfunction()

# A stop in a finalizer took effect only where the script polled next.
function(raise_out_of_finalizers)   # 5.4 and 5.5
  fix(fatal-finalizers)
  replace_text(src/lgc.c
    [=[      luaE_warnerror(L, "__gc");]=]
    [=[      if (lupine_fatal() && !(g->gcstp & GCSTPCLS))
        luaD_throw(L, status);  /* lupine */
      luaE_warnerror(L, "__gc");]=])
endfunction()

# An error out of a step that a script or the host asked for left a collector running that was
# stopped before. Only a stop or a finalizer raises one.
function(keep_collector_stopped field)   # 5.3, 5.4 and 5.5
  fix(stopped-collector)
  patch_file(lupine_step.h)
  replace_text(src/lapi.c
    [=[LUA_API int lua_gc (lua_State *L, int what, ]=]
    "#define lupine_running ${field}
#include \"lupine_step.h\"


LUA_API int lua_gc (lua_State *L, int what, ")
endfunction()

# The steps that lua_gc makes.
function(protect_steps field saved basic)   # 5.3 and 5.4
  keep_collector_stopped(${field})
  replace_text(src/lapi.c
    "        luaE_setdebt(g, ${basic}
        luaC_step(L);"
    "        luaE_setdebt(g, ${basic}
        protected_step(L, ${saved});")
  replace_text(src/lapi.c
    "        luaC_checkGC(L);
      }
      g->${field} = ${saved};"
    "        if (g->GCdebt > 0) protected_step(L, ${saved});
      }
      g->${field} = ${saved};")
endfunction()

# Every second free record of a call was freed. So the records came to be scattered over memory,
# and each stack overflow, which visits all of them, took longer than the one before.
function(free_records_of_calls)   # 5.4 and 5.5
  fix(call-records)
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
endfunction()

# The main lua_State looks like a new coroutine while nothing runs on it. What is on its stack then
# is the host's.
function(keep_main_thread)   # 5.3 and later
  fix(main-thread)
  replace_text(src/ldo.c
    [=[    if (L->ci != &L->base_ci)  /* not in base level? */]=]
    [=[    if (L->ci != &L->base_ci || lupine_entered(L))  /* not in base level? */]=])
endfunction()

# Objects whose finalizers were due counted as live, so the next cycle began later and later: memory
# grew without end where most objects have finalizers. 5.2 did not count them. The rest of this fix is
# in the file of each version. Here, what a new object with a finalizer made the collector free outside
# of its steps delayed the next step by as many bytes.
# usage: count_finalized(<code that counts them elsewhere>)
function(count_finalized count)   # 5.3 to 5.5
  fix(finalized-estimate)
  replace_text(src/lgc.c
    [=[      if (g->sweepgc == &o->next)  /* should not remove 'sweepgc' object */
        g->sweepgc = sweeptolive(L, g->sweepgc);  /* change 'sweepgc' */]=]
    "      if (g->sweepgc == &o->next) {  /* should not remove 'sweepgc' object */
        l_mem debt = g->GCdebt;  /* lupine */
        g->sweepgc = sweeptolive(L, g->sweepgc);  /* change 'sweepgc' */${count}
        luaE_setdebt(g, debt);
      }")
endfunction()

# The host is told when a table gets a finalizer, which may run at any later time.
# usage: tell_finalizers(<object> <find>): <find> comes after the object was found to have one
function(tell_finalizers object find)   # 5.2 to 5.5
  fix(finalizers-told)
  replace_text(src/lgc.c "${find}" "    if (${object}->tt == LUA_TTABLE) lupine_finalizer();
${find}")
endfunction()

# The random numbers were those of the C library, which has one generator for the whole process.
function(give_random_numbers)   # 5.1, 5.2 and 5.3
  fix(random-numbers)
  patch_file(lupine_random.h)
  replace_text(src/lmathlib.c
    [=[#include "lualib.h"
]=]
    [=[#include "lualib.h"

#include "lupine_random.h"  /* lupine */
]=])
  replace_text(src/lmathlib.c
    [=[  lua_pushnumber(L, PI);]=]
    [=[  random_open(L, math_random, math_randomseed);  /* lupine */
  lua_pushnumber(L, PI);]=])
endfunction()
