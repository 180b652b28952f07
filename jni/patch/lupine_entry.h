/*
** Tables behind __newindex in 5.2.
*/
#ifndef LUPINE_PATCH_ENTRY_H
#define LUPINE_PATCH_ENTRY_H

/* lupine: a new entry of a table, which is on the stack meanwhile (in EXTRA_STACK) */
static TValue *new_entry (lua_State *L, Table *h, const TValue *key) {
  TValue *entry;
  sethvalue2s(L, L->top, h);
  L->top++;
  entry = luaH_newkey(L, h, key);
  L->top--;
  return entry;
}

#endif
