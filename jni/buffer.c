/*
** The elements of Java's buffers. Those that Java has made for Lua are read and written in memory,
** which is there as long as the userdata is.
*/
#include "buffer.h"

#include "codec.h"
#include "core.h"
#include "object.h"
#include "upcall.h"

/* Asks Java once where the elements are; returns whether it has told. [-0, +0, e] */
static int is_in_memory (lua_State *L, Buffer *buffer) {
  if (!buffer->known) {
    int top = lua_gettop(L);
    int count = upcall_call(L, UP_MEMORY, buffer->object.handle, 0, 1, 0);
    buffer->known = 1;
    if (count == 4) {
      buffer->length = (int64_t)lua_tonumber(L, top + 2);
      buffer->type = (int8_t)lua_tointeger(L, top + 3);
      buffer->first = (int32_t)lua_tointeger(L, top + 4);
      buffer->elements = (char *)(uintptr_t)lua_tonumber(L, top + 1);
    }
    lua_settop(L, top);
  }
  return buffer->elements != NULL;
}

/* Returns the size of each element. */
static size_t size_of (const Buffer *buffer) {
  static const uint8_t sizes[] = { 1, 2, 4, 8, 4, 8 };
  return sizes[buffer->type];
}

/* Returns the element at an index, NULL if there is none. */
static char *element_at (const Buffer *buffer, int64_t index) {
  uint64_t place = (uint64_t)index - (uint64_t)buffer->first;
  return place < (uint64_t)buffer->length ? buffer->elements + place * size_of(buffer) : NULL;
}

int buffer_get (lua_State *L, Buffer *buffer) {
  int64_t index;
  const char *element;
  if (!is_in_memory(L, buffer)) return -1;
  if (!compat_to_long(L, 2, &index) || (element = element_at(buffer, index)) == NULL) {
    lua_pushnil(L);
    return 1;
  }
  switch (buffer->type) {
    case ELEMENT_BYTE: compat_push_long(L, *(const int8_t *)element); break;
    case ELEMENT_SHORT: compat_push_long(L, *(const int16_t *)(const void *)element); break;
    case ELEMENT_INT: compat_push_long(L, *(const int32_t *)(const void *)element); break;
    case ELEMENT_LONG: compat_push_long(L, *(const int64_t *)(const void *)element); break;
    case ELEMENT_FLOAT: lua_pushnumber(L, *(const float *)(const void *)element); break;
    default: lua_pushnumber(L, *(const double *)(const void *)element);
  }
  return 1;
}

/* Stores the number at 3; returns whether the element can hold it. */
static int store (lua_State *L, int type, void *element) {
  int64_t whole;
  if (lua_type(L, 3) != LUA_TNUMBER) return 0;
  if (type == ELEMENT_DOUBLE) *(double *)element = (double)lua_tonumber(L, 3);
  else if (type == ELEMENT_FLOAT) *(float *)element = (float)lua_tonumber(L, 3);
  else if (!compat_to_long(L, 3, &whole)) return 0;
  else if (type == ELEMENT_LONG) *(int64_t *)element = whole;
  else if (type == ELEMENT_INT && whole == (int32_t)whole) *(int32_t *)element = (int32_t)whole;
  else if (type == ELEMENT_SHORT && whole == (int16_t)whole) *(int16_t *)element = (int16_t)whole;
  else if (type == ELEMENT_BYTE && whole == (int8_t)whole) *(int8_t *)element = (int8_t)whole;
  else return 0;
  return 1;
}

int buffer_set (lua_State *L, Buffer *buffer) {
  int64_t index;
  char *element;
  if (!is_in_memory(L, buffer)) return -1;
  if (!compat_to_long(L, 2, &index) || (element = element_at(buffer, index)) == NULL
      || !store(L, buffer->type, element))
    return -1;                    /* Java says what is wrong */
  return 0;
}

#if CORE_HAS_FFI

/*
** Takes the buffer at 1; returns the address that index 0 would have, first and last index, and
** type, or nothing if Java is to be called for each element.
*/
static int tell_memory (lua_State *L) {
  Buffer *buffer = (Buffer *)(void *)object_test(state_current, L, 1);
  if (buffer == NULL || !(buffer->object.traits & TRAIT_BUFFER) || !is_in_memory(L, buffer))
    return 0;
  lua_pushnumber(L, (lua_Number)((uintptr_t)buffer->elements
                                 - (uintptr_t)buffer->first * size_of(buffer)));
  lua_pushinteger(L, buffer->first);
  lua_pushnumber(L, (lua_Number)(buffer->first + buffer->length - 1));
  lua_pushinteger(L, buffer->type);
  return 4;
}

