# Writes into OUT what the jar says about the natives in NATIVES:
#   META-INF/sbom/lupine.cdx.json                 a CycloneDX list of the jar and its native parts
#   org/lupine/bridge/load/release.properties     the artifact, the platforms that have natives, and
#                                                 the version that natives for these classes have
# usage: cmake -DNATIVES=DIR -DGROUP=G -DARTIFACT=A -DVERSION=V -DDESCRIPTION=TEXT -DURL=URL
#          -DTIME=TIME -DOUT=DIR -P cmake/DescribeNatives.cmake

cmake_policy(VERSION 3.22)
include("${CMAKE_CURRENT_LIST_DIR}/Components.cmake")
include("${CMAKE_CURRENT_LIST_DIR}/Version.cmake")

# Sets <out> to a member of a JSON object; empty if it has none.
function(json_get out json)
  string(JSON value ERROR_VARIABLE error GET "${json}" ${ARGN})
  if(error)
    set(value "")
  endif()
  set(${out} "${value}" PARENT_SCOPE)
endfunction()

# Sets <out> to the entry of a part in the list. Its reference is its whole purl: sets built at
# different times may have different archives of one version.
function(describe_part out part)
  foreach(member name version purl)
    json_get(${member} "${part}" ${member})
  endforeach()
  json_get(license "${part}" licenses 0 license id)
  if(NOT license)
    json_get(license "${part}" licenses 0 expression)
  endif()
  json_get(sum "${part}" hashes 0 content)
  lupine_component(entry "${purl}" "${name}" "${version}" "${purl}" "${license}" "${sum}")
  set(${out} "${entry}" PARENT_SCOPE)
endfunction()

file(GLOB sets RELATIVE "${NATIVES}/META-INF/native" "${NATIVES}/META-INF/native/*")
list(SORT sets)
set(purls "")
set(components "")
foreach(set IN LISTS sets)
  file(READ "${NATIVES}/META-INF/native/${set}/natives.cdx.json" list)
  string(JSON count LENGTH "${list}" components)
  math(EXPR last "${count} - 1")
  foreach(i RANGE ${last})
    if(count EQUAL 0)
      break()
    endif()
    string(JSON part GET "${list}" components ${i})
    json_get(purl "${part}" purl)
    if(NOT purl IN_LIST purls)
      list(APPEND purls "${purl}")
      describe_part(entry "${part}")
      list(APPEND components "${entry}")
    endif()
  endforeach()
endforeach()

set(self "pkg:maven/${GROUP}/${ARTIFACT}@${VERSION}?type=jar")
set(depends "")
set(leaves "")
foreach(purl IN LISTS purls)
  list(APPEND depends "\"${purl}\"")
  string(APPEND leaves ",\n    {\"ref\": \"${purl}\"}")
endforeach()
list(JOIN components ",\n" components)
list(JOIN depends ",\n      " depends)
# The same list has the same number, wherever it is made; the name space is that of addresses.
string(UUID serial NAMESPACE 6ba7b811-9dad-11d1-80b4-00c04fd430c8 NAME "${self} ${components}"
  TYPE SHA1)
file(CONFIGURE OUTPUT "${OUT}/META-INF/sbom/lupine.cdx.json" @ONLY CONTENT "{
  \"bomFormat\": \"CycloneDX\",
  \"specVersion\": \"1.5\",
  \"serialNumber\": \"urn:uuid:${serial}\",
  \"version\": 1,
  \"metadata\": {
    \"timestamp\": \"${TIME}\",
    \"component\": {
      \"type\": \"library\",
      \"bom-ref\": \"${self}\",
      \"group\": \"${GROUP}\",
      \"name\": \"${ARTIFACT}\",
      \"version\": \"${VERSION}\",
      \"description\": \"${DESCRIPTION}\",
      \"licenses\": [{\"license\": {\"id\": \"MIT\"}}],
      \"purl\": \"${self}\",
      \"externalReferences\": [{\"type\": \"website\", \"url\": \"${URL}\"}]
    }
  },
  \"components\": [
${components}
  ],
  \"dependencies\": [
    {\"ref\": \"${self}\", \"dependsOn\": [
      ${depends}
    ]}${leaves}
  ]
}
")

list(JOIN sets " " sets)
lupine_version(version)
file(CONFIGURE OUTPUT "${OUT}/org/lupine/bridge/load/release.properties" @ONLY CONTENT
  "artifact=${GROUP}:${ARTIFACT}:${VERSION}\nnatives=${sets}\nversion=${version}\n")
