# LuaJIT, compiled as its makefile does, but without make and without a shell, which Windows lacks.
# Two programs run on the machine that builds: minilua runs DynASM, which translates the assembly of
# the interpreter to C; buildvm has that inside, and writes the interpreter as assembly, or as an
# object file for Windows, and tables that it finds in the C sources.

set(LUPINE_HOST_CC "" CACHE STRING
  "with a cross compiler: the compiler of the machine that builds; by default cc, gcc or clang")

# Sets <out> to the options for all of its sources, those of the two programs too.
function(lua_jit_options out)
  set(options -DLUAJIT_ENABLE_CHECKHOOK)   # so that a hook reaches compiled loops
  if(LUAJIT_LUA52COMPAT)
    list(APPEND options -DLUAJIT_ENABLE_LUA52COMPAT)
  endif()
  if(LUA_APICHECK)
    list(APPEND options -DLUA_USE_APICHECK)
  endif()
  if(LUA_SANITIZE)
    list(APPEND options -DLUAJIT_USE_SYSMALLOC)   # the leak checker sees into malloc only
  endif()
  set(${out} "${options}" PARENT_SCOPE)
endfunction()

# Sets <out> to the command that compiles for the target, without what it compiles.
function(lua_jit_compiler out)
  separate_arguments(flags NATIVE_COMMAND "${CMAKE_C_COMPILER_ARG1} ${CMAKE_C_FLAGS}")
  set(command "${CMAKE_C_COMPILER}" ${flags})
  if(CMAKE_C_COMPILER_TARGET)
    list(APPEND command "--target=${CMAKE_C_COMPILER_TARGET}")
  endif()
  foreach(architecture IN LISTS CMAKE_OSX_ARCHITECTURES)
    list(APPEND command -arch "${architecture}")
  endforeach()
  if(CMAKE_OSX_SYSROOT)
    list(APPEND command -isysroot "${CMAKE_OSX_SYSROOT}")
  endif()
  set(${out} "${command}" PARENT_SCOPE)
endfunction()

# Sets <out> to the definitions of lj_arch.h for the target, as the preprocessor prints them.
function(lua_jit_architecture options out)
  lua_jit_compiler(compiler)
  execute_process(COMMAND ${compiler} ${options} -E -dM "${lua_tree}/src/lj_arch.h"
    OUTPUT_VARIABLE definitions ERROR_VARIABLE said RESULT_VARIABLE failed)
  if(failed)
    message(FATAL_ERROR
      "LuaJIT is not for this processor; leave it out by -DLUA_NO_JIT=ON\n${said}")
  endif()
  string(REGEX MATCHALL "#define LJ_[^\r\n]*[\r\n]" lines "${definitions}")
  set(${out} "${lines}" PARENT_SCOPE)
endfunction()

# Sets <out> to whether the compiler writes unwind tables for C functions without being asked. Then
# errors unwind the stack by these.
function(lua_jit_unwinds out)
  set(probe "${CMAKE_BINARY_DIR}/luajit/unwind.c")
  file(WRITE "${probe}" "extern void b (void);\nint a (void) { b(); return 0; }\n")
  lua_jit_compiler(compiler)
  execute_process(COMMAND ${compiler} -c "${probe}" -o "${probe}.o" ERROR_QUIET)
  set(${out} FALSE PARENT_SCOPE)
  if(EXISTS "${probe}.o")
    file(STRINGS "${probe}.o" found REGEX "eh_frame|__unwind_info" LIMIT_COUNT 1)
    if(found)
      set(${out} TRUE PARENT_SCOPE)
    endif()
  endif()
endfunction()

