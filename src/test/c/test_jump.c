/*
** What could jump over C frames: C functions of modules, and scripts, that use another lua_State
** than the running one, or close the running one. Each is tried in functions that the host calls
** during calls of Lua, and no call of the host may be left without its return. Also functions of
** ours that a script has got hold of: called with anything, by anything. Exits with 0 if all tests
** pass.
*/
#include "attach.h"
#include "bulk.h"
#include "entry.h"
#include "failure.h"
#include "guard.h"
#include "fastcall.h"
#include "memory.h"
#include "refs.h"
#include "traceback.h"

#pragma GCC diagnostic ignored "-Wunused-function"
#include "test_fake.h"

static int entered, left;         /* calls of the host that run Lua */

/* Runs a text in place of Java; answers with its status, and the message if it failed. */
static int64_t run_inside (Fake *fake, const char *message, char **answer) {
  const char *value = value_at(message, 1), *inner;
  char *text = (char *)calloc(1, (size_t)int_at(value + 4) + 1);
  Message m = { NULL, 0, 0, 0 };
  int32_t status;
  memcpy(text, value + 8, (size_t)int_at(value + 4));
  entered++;
  status = run(fake, text, &inner);
  left++;
  free(text);
  begin(&m);
  put_integer(&m, status);
  if (status == STATUS_ERROR && int_at(value_at(inner, 1)) == TAG_STRING)
    put_bytes(&m, value_at(inner, 1) + 8, (size_t)int_at(value_at(inner, 1) + 4));
  return reply(fake, &m, STATUS_OK, answer);
}

static int64_t answer_up (void *session, int32_t operation, int32_t target, int32_t member,
                          int32_t length, const char *large, char **answer) {
  Fake *fake = (Fake *)session;
  const char *message = large != NULL ? large : fake->frame.message;
  if (operation == UP_CALL && length > 0 && int_at(message) == 2 && text_is(message, 0, "run"))
    return run_inside(fake, message, answer);
  return upcall(session, operation, target, member, length, large, answer);
}

static const JavaCalls jumping_host = { answer_up };

/* thread: raises there. */
static int raise_in (lua_State *L) {
  lua_State *other = lua_tothread(L, 1);
  lua_pushliteral(other, "raised");
  return lua_error(other);
}

/* The same in the main thread. */
static int raise_in_main (lua_State *L) {
  (void)L;
  lua_pushliteral(state_current->main, "raised");
  return lua_error(state_current->main);
}

/* thread: yields there. */
static int yield_in (lua_State *L) {
  lua_State *other = lua_tothread(L, 1);
  luaL_argcheck(L, other != L, 1, "another thread expected");
  return lua_yield(other, 0);
}

static int yield_here (lua_State *L) {
  return lua_yield(L, 0);
}

static void hook_that_yields (lua_State *L, lua_Debug *ar) {
  (void)ar;
  lua_sethook(L, NULL, 0, 0);
  lua_yield(L, 0);
}

/* Yields soon, in the running one. */
static int yield_by_hook (lua_State *L) {
  lua_sethook(L, hook_that_yields, LUA_MASKCOUNT, 1);
  return 0;
}

/* thread: resumes it in any state; without one, the main thread. */
static int resume_it (lua_State *L) {
  lua_State *other = lua_isthread(L, 1) ? lua_tothread(L, 1) : state_current->main;
  int results = 0, top = lua_gettop(other), status;
  lua_pushnil(other);             /* for the core's own check, in place of a function */
  status = compat_resume(other, L, 0, &results);
  lua_settop(other, top);
  lua_pushinteger(L, status);
  return 1;
}

/* thread: closes it as coroutine.close does. */
static int close_it (lua_State *L) {
#if FLAVOUR >= 504
  lua_State *other = lua_tothread(L, 1);
  lua_pushinteger(L, lua_closethread(other, L));
  return 1;
#else
  return luaL_error(L, "there is no lua_closethread");
#endif
}

