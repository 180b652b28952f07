# cmake -P cmake/FetchSources.cmake [flavour...]: fills the cache, so that a later build needs no
# network.

cmake_minimum_required(VERSION 3.22)
include("${CMAKE_CURRENT_LIST_DIR}/LuaSources.cmake")

set(LUA_SOURCE_CACHE "$ENV{LUA_SOURCE_CACHE}")
if(NOT LUA_SOURCE_CACHE)
  get_filename_component(LUA_SOURCE_CACHE "${CMAKE_CURRENT_LIST_DIR}/../.cache/lua" ABSOLUTE)
endif()
set(flavours "")
set(index 0)
while(index LESS CMAKE_ARGC)
  if(CMAKE_ARGV${index} STREQUAL "-P")
    set(script_at ${index})
  elseif(DEFINED script_at AND index GREATER script_at)
    list(APPEND flavours "${CMAKE_ARGV${index}}")
  endif()
  math(EXPR index "${index} + 1")
endwhile()
list(POP_FRONT flavours)   # this script
if(NOT flavours)
  set(flavours lua51 lua52 lua53 lua54 lua55 luajit)
endif()
foreach(flavour IN LISTS flavours)
  lua_find_archive(${flavour})
  message(STATUS "${flavour}: ${lua_archive}")
endforeach()
