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


# The loops of the libraries that may go on for long ask whether they are to end.
function(poll_in_libraries)
  replace_text(src/lstrlib.c
    [=[    while (l1 > 0 && (init = (const char *)memchr(s1, *s2, l1)) != NULL) {]=]
    [=[    while (l1 > 0 && !lupine_wanted() &&  /* lupine: the caller's caller asks */
           (init = (const char *)memchr(s1, *s2, l1)) != NULL) {]=])
  replace_text(src/lbaselib.c
    [=[  luaL_checkstack(L, 2, "too many nested functions");]=]
    [=[  luaL_checkstack(L, 2, "too many nested functions");
  lupine_poll(L);]=])
  replace_text(src/ltablib.c
    [=[  for (; i < last; i++) {]=]
    [=[  for (; i < last; i++) {
    lupine_poll(L);]=])
  replace_text(src/ltablib.c
    [=[static int sort_comp (lua_State *L, int a, int b) {]=]
    [=[static int sort_comp (lua_State *L, int a, int b) {
  lupine_poll(L);]=])
  file(READ "${SOURCE_DIR}/src/lstrlib.c" text)
  if(text MATCHES "while \\(n-- > 1\\)")   # not in 5.1
    replace_text(src/lstrlib.c
      [=[    while (n-- > 1) {  /* first n-1 copies (followed by separator) */]=]
      [=[    while (n-- > 1) {  /* first n-1 copies (followed by separator) */
      lupine_poll(L);]=])
  endif()
endfunction()

# Errors of a coroutine that waits for one that it has resumed are thrown in it, those of one that
# does not run in the main one: from C modules that use another lua_State than the running one. Either
# may leave frames of the host, which then says where to throw. 'head' begins luaD_throw; 'to' and
# 'from' are where the error goes and is.
function(keep_errors_inside head to from)
  replace_text(src/ldo.c
    "${head} {
  if (L->errorJmp) {"
    "${head} {
  if (L->errorJmp) {  /* lupine: who may catch it */
    lua_State *other = lupine_catcher(L->errorJmp);
    if (other && other != L && G(other) == G(L) && other->errorJmp) {
      setobj(L, ${to}, ${from});
      L = other;
    }
  }
  if (L->errorJmp) {")
endfunction()