/* thread: resets it as if it ran nothing. */
static int reset_it (lua_State *L) {
#if FLAVOUR >= 504
  lua_pushinteger(L, lua_resetthread(lua_tothread(L, 1)));
  return 1;
#else
  return luaL_error(L, "there is no lua_resetthread");
#endif
}

static int close_main (lua_State *L) {
#if FLAVOUR >= 504
  return lua_closethread(state_current->main, lua_toboolean(L, 1) ? L : state_current->main);
#else
  return luaL_error(L, "there is no lua_closethread");
#endif
}

/* function: calls it protected, from a C function that cannot be yielded across. */
static int protect (lua_State *L) {
  int status;
  lua_settop(L, 1);
  status = lua_pcall(L, 0, 0, 0);
  if (status == LUA_OK) lua_pushnil(L);
  return 1;
}

/* value: returns whether scripts must not have it. */
static int is_secret (lua_State *L) {
  static const lua_CFunction bodies[] = { run_protected, fastcall_body, failure_body,
    failure_plain_body, traceback_handler, guard_raise_fatal, memory_body, refs_lengthen,
    bulk_lengthen, attach_make };
  static const int tables[] = { RIDX_REFS, RIDX_NAMES, RIDX_OBJECTS, RIDX_KINDS,
    RIDX_SHARED, RIDX_LIBRARY, RIDX_SNAPSHOT };
  size_t i;
  int secret = lua_rawequal(L, 1, LUA_REGISTRYINDEX);
  luaL_checkany(L, 1);
  for (i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++)
    secret |= lua_tocfunction(L, 1) == bodies[i];
  for (i = 0; i < sizeof(tables) / sizeof(tables[0]); i++) {
    if (compat_rawgeti(L, LUA_REGISTRYINDEX, tables[i]) == LUA_TTABLE)
      secret |= lua_rawequal(L, 1, -1);
    lua_pop(L, 1);
  }
  lua_pushboolean(L, secret);
  return 1;
}

static Fake *open_jumping (void) {
  static const char *const names[] = { "import" };
  static const luaL_Reg functions[] = {
    { "raise_in", raise_in }, { "raise_in_main", raise_in_main }, { "yield_in", yield_in },
    { "yield_here", yield_here }, { "resume_it", resume_it },
    { "close_it", close_it }, { "reset_it", reset_it }, { "close_main", close_main },
    { "protect", protect }, { "is_secret", is_secret },
    { "run_protected", run_protected }, { "fastcall_body", fastcall_body },
    { "failure_body", failure_body },
    { "failure_plain_body", failure_plain_body }, { "traceback_handler", traceback_handler },
    { "guard_raise_fatal", guard_raise_fatal }, { "memory_body", memory_body },
    { "refs_lengthen", refs_lengthen }, { "bulk_lengthen", bulk_lengthen },
    { "attach_make", attach_make }, { "yield_by_hook", yield_by_hook }, { NULL, NULL }
  };
  Fake *fake = (Fake *)calloc(1, sizeof(Fake));
  const luaL_Reg *each;
  State *outer = state_current;
  int32_t status;
  fake->state = backend->open(&jumping_host, fake, &fake->frame, names, 1, -1, &status);
  CHECK(fake->state != NULL);
  put_global(fake, "object", 3);
  state_make_current(fake->state);
  for (each = functions; each->name != NULL; each++) {
    lua_pushcfunction(fake->state->main, each->func);
    lua_setglobal(fake->state->main, each->name);
  }
  state_make_current(outer);
  return fake;
}

/* Runs a script that must succeed, and in which each call of the host must return. */
static void holds (Fake *fake, const char *script) {
  const char *answer;
  int32_t status;
  entered = left = 0;
  status = run(fake, script, &answer);
  if (status != STATUS_OK)
    fprintf(stderr, "%s\nends with %d: %.*s\n", script, (int)status,
            (int)(status == STATUS_ERROR ? int_at(value_at(answer, 1) + 4) : 0),
            status == STATUS_ERROR ? value_at(answer, 1) + 8 : "");
  CHECK(status == STATUS_OK);
  CHECK(entered == left);
  CHECK(fake->state->depth == 0 && fake->state->innermost == NULL);
  CHECK(fake->state->entry == NULL);
  CHECK(run(fake, "return 6 * 7", &answer) == STATUS_OK && integer_at(answer, 2) == 42);
}

