# Entries in CycloneDX lists of components.

# Sets <out> to the entry of a component.
#   reference  by which the list refers to it
#   license    its SPDX identifier, or an expression of several
#   sum        the SHA-256 of its source; empty if that is not known
function(lupine_component out reference name version purl license sum)
  set(hashes "")
  if(sum)
    set(hashes ",\n      \"hashes\": [{\"alg\": \"SHA-256\", \"content\": \"${sum}\"}]")
  endif()
  set(licenses "{\"license\": {\"id\": \"${license}\"}}")
  if(license MATCHES " ")
    set(licenses "{\"expression\": \"${license}\"}")
  endif()
  set(${out} "    {
      \"type\": \"library\",
      \"bom-ref\": \"${reference}\",
      \"name\": \"${name}\",
      \"version\": \"${version}\",
      \"purl\": \"${purl}\",
      \"licenses\": [${licenses}]${hashes}
    }" PARENT_SCOPE)
endfunction()
