/*
** The elements of Java's buffers. The memory of buffers that Java has made for Lua is accessed
** directly; it exists as long as the userdata.
*/
#include "buffer.h"

#include <math.h>

#include "codec.h"
#include "core.h"
#include "object.h"
#include "registry.h"
#include "upcall.h"

/* Asks Java, once, where the elements are; returns whether they are in memory. [-0, +0, e] */
static int is_in_memory (lua_State *L, Buffer *buffer) {
  if (!buffer->known) {
    int top = lua_gettop(L);
    int count = upcall_call(L, UP_MEMORY, buffer->object.handle, 0, 1, 0);
    if (buffer->object.magic != state_current->magic)
      luaL_error(L, "buffer was collected");      /* by another thread, with 'debug' */
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
  double number = (double)lua_tonumber(L, 3);
  if (lua_type(L, 3) != LUA_TNUMBER) return 0;
  if (type == ELEMENT_DOUBLE) *(double *)element = number;
  else if (type == ELEMENT_FLOAT) {
    if (isinf((float)number) && !isinf(number)) return 0;
    *(float *)element = (float)number;
  }
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

#if CORE_HAS_POINTERS

/* The upvalues of tell_memory: tables by buffer. */
enum MemoryUpvalue {
  MEMORY_POINTERS = 1,            /* that in the registry */
  MEMORY_LASTS,
  MEMORY_TYPES
};

/* Stores the value on the top for the buffer at 1 in an upvalue. [-1, +0, m] */
static void store_for_buffer (lua_State *L, int table) {
  lua_pushvalue(L, 1);
  lua_insert(L, -2);
  lua_rawset(L, lua_upvalueindex(table));
}

/*
** Takes the buffer at 1; stores a pointer to where index 0 would be, the last index and the type,
** and returns the first index. If Java is to be called for each element, stores false, and returns
** nothing. Hooks and the like can hand this function to scripts, so it returns no pointer.
*/
static int tell_memory (lua_State *L) {
  Buffer *buffer = (Buffer *)(void *)object_test(state_current, L, 1);
  lua_settop(L, 1);
  if (buffer == NULL || !(buffer->object.traits & TRAIT_BUFFER)) return 0;
  if (!is_in_memory(L, buffer) || buffer->type == ELEMENT_LONG) {
    lua_pushboolean(L, 0);
    store_for_buffer(L, MEMORY_POINTERS);
    return 0;
  }
  lua_pushnumber(L, (lua_Number)(buffer->first + buffer->length - 1));
  store_for_buffer(L, MEMORY_LASTS);
  lua_pushinteger(L, buffer->type);
  store_for_buffer(L, MEMORY_TYPES);
  core_push_pointer(L, buffer->type,
                    (uintptr_t)buffer->elements - (uintptr_t)buffer->first * size_of(buffer));
  store_for_buffer(L, MEMORY_POINTERS);
  lua_pushinteger(L, buffer->first);
  return 1;
}

/*
** The functions for __index and __newindex. Compiled code would be left for a C function, but
** inlines these. They access what is within the bounds and fits the type; all else they leave to
** the functions in C. 'pointers' is the table in the registry.
*/
static const char accessors[] =
    "local index, newindex, memory, type, pointers, lasts, types = ...\n"
    "local first = 1\n"
    "local lows = {[0] = -128, -32768, -2147483648, 0, -3.4028234663852886e38, -1 / 0}\n"
    "local highs = {[0] = 127, 32767, 2147483647, 0, 3.4028234663852886e38, 1 / 0}\n"
    "local function open(b)\n"
    "  first = memory(b) or first\n"
    "end\n"
    "return function(b, i)\n"
    "  if type(i) == 'number' then\n"
    "    local p = pointers[b]\n"
    "    if p == nil then open(b) p = pointers[b] end\n"
    "    if p and i >= first and i <= lasts[b] and i % 1 == 0 then return p[i] end\n"
    "  end\n"
    "  return index(b, i)\n"
    "end, function(b, i, x)\n"
    "  if type(i) == 'number' and type(x) == 'number' then\n"
    "    local p = pointers[b]\n"
    "    if p == nil then open(b) p = pointers[b] end\n"
    "    if p and i >= first and i <= lasts[b] and i % 1 == 0 then\n"
    "      local kind = types[b]\n"
    "      if x >= lows[kind] and x <= highs[kind] and (kind > 3 or x % 1 == 0) then\n"
    "        p[i] = x\n"
    "        return\n"
    "      end\n"
    "    end\n"
    "  end\n"
    "  return newindex(b, i, x)\n"
    "end\n";

/* Pushes the pointers of all buffers that Lua has accessed. [-0, +1, m] */
static void push_pointers (lua_State *L) {
  if (compat_rawgeti(L, LUA_REGISTRYINDEX, RIDX_POINTERS) == LUA_TTABLE) return;
  lua_pop(L, 1);
  push_weak_table(L, "k");
  lua_pushvalue(L, -1);
  lua_rawseti(L, LUA_REGISTRYINDEX, RIDX_POINTERS);
}

void buffer_wrap (lua_State *L) {
  int i, top = lua_gettop(L) - 2;                 /* index newindex */
  compat_load_isolated(L, accessors);
  lua_insert(L, top + 1);                         /* accessors index newindex */
  push_pointers(L);
  for (i = 0; i < 2; i++) push_weak_table(L, "k");          /* pointers lasts types */
  for (i = 0; i < 3; i++) lua_pushvalue(L, top + 4 + i);
  lua_pushcclosure(L, tell_memory, 3);
  lua_insert(L, top + 4);
  lua_rawgeti(L, LUA_REGISTRYINDEX, RIDX_TYPE);
  lua_insert(L, top + 5);         /* accessors index newindex memory type pointers lasts types */
  lua_call(L, 7, 2);
}

/*
** Called by the finalizer, since a script may find the userdata afterwards: tables with weak keys
** hold it until the next cycle. Allocates nothing.
*/
void buffer_forget (lua_State *L, int index) {
  if (compat_rawgeti(L, LUA_REGISTRYINDEX, RIDX_POINTERS) == LUA_TTABLE) {
    lua_pushvalue(L, index);
    lua_rawget(L, -2);
    if (!lua_isnil(L, -1)) {
      lua_pushvalue(L, index);
      lua_pushboolean(L, 0);
      lua_rawset(L, -4);          /* the key exists */
    }
    lua_pop(L, 1);
  }
  lua_pop(L, 1);
}

void buffer_open (lua_State *L) {
  lua_getglobal(L, "type");
  lua_rawseti(L, LUA_REGISTRYINDEX, RIDX_TYPE);
}

#else

void buffer_wrap (lua_State *L) {
  (void)L;
}

void buffer_forget (lua_State *L, int index) {
  (void)L; (void)index;
}

void buffer_open (lua_State *L) {
  (void)L;
}

#endif
