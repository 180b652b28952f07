# What is installed, laid out as it stands in the jar:
#   META-INF/native/<platform>/   the libraries, natives.properties about them, and natives.cdx.json,
#                                 a CycloneDX list of the cores that are inside
#   META-INF/licenses/            the licence of each of these cores

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
