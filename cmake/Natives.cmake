# What is installed, laid out as it stands in the jar:
#   META-INF/native/<platform>/   the libraries, natives.properties about them, and natives.cdx.json,
#                                 a CycloneDX list of the cores that are inside, and of what the
#                                 compiler adds
#   META-INF/licenses/            the licence of each of these

# At the installation, strip writes the time into the header of each DLL, unless it is told another.
if(WIN32)
  install(CODE "set(ENV{SOURCE_DATE_EPOCH} 0)")
endif()

include(Components)

set(lupine_native_dir "META-INF/native/${lupine_platform}")
set(lupine_properties "")
set(lupine_components "")

# Writes the licence of the core in lua_tree into the build folder. Sets <out> to the file.
function(lupine_license flavour out)
  if(flavour STREQUAL "luajit")
    set(file "${CMAKE_BINARY_DIR}/licenses/luajit.txt")
    configure_file("${lua_tree}/COPYRIGHT" "${file}" COPYONLY)
  else()
    set(file "${CMAKE_BINARY_DIR}/licenses/lua-${lua_version}.txt")
    file(READ "${lua_tree}/src/lua.h" text)
    string(FIND "${text}" "* Copyright (C)" start REVERSE)
    string(SUBSTRING "${text}" ${start} -1 text)
    string(FIND "${text}" "\n*****" end)
    if(start EQUAL -1 OR end EQUAL -1)
      message(FATAL_ERROR "no licence at the end of ${lua_tree}/src/lua.h")
    endif()
    string(SUBSTRING "${text}" 0 ${end} text)
    string(REGEX REPLACE "(^|\n)\\* ?" "\\1" text "${text}")
    file(CONFIGURE OUTPUT "${file}" CONTENT "${text}\n" @ONLY)
  endif()
  set(${out} "${file}" PARENT_SCOPE)
endfunction()

# Sets <out> to the entry in the list of components of the core just added.
function(lupine_describe_core flavour out)
  set(name lua)
  if(flavour STREQUAL "luajit")
    set(name luajit)
  endif()
  set(purl "pkg:generic/${name}@${lua_version}")
  if(lua_archive_sha256)
    set(query "checksum=sha256:${lua_archive_sha256}")
    if(lua_archive_address)
      string(REPLACE ":" "%3A" address "${lua_archive_address}")
      string(REPLACE "/" "%2F" address "${address}")
      string(PREPEND query "download_url=${address}&")
    endif()
    string(APPEND purl "?${query}")
  endif()
  lupine_component(entry
    ${flavour} ${name} "${lua_version}" "${purl}" MIT "${lua_archive_sha256}")
  set(${out} "${entry}" PARENT_SCOPE)
endfunction()

# Installs the library of the flavour that lua_add_core has just described.
macro(lupine_ship_flavour flavour)
  install(TARGETS lupine-${flavour} LIBRARY DESTINATION "${lupine_native_dir}"
    RUNTIME DESTINATION "${lupine_native_dir}")
  list(APPEND lupine_properties "${flavour}.version=${lua_version}"
    "${flavour}.provider=${lua_provider}" "${flavour}.fixed=$<IF:$<BOOL:${lua_fixed}>,true,false>"
    "${flavour}.file=$<TARGET_FILE_NAME:lupine-${flavour}>")
  list(APPEND lupine_libraries "$<TARGET_FILE_NAME:lupine-${flavour}>")
  if(NOT lua_provider STREQUAL "system")
    lupine_license(${flavour} license)
    install(FILES "${license}" DESTINATION META-INF/licenses)
    lupine_describe_core(${flavour} component)
    list(APPEND lupine_components "${component}")
  endif()
endmacro()

# Adds the library of a compiler, of which parts are linked in, to the list of components.
macro(lupine_ship_runtime name version license)
  install(FILES "${CMAKE_SOURCE_DIR}/cmake/licenses/${name}.txt" DESTINATION META-INF/licenses)
  lupine_component(component
    ${name} ${name} "${version}" "pkg:generic/${name}@${version}" "${license}" "")
  list(APPEND lupine_components "${component}")
endmacro()

# Sets <out> to the version of mingw-w64, which its headers define.
function(lupine_mingw_version out)
  set(file "${CMAKE_BINARY_DIR}/mingw.c")
  file(WRITE "${file}" "#include <_mingw.h>\n")
  execute_process(COMMAND "${CMAKE_C_COMPILER}" -E -dM "${file}" OUTPUT_VARIABLE macros
    COMMAND_ERROR_IS_FATAL ANY)
  set(numbers "")
  foreach(part MAJOR MINOR BUGFIX)
    if(NOT macros MATCHES "#define __MINGW64_VERSION_${part} ([0-9]+)")
      message(FATAL_ERROR "${CMAKE_C_COMPILER} is not that of mingw-w64")
    endif()
    list(APPEND numbers ${CMAKE_MATCH_1})
  endforeach()
  list(JOIN numbers "." version)
  set(${out} "${version}" PARENT_SCOPE)
endfunction()

# Installs what is common to all flavours. The checksums are taken once the stripped libraries are
# in place.
macro(lupine_ship)
  install(TARGETS lupine LIBRARY DESTINATION "${lupine_native_dir}"
    RUNTIME DESTINATION "${lupine_native_dir}")
  list(APPEND lupine_libraries "$<TARGET_FILE_NAME:lupine>")
  if(lupine_modules)
    install(TARGETS lupine-modules LIBRARY DESTINATION "${lupine_native_dir}")
    list(APPEND lupine_libraries "$<TARGET_FILE_NAME:lupine-modules>")
  endif()
  if(CMAKE_C_COMPILER_ID STREQUAL "GNU")
    lupine_ship_runtime(libgcc "${CMAKE_C_COMPILER_VERSION}"
      "GPL-3.0-or-later WITH GCC-exception-3.1")
  endif()
  if(WIN32)
    lupine_mingw_version(mingw)
    lupine_ship_runtime(mingw-w64 "${mingw}" ZPL-2.1)
  endif()
  list(JOIN lupine_components ",\n" components)
  file(CONFIGURE OUTPUT "${CMAKE_BINARY_DIR}/natives.cdx.json" @ONLY CONTENT "{
  \"bomFormat\": \"CycloneDX\",
  \"specVersion\": \"1.5\",
  \"version\": 1,
  \"components\": [
${components}
  ]
}
")
  install(FILES "${CMAKE_BINARY_DIR}/natives.cdx.json" DESTINATION "${lupine_native_dir}")
  install(CODE "
set(native_dir \"\$ENV{DESTDIR}\${CMAKE_INSTALL_PREFIX}/${lupine_native_dir}\")
set(native_libraries \"${lupine_libraries}\")
set(native_properties \"${lupine_properties}\")")
  install(SCRIPT "${CMAKE_SOURCE_DIR}/cmake/InstallProperties.cmake")
endmacro()
