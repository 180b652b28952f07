/*
** Chunks: compiles them, sets their globals, runs them.
*/
#include "chunk.h"

#include "refs.h"
#include "registry.h"
#include "scope.h"
#include "writer.h"

/*
** Compiles a chunk from code name mode expression at 'first'. Leaves the function in their place
** and returns 1, or returns 0 with the entry's status set if memory is short. Raises the
** compiler's message with STATUS_SYNTAX. [-4, +1, e]
*/
static int load_chunk (Entry *E, lua_State *L, int first) {
  static const char *const modes[] = { "t", "b", "bt" };
  size_t length;
  const char *code = lua_tolstring(L, first, &length);
  const char *name = lua_tostring(L, first + 1);
  int mode = (int)lua_tointeger(L, first + 2);
  int status;
  E->S->loading_bytecode = mode != 0 && length > 0 && code[0] == LUA_SIGNATURE[0];
  status = compat_load(L, code, length, name, modes[mode]);
  E->S->loading_bytecode = 0;
  if (status == LUA_ERRSYNTAX && lua_toboolean(L, first + 3)) {
    size_t whole;
    const char *expression;
    lua_pushliteral(L, "return ");
    lua_pushvalue(L, first);
    lua_concat(L, 2);             /* ... message expression */
    expression = lua_tolstring(L, -1, &whole);
    if (compat_load(L, expression, whole, name, "t") == LUA_OK) status = LUA_OK;
    else lua_pop(L, 2);           /* ... message */
  }
  lua_replace(L, first);
  lua_pushvalue(L, first);
  lua_settop(L, first);
  if (status == LUA_OK) return 1;
  E->status = status == LUA_ERRMEM ? STATUS_MEMORY : STATUS_SYNTAX;
  E->S->level_count = 0;
  return E->status == STATUS_SYNTAX ? lua_error(L) : 0;
}

/*
** Sets the environment at 'index' for the chunk at 'chunk', unless it is nil; true stands for the
** state's own globals. [-0, +0, e]
*/
static void set_chunk_environment (lua_State *L, int index, int chunk) {
  if (lua_isnil(L, index)) return;
  if (lua_isboolean(L, index)) push_registry(L, RIDX_GLOBALS);
  else lua_pushvalue(L, index);
  compat_set_environment(L, chunk);
}

/* environment|true|nil code name mode expression */
void chunk_load (Entry *E, lua_State *L) {
  if (!load_chunk(E, L, 2)) return;
  set_chunk_environment(L, 1, 2);
  writer_put(&E->W, L, 2);
}

/* environment code name mode expression args...: runs a chunk there; writes its results. */
void chunk_run_in (Entry *E, lua_State *L) {
  int i, count = lua_gettop(L);
  for (i = 2; i <= 5; i++) lua_pushvalue(L, i);
  if (!load_chunk(E, L, count + 1)) return;
  set_chunk_environment(L, 1, count + 1);
  lua_replace(L, 5);              /* ... chunk args... */
  writer_begin_results(E);
  lua_call(L, lua_gettop(L) - 5, LUA_MULTRET);
  writer_put_range(&E->W, L, 5, lua_gettop(L));
}

/* ref [code name mode expression] scope args...: runs a chunk; writes its results. */
void chunk_run (Entry *E, lua_State *L) {
  int32_t ref = (int32_t)lua_tointeger(L, 1);
  int i, count = lua_gettop(L), fresh = 0, scope = ref == 0 ? 6 : 2;
  if (ref == 0) {
    /* many arguments may follow the code, and stay below */
    for (i = 2; i <= 5; i++) lua_pushvalue(L, i);
    if (!load_chunk(E, L, count + 1)) return;
    lua_pushvalue(L, -1);
    ref = E->loaded = refs_add(E->S, L);          /* released if an error follows */
  }
  else {
    refs_push(L, ref);
    if (!lua_isfunction(L, -1)) registry_damaged(L);
  }
  writer_begin_results(E);
  if (lua_isnil(L, scope)) {
    push_registry(L, RIDX_GLOBALS);               /* ... chunk globals */
    if (compat_has_environment(L, count + 1)) lua_pop(L, 1);
    else compat_set_environment(L, count + 1);
  }
  else {
    fresh = !lua_istable(L, scope);
    if (fresh) scope_push_environment(L, E->S, (int32_t)lua_tointeger(L, scope));
    else lua_pushvalue(L, scope);                 /* ... chunk env */
    lua_pushvalue(L, -1);
    lua_replace(L, 1);            /* env ... chunk env */
    lua_pushvalue(L, -1);
    compat_set_globals(L);
    E->scoped = 1;
    if (fresh && compat_has_environment(L, count + 1)) lua_pop(L, 1);
    else compat_set_environment(L, count + 1);
  }
  lua_replace(L, scope);          /* ... chunk args... */
  lua_call(L, count - scope, LUA_MULTRET);
  writer_begin_results(E);
  writer_put_integer(&E->W, L, ref);
  if (fresh && scope_holds_functions(L, 1)) writer_put(&E->W, L, 1);
  else writer_put_nil(&E->W, L);
  writer_put_range(&E->W, L, scope, lua_gettop(L));
}