/* 'inside' a call to Java from a coroutine 'co', in which the text runs. */
#define IN_COROUTINE(text) \
  "co = coroutine.create(function() local s, m = object('run', [[" text "]]) back = m or s end)\n" \
  "back = nil local ok, e = coroutine.resume(co)\n"

static void errors_of_others (Fake *fake) {
  /* the coroutine itself, the one that waits for it, a suspended one, a dead one, a new one */
  holds(fake, IN_COROUTINE("raise_in(co)") "assert(ok and back == 'raised', e)");
  holds(fake, IN_COROUTINE("coroutine.wrap(function() raise_in(co) end)()")
        "assert(ok and back, e)");
  holds(fake, "rests = coroutine.create(coroutine.yield) coroutine.resume(rests)"
        IN_COROUTINE("raise_in(rests)") "assert(ok and back == 'raised', back)");
  holds(fake, "new = coroutine.create(print)"
        IN_COROUTINE("raise_in(new)") "assert(ok and back == 'raised', back)");
  holds(fake, "dead = coroutine.create(function() end) coroutine.resume(dead)"
        IN_COROUTINE("raise_in(dead)") "assert(ok and back == 'raised', back)");
  /* the main one, from within one entry and from within two */
  holds(fake, IN_COROUTINE("raise_in_main()") "assert(ok and back == 'raised', back)");
  holds(fake, "local s, m = object('run', [[raise_in_main()]]) assert(s == 1 and m == 'raised')");
  holds(fake, IN_COROUTINE("local s, m = object('run', [=[raise_in_main()]=])"
                           " assert(s == 1 and m == 'raised') raise_in_main()")
        "assert(ok and back == 'raised', back)");
  holds(fake, "local s, m = object('run', [[coroutine.wrap(function() raise_in_main() end)()]])"
        "assert(s == 1 and m)");
}

static void limit_memory (Fake *fake, int64_t limit) {
  const char *answer;
  begin(&fake->out);
  put_integer(&fake->out, limit);
  CHECK(send(fake, OP_MEMORY, &answer) == STATUS_OK);
}

/* Memory is refused while one lua_State works on another, which has no handler of its own. */
static void refusals_of_others (Fake *fake) {
  holds(fake, "numbers = {} for i = 1, 4000 do numbers[i] = i end unpack = unpack or table.unpack"
        " rests = coroutine.create(function() local x = 1\n\n\n coroutine.yield() end)"
        " coroutine.resume(rests) collectgarbage() collectgarbage()"
        " function pass() local co = coroutine.create(function() end)"
        " coroutine.resume(co, unpack(numbers)) end"
        " function look() for i = 1, 100 do debug.getinfo(rests, 1, 'L') end end"
        " function attempt(f, n) local s = ('x'):rep(n * 1000) f() end"
        " function fill(f) for n = 1, 800 do pcall(attempt, f, n) end end");
  limit_memory(fake, 800000);
  holds(fake, "fill(pass) fill(look)");
  holds(fake, "coroutine.wrap(function() object('run', [[fill(pass) fill(look)]]) end)()");
  holds(fake, "object('run', [[coroutine.wrap(fill)(pass) coroutine.wrap(fill)(look)]])");
  limit_memory(fake, 0);
}

