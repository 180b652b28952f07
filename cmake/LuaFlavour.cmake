# One flavour: its core as lupine-core-<flavour>, its backend as lupine-backend-<flavour>, and the
# library lupine-<flavour> of both.

include(LuaSources)
include(LuaTree)
include(LuaJit)

set(lua_core_sources
  lapi lauxlib lbaselib lcode ldblib ldebug ldo ldump lfunc lgc linit liolib llex lmathlib lmem
  loadlib lobject lopcodes loslib lparser lstate lstring lstrlib ltable ltablib ltm lundump lvm
  lzio)
set(lua_core_sources_lua51)
set(lua_core_sources_lua52 lctype lbitlib lcorolib)
set(lua_core_sources_lua53 lctype lbitlib lcorolib lutf8lib)
set(lua_core_sources_lua54 lctype lcorolib lutf8lib)
set(lua_core_sources_lua55 lctype lcorolib lutf8lib)

# The compatibility macros that the makefile of each version sets.
set(lua_compatibility_lua52 LUA_COMPAT_ALL)
set(lua_compatibility_lua53 LUA_COMPAT_5_2)
set(lua_compatibility_lua54 LUA_COMPAT_5_3)

set(lua_packages_lua51 lua5.1 lua-5.1 lua51)
set(lua_packages_lua52 lua5.2 lua-5.2 lua52)
set(lua_packages_lua53 lua5.3 lua-5.3 lua53)
set(lua_packages_lua54 lua5.4 lua-5.4 lua54)
set(lua_packages_lua55 lua5.5 lua-5.5 lua55)
set(lua_packages_luajit luajit)

# The options of every target that has our code or a core in it.
add_library(lupine-options INTERFACE)
target_compile_options(lupine-options INTERFACE
  $<$<CONFIG:Release>:-O2>   # upstream's choice, and no slower than CMake's -O3
  $<$<BOOL:${lupine_elf}>:-fno-semantic-interposition> ${lupine_tls_options}
  "-ffile-prefix-map=${CMAKE_SOURCE_DIR}=." "-ffile-prefix-map=${CMAKE_BINARY_DIR}=.")
if(LUA_APICHECK)
  target_compile_options(lupine-options INTERFACE -UNDEBUG)
endif()
if(lupine_elf)
  target_link_options(lupine-options INTERFACE -Wl,--build-id=none -Wl,-z,relro,-z,now
    -Wl,-z,noexecstack -Wl,--as-needed)
  if(NOT LUA_SANITIZE)
    target_link_options(lupine-options INTERFACE -Wl,-z,defs)
  endif()
endif()
if(WIN32)
  # numbers are read and written as in C99
  target_compile_definitions(lupine-options INTERFACE __USE_MINGW_ANSI_STDIO=1)
  target_link_options(lupine-options INTERFACE -static-libgcc -Wl,--no-insert-timestamp)
endif()
if(LUA_SANITIZE)
  string(REPLACE ";" "," lua_sanitizers "${LUA_SANITIZE}")
  target_compile_options(lupine-options INTERFACE -fsanitize=${lua_sanitizers}
    -fno-omit-frame-pointer)
  target_link_options(lupine-options INTERFACE -fsanitize=${lua_sanitizers})
endif()
# Tests have threads, which the libraries do without on Windows.
add_library(lupine-tests INTERFACE)
target_link_libraries(lupine-tests INTERFACE lupine-system $<$<BOOL:${WIN32}>:-static;winpthread>)
# Further options for our own code; a core may do what upstream lets it do.
add_library(lupine-strict INTERFACE)
target_compile_options(lupine-strict INTERFACE -Wall -Wextra -Wconversion
  $<$<BOOL:${LUPINE_WERROR}>:-Werror>)
if(LUA_SANITIZE)
  target_compile_options(lupine-strict INTERFACE -fno-sanitize-recover=all)
endif()
if(LUA_ANALYZE)
  target_compile_options(lupine-strict INTERFACE -fanalyzer -Werror)
  # The analyzer takes a parameter of an inlined function for an uninitialized value.
  set_source_files_properties(jni/fastcall.c PROPERTIES
    COMPILE_OPTIONS -Wno-analyzer-use-of-uninitialized-value)
endif()

# Compiles the core of one Lua from PUC-Rio, in the tree in lua_tree.
function(lua_add_puc flavour)
  set(files "")
  foreach(name IN LISTS lua_core_sources lua_core_sources_${flavour})
    if(name STREQUAL "ldo" AND lua_tree_fixed)
      list(APPEND files jni/core.c)   # which has ldo.c in it
    else()
      list(APPEND files "${lua_tree}/src/${name}.c")
    endif()
  endforeach()
  set(core lupine-core-${flavour})
  add_library(${core} OBJECT ${files})
  set_target_properties(${core} PROPERTIES
    C_STANDARD 99 C_EXTENSIONS ON POSITION_INDEPENDENT_CODE ON
    INTERPROCEDURAL_OPTIMIZATION ${lupine_lto})
  target_include_directories(${core} SYSTEM PUBLIC "${lua_tree}/src")
  lua_note_api("${lua_tree}/src")
  target_link_libraries(${core} PRIVATE lupine-options)
  target_link_libraries(${core} INTERFACE ${CMAKE_DL_LIBS})
  target_compile_definitions(${core} PUBLIC ${lua_compatibility_${flavour}}
    $<$<PLATFORM_ID:Linux>:LUA_USE_LINUX> $<$<PLATFORM_ID:Darwin>:LUA_USE_MACOSX>
    $<$<BOOL:${LUA_APICHECK}>:LUA_USE_APICHECK>)
  if(NOT WIN32)
    target_link_libraries(${core} INTERFACE m)
  endif()
