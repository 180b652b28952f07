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

# Lua 5.2 and 5.3: states that were opened in one second at one address had the same seed.
function(seed_each_state)
  replace_text(src/lstate.c
    [=[#define luai_makeseed()		cast(unsigned int, time(NULL))]=]
    [=[#define luai_makeseed()		(cast(unsigned int, time(NULL)) ^ lupine_seed())]=])
endfunction()

# Lua 5.1 to 5.3: what a finalizer raised came out of whatever ran when a step of the collector was
# due, be it another script or the compiler. As in later versions, it is lost; but what a script
# collects itself raises it, as the manuals of 5.1 to 5.3 say.
function(collect_by_scripts)
  replace_text(src/lbaselib.c
    [=[static int luaB_type (lua_State *L) {]=]
    [=[/* lupine: what a script collects with */
lua_CFunction const lupine_collector = luaB_collectgarbage;


static int luaB_type (lua_State *L) {]=])
endfunction()

# Lua 5.2 and 5.3.
function(lose_errors_of_finalizers)
  collect_by_scripts()
  replace_text(src/lgc.c
    [=[static void GCTM (lua_State *L, int propagateerrors) {]=]
    [=[extern lua_CFunction const lupine_collector;

static void GCTM (lua_State *L, int propagateerrors) {]=])
  replace_text(src/lgc.c
    [=[    if (status != LUA_OK && propagateerrors) {  /* error while running __gc? */]=]
    [=[    if (status != LUA_OK && !lupine_fatal()
        && !(propagateerrors && ttislcf(L->ci->func) && fvalue(L->ci->func) == lupine_collector))
      L->top--;  /* lupine */
    else if (status != LUA_OK && propagateerrors) {  /* error while running __gc? */]=])
endfunction()

# The loops of the libraries that may go on for long ask whether they are to end.
function(poll_in_libraries)
  replace_text(src/lstrlib.c
    [=[    while (l1 > 0 && (init = (const char *)memchr(s1, *s2, l1)) != NULL) {]=]
    [=[    while (l1 > 0 && !lupine_wanted() &&  /* lupine: the caller's caller asks */
           (init = (const char *)memchr(s1, *s2, l1)) != NULL) {]=])
  # A set may be as long as the text that it is to match.
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


# What no script may catch is none for the handlers of xpcall either: one in C was called again for
# each error that it raised in turn.
function(pass_by_handlers)
  replace_text(src/ldebug.c
    [=[  if (L->errfunc != 0) {  /* is there an error handling function? */]=]
    [=[  if (L->errfunc != 0 && !lupine_fatal()) {  /* lupine: not for a fatal error */]=])
endfunction()


# The compiler asks whether it is to end, at each token and wherever it goes through lists.
function(poll_in_compiler)
  replace_text(src/llex.c
    [=[void luaX_next (LexState *ls) {]=]
    [=[void luaX_next (LexState *ls) {
  lupine_poll(ls->L);]=])
  replace_text(src/lcode.c
    [=[static int getjump (FuncState *fs, int pc) {]=]
    [=[static int getjump (FuncState *fs, int pc) {
  lupine_poll(fs->ls->L);]=])
  # To join lists of jumps piece by piece took the square of what was joined.
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


# Goes through labels and pending gotos likewise; 5.1 has none.
function(poll_in_labels)
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


# The collector goes once more through all tables with weak keys as long as that finds something to
# keep: the square of their number, if each holds the next one's key, and all of it in one step. After
# four times it now notes which values wait for which keys. <key> and <gc_key> are those of a node, as
# iscleared() and a GCObject want it; <mark> is where objects are marked.
function(index_ephemerons key gc_key mark)
  replace_text(src/lstate.h
    [=[  GCObject *ephemeron;  /* list of ephemeron tables (weak keys) */]=]
    [=[  GCObject *ephemeron;  /* list of ephemeron tables (weak keys) */
  struct Waiting *waiting;  /* lupine: values whose keys are not marked yet, or NULL */]=])
  replace_text(src/lstate.c
    [=[  g->weak = g->ephemeron = g->allweak = NULL;]=]
    [=[  g->weak = g->ephemeron = g->allweak = NULL;
  g->waiting = NULL;  /* lupine */]=])
  string(CONCAT index
[=[/* lupine: an entry of a table with weak keys, both key and value of which are not marked */
typedef struct WaitingEntry {
  GCObject *key;  /* NULL once it is marked */
  TValue *value;
  size_t next;  /* of those of its place, or of those whose keys are marked; 0: none */
} WaitingEntry;

/* Those of all tables, by their keys. Its memory is none of the state's. */
typedef struct Waiting {
  WaitingEntry *entries;  /* from 1 on */
  size_t *places;
  size_t count, size;  /* the latter a power of 2, or 0 */
  size_t ready;
} Waiting;


static size_t *place_of (Waiting *w, GCObject *key) {
  unsigned long long hash = ((size_t)key >> 4) * 0x9e3779b97f4a7c15ull;
  return &w->places[(size_t)(hash >> 32) & (w->size - 1)];
}


/* Notes the entries whose keys are now marked: their values are to be marked too. */
static void key_marked (Waiting *w, GCObject *key) {
  size_t *p;
  if (w->size == 0) return;
  p = place_of(w, key);
  while (*p != 0) {
    size_t i = *p;
    WaitingEntry *entry = &w->entries[i];
    if (entry->key == key) {
      *p = entry->next;
      entry->key = NULL;
      entry->next = w->ready;
      w->ready = i;
    }
    else
      p = &entry->next;
  }
}


/* Makes room for more; 0 if there is no memory. */
static int more_waiting (Waiting *w) {
  size_t i, size = w->size == 0 ? 256 : w->size * 2;
  void *grown = realloc(w->entries, (size + 1) * sizeof(WaitingEntry));
  if (grown == NULL) return 0;
  w->entries = (WaitingEntry *)grown;
  grown = realloc(w->places, size * sizeof(size_t));
  if (grown == NULL) return 0;
  w->places = (size_t *)grown;
  w->size = size;
  memset(w->places, 0, size * sizeof(size_t));
  for (i = 1; i <= w->count; i++) {
    WaitingEntry *entry = &w->entries[i];
    if (entry->key != NULL) {
      size_t *p = place_of(w, entry->key);
      entry->next = *p;
      *p = i;
    }
  }
  return 1;
}


/* Notes the entries of a table. 0 if there is no memory. */
static int wait_for_keys (global_State *g, Table *h) {
  Waiting *w = g->waiting;
  Node *n, *limit = gnodelast(h);
  for (n = gnode(h, 0); n < limit; n++) {
    if (!valiswhite(gval(n))) continue;
    if (!iscleared(g, ]=] "${key}" [=[(n)))
      reallymarkobject(g, gcvalue(gval(n)));
    else {
      size_t *p;
      WaitingEntry *entry;
      if (w->count == w->size && !more_waiting(w)) return 0;
      entry = &w->entries[++w->count];
      entry->key = ]=] "${gc_key}" [=[;
      entry->value = gval(n);
      p = place_of(w, entry->key);
      entry->next = *p;
      *p = w->count;
    }
  }
  return 1;
}


/* Marks all that tables with weak keys keep alive, unless memory is short, and leaves them listed. */
static void converge_by_keys (global_State *g) {
  Waiting w;
  GCObject *noted = NULL;
  int enough = 1;
  memset(&w, 0, sizeof(w));
  g->waiting = &w;
  do {
    propagateall(g);
    while (enough && g->ephemeron != NULL) {
      Table *h = gco2t(g->ephemeron);
      g->ephemeron = h->gclist;
      h->gclist = noted;
      noted = obj2gco(h);
      enough = wait_for_keys(g, h);
    }
    while (w.ready != 0) {
      TValue *value = w.entries[w.ready].value;
      w.ready = w.entries[w.ready].next;
      if (valiswhite(value)) reallymarkobject(g, gcvalue(value));
    }
  } while (g->gray != NULL);
  while (noted != NULL) {
    Table *h = gco2t(noted);
    noted = h->gclist;
    h->gclist = g->ephemeron;
    g->ephemeron = obj2gco(h);
  }
  g->waiting = NULL;
  free(w.entries);
  free(w.places);
}


static void convergeephemerons (global_State *g) {
  int times = 0;
]=])
  replace_text(src/lgc.c
    [=[static void convergeephemerons (global_State *g) {
]=] "${index}")
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
