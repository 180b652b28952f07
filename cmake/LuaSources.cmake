# Finds the sources of a Lua core. In this order: a folder of the user, the cache, the archive of
# the machine's distribution, upstream. Each archive must have its SHA-256 in lua-sources.txt, the
# newest first. Last, if LUA_PINNED_ONLY is off, whatever version apt's signed indexes offer.

set(lua_sources_dir "${CMAKE_CURRENT_LIST_DIR}")

# Sets <out> to the lines of the pin table for one flavour.
function(lua_pins flavour out)
  file(STRINGS "${lua_sources_dir}/lua-sources.txt" lines REGEX "^${flavour} ")
  if(NOT lines)
    message(FATAL_ERROR "no line for '${flavour}' in cmake/lua-sources.txt")
  endif()
  set(${out} "${lines}" PARENT_SCOPE)
endfunction()

# Splits one line of the pin table into pin_version, pin_file, pin_sha256 and pin_places.
macro(lua_read_pin line)
  separate_arguments(pin_places UNIX_COMMAND "${line}")
  list(POP_FRONT pin_places pin_flavour pin_version pin_file pin_sha256)
endmacro()

# Sets <out> to the bases of the package archives that apt is configured for, without network
# access.
function(lua_archive_bases out)
  set(bases "")
  find_program(LUPINE_APT_GET apt-get)
  find_program(LUPINE_APT_HELPER apt-helper PATHS /usr/lib/apt /usr/libexec/apt)
  mark_as_advanced(LUPINE_APT_GET LUPINE_APT_HELPER)
  if(LUPINE_APT_GET AND LUPINE_APT_HELPER)
    execute_process(
      COMMAND "${LUPINE_APT_GET}" indextargets --no-release-info
        --format "$(REPO_URI)" "Created-By: Packages"
      OUTPUT_VARIABLE printed ERROR_QUIET)
    string(REGEX REPLACE "/*[ \r\n]+" ";" bases "${printed}")
    list(REMOVE_ITEM bases "")
    list(REMOVE_DUPLICATES bases)
    list(FILTER bases EXCLUDE REGEX "^cdrom:")
  endif()
  set(${out} "${bases}" PARENT_SCOPE)
endfunction()

# Fetches one file from one place into the cache. Sets <out> to TRUE, or to FALSE and <why> to the
# reason.
function(lua_download place file sha256 out why)
  string(RANDOM LENGTH 8 unique)
  set(part "${LUA_SOURCE_CACHE}/.${file}.${unique}")
  set(said "")
  if(place MATCHES "^https://")
    file(DOWNLOAD "${place}" "${part}"
      TLS_VERIFY ON TIMEOUT 300 INACTIVITY_TIMEOUT 20 STATUS status)
    list(GET status 1 said)
  else()
    lua_archive_bases(bases)
    set(said "no package archive (apt) on this machine")
    foreach(base IN LISTS bases)
      execute_process(
        COMMAND "${LUPINE_APT_HELPER}" -o Acquire::Retries=1 -o Acquire::http::Timeout=20
          -o APT::Sandbox::User=
          download-file "${base}/${place}" "${part}" "SHA256:${sha256}"
        OUTPUT_QUIET ERROR_VARIABLE said RESULT_VARIABLE failed)
      if(NOT failed)
        break()
      endif()
      if(said MATCHES "E: Failed to fetch [^ ]+ +([^\n]+)")
        set(said "${CMAKE_MATCH_1}")
      endif()
    endforeach()
  endif()
  set(good FALSE)
  if(EXISTS "${part}")
    file(SHA256 "${part}" sum)
    if(sum STREQUAL sha256)
      file(RENAME "${part}" "${LUA_SOURCE_CACHE}/${file}")
      set(good TRUE)
    elseif(NOT said OR said MATCHES "No error")
      set(said "its sha256 is ${sum}")
    endif()
  endif()
  file(REMOVE "${part}" "${part}.FAILED")
  string(REGEX MATCH "[^\n]*[^\n\r ]" said "${said}")
  set(${out} ${good} PARENT_SCOPE)
  set(${why} "${said}" PARENT_SCOPE)
endfunction()

# Sets <out> to TRUE if the cache has this very file. Removes one of that name with another sum.
function(lua_cached file sha256 out)
  set(path "${LUA_SOURCE_CACHE}/${file}")
  set(good FALSE)
  if(EXISTS "${path}")
    file(SHA256 "${path}" sum)
    if(sum STREQUAL sha256)
      set(good TRUE)
    else()
      message(WARNING
        "refused ${path}: sha256 expected ${sha256}, got ${sum}; removed, sought anew")
      file(REMOVE "${path}")
    endif()
  endif()
  set(${out} ${good} PARENT_SCOPE)
endfunction()