/*
** The functions for __index and __newindex. Compiled code would be left for a C function, but
** inlines these. They access what is within the bounds and fits the type; all else they leave to
** the functions in C. The tables have weak keys.
*/
static const char accessors[] =
    "local index, newindex, memory, cast, type, pointers, lasts, types = ...\n"
    "local first = 1\n"
    "local ctypes = {[0] = 'int8_t *', 'int16_t *', 'int32_t *', false, 'float *', 'double *'}\n"
    "local lows = {[0] = -128, -32768, -2147483648}\n"
    "local highs = {[0] = 127, 32767, 2147483647}\n"
    "local function open(b)\n"
    "  local address, from, to, kind = memory(b)\n"
    "  local p = address and ctypes[kind] and cast(ctypes[kind], address) or false\n"
    "  if p then first, lasts[b], types[b] = from, to, kind end\n"
    "  pointers[b] = p\n"
    "  return p\n"
    "end\n"
    "return function(b, i)\n"
    "  if type(i) == 'number' then\n"
    "    local p = pointers[b]\n"
    "    if p == nil then p = open(b) end\n"
    "    if p and i >= first and i <= lasts[b] and i % 1 == 0 then return p[i] end\n"
    "  end\n"
    "  return index(b, i)\n"
    "end, function(b, i, x)\n"
    "  if type(i) == 'number' and type(x) == 'number' then\n"
    "    local p = pointers[b]\n"
    "    if p == nil then p = open(b) end\n"
    "    if p and i >= first and i <= lasts[b] and i % 1 == 0 then\n"
    "      local kind = types[b]\n"
    "      if kind > 3 or x % 1 == 0 and x >= lows[kind] and x <= highs[kind] then\n"
    "        p[i] = x\n"
    "        return\n"
    "      end\n"
    "    end\n"
    "  end\n"
    "  return newindex(b, i, x)\n"
    "end\n";

/* The upvalue is the library. */
static int loaded_ffi (lua_State *L) {
  lua_pushvalue(L, lua_upvalueindex(1));
  return 1;
}

/*
** Pushes the library "ffi", or nil if a script has it and hides it. It can be opened only once, so
** that scripts which may require it get the same one from then on. [-0, +1, m]
*/
static void push_ffi (lua_State *L) {
  if (compat_rawgeti(L, LUA_REGISTRYINDEX, RIDX_FFI) != LUA_TNIL) return;
  lua_getfield(L, LUA_REGISTRYINDEX, "_LOADED");
  if (core_has_opened_ffi(L)) lua_getfield(L, -1, "ffi");     /* nil loaded ffi|nil */
  else {
    lua_pushcfunction(L, luaopen_ffi);
    lua_call(L, 0, 1);                            /* nil loaded ffi */
    lua_pushnil(L);
    lua_setfield(L, -3, "ffi");
    lua_getfield(L, LUA_REGISTRYINDEX, "_PRELOAD");
    lua_getfield(L, -1, "ffi");                   /* nil loaded ffi preload old */
    if (lua_tocfunction(L, -1) == luaopen_ffi) {
      lua_pushvalue(L, -3);
      lua_pushcclosure(L, loaded_ffi, 1);
      lua_setfield(L, -3, "ffi");
    }
    lua_pop(L, 2);
  }
  lua_pushvalue(L, -1);
  lua_rawseti(L, LUA_REGISTRYINDEX, RIDX_FFI);
  lua_replace(L, -3);
  lua_pop(L, 1);                                  /* ffi|nil */
}

static void push_weak_keyed (lua_State *L) {
  lua_newtable(L);
  lua_newtable(L);
  lua_pushliteral(L, "k");
  lua_setfield(L, -2, "__mode");
  lua_setmetatable(L, -2);
}

void buffer_wrap (lua_State *L) {
  int i, top = lua_gettop(L) - 2;                 /* index newindex */
  push_ffi(L);
  if (!lua_istable(L, -1)) {
    lua_pop(L, 1);
    return;
  }
  compat_load_own(L, accessors);
  lua_insert(L, top + 1);                         /* accessors index newindex ffi */
  lua_pushcfunction(L, tell_memory);
  lua_getfield(L, -2, "cast");
  lua_remove(L, -3);                              /* accessors index newindex memory cast */
  lua_rawgeti(L, LUA_REGISTRYINDEX, RIDX_TYPE);
  for (i = 0; i < 3; i++) push_weak_keyed(L);
  lua_call(L, 8, 2);
}

void buffer_open (lua_State *L) {
  lua_getglobal(L, "type");
  lua_rawseti(L, LUA_REGISTRYINDEX, RIDX_TYPE);
}

#else

void buffer_wrap (lua_State *L) {
  (void)L;
}

void buffer_open (lua_State *L) {
  (void)L;
}

#endif
