# What makes the natives independent of the C library of the machine that builds them. Defines
# lupine-libc, for every library that is shipped, and lupine-libgcc, for tests as well.
#
# glibc: they are linked to the symbols of glibc 2.17, so that any newer one can load them. The
# linker gets stubs before glibc: libraries without code that export the functions of
# glibc-symbols.txt in their old versions.
#
# musl: they have the unwinder of libgcc inside, since there may be no libgcc_s.so.1.

option(LUPINE_OLD_GLIBC "on Linux, link to symbols that glibc 2.17 has" ON)

# Whether that is done. An installed Lua is not for other machines anyway.
set(lupine_old_glibc FALSE)
if(LUPINE_OLD_GLIBC AND lupine_platform MATCHES "^linux-(x86_64|aarch64)$"
    AND LUA_PROVIDER STREQUAL "bundle" AND NOT LUA_LIB AND NOT LUA_SANITIZE)
  set(lupine_old_glibc TRUE)
endif()

# Writes the sources and the version script of one stub. Appends its name to lupine_stubs.
function(lupine_write_stub library lines)
  string(REGEX REPLACE "^lib([a-z]+)\\.so.*$" "\\1" stub "${library}")
  set(text "/* Functions of ${library}, for the linker only. */\n")
  set(script "")
  set(versions "")
  foreach(line IN LISTS lines)
    separate_arguments(names UNIX_COMMAND "${line}")
    list(POP_FRONT names file version)
    if(NOT file STREQUAL library)
      continue()
    endif()
    if(lupine_arch STREQUAL "aarch64")
      set(version GLIBC_2.17)
    endif()
    list(APPEND versions ${version})
    foreach(name IN LISTS names)
      string(APPEND exported_${version} " ${name};")
      if(name MATCHES "^(environ|std(in|out|err))$")
        string(APPEND text "__asm__(\".data\\n .globl ${name}\\n .type ${name}, %object\\n"
          " .size ${name}, 8\\n${name}:\\n .quad 0\\n .text\");\n")
      else()
        string(APPEND text "__asm__(\".globl ${name}\\n .type ${name}, %function\\n${name}:\");\n")
      endif()
    endforeach()
  endforeach()
  list(REMOVE_DUPLICATES versions)
  foreach(version IN LISTS versions)
    string(APPEND script "${version} { global:${exported_${version}} };\n")
  endforeach()
  set(dir "${CMAKE_BINARY_DIR}/glibc")
  file(CONFIGURE OUTPUT "${dir}/${stub}.c" CONTENT "${text}" @ONLY)
  file(CONFIGURE OUTPUT "${dir}/${stub}.map" CONTENT "${script}" @ONLY)
  add_library(lupine-stub-${stub} SHARED "${dir}/${stub}.c")
  set_target_properties(lupine-stub-${stub} PROPERTIES OUTPUT_NAME ${stub} PREFIX lib SUFFIX .so
    NO_SONAME ON LIBRARY_OUTPUT_DIRECTORY "${dir}/lib" LINK_DEPENDS "${dir}/${stub}.map")
  target_compile_options(lupine-stub-${stub} PRIVATE -fno-lto)
  target_link_options(lupine-stub-${stub} PRIVATE -nostdlib "-Wl,-soname,${library}"
    "-Wl,--version-script,${dir}/${stub}.map")
endfunction()

add_library(lupine-libgcc INTERFACE)
add_library(lupine-libc INTERFACE)
target_link_libraries(lupine-libc INTERFACE lupine-libgcc)
if(lupine_platform MATCHES "-musl$")
  add_library(lupine-musl STATIC jni/musl/stack.c jni/musl/unwind.c)
  set_target_properties(lupine-musl PROPERTIES POSITION_INDEPENDENT_CODE ON
    C_VISIBILITY_PRESET hidden INTERPROCEDURAL_OPTIMIZATION OFF)
  target_compile_options(lupine-musl PRIVATE -fno-lto)
  target_link_libraries(lupine-musl PRIVATE lupine-options lupine-strict)
  # The unwinder looks for that header, which GCC itself asks for only when it links for glibc.
  target_link_options(lupine-libgcc INTERFACE -static-libgcc -Wl,--eh-frame-hdr)
  target_link_libraries(lupine-libgcc INTERFACE
    -Wl,--start-group lupine-musl -lgcc -lgcc_eh -Wl,--end-group)
elseif(lupine_old_glibc)
  set(list "${CMAKE_SOURCE_DIR}/cmake/glibc-symbols.txt")
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${list}")
  file(STRINGS "${list}" lines REGEX "^lib")
  set(real "")
  foreach(library IN ITEMS libm.so.6 libpthread.so.0 libdl.so.2 libc.so.6)
    lupine_write_stub(${library} "${lines}")
  endforeach()
  # What the list lacks is taken from the machine's own libraries, which come after the stubs.
  foreach(name IN ITEMS libm.so libc.so)
    execute_process(COMMAND "${CMAKE_C_COMPILER}" -print-file-name=${name}
      OUTPUT_VARIABLE found OUTPUT_STRIP_TRAILING_WHITESPACE)
    list(APPEND real "${found}")
  endforeach()
  add_library(lupine-glibc STATIC jni/glibc/math.c jni/glibc/stat.c)
  set_target_properties(lupine-glibc PROPERTIES POSITION_INDEPENDENT_CODE ON
    C_VISIBILITY_PRESET hidden INTERPROCEDURAL_OPTIMIZATION OFF)
  target_compile_options(lupine-glibc PRIVATE -fno-builtin -fno-lto)
  target_link_libraries(lupine-glibc PRIVATE lupine-options lupine-strict)
  add_dependencies(lupine-glibc lupine-stub-m lupine-stub-pthread lupine-stub-dl lupine-stub-c)
  target_link_options(lupine-libc INTERFACE "-L${CMAKE_BINARY_DIR}/glibc/lib")
  target_link_libraries(lupine-libc INTERFACE lupine-glibc -lm -lpthread -ldl -lc ${real})
endif()
