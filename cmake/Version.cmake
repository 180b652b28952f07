# Which natives fit which classes.

# Sets <out> to the version of this build: that of pom.xml, and a checksum of jni/bridge.h, which
# describes all that crosses between classes and natives. Both record it; Release.java compares.
function(lupine_version out)
  set(root "${CMAKE_CURRENT_FUNCTION_LIST_DIR}/..")
  file(STRINGS "${root}/pom.xml" version REGEX "^  <version>" LIMIT_COUNT 1)
  string(REGEX REPLACE "^.*<version>(.*)</version>.*$" "\\1" version "${version}")
  file(SHA256 "${root}/jni/bridge.h" sum)
  string(SUBSTRING "${sum}" 0 16 sum)
  set(${out} "${version}+${sum}" PARENT_SCOPE)
endfunction()