endfunction()

# Uses an installed Lua, found by pkg-config. Sets lua_installed to its version, or to "" if there
# is no such Lua.
function(lua_add_installed flavour)
  set(lua_installed "" PARENT_SCOPE)
  find_package(PkgConfig QUIET)
  if(NOT PkgConfig_FOUND)
    return()
  endif()
  set(modules ${lua_packages_${flavour}})
  if(flavour MATCHES "^lua5([0-9])$")
    math(EXPR next "${CMAKE_MATCH_1} + 1")
    list(APPEND modules "lua>=5.${CMAKE_MATCH_1} lua<5.${next}")
  endif()
  foreach(module IN LISTS modules)
    string(REPLACE " " ";" parts "${module}")
    pkg_check_modules(LUPINE_${flavour} QUIET IMPORTED_TARGET GLOBAL ${parts})
    if(LUPINE_${flavour}_FOUND)
      break()
    endif()
  endforeach()
  if(NOT LUPINE_${flavour}_FOUND)
    return()
  endif()
  # The patch level in a .pc file may be wrong; the header is right. It may also be in a folder
  # that the compiler searches by itself.
  lua_version_of(${flavour} version ${LUPINE_${flavour}_INCLUDE_DIRS} /usr/include
    /usr/local/include)
  if(NOT version)
    set(version "${LUPINE_${flavour}_VERSION}")
  endif()
  lua_note_api(${LUPINE_${flavour}_INCLUDE_DIRS} /usr/include /usr/local/include)
  add_library(lupine-core-${flavour} INTERFACE)
  target_link_libraries(lupine-core-${flavour} INTERFACE PkgConfig::LUPINE_${flavour}
    ${CMAKE_DL_LIBS} m)
  set(lua_installed "${version}" PARENT_SCOPE)
endfunction()

# Uses the library and the headers that LUA_LIB and LUA_INCLUDES name. Sets lua_installed to its
# version.
function(lua_add_given flavour)
  lua_version_of(${flavour} version ${LUA_INCLUDES})
  if(NOT version)
    message(FATAL_ERROR "no header of ${flavour} in LUA_INCLUDES '${LUA_INCLUDES}'")
  endif()
  lua_check_version(${flavour} ${version} fits)
  if(NOT fits)
    message(FATAL_ERROR "LUA_INCLUDES '${LUA_INCLUDES}' has Lua ${version}, not ${flavour}")
  elseif(NOT EXISTS "${LUA_LIB}")
    message(FATAL_ERROR "LUA_LIB: no such file '${LUA_LIB}'")
  elseif(LUA_LIB MATCHES "\\.a$")
    message(STATUS
      "${flavour}: a static LUA_LIB must have been compiled with -fPIC; Debian's was not")
  endif()
  lua_note_api(${LUA_INCLUDES})
  add_library(lupine-core-${flavour} INTERFACE)
  target_include_directories(lupine-core-${flavour} SYSTEM INTERFACE ${LUA_INCLUDES})
  target_link_libraries(lupine-core-${flavour} INTERFACE "${LUA_LIB}" ${CMAKE_DL_LIBS} m)
  set(lua_installed "${version}" PARENT_SCOPE)
endfunction()

# Defines lupine-core-<flavour>. Sets lua_version, lua_provider (bundle, folder, system, or none if
# this flavour was not requested and is not installed), lua_fixed, and for the first two lua_tree
# and what is known of the archive.
function(lua_add_core flavour)
  set(lua_installed "")
  set(lua_tree_fixed FALSE)
  if(LUA_LIB)
    lua_add_given(${flavour})
  elseif(NOT LUA_PROVIDER STREQUAL "bundle")
    lua_add_installed(${flavour})
    if(LUA_PROVIDER STREQUAL "system" AND NOT lua_installed AND NOT lupine_flavours_asked)
      set(lua_provider none PARENT_SCOPE)
      return()
    elseif(LUA_PROVIDER STREQUAL "system" AND NOT lua_installed)
      message(FATAL_ERROR
        "no installed ${flavour}: pkg-config knows none of ${lua_packages_${flavour}}; install its "
        "development package, or leave it out of -DLUA_FLAVOURS, or use -DLUA_PROVIDER=auto")
    endif()
  endif()
  if(lua_installed)
    set(lua_version "${lua_installed}")
    set(lua_provider system)
  else()
    lua_make_tree(${flavour})
    lua_version_of(${flavour} lua_version "${lua_tree}/src")
    lua_check_version(${flavour} "${lua_version}" fits)
    if(NOT fits)
      message(FATAL_ERROR "${lua_tree} has Lua ${lua_version}, not ${flavour}")
    endif()
    set(lua_provider bundle)
    if(NOT lua_archive_sha256)
      set(lua_provider folder)
    endif()
    if(flavour STREQUAL "luajit")
      lua_add_luajit()
    else()
      lua_add_puc(${flavour})
    endif()
  endif()
  foreach(name lua_version lua_provider lua_tree lua_archive_sha256 lua_archive_address)
    set(${name} "${${name}}" PARENT_SCOPE)
  endforeach()
  set(lua_fixed ${lua_tree_fixed} PARENT_SCOPE)
