/*
** Strings that Lua passes to Java again and again, and that Java knows by a number. A direct-mapped
** cache: the address of a string selects its slot. A string gets a number when it is passed for the
** third time and no other string with the same slot was passed in between. When another string
** takes the slot, the number is given up, and never assigned again. The table at RIDX_STRINGS
** refers to the strings with a number: so they are not collected, and no other string gets their
** addresses.
*/
#include "known.h"

#define LONGEST  2048
#define SIGHTS  3

/* Returns the slot of a string by its address, of which the lowest bits do not differ. */
static uint32_t slot_of (const char *bytes) {
  uintptr_t address = (uintptr_t)bytes;
  return (uint32_t)((address >> 4) ^ (address >> 9)) % STRINGS_KNOWN;
}

void known_open (lua_State *L) {
  int slot;
  lua_createtable(L, STRINGS_KNOWN, 0);
  for (slot = 1; slot <= STRINGS_KNOWN; slot++) {           /* later stores allocate nothing */
    lua_pushboolean(L, 0);
    lua_rawseti(L, -2, slot);
  }
  lua_rawseti(L, LUA_REGISTRYINDEX, RIDX_STRINGS);
}

/* Pushes the table of strings, or nothing if the registry is damaged. [-0, +(0|1), -] */
static int push_strings (lua_State *L) {
  lua_rawgeti(L, LUA_REGISTRYINDEX, RIDX_STRINGS);
  if (lua_istable(L, -1)) return 1;
  lua_pop(L, 1);
  return 0;
}

/* Gives the string at an index, which is not relative, a number. [-0, +0, -] */
static void know (State *S, lua_State *L, int index, uint32_t slot) {
  if (S->numbered == INT32_MAX / STRINGS_KNOWN - 1 || !push_strings(L)) return;
  lua_pushvalue(L, index);
  lua_rawseti(L, -2, (int)slot + 1);
  lua_pop(L, 1);
  S->strings[slot].number = ++S->numbered * STRINGS_KNOWN + (int32_t)slot;
}

int32_t known_number (State *S, lua_State *L, int index) {
  size_t length;
  const char *bytes = lua_tolstring(L, index, &length);
  uint32_t slot = slot_of(bytes);
  KnownString *known = &S->strings[slot];
  if (known->bytes == bytes && known->number != 0) return known->number;
  if (length > LONGEST) return 0;
  if (known->bytes != bytes) {
    known->bytes = bytes;
    known->sights = known->number = 0;
  }
  if (++known->sights == SIGHTS) {
    know(S, L, index, slot);
    known->sights = 0;
  }
  return known->number;
}

int known_push (State *S, lua_State *L, int32_t number) {
  uint32_t slot = (uint32_t)number % STRINGS_KNOWN;
  if (S->strings[slot].number != number || !push_strings(L)) return 0;
  lua_rawgeti(L, -1, (int)slot + 1);
  lua_remove(L, -2);
  return 1;
}