# The last resort: the source that apt's signed indexes offer now, whatever its version. Sets <out>
# to its path or "".
function(lua_unpinned flavour out)
  set(${out} "" PARENT_SCOPE)
  lua_archive_bases(bases)
  set(keyring /usr/share/keyrings/debian-archive-keyring.gpg)
  if(NOT bases OR NOT EXISTS "${keyring}")
    return()
  endif()
  string(REGEX REPLACE "^lua5([0-9])$" "lua5.\\1" package "${flavour}")
  set(root "${LUA_SOURCE_CACHE}/.apt")
  file(REMOVE_RECURSE "${root}/got")
  file(MAKE_DIRECTORY "${root}/got" "${root}/parts" "${root}/state/lists/partial"
    "${root}/cache/archives/partial")
  list(GET bases 0 base)
  set(suites "")
  foreach(suite stable testing unstable)
    string(APPEND suites "deb-src [signed-by=${keyring}] ${base} ${suite} main\n")
  endforeach()
  file(WRITE "${root}/sources.list" "${suites}")
  file(WRITE "${root}/apt.conf" "Dir::Etc::sourcelist \"${root}/sources.list\";
Dir::Etc::sourceparts \"${root}/parts\";
Dir::State \"${root}/state\";
Dir::State::lists \"${root}/state/lists\";
Dir::Cache \"${root}/cache\";
APT::Sandbox::User \"\";
")
  set(apt "${CMAKE_COMMAND}" -E env "APT_CONFIG=${root}/apt.conf" "${LUPINE_APT_GET}" -q)
  execute_process(COMMAND ${apt} update OUTPUT_QUIET ERROR_QUIET)
  execute_process(
    COMMAND ${apt} source --download-only --tar-only --only-source "${package}"
    WORKING_DIRECTORY "${root}/got" OUTPUT_QUIET ERROR_QUIET)
  file(GLOB got "${root}/got/*.orig.tar.*")
  list(FILTER got EXCLUDE REGEX "\\.asc$")
  if(got)
    list(GET got 0 path)
    get_filename_component(name "${path}" NAME)
    file(RENAME "${path}" "${LUA_SOURCE_CACHE}/unpinned-${name}")
    file(SHA256 "${LUA_SOURCE_CACHE}/unpinned-${name}" sum)
    set(LUPINE_UNPINNED_${flavour} "unpinned-${name};${sum}" CACHE INTERNAL
      "what apt's signature vouched for")
    set(${out} "${LUA_SOURCE_CACHE}/unpinned-${name}" PARENT_SCOPE)
  endif()
  file(REMOVE_RECURSE "${root}")
endfunction()

# Finds the archive of one flavour or ends the configuration. Sets lua_archive (path),
# lua_archive_sha256 and lua_archive_address (an upstream address, or "").
function(lua_find_archive flavour)
  file(MAKE_DIRECTORY "${LUA_SOURCE_CACHE}")
  lua_pins(${flavour} pins)
  set(tried "")
  set(wanted "")
  set(found FALSE)
  foreach(pin IN LISTS pins)
    lua_read_pin("${pin}")
    string(APPEND wanted "\n  ${pin_file}\n    sha256 ${pin_sha256}")
    lua_cached("${pin_file}" ${pin_sha256} found)
    if(found)
      break()
    endif()
  endforeach()
  if(NOT found AND LUPINE_UNPINNED_${flavour} AND NOT LUA_PINNED_ONLY)
    # by an earlier configuration of this build folder
    list(GET LUPINE_UNPINNED_${flavour} 0 pin_file)
    list(GET LUPINE_UNPINNED_${flavour} 1 pin_sha256)
    set(pin_places "")
    lua_cached("${pin_file}" ${pin_sha256} found)
  endif()
  if(NOT found AND NOT FETCHCONTENT_FULLY_DISCONNECTED)
    foreach(pin IN LISTS pins)
      lua_read_pin("${pin}")
      foreach(place IN LISTS pin_places)
        message(STATUS "${flavour}: fetching ${pin_file} from ${place}")
        lua_download("${place}" "${pin_file}" ${pin_sha256} found why)
        if(found)
          break()
        endif()
        string(APPEND tried "\n  ${place}: ${why}")
      endforeach()
      if(found)
        break()
      endif()
    endforeach()
  endif()
  if(found)
    set(lua_archive "${LUA_SOURCE_CACHE}/${pin_file}" PARENT_SCOPE)
    set(lua_archive_sha256 ${pin_sha256} PARENT_SCOPE)
    list(FILTER pin_places INCLUDE REGEX "^https://")
    set(lua_archive_address "${pin_places}" PARENT_SCOPE)
    return()
  endif()
  if(NOT LUA_PINNED_ONLY AND NOT FETCHCONTENT_FULLY_DISCONNECTED)
    message(STATUS "${flavour}: no pinned archive to be had, asking apt's source indexes")
    lua_unpinned(${flavour} archive)
    if(archive)
      file(SHA256 "${archive}" sum)
      message(WARNING "${flavour}: taking ${archive} (sha256 ${sum}), which is signed by the "
        "distribution but not pinned in cmake/lua-sources.txt; forbid this with "
        "-DLUA_PINNED_ONLY=ON")
      set(lua_archive "${archive}" PARENT_SCOPE)
      set(lua_archive_sha256 ${sum} PARENT_SCOPE)
      set(lua_archive_address "" PARENT_SCOPE)
      return()
    endif()
    string(APPEND tried "\n  apt-get source: nothing")
  endif()
  if(NOT tried)
    set(tried "\n  nothing (FETCHCONTENT_FULLY_DISCONNECTED)")
  endif()
  string(TOUPPER ${flavour} upper)
  message(FATAL_ERROR "no source for '${flavour}' to be had. Wanted, one of:${wanted}\n"
    "tried the cache ${LUA_SOURCE_CACHE}, then:${tried}\n"
    "What to do, one of:\n"
    "  run once with a network\n"
    "  put such a file into ${LUA_SOURCE_CACHE}\n"
    "  give an unpacked tree: -DFETCHCONTENT_SOURCE_DIR_${upper}=DIR\n"
    "  use an installed Lua: -DLUA_PROVIDER=system\n"
    "  leave it out of -DLUA_FLAVOURS")
endfunction()
