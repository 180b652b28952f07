# Writes the manifest header by which OSGi frameworks know the native libraries of a jar.
# usage: cmake -DCLASSES=FOLDER -DMANIFEST=FILE -P BundleManifest.cmake
#   FOLDER  what becomes the jar, with the sets of natives in META-INF/native
#
# There is a clause for each system and processor that has a set; it lists those for glibc and for
# musl, which OSGi does not tell apart. The library unpacks its natives itself, so the last clause
# lets a framework on any other platform accept the bundle: there a script says what is missing.
# A clause may name only what is in the bundle. So this is made from the files that there are, and a
# jar without natives has no such header.

cmake_policy(VERSION 3.22)

set(os_linux "Linux")
set(os_macos "MacOSX")
set(os_windows "Win32")
set(processor_x86_64 "x86-64")
set(processor_aarch64 "AArch64")

file(GLOB sets RELATIVE "${CLASSES}/META-INF/native" "${CLASSES}/META-INF/native/*-*")
list(SORT sets)
set(platforms "")
foreach(set IN LISTS sets)
  string(REGEX MATCH "^([^-]+)-([^-]+)" platform "${set}")
  if(NOT DEFINED os_${CMAKE_MATCH_1} OR NOT DEFINED processor_${CMAKE_MATCH_2})
    continue()      # OSGi has no name for it
  endif()
  file(GLOB files RELATIVE "${CLASSES}"
    "${CLASSES}/META-INF/native/${set}/*.so" "${CLASSES}/META-INF/native/${set}/*.dylib"
    "${CLASSES}/META-INF/native/${set}/*.dll")
  if(NOT files)
    continue()
  endif()
  if(NOT platform IN_LIST platforms)
    list(APPEND platforms "${platform}")
    set(end_${platform} "osname=${os_${CMAKE_MATCH_1}};processor=${processor_${CMAKE_MATCH_2}}")
  endif()
  list(SORT files)
  list(APPEND files_${platform} ${files})
endforeach()

set(header "")
foreach(platform IN LISTS platforms)
  list(JOIN files_${platform} ";" files)
  string(APPEND header "${files};${end_${platform}},")
endforeach()

# A line of a manifest has at most 72 bytes, its end included.
set(text "Manifest-Version: 1.0\n")
if(header)
  set(header "Bundle-NativeCode: ${header}*")
  string(LENGTH "${header}" length)
  set(begin 0)
  set(indent "")
  while(begin LESS length)
    string(SUBSTRING "${header}" ${begin} 70 line)
    string(APPEND text "${indent}${line}\n")
    set(indent " ")
    math(EXPR begin "${begin} + 70")
  endwhile()
endif()
file(WRITE "${MANIFEST}" "${text}")
