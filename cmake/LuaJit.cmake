# LuaJIT is built by its own makefile, in its tree in the build folder, as one static library.

# Sets <out> to the list of arguments for its makefile.
function(lua_jit_arguments out)
  set(flags -DLUAJIT_ENABLE_CHECKHOOK)   # so that a hook reaches compiled loops
  if(LUAJIT_LUA52COMPAT)
    list(APPEND flags -DLUAJIT_ENABLE_LUA52COMPAT)
  endif()
  if(LUA_APICHECK)
    list(APPEND flags -DLUA_USE_APICHECK)
  endif()
  if(LUA_SANITIZE)
    list(APPEND flags -DLUAJIT_USE_SYSMALLOC)   # the leak checker sees into malloc only
  endif()
  list(JOIN flags " " flags)
  set(compile ${lupine_tls_options})
  if(NOT WIN32)
    list(APPEND compile -fPIC)
  endif()
  if(lupine_elf)
    list(APPEND compile -fno-semantic-interposition)
  endif()
  list(JOIN compile " " compile)
  set(arguments amalg BUILDMODE=static "XCFLAGS=${flags}" "TARGET_CFLAGS=${compile}"
    TARGET_STRIP=: Q= E=@:)
  if(CMAKE_CROSSCOMPILING)
    set(system ${CMAKE_SYSTEM_NAME})
    list(APPEND arguments HOST_CC=gcc CROSS= "STATIC_CC=${CMAKE_C_COMPILER}"
      "DYNAMIC_CC=${CMAKE_C_COMPILER} -fPIC"
      "TARGET_LD=${CMAKE_C_COMPILER}" "TARGET_AR=${CMAKE_AR} rcus" "TARGET_SYS=${system}")
  else()
    list(APPEND arguments "CC=${CMAKE_C_COMPILER}")
  endif()
  set(${out} "${arguments}" PARENT_SCOPE)
endfunction()

# Defines lupine-core-luajit, from the tree in lua_tree.
function(lua_add_luajit)
  find_program(LUPINE_MAKE NAMES gmake make mingw32-make)
  mark_as_advanced(LUPINE_MAKE)
  if(NOT LUPINE_MAKE)
    message(FATAL_ERROR "LuaJIT needs make: install it, or leave LuaJIT out with -DLUA_NO_JIT=ON")
  endif()
  lua_jit_arguments(arguments)
  set(quoted "")
  foreach(argument IN LISTS arguments)
    string(APPEND quoted " [==[${argument}]==]")
  endforeach()
  set(src "${lua_tree}/src")
  set(archive "${src}/libluajit.a")
  # The script changes with the tree and the options, and then the library is built again.
  set(script "${lua_tree}.build.cmake")
  file(CONFIGURE OUTPUT "${script}" @ONLY CONTENT [=[
# @lua_tree_sum@
unset(ENV{MAKEFLAGS})
unset(ENV{MAKELEVEL})
if(APPLE)
  set(ENV{MACOSX_DEPLOYMENT_TARGET} "@CMAKE_OSX_DEPLOYMENT_TARGET@")
endif()
set(make "@LUPINE_MAKE@" -C "@src@")
execute_process(COMMAND ${make} clean OUTPUT_QUIET ERROR_QUIET)
execute_process(COMMAND ${make}@quoted@
  RESULT_VARIABLE failed OUTPUT_VARIABLE said ERROR_VARIABLE said)
if(failed)
  message(FATAL_ERROR "LuaJIT does not build:\n${said}")
endif()
]=])
  add_custom_command(
    OUTPUT "${archive}"
    COMMAND "${CMAKE_COMMAND}" -DAPPLE=$<BOOL:${APPLE}> -P "${script}"
    DEPENDS "${script}"
    COMMENT "Building LuaJIT by its makefile"
    VERBATIM)
  add_custom_target(lupine-luajit-archive DEPENDS "${archive}")
  add_library(lupine-core-luajit INTERFACE)
  add_dependencies(lupine-core-luajit lupine-luajit-archive)
  target_include_directories(lupine-core-luajit SYSTEM INTERFACE "${src}")
  lua_note_api("${src}")
  if(APPLE)
    target_link_libraries(lupine-core-luajit INTERFACE "-Wl,-force_load,${archive}")
  else()
    target_link_libraries(lupine-core-luajit INTERFACE
      -Wl,--whole-archive "${archive}" -Wl,--no-whole-archive)
  endif()
  target_link_libraries(lupine-core-luajit INTERFACE ${CMAKE_DL_LIBS})
  if(NOT WIN32)
    target_link_libraries(lupine-core-luajit INTERFACE m)
  endif()
endfunction()