static void yields_of_others (Fake *fake) {
  holds(fake, IN_COROUTINE("yield_here()") "assert(ok and type(back) == 'string', back)");
  holds(fake, IN_COROUTINE("coroutine.yield()") "assert(ok and type(back) == 'string', back)");
  holds(fake, IN_COROUTINE("yield_by_hook() local x = 1 x = 2 kept = x")
        "assert(ok and type(back) == 'string' and back:find('yield'), back)");
  holds(fake, IN_COROUTINE("pcall(function() yield_by_hook() local x = 1 x = 2 kept = x end)")
        "assert(ok and back == 0, back)");
  holds(fake, "local ok, e = pcall(function() yield_by_hook() local x = 1 x = 2 kept = x end)"
        " assert(not ok and e:find('yield'), e)");
  holds(fake, "local s, m = object('run', [[yield_by_hook() local x = 1 x = 2 kept = x]])"
        " assert(s == 1 and m:find('yield'), m)");
  holds(fake, "local co = coroutine.create(function() object('run', [[]]) yield_by_hook()"
        " local x = 1 x = 2 return x + 1 end) assert(coroutine.resume(co))"
        " assert(coroutine.status(co) == 'suspended')"
        " local ok, x = coroutine.resume(co) assert(x == 3, x)");
  holds(fake, "rests = coroutine.create(function() protect(function() object('run', [[]]) end)"
        " end)" IN_COROUTINE("pcall(yield_in, rests)") "assert(ok, e)");
  holds(fake, IN_COROUTINE("assert(resume_it(co) > 1) assert(resume_it() > 1)")
        "assert(ok and back == 0, back)");
  holds(fake, IN_COROUTINE("local c = coroutine.wrap(function() assert(resume_it(co) > 1) end)"
                           " c()") "assert(ok and back == 0, back)");
}

#if FLAVOUR >= 504

static void closes_of_others (Fake *fake) {
  static const char *const ways[] = { "coroutine.close(co)", "close_it(co)", "reset_it(co)" };
  char script[2000];
  size_t i;
  for (i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
    snprintf(script, sizeof(script), IN_COROUTINE("%s") "assert(ok and"
             " back:find('cannot close a running coroutine'), back)"
             " assert(coroutine.status(co) == 'dead')", ways[i]);
    holds(fake, script);
    snprintf(script, sizeof(script), IN_COROUTINE("protect(function() local ok, e = pcall("
             "function() %s end) assert(not ok and e:find('cannot close'), e) end)")
             "assert(ok and back == 0, back)", ways[i]);
    holds(fake, script);
    snprintf(script, sizeof(script), IN_COROUTINE("object('run', [=[local ok, e = pcall("
             "function() %s end) assert(not ok) kept = e]=])")
             "assert(ok and back == 0, back) assert(kept:find('cannot close'))", ways[i]);
    holds(fake, script);
    snprintf(script, sizeof(script), IN_COROUTINE("coroutine.wrap(function() %s end)()")
             "assert(ok and back:find('cannot close'), back)", ways[i]);
    holds(fake, script);
  }
  holds(fake, IN_COROUTINE("coroutine.close()") "assert(ok and back, back)");
  holds(fake, IN_COROUTINE("assert(not pcall(close_main)) assert(not pcall(close_main, true))")
        "assert(ok and back == 0, back)");
  holds(fake, "assert(not pcall(close_main)) assert(not pcall(close_main, true))"
        " local s, m = object('run', [[close_main()]]) assert(s == 1 and m)");
  /* coroutines that do not run can be closed in each of these ways */
  holds(fake, IN_COROUTINE("for _, f in pairs{coroutine.close, close_it, reset_it} do local c ="
        " coroutine.create(coroutine.yield) coroutine.resume(c) local r = f(c)"
        " assert(r == true or r == 0) assert(coroutine.status(c) == 'dead') end")
        "assert(ok and back == 0, back)");
}

#endif

#if FLAVOUR >= 505