# Sets jit_arch, jit_dasc (DynASM's name for it), jit_dynasm (the options of DynASM) and jit_target
# (those of the two programs) by the definitions of lj_arch.h.
function(lua_jit_describe definitions)
  set(jit_arch "")
  foreach(arch IN ITEMS X64 X86 ARM ARM64)
    if("${definitions}" MATCHES "#define LJ_TARGET_${arch} ")
      string(TOLOWER ${arch} jit_arch)
    endif()
  endforeach()
  if(NOT jit_arch)
    message(FATAL_ERROR "LuaJIT is not for this processor; leave it out by -DLUA_NO_JIT=ON")
  endif()
  # Where a reference has 32 bits, as in older releases, x64 is a kind of x86.
  set(jit_dasc ${jit_arch})
  if(jit_arch STREQUAL "x64" AND NOT "${definitions}" MATCHES "#define LJ_FR2 1[\r\n]")
    set(jit_dasc x86)
  endif()

  set(jit_dynasm "")
  set(names LJ_LE ENDIAN_LE LJ_BE ENDIAN_BE LJ_64 P64 LJ_HASJIT JIT LJ_HASFFI FFI
    LJ_DUALNUM DUALNUM LJ_ARCH_HASFPU FPU LJ_NO_UNWIND NO_UNWIND LJ_ABI_PAUTH PAUTH
    LJ_ABI_BRANCH_TRACK BRANCH_TRACK LJ_ABI_SHADOW_STACK SHADOW_STACK)
  while(names)
    list(POP_FRONT names name dynasm)
    if("${definitions}" MATCHES "#define ${name} 1[\r\n]")
      list(APPEND jit_dynasm -D ${dynasm})
    endif()
  endwhile()
  if(NOT "${definitions}" MATCHES "#define LJ_ABI_SOFTFP 1[\r\n]")
    list(APPEND jit_dynasm -D HFABI)
  endif()
  set(version "")
  if("${definitions}" MATCHES "#define LJ_ARCH_VERSION ([0-9]+)")
    set(version ${CMAKE_MATCH_1})
  endif()
  list(APPEND jit_dynasm -D "VER=${version}")
  if(WIN32)
    list(APPEND jit_dynasm -D WIN)
  endif()

  # What they cannot find out of the target, being compiled for another machine.
  set(jit_target "-DLUAJIT_TARGET=LUAJIT_ARCH_${jit_arch}")
  foreach(name IN ITEMS LJ_ARCH_HASFPU LJ_ABI_SOFTFP)
    set(value 0)
    if("${definitions}" MATCHES "#define ${name} 1[\r\n]")
      set(value 1)
    endif()
    list(APPEND jit_target "-D${name}=${value}")
  endforeach()
  if("${definitions}" MATCHES "#define LJ_NO_UNWIND 1[\r\n]")
    list(APPEND jit_target -DLUAJIT_NO_UNWIND)
  endif()
  foreach(name IN ITEMS LJ_ABI_PAUTH LJ_ABI_BRANCH_TRACK LJ_ABI_SHADOW_STACK)
    if("${definitions}" MATCHES "#define ${name} 1[\r\n]")
      list(APPEND jit_target "-D${name}=1")
    endif()
  endforeach()
  if(CMAKE_CROSSCOMPILING)
    set(system OTHER)
    if(WIN32)
      set(system WINDOWS)
    elseif(APPLE)
      set(system OSX)
    elseif(CMAKE_SYSTEM_NAME STREQUAL "Linux")
      set(system LINUX)
    endif()
    list(APPEND jit_target -DLUAJIT_OS=LUAJIT_OS_${system})
  endif()
  foreach(name IN ITEMS jit_arch jit_dasc jit_dynasm jit_target)
    set(${name} "${${name}}" PARENT_SCOPE)
  endforeach()
endfunction()

