/*
** How the API of LuaJIT enters the VM.
*/
#ifndef LUPINE_PATCH_CSTACK_H
#define LUPINE_PATCH_CSTACK_H

/* -- Check of the C stack (lupine) --------------------------------------- */

/*
** Tells the VM the limit of this thread, and returns whether it is passed. The handler of an error
** may go deeper.
*/
static LJ_AINLINE int cstack_low(lua_State *L)
{
  G(L)->cstack_limit = lupine_stack_limit;
  return lupine_low() && (L->status != LUA_ERRERR || lupine_out());
}

/* Enters the VM, or raises. */
static void vm_call(lua_State *L, TValue *base, int nres1)
{
  if (cstack_low(L)) lj_err_caller(L, LJ_ERR_CSTKOV);
  lj_vm_call(L, base, nres1);
}

/* Leaves the message of a failed protected call at o. */
static int cstack_failed(lua_State *L, TValue *o)
{
  setstrV(L, o, lj_err_str(L, LJ_ERR_CSTKOV));
  L->top = o;
  incr_top(L);
  return LUA_ERRRUN;
}

#endif
