# Fixes of all five flavours from PUC-Rio.

# Declares the host's functions to the core and its libraries, and not to others that include
# lua.h.
function(declare_host)
  fix(host)
  patch_file(lupine_guard.h)
  patch_file(../platform.h)
  set(place [=[
** Local configuration. You can use this space to add your redefinitions
** without modifying the main part of the file.
*/
]=])
  replace_text(src/luaconf.h "${place}" "${place}
#if defined(LUA_CORE) || defined(LUA_LIB)
#include \"lupine_guard.h\"
#endif
")
endfunction()

# Lua 5.2 and 5.3: states opened in the same second at the same address had the same seed.
function(seed_each_state)
  fix(seeds)
  replace_text(src/lstate.c
    [=[#define luai_makeseed()		cast(unsigned int, time(NULL))]=]
    [=[#define luai_makeseed()		(cast(unsigned int, time(NULL)) ^ lupine_seed())]=])
endfunction()

# The loops of the libraries that may take long poll.
function(poll_in_libraries)
  fix(poll-libraries)
  replace_text(src/lstrlib.c
    [=[    while (l1 > 0 && (init = (const char *)memchr(s1, *s2, l1)) != NULL) {]=]
    [=[    while (l1 > 0 && (init = (const char *)memchr(s1, *s2, l1)) != NULL) {
      lupine_poll(L);]=])
  replace_text(src/lstrlib.c
    [=[static const char *lmemfind (const char *s1, size_t l1,]=]
    [=[static const char *lmemfind (lua_State *L, const char *s1, size_t l1,]=])
  replace_text(src/lstrlib.c
    [=[const char *s2 = lmemfind(s]=]
    [=[const char *s2 = lmemfind(L, s]=])
  # A set may be as long as the text that it matches.
  replace_text(src/lstrlib.c
    [=[    i++;
  /* keeps trying to match with the maximum repetitions */]=]
    [=[  {
    i++;
    if (*p == '[') lupine_poll(ms->L);
  }
  /* keeps trying to match with the maximum repetitions */]=])
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


# An error that scripts must not catch is not passed to handlers of xpcall. One in C was called
# again for each error that it raised itself.
function(pass_by_handlers)
  fix(uncatchable)
  replace_text(src/ldebug.c
    [=[  if (L->errfunc != 0) {  /* is there an error handling function? */]=]
    [=[  if (L->errfunc != 0 && !lupine_fatal()) {  /* lupine: not for a fatal error */]=])
endfunction()


# To scripts a table of another state is a table, though it is a userdata here. <find> is how 'type'
# names the type <type> of its argument, after <before>, which stays.
function(type_tables find type before)
  fix(types)
  replace_text(src/lbaselib.c "${find}"
    "${before}  /* lupine */
  lua_pushstring(L, lua_type(L, 1) == LUA_TUSERDATA && lupine_is_table(L, 1)
                    ? \"table\" : ${type});")
endfunction()


# The compiler polls at each token and wherever it walks lists.
function(poll_in_compiler)
  fix(poll-compiler)
  replace_text(src/llex.c
    [=[void luaX_next (LexState *ls) {]=]
    [=[void luaX_next (LexState *ls) {
  lupine_poll(ls->L);]=])
  replace_text(src/lcode.c
    [=[static int getjump (FuncState *fs, int pc) {]=]
    [=[static int getjump (FuncState *fs, int pc) {
  lupine_poll(fs->ls->L);]=])
  fix(jump-lists)
  # To join lists of jumps one by one took the square of their length.
  replace_text(src/lcode.c
    [=[    int next;
    while ((next = getjump(fs, list)) != NO_JUMP)  /* find last element */
      list = next;]=]
    [=[    int next, other = l2;
    while ((next = getjump(fs, list)) != NO_JUMP) {  /* find last element */
      list = next;
      if ((next = getjump(fs, other)) == NO_JUMP) {  /* lupine: of the shorter list */
        fixjump(fs, other, *l1);
        *l1 = l2;
        return;
      }
      other = next;
    }]=])
endfunction()


# The compiler also polls where it walks labels and pending gotos; 5.1 has none.
function(poll_in_labels)
  fix(poll-compiler)
  replace_text(src/lparser.c
    [=[    gl->arr[i] = gl->arr[i + 1];
  gl->n--;]=]
    [=[    gl->arr[i] = gl->arr[i + 1];
  gl->n--;
  lupine_poll(ls->L);]=])
  replace_text(src/lparser.c
    [=[  Dyndata *dyd = ls->dyd;
]=]
    [=[  Dyndata *dyd = ls->dyd;
  lupine_poll(ls->L);
]=] 2)
endfunction()


# The collector visits all tables with weak keys again as long as that finds something to mark: the
# square of their number, if each holds the key of the next one, in one step. After four times it
# now builds an index of values by the keys that they wait for. <key> and <gc_key> are the key of a
# node, as iscleared() takes it and as a GCObject; <mark> is the code that marks objects.
function(index_ephemerons key gc_key mark)
  fix(ephemerons)
  replace_text(src/lstate.h
    [=[  GCObject *ephemeron;  /* list of ephemeron tables (weak keys) */]=]
    [=[  GCObject *ephemeron;  /* list of ephemeron tables (weak keys) */
  struct Waiting *waiting;  /* lupine: values whose keys are not marked yet, or NULL */]=])
  replace_text(src/lstate.c
    [=[  g->weak = g->ephemeron = g->allweak = NULL;]=]
    [=[  g->weak = g->ephemeron = g->allweak = NULL;
  g->waiting = NULL;  /* lupine */]=])
  patch_file(lupine_ephemerons.h)
  replace_text(src/lgc.c
    "static void convergeephemerons (global_State *g) {
"
    "#define waiting_key(n)	${key}(n)  /* lupine */
#define waiting_gc_key(n)	${gc_key}
#include \"lupine_ephemerons.h\"


static void convergeephemerons (global_State *g) {
  int times = 0;
")
  replace_text(src/lgc.c
    [=[  do {
    GCObject *w;
    GCObject *next = g->ephemeron;  /* get ephemeron list */]=]
    [=[  do {
    GCObject *w;
    GCObject *next;
    if (++times == 5) converge_by_keys(g);  /* lupine */
    next = g->ephemeron;  /* get ephemeron list */]=])
  replace_text(src/lgc.c
    [=[#include "ltm.h"
]=]
    [=[#include "ltm.h"

#include <stdlib.h>  /* lupine */
#include <string.h>

static void key_marked (struct Waiting *w, GCObject *key);
]=])
  replace_text(src/lgc.c "${mark}" "${mark}
  if (g->waiting != NULL) key_marked(g->waiting, o);  /* lupine */")
endfunction()


# An error of a coroutine that waits for one that it has resumed is thrown in it, and an error of
# one that does not run in the main one; C modules cause these by another lua_State than the
# running one. Either may leave frames of the host, or the main one may not run; so the host says where
# to throw. 'head' begins luaD_throw; 'to' and 'from' are where the error goes to and comes from;
# 'main' is the main lua_State.
function(keep_errors_inside head to from main)
  fix(errors-inside)
  replace_text(src/ldo.c
    "${head} {
  if (L->errorJmp) {"
    "${head} {
  if (L->errorJmp || !${main}->errorJmp) {  /* lupine: who may catch it */
    lua_State *other = lupine_catcher(L->errorJmp);
    if (other && other != L && G(other) == G(L) && other->errorJmp) {
      setobj(L, ${to}, ${from});
      L = other;
    }
  }
  if (L->errorJmp) {")
endfunction()
