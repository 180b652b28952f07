# Runs at installation, after the libraries. Writes natives.properties next to them, from
# native_dir, native_libraries and native_properties, and removes libraries of an earlier build
# that are no longer among them.

cmake_policy(VERSION 3.22)
include("${CMAKE_CURRENT_LIST_DIR}/Version.cmake")

file(GLOB present RELATIVE "${native_dir}" "${native_dir}/*lupine*")
foreach(name IN LISTS present)
  if(NOT name IN_LIST native_libraries)
    file(REMOVE "${native_dir}/${name}")
  endif()
endforeach()
foreach(name IN LISTS native_libraries)
  file(SHA256 "${native_dir}/${name}" sum)
  list(APPEND native_properties "${name}.sha256=${sum}")
endforeach()
lupine_version(version)
list(APPEND native_properties "version=${version}")
list(SORT native_properties)
list(JOIN native_properties "\n" text)
file(WRITE "${native_dir}/natives.properties" "${text}\n")
