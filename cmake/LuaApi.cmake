# The names of Lua's C API in all flavours together, which lupine-modules exports for C modules.

# Collects the functions that headers in the given folders declare.
function(lua_note_api)
  foreach(folder IN LISTS ARGN)
    file(GLOB headers "${folder}/lua.h" "${folder}/lauxlib.h" "${folder}/lualib.h"
      "${folder}/luajit*.h")
    foreach(header IN LISTS headers)
      set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${header}")
      file(READ "${header}" text)
      # Lua has the names in brackets; LuaJIT has some without.
      string(REGEX MATCHALL "\\(lua[A-Z]*[a-z]*_[a-z0-9_]+\\)[ \t\r\n]*\\(" bracketed "${text}")
      string(REGEX MATCHALL
        "LUA(LIB|MOD)?_API [a-zA-Z_ ]+[ *]lua[A-Z]*[a-z]*_[a-z0-9_]+[ \t\r\n]*\\(" plain "${text}")
      foreach(each IN LISTS bracketed plain)
        string(REGEX MATCH "lua[A-Z]*[a-z]*_[a-z0-9_]+" name "${each}")
        set_property(GLOBAL APPEND PROPERTY LUPINE_API_NAMES "${name}")
      endforeach()
    endforeach()
  endforeach()
endfunction()

# Writes the numbered list of them, which the backend of every flavour includes.
function(lua_write_api)
  get_property(names GLOBAL PROPERTY LUPINE_API_NAMES)
  list(REMOVE_DUPLICATES names)
  list(SORT names)
  set(text "")
  set(index 0)
  if(lupine_modules)
    foreach(name IN LISTS names)
      string(APPEND text "API(${index}, ${name})\n")
      math(EXPR index "${index} + 1")
    endforeach()
  endif()
  file(CONFIGURE OUTPUT "${lupine_api_dir}/api_names.inc" CONTENT "${text}" @ONLY)
endfunction()

# Adds lupine-modules.
function(lua_add_modules)
  add_library(lupine-modules SHARED jni/api.c jni/api_${lupine_arch}.S
    ${lupine_platform_sources})
  set_source_files_properties(jni/api_${lupine_arch}.S PROPERTIES
    OBJECT_DEPENDS "${lupine_api_dir}/api_names.inc")
  set_target_properties(lupine-modules PROPERTIES C_VISIBILITY_PRESET hidden
    LINK_DEPENDS "${CMAKE_SOURCE_DIR}/cmake/exports-modules.map")
  target_include_directories(lupine-modules PRIVATE jni "${lupine_api_dir}")
  target_link_libraries(lupine-modules PRIVATE lupine-options lupine-strict lupine-libc
    lupine-system)
  target_compile_definitions(lupine-modules PRIVATE
    $<$<STREQUAL:${LUPINE_TLS},dynamic>:LUPINE_TLS_DYNAMIC=1>)
  target_link_options(lupine-modules PRIVATE
    "-Wl,--version-script,${CMAKE_SOURCE_DIR}/cmake/exports-modules.map")
endfunction()

# Adds modules/<flavour>/sample.so, a C module for tests. As usual, it is linked to no Lua.
function(lua_add_test_module flavour)
  set(module lupine-sample-${flavour})
  add_library(${module} MODULE src/test/c/sample.c)
  set_target_properties(${module} PROPERTIES PREFIX "" OUTPUT_NAME sample
    LIBRARY_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/modules/${flavour}")
  target_compile_options(${module} PRIVATE -O2 -Wall -Wextra)
  target_include_directories(${module} SYSTEM PRIVATE
    "$<TARGET_PROPERTY:lupine-core-${flavour},INTERFACE_INCLUDE_DIRECTORIES>")
endfunction()
