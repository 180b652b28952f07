/*
** The library "ffi" of LuaJIT, where scripts may not have it.
*/
#ifndef LUPINE_PATCH_FFI_H
#define LUPINE_PATCH_FFI_H

/* lupine: The key of the library in the registry. */
static const char ffi_key = 0;

/* lupine: Returns whether scripts can get the library. They can remove it, but cannot forge it. */
int lupine_has_ffi(lua_State *L)
{
  static const char *const tables[] = { "_PRELOAD", "_LOADED" };
  int i, top = lua_gettop(L), has = 0;
  for (i = 0; i < 2 && !has; i++) {
    lua_getfield(L, LUA_REGISTRYINDEX, tables[i]);
    if (!lua_istable(L, -1)) continue;
    lua_pushliteral(L, LUA_FFILIBNAME);
    lua_rawget(L, -2);
    lua_pushlightuserdata(L, (void *)&ffi_key);
    lua_rawget(L, LUA_REGISTRYINDEX);
    has = lua_tocfunction(L, -2) == luaopen_ffi
       || (lua_istable(L, -1) && lua_rawequal(L, -1, -2));
  }
  lua_settop(L, top);
  return has;
}

/* lupine: Pushes a pointer to a number of a type of bridge.h. Calls nothing that a hook sees. */
void lupine_push_pointer(lua_State *L, int type, uintptr_t address)
{
  static const CTypeID types[] = { CTID_INT8, CTID_INT16, CTID_INT32, CTID_INT64, CTID_FLOAT,
				   CTID_DOUBLE };
  CTState *cts;
  GCcdata *pointer;
  ctype_loadffi(L);
  cts = ctype_cts(L);
  pointer = lj_cdata_new(cts, lj_ctype_intern(cts, CTINFO(CT_PTR, CTALIGN_PTR|types[type]),
					      CTSIZE_PTR), CTSIZE_PTR);
  *(uintptr_t *)cdataptr(pointer) = address;
  setcdataV(L, L->top, pointer);
  L->top++;
}

#endif