# Adds a program that runs on this machine. Sets <out> to the command. Its files, options and
# libraries follow.
function(lua_jit_program name out)
  cmake_parse_arguments(PARSE_ARGV 2 program "" "" "FILES;HEADERS;OPTIONS;LIBRARIES")
  if(NOT CMAKE_CROSSCOMPILING)
    add_executable(lupine-${name} EXCLUDE_FROM_ALL ${program_FILES} ${program_HEADERS})
    target_compile_options(lupine-${name} PRIVATE ${program_OPTIONS} -w)
    target_link_libraries(lupine-${name} PRIVATE ${program_LIBRARIES})
    set(${out} lupine-${name} PARENT_SCOPE)
    return()
  endif()
  if(NOT LUPINE_HOST_CC)
    unset(LUPINE_HOST_CC CACHE)
    find_program(LUPINE_HOST_CC NAMES cc gcc clang NO_CMAKE_FIND_ROOT_PATH
      DOC "the compiler of the machine that builds")
    if(NOT LUPINE_HOST_CC)
      message(FATAL_ERROR
        "LuaJIT needs a compiler for this machine, too: -DLUPINE_HOST_CC=COMPILER")
    endif()
  endif()
  set(file "${CMAKE_BINARY_DIR}/luajit/${name}${CMAKE_HOST_EXECUTABLE_SUFFIX}")
  add_custom_command(OUTPUT "${file}"
    COMMAND "${LUPINE_HOST_CC}" -O2 -w ${program_OPTIONS} -o "${file}" ${program_FILES}
      ${program_LIBRARIES}
    DEPENDS ${program_FILES} ${program_HEADERS}
    COMMENT "Building ${name}, which runs on this machine"
    VERBATIM)
  set(${out} "${file}" PARENT_SCOPE)
endfunction()

# Adds a command that has buildvm write a file. Its arguments follow.
function(lua_jit_table buildvm mode file)
  add_custom_command(OUTPUT "${file}"
    COMMAND ${buildvm} -m ${mode} -o "${file}" ${ARGN}
    DEPENDS ${buildvm} ${ARGN}
    WORKING_DIRECTORY "${lua_tree}/src"
    VERBATIM)
endfunction()

# Writes luajit.h. Its version is the time of the last commit, which releases have in a file.
function(lua_jit_header file)
  set(src "${lua_tree}/src")
  if(NOT EXISTS "${src}/luajit_rolling.h")
    return()   # an older release, which has it
  endif()
  file(READ "${src}/luajit_rolling.h" text)
  string(REGEX REPLACE "#error[^\n]*\n" "" text "${text}")
  if(EXISTS "${lua_tree}/.relver")
    file(STRINGS "${lua_tree}/.relver" version LIMIT_COUNT 1)
    string(REPLACE ROLLING "${version}" text "${text}")
  endif()
  file(CONFIGURE OUTPUT "${file}" CONTENT "${text}" @ONLY)
endfunction()