/* Where there is no entry on it, a coroutine of 5.5 may close itself. */
static void closes_of_itself (Fake *fake) {
  static const char *const ways[] = { "coroutine.close()", "coroutine.close(coroutine.running())",
    "close_it((coroutine.running()))", "pcall(coroutine.close)",
    "protect(function() coroutine.close() end)",
    "table.sort({3, 2, 1}, function() pcall(coroutine.close) end)",
    ("local t <close> = setmetatable({}, {__close = function() closed = true end})"
     " coroutine.close()") };
  char script[2000];
  size_t i;
  for (i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
    snprintf(script, sizeof(script), "closed = false local co = coroutine.create(function() %s"
             " assert(false) end) assert(coroutine.resume(co))"
             " assert(coroutine.status(co) == 'dead') assert(closed == %s)", ways[i],
             strstr(ways[i], "__close") != NULL ? "true" : "false");
    holds(fake, script);
    snprintf(script, sizeof(script), IN_COROUTINE("local c = coroutine.create(function() %s"
             " assert(false) end) assert(coroutine.resume(c))"
             " assert(coroutine.status(c) == 'dead')") "assert(ok and back == 0, back)", ways[i]);
    holds(fake, script);
    snprintf(script, sizeof(script), "coroutine.wrap(function() object('run', [[x = 1]]) %s"
             " assert(false) end)()", ways[i]);
    holds(fake, script);
  }
  /* but not in a finalizer, after which nothing would be collected, nor out of the parser */
  holds(fake, "local refused coroutine.wrap(function() setmetatable({}, {__gc = function()"
        " refused = not pcall(coroutine.close) end}) collectgarbage() collectgarbage() end)()"
        " assert(refused) local weak = setmetatable({{}}, {__mode = 'v'}) collectgarbage()"
        " assert(weak[1] == nil)");
  holds(fake, "coroutine.wrap(function() local f, e = load(function() coroutine.close() end)"
        " assert(not f and e:find('cannot close'), e) end)()");
}

#endif

/* What is searched at each level of a stack; 'found' counts, and secrets are errors. */
static const char sweep[] =
    "found, C = 0, {} function look(v, name) found = found + 1"
    " if is_secret(v) then secret = tostring(v) .. name end"
    " if type(v) == 'function' and debug.getinfo(v, 'S').what == 'C' then C[v] = true end end\n"
    "function sweep(co) if type(co) ~= 'thread' then co = nil end for level = 0, 50 do local info"
    " if co then info = debug.getinfo(co, level) else info = debug.getinfo(level) end"
    " if not info then return end look(info.func, ' of a level') for i = -5, 30 do local name, value"
    " if co then name, value = debug.getlocal(co, level, i)"
    " else name, value = debug.getlocal(level, i) end"
    " if name then look(value, name) end"
    " if co then pcall(debug.setlocal, co, level, 40 + i, 5)"
    " elseif info.what ~= 'Lua' and info.what ~= 'main' then"
    " assert(not debug.setlocal(level, i, 5)) end end end end\n"
    "function last(...) return sweep(...) end  function tail(...) return last(...) end\n"
    "local kept local junk = {{}, {1}, {'x', 1}, {{}, 'x', {}}, {print, print}, {object, 'x', 1},"
    " {coroutine.create(sweep), 1, 'x'}, {false, 2, 3, 4, 5}, {io.stdout}, {-1, -1}}"
    " local unpack = unpack or table.unpack\n"
    "local own = {[is_secret] = true, [debug.getinfo] = true, [debug.getlocal] = true,"
    " [debug.sethook] = true, [coroutine.yield] = true}\n"
    "function misuse() for f in pairs(C) do if not own[f] then for _, a in ipairs(junk) do"
    " pcall(f, unpack(a)) coroutine.resume(coroutine.create(f), unpack(a)) end end end C = {} end";