endfunction()

# It declares the functions of a core with another type.
set_source_files_properties(jni/exported.c PROPERTIES COMPILE_OPTIONS -fno-lto)

# Links the backend, lupine_backend_sources, with the core of one flavour. Adds its tests, if tests
# are built.
function(lua_add_backend flavour fixed)
  set(backend lupine-backend-${flavour})
  add_library(${backend} OBJECT ${lupine_backend_sources})
  set_target_properties(${backend} PROPERTIES
    C_VISIBILITY_PRESET hidden POSITION_INDEPENDENT_CODE ON
    INTERPROCEDURAL_OPTIMIZATION ${lupine_lto})
  target_compile_definitions(${backend} PUBLIC "LUPINE_FLAVOUR=\"${flavour}\""
    $<$<BOOL:${fixed}>:LUPINE_FIXED=1> $<$<STREQUAL:${lua_provider},system>:LUPINE_INSTALLED=1>)
  if(BUILD_TESTING)
    target_compile_definitions(${backend} INTERFACE LUPINE_MODULES=$<BOOL:${lupine_modules}>)
  endif()
  target_include_directories(${backend} PUBLIC jni PRIVATE "${lupine_api_dir}")
  target_link_libraries(${backend} PUBLIC lupine-core-${flavour} lupine-system
    PRIVATE lupine-options lupine-strict)

  set(library lupine-${flavour})
  add_library(${library} SHARED)
  set_target_properties(${library} PROPERTIES LINKER_LANGUAGE C
    INTERPROCEDURAL_OPTIMIZATION ${lupine_lto})
  target_link_libraries(${library} PRIVATE ${backend} lupine-core-${flavour} lupine-options
    lupine-libc)
  if(APPLE)
    target_link_options(${library} PRIVATE
      "-Wl,-exported_symbols_list,${CMAKE_SOURCE_DIR}/cmake/exports.macos")
  elseif(lupine_elf)
    target_link_options(${library} PRIVATE -Wl,-Bsymbolic
      "-Wl,--version-script,${CMAKE_SOURCE_DIR}/cmake/exports.map")
    set_target_properties(${library} PROPERTIES
      LINK_DEPENDS "${CMAKE_SOURCE_DIR}/cmake/exports.map")
  endif()

  if(BUILD_TESTING)
    foreach(cases IN ITEMS backend ends memory limits jump between pool)
      set(test ${cases}_test_${flavour})
      add_executable(${test} src/test/c/test_${cases}.c)
      set_target_properties(${test} PROPERTIES INTERPROCEDURAL_OPTIMIZATION ${lupine_lto})
      target_link_libraries(${test} PRIVATE ${backend} lupine-core-${flavour} lupine-options
        lupine-strict lupine-libgcc lupine-tests)
      add_test(NAME ${test} COMMAND ${test})
    endforeach()
    # a run may never be stopped
    set_tests_properties(limits_test_${flavour} PROPERTIES TIMEOUT 600)
  endif()
  if(BUILD_TESTING AND LUA_FAULTS AND lupine_elf)
    lua_add_fault_test(fault_test_${flavour} ${flavour} src/test/c/test_faults.c)
    foreach(cases IN ITEMS backend memory)
      set(test stress_${cases}_test_${flavour})
      lua_add_fault_test(${test} ${flavour} src/test/c/test_${cases}.c)
      target_compile_definitions(${test} PRIVATE lupine_backend=faults_backend LUPINE_STRESS=1)
    endforeach()
  endif()
endfunction()

# Adds a test of one flavour's backend with injected faults: the linker redirects calls that can
# fail, of our code and the core, to src/test/c/faults.c.
function(lua_add_fault_test name flavour)
  add_executable(${name} ${ARGN} src/test/c/faults.c)
  target_link_libraries(${name} PRIVATE lupine-backend-${flavour} lupine-core-${flavour}
    lupine-options lupine-strict lupine-libgcc)
  foreach(function malloc calloc realloc memory_allocate lua_checkstack luaL_checkstack)
    target_link_options(${name} PRIVATE "-Wl,--wrap=${function}")
  endforeach()
  add_test(NAME ${name} COMMAND ${name})
endfunction()
