# What the five flavours from PUC-Rio share.

# Makes the check of the C stack known to the core and its libraries, not to others with lua.h.
function(declare_stack_guard)
  set(place [=[
** Local configuration. You can use this space to add your redefinitions
** without modifying the main part of the file.
*/
]=])
  replace_text(src/luaconf.h "${place}" "${place}
#if defined(LUA_CORE) || defined(LUA_LIB)
${stack_guard}#endif
")
endfunction()

