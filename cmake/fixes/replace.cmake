# What the scripts of this folder share.
# cmake -DSOURCE_DIR=<tree> [-DLUA_PRISTINE=ON] -P <flavour>.cmake
#
# Each script changes a fetched tree in place, and can be run on it again. Fixes outside of
# if(NOT LUA_PRISTINE) repair faults by which a script can damage memory. The others keep scripts
# from ending the process or running on, except for the few that save time. See README.md.
cmake_minimum_required(VERSION 3.22)

set(patch_dir "${CMAKE_CURRENT_LIST_DIR}/../../jni/patch")
if(NOT SOURCE_DIR)
  message(FATAL_ERROR "which tree? give -DSOURCE_DIR=<folder>")
endif()

# Begins a fix: everything replaced from here on belongs to it. README.md has a line for each name.
function(fix name)
  set_property(GLOBAL PROPERTY current_fix "${name}")
endfunction()

# Has a file of jni/patch copied to the sources, where replaced text can include it.
function(patch_file file)
  set_property(GLOBAL APPEND PROPERTY patch_files "${file}")
endfunction()

# Replaces <find> by <put>. <find> must occur in the file exactly once, or as often as a fourth
# argument says. A file that has <put> already is left alone, so each <put> has words of our own in
# it. Nothing is written before write_replaced(): a tree gets all of its fixes or none.
function(replace_text file find put)
  set(times 1)
  if(ARGC GREATER 3)
    set(times ${ARGV3})
  endif()
  get_property(files GLOBAL PROPERTY replaced_files)
  if(file IN_LIST files)
    get_property(text GLOBAL PROPERTY "replaced_${file}")
  else()
    file(READ "${SOURCE_DIR}/${file}" text)
  endif()
  get_property(name GLOBAL PROPERTY current_fix)
  if(NOT name)
    message(FATAL_ERROR "${file}: no fix has begun")
  endif()
  count_text("${text}" "${put}" there)
  if(there EQUAL times)
    return()
  endif()
  count_text("${text}" "${find}" found)
  if(NOT found EQUAL times)
    message(FATAL_ERROR
      "fix '${name}': ${SOURCE_DIR}/${file}: expected ${times}, found ${found} of this text:\n"
      "${find}\n"
      "Another release of Lua, or a tree with other fixes in it: remove the tree, so that it is "
      "unpacked anew.")
  endif()
  string(REPLACE "${find}" "${put}" text "${text}")
  set_property(GLOBAL PROPERTY "replaced_${file}" "${text}")
  if(NOT file IN_LIST files)
    set_property(GLOBAL APPEND PROPERTY replaced_files "${file}")
  endif()
endfunction()

# Writes the changed files, and the files that they include.
function(write_replaced)
  get_property(names GLOBAL PROPERTY patch_files)
  foreach(name IN LISTS names)
    file(COPY "${patch_dir}/${name}" DESTINATION "${SOURCE_DIR}/src")
  endforeach()
  get_property(files GLOBAL PROPERTY replaced_files)
  foreach(file IN LISTS files)
    get_property(text GLOBAL PROPERTY "replaced_${file}")
    file(WRITE "${SOURCE_DIR}/${file}" "${text}")
  endforeach()
endfunction()

# Sets <out> to the number of occurrences of <part> in <text>.
function(count_text text part out)
  string(REPLACE "${part}" "" rest "${text}")
  string(LENGTH "${text}" all)
  string(LENGTH "${rest}" left)
  string(LENGTH "${part}" size)
  math(EXPR count "(${all} - ${left}) / ${size}")
  set(${out} ${count} PARENT_SCOPE)
endfunction()