# Defines lupine-core-luajit, from the tree in lua_tree.
function(lua_add_luajit)
  set(src "${lua_tree}/src")
  set(made "${CMAKE_BINARY_DIR}/luajit")
  file(MAKE_DIRECTORY "${made}")
  # What its makefile made in a user's folder would be found first.
  foreach(name IN ITEMS bcdef ffdef libdef recdef folddef)
    file(REMOVE "${src}/lj_${name}.h")
  endforeach()
  file(REMOVE "${src}/host/buildvm_arch.h")
  if(EXISTS "${src}/luajit_rolling.h")
    file(REMOVE "${src}/luajit.h")
  endif()

  lua_jit_options(options)
  lua_jit_architecture("${options}" definitions)
  lua_jit_describe("${definitions}")
  lua_jit_header("${made}/luajit.h")
  set(math "")
  if(NOT CMAKE_HOST_WIN32)
    set(math -lm)
  endif()
  lua_jit_program(minilua minilua FILES "${src}/host/minilua.c" LIBRARIES ${math})
  set(dasc "${src}/vm_${jit_dasc}.dasc")
  file(GLOB dynasm "${lua_tree}/dynasm/*.lua")
  add_custom_command(OUTPUT "${made}/buildvm_arch.h"
    COMMAND ${minilua} "${lua_tree}/dynasm/dynasm.lua" ${jit_dynasm} -o "${made}/buildvm_arch.h"
      "vm_${jit_dasc}.dasc"
    DEPENDS ${minilua} "${dasc}" ${dynasm}
    WORKING_DIRECTORY "${src}"
    VERBATIM)
  set(files "")
  foreach(name IN ITEMS buildvm buildvm_asm buildvm_peobj buildvm_lib buildvm_fold)
    list(APPEND files "${src}/host/${name}.c")
  endforeach()
  lua_jit_program(buildvm buildvm FILES ${files} HEADERS "${made}/buildvm_arch.h"
    OPTIONS ${options} ${jit_target} "-I${src}" "-I${made}")

  set(libraries "")
  foreach(name IN ITEMS base math bit string table io os package debug jit ffi buffer)
    if(EXISTS "${src}/lib_${name}.c")
      list(APPEND libraries "${src}/lib_${name}.c")
    endif()
  endforeach()
  set(tables "")
  foreach(mode IN ITEMS bcdef ffdef libdef recdef)
    lua_jit_table(${buildvm} ${mode} "${made}/lj_${mode}.h" ${libraries})
    list(APPEND tables "${made}/lj_${mode}.h")
  endforeach()
  lua_jit_table(${buildvm} folddef "${made}/lj_folddef.h" "${src}/lj_opt_fold.c")
  list(APPEND tables "${made}/lj_folddef.h")

  set(core lupine-core-luajit)
  set(vm "")
  if(WIN32)
    lua_jit_table(${buildvm} peobj "${made}/lj_vm.o")
    add_custom_target(lupine-luajit-vm DEPENDS "${made}/lj_vm.o")
  else()
    set(vm "${made}/lj_vm.S")
    lua_jit_table(${buildvm} $<IF:$<BOOL:${APPLE}>,machasm,elfasm> "${vm}")
  endif()
  add_library(${core} OBJECT ${vm} "${src}/ljamalg.c" ${tables})
  if(WIN32)
    add_dependencies(${core} lupine-luajit-vm)
    target_link_libraries(${core} INTERFACE "${made}/lj_vm.o")
  endif()
  if(EXISTS "${src}/lj_str_hash.c")   # OpenResty's
    target_sources(${core} PRIVATE "${src}/lj_str_hash.c")
    if(jit_arch STREQUAL "x64")
      set_source_files_properties("${src}/lj_str_hash.c" PROPERTIES COMPILE_OPTIONS -msse4.2)
    endif()
  endif()
  set_target_properties(${core} PROPERTIES POSITION_INDEPENDENT_CODE ON
    INTERPROCEDURAL_OPTIMIZATION OFF)
  target_include_directories(${core} SYSTEM PUBLIC "${src}" "${made}")
  lua_note_api("${src}")
  target_compile_options(${core} PRIVATE -O2 -fomit-frame-pointer -w ${options}
    -D_FILE_OFFSET_BITS=64 -D_LARGEFILE_SOURCE -U_FORTIFY_SOURCE ${lupine_tls_options}
    $<$<BOOL:${lupine_elf}>:-fno-semantic-interposition>)
  include(CheckCCompilerFlag)
  foreach(flag IN ITEMS strict-float-cast-overflow stack-protector)
    string(MAKE_C_IDENTIFIER "lupine_has_no_${flag}" has)
    check_c_compiler_flag("-fno-${flag}" ${has})
    if(${has})
      target_compile_options(${core} PRIVATE "-fno-${flag}")
    endif()
  endforeach()
  set(unwinds ${APPLE})
  if(lupine_elf AND NOT "${definitions}" MATCHES "#define LJ_NO_UNWIND 1[\r\n]")
    lua_jit_unwinds(unwinds)
  endif()
  if(unwinds)
    target_compile_definitions(${core} PRIVATE LUAJIT_UNWIND_EXTERNAL)
  endif()
  target_link_libraries(${core} INTERFACE ${CMAKE_DL_LIBS})
  if(NOT WIN32)
    target_link_libraries(${core} INTERFACE m)
  endif()
endfunction()