/* Wherever a script runs, it finds none of our functions that it must not have. */
static void secrets_stay (Fake *fake) {
  static const char *const places[] = {
    "sweep() tail()", "object('run', 'sweep() tail()')",
    "local co = coroutine.create(function() sweep() tail() object('run', 'sweep()"
    " tail()') coroutine.yield() end) coroutine.resume(co) sweep(co) coroutine.resume(co)",
    "xpcall(function() local x = nil + 1 end, tail) xpcall(error, sweep)",
    "object('run', 'xpcall(error, tail) error()')",
    "object('run', 'error(setmetatable({}, {__tostring = sweep}))')",
    "local function hook() sweep() tail() end for _, mask in ipairs{'c', 'r', 'l', 'crl'} do"
    " debug.sethook(hook, mask, 1) object('run', 'local x = {} print(x)') object:method()"
    " pcall(error) debug.sethook() end",
    "local function f() sweep() object('run', 'sweep()') end if newproxy then"
    " getmetatable(newproxy(true)).__gc = f else setmetatable({}, {__gc = f}) end"
    " collectgarbage() collectgarbage()",
    "table.sort({1, 2, 3}, function(a, b) sweep() return a < b end)",
    "(('x'):gsub('.', tail))", "load(function() sweep() end)",
    "for _ in function() sweep() end do end", "print(setmetatable({}, {__tostring = function()"
    " tail() return 'x' end}))", "local t = setmetatable({}, {__index = tail}) local x = t.x"
  };
  static const char *const bodies[] = { "run_protected", "fastcall_body", "failure_body",
    "failure_plain_body", "traceback_handler", "guard_raise_fatal", "memory_body", "refs_lengthen",
    "bulk_lengthen", "attach_make" };
  const char *answer;
  char script[1000];
  size_t i;
  holds(fake, sweep);
  for (i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
    snprintf(script, sizeof(script), "found, secret = 0, false %s%s assert(found > 0)"
             " assert(not secret, secret)", places[i][0] == '(' ? "local s = " : "", places[i]);
    holds(fake, script);
    holds(fake, "misuse()");
  }
  holds(fake, "local function spoil() for i = 1, 20 do debug.setlocal(2, i, 5) end return 2 end"
        " local function make() local t = {1, spoil(), spoil()} return t end"
        " local function many() return {spoil(), spoil(), 'x' .. spoil() .. 'y'} end"
        " assert(#make() == 3) assert(#many() == 3)");
  /* a hook remains during the next entries, and sees them begin and end */
  holds(fake, "secret, hooked = false, 0 debug.sethook(function() hooked = hooked + 1 sweep()"
        " end, 'cr')");
  CHECK(run(fake, "return {}, ('x'):rep(100)", &answer) == STATUS_OK);
  CHECK(run(fake, "error(setmetatable({}, {__tostring = sweep}))", &answer) == STATUS_ERROR);
  holds(fake, "debug.sethook() assert(hooked > 5) assert(not secret, secret) misuse()");
  /* if a script gets one of them nevertheless, it does no harm */
  holds(fake, "mild = {[traceback_handler] = true, [memory_body] = true, [refs_lengthen] = true}");
  for (i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++) {
    snprintf(script, sizeof(script), "local f = %s for _, a in ipairs{1, 'x', {}, print, object,"
             " false} do assert(not pcall(f) or mild[f]) pcall(f, a) pcall(f, a, a)"
             " pcall(f, a, a, a, a) coroutine.wrap(pcall)(f, a, a)"
             " object('run', 'pcall(%s)') pcall(error, setmetatable({}, {__tostring = f})) end",
             bodies[i], bodies[i]);
    holds(fake, script);
    snprintf(script, sizeof(script), "local f = %s debug.sethook(function() debug.sethook()"
             " pcall(f, 1) end, 'c')", bodies[i]);
    CHECK(run(fake, script, &answer) == STATUS_OK);
    run(fake, "return {}, 1", &answer);
    snprintf(script, sizeof(script), "error(setmetatable({}, {__tostring = %s}))", bodies[i]);
    CHECK(run(fake, script, &answer) != STATUS_OK);
    holds(fake, "debug.sethook()");
  }
}

int main (void) {
  Fake *fake = open_jumping();
  secrets_stay(fake);
  errors_of_others(fake);
  refusals_of_others(fake);
  yields_of_others(fake);
#if FLAVOUR >= 504
  closes_of_others(fake);
#endif
#if FLAVOUR >= 505
  closes_of_itself(fake);
#endif
  close_fake(fake);
  printf("%s: %d failures\n", backend->version, failures);
  return failures == 0 ? 0 : 1;
}
