# Lays out the content of one jar for each set of natives, in a folder of the set's name below OUT:
# the set, the licences of what is in it, and a module that Java resolves beside org.lupine. Says
# which of SETS are not in NATIVES, and makes nothing for them.
# usage: cmake -DNATIVES=DIR -DSETS=SET,SET... -DCLASSES=DIR -DJAVA_HOME=DIR -DVERSION=VERSION
#          -DOUT=DIR -P cmake/StageNatives.cmake

cmake_policy(VERSION 3.22)
get_filename_component(root "${CMAKE_CURRENT_LIST_DIR}/.." ABSOLUTE)
file(REMOVE_RECURSE "${OUT}")

string(REPLACE "," ";" sets "${SETS}")
file(GLOB found RELATIVE "${NATIVES}/META-INF/native" "${NATIVES}/META-INF/native/*")
foreach(set IN LISTS found)
  if(NOT set IN_LIST sets)
    message(FATAL_ERROR "${NATIVES}/META-INF/native/${set}: no jar is made of this set; sets are "
      "listed in pom.xml, in module-info.java and in bom/pom.xml")
  endif()
endforeach()
if(NOT found)
  message(FATAL_ERROR "no natives in ${NATIVES}: run ci/natives first")
endif()

foreach(set IN LISTS sets)
  if(NOT set IN_LIST found)
    message(STATUS "natives-${set}: not attached, there is no such set in ${NATIVES}")
    continue()
  endif()
  file(COPY "${NATIVES}/META-INF/native/${set}" DESTINATION "${OUT}/${set}/META-INF/native")
  file(COPY "${NATIVES}/META-INF/licenses" "${root}/LICENSE" DESTINATION "${OUT}/${set}/META-INF")

  string(REPLACE "-" "." module "org.lupine.natives.${set}")
  set(sources "${OUT}/sources/${module}")
  foreach(name module-info.java Natives.java)
    configure_file("${root}/src/main/natives/${name}.in" "${sources}/${name}" @ONLY)
  endforeach()
  execute_process(COMMAND "${JAVA_HOME}/bin/javac" --release 17 --module-version "${VERSION}"
    -Xlint:all,-module -Werror -p "${CLASSES}" -d "${OUT}/${set}"
    "${sources}/module-info.java" "${sources}/Natives.java" RESULT_VARIABLE status)
  if(status)
    message(FATAL_ERROR "javac: ${status}")
  endif()
endforeach()
