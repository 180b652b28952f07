/*
** Drives the backend of one flavour with a host of its own, without a JVM: here the address
** sanitizer and the leak checker see everything. Exits with 0 if all tests pass.
*/
#include "test_fake.h"

static void values_cross (Fake *fake) {
  const char *answer;
  CHECK(run(fake, "return 6 * 7, nil, true, 'a\\0b', 1.5", &answer) == STATUS_OK);
  CHECK(int_at(answer) == 7);
  CHECK(integer_at(answer, 2) == 42);
  CHECK(int_at(value_at(answer, 3)) == TAG_NIL);
  CHECK(int_at(value_at(answer, 4)) == TAG_BOOLEAN && int_at(value_at(answer, 4) + 4) == 1);
  CHECK(int_at(value_at(answer, 5) + 4) == 3);
  CHECK(int_at(value_at(answer, 6)) == TAG_NUMBER);
  CHECK(run(fake, "return ('x'):rep(1e6), ('y'):rep(10)", &answer) == STATUS_OK);
  CHECK(int_at(value_at(answer, 2) + 4) == 1000000 && text_is(answer, 3, "yyyyyyyyyy"));
  CHECK(run(fake, "local s = object('large') return #s, s:sub(-1)", &answer) == STATUS_OK);
  CHECK(integer_at(answer, 2) == 100000 && text_is(answer, 3, "z"));
  CHECK(run(fake, "print(('p'):rep(50000), 1)", &answer) == STATUS_OK);
  CHECK(fake->largest > 50000);
  CHECK(run(fake, "print('hello', 2)", &answer) == STATUS_OK);
  CHECK(strcmp(fake->written, "hello\t2\n") == 0);
}

static void streams_are_javas (Fake *fake) {
  const char *answer;
  CHECK(run(fake, "io.write('a', 1) return io.type(io.stdout)", &answer) == STATUS_OK);
  CHECK(strcmp(fake->written, "a") == 0 && text_is(answer, 2, "file"));
  CHECK(run(fake, "io.write(7)", &answer) == STATUS_OK && strcmp(fake->written, "7") == 0);
  CHECK(run(fake, "return io.read(), io.read('*n'), #io.read(30000), io.stdin:read(0)", &answer)
        == STATUS_OK);
  CHECK(text_is(answer, 2, "some line") && integer_at(answer, 4) == 30000
        && text_is(answer, 5, ""));
  CHECK(run(fake, "for i = 1, 3 do io.read() end return io.read(), io.lines()()", &answer)
        == STATUS_OK);
  CHECK(text_is(answer, 2, "some line") && text_is(answer, 3, "some line"));
  CHECK(fake->written[0] != 'x' && run(fake, "pcall(io.write, 'x', {})", &answer) == STATUS_OK);
  CHECK(strcmp(fake->written, "x") == 0);
}

static void errors_come_out (Fake *fake) {
  const char *answer;
  CHECK(run(fake, "local x = = 1", &answer) == STATUS_SYNTAX);
  CHECK(text_has(answer, 1, "test:1:"));
  CHECK(run(fake, "local function f() error('boom') end\nf()", &answer) == STATUS_ERROR);
  CHECK(text_is(answer, 1, "test:1: boom"));
  CHECK(int_at(answer) > 6);
  CHECK(run(fake, "error(setmetatable({}, {__tostring = function() return 'mine' end}))",
            &answer) == STATUS_ERROR);
  CHECK(int_at(value_at(answer, 0)) == TAG_TABLE && text_is(answer, 1, "mine"));
  CHECK(run(fake, "error(setmetatable({}, {__tostring = error}))", &answer) == STATUS_ERROR);
  CHECK(run(fake, "error()", &answer) == STATUS_ERROR);
  CHECK(run(fake, "object('raise')", &answer) == STATUS_ERROR);
  CHECK(int_at(value_at(answer, 0)) == TAG_OBJECT && int_at(value_at(answer, 0) + 4) == 7);
  CHECK(run(fake, "local ok, e = pcall(object, 'raise') return ok, e, type(e)", &answer)
        == STATUS_OK);
  CHECK(int_at(value_at(answer, 3) + 4) == 7 && text_is(answer, 4, "userdata"));
  CHECK(run(fake, "return 1", &answer) == STATUS_OK);
}

static void fatal_errors_stay (Fake *fake) {
  const char *answer;
  fake->fatal = 0;
  CHECK(run(fake, "while true do pcall(object, 'fatal') end", &answer) == STATUS_FATAL);
  CHECK(run(fake, "xpcall(object, print, 'fatal') xpcall(function() object('fatal') end, print)"
            " while true do end", &answer) == STATUS_FATAL);
  CHECK(run(fake, "local co = coroutine.create(function() object('fatal') end)"
            " while true do coroutine.resume(co) end", &answer) == STATUS_FATAL);
  CHECK(fake->fatal == 3);
  CHECK(run(fake, "return pcall(error, 'x')", &answer) == STATUS_OK);
}

/* A run that a time limit ends reports where it was. */
static void stops_say_where (Fake *fake) {
  const char *answer;
  int i, found = 0;
  CHECK(run(fake, "function stopped() local function forever() while true do end end"
            " pcall(forever) end", &answer) == STATUS_OK);
  backend->stop(fake->state, NULL, STOP_TIME);
  begin(&fake->out);
  put_text(&fake->out, "stopped");
  CHECK(send(fake, OP_CALL_GLOBAL, &answer) == STATUS_FATAL);
  for (i = 4; i + 2 < int_at(answer); i += 3)
    found |= text_is(answer, i, "test");
  CHECK(found);
  backend->stop(fake->state, NULL, STOP_OVER);
  CHECK(run(fake, "stopped = nil return 1", &answer) == STATUS_OK);
}

/* An interrupt that is meant for one run ends no other. */
static void marked_runs_end_alone (Fake *fake) {
  const char *answer;
  CHECK(run(fake, "object('mark') object('marked') for i = 1, 1e6 do end", &answer)
        == STATUS_FATAL);
  CHECK(run(fake, "object('mark') return 1", &answer) == STATUS_OK);
  CHECK(run(fake, "object('marked') for i = 1, 1e6 do end return 1", &answer) == STATUS_OK);
  CHECK(backend->stop(fake->state, NULL, STOP_MARK) == 0);
  CHECK(backend->stop(fake->state, NULL, STOP_MARKED) == 0);
  CHECK(run(fake, "object('marked') for i = 1, 1e6 do end return 1", &answer) == STATUS_OK);
}

static int was_freed (const Fake *fake, int32_t handle) {
  int32_t i;
  for (i = 0; i < fake->frame.freed_count; i++)
    if (fake->frame.freed[i] == handle) return 1;
  return 0;
}

static void objects_keep_identity (Fake *fake) {
  const char *answer;
  int i;
  put_global(fake, "again", 3);
  CHECK(run(fake, "return rawequal(object, again), object.method == object.method,"
            " object:method(1, 2), object.method(1), object.other", &answer) == STATUS_OK);
  CHECK(int_at(value_at(answer, 2) + 4) == 1 && int_at(value_at(answer, 3) + 4) == 1);
  CHECK(integer_at(answer, 4) == 2 && integer_at(answer, 5) == 1 && text_is(answer, 6, "value"));
  CHECK(fake->invoked == 5);
  CHECK(run(fake, "object:method()", &answer) == STATUS_OK);
  CHECK(fake->invoked == (5 | UP_SELF));
  for (i = 0; i < 2; i++) {       /* Lua learns that it is a property, and then knows it */
    fake->invoked = 0;
    CHECK(run(fake, "return object.property", &answer) == STATUS_OK);
    CHECK(int_at(value_at(answer, 2) + 4) == 193 && fake->invoked == 6);
    fake->invoked = 0;
    CHECK(run(fake, i == 0 ? "object.property = 'one'" : "object.property = 'two'", &answer)
          == STATUS_OK);
    CHECK(fake->invoked == 6 && strcmp(fake->stored, i == 0 ? "one" : "two") == 0);
  }
  fake->frame.freed_count = 0;
  put_global(fake, "gone", 9);
  CHECK(run(fake, "gone = nil collectgarbage() collectgarbage()", &answer) == STATUS_OK);
  CHECK(was_freed(fake, 9) && !was_freed(fake, 3));
  fake->frame.freed_count = 0;
}

/* Runs a chunk and returns the number of its upcalls. */
static int upcalls_of (Fake *fake, const char *code) {
  const char *answer;
  int before = fake->upcalls;
  CHECK(run(fake, code, &answer) == STATUS_OK);
  return fake->upcalls - before;
}

static void elements_are_read_ahead (Fake *fake) {
  CHECK(upcalls_of(fake, "for i = 1, 127 do assert(object[i] == 10 * i) end") == 7);
  CHECK(upcalls_of(fake, "for i = 1, 127 do assert(object[i] + object[i] == 20 * i) end") == 7);
  CHECK(upcalls_of(fake, "for i = 9, -9, -1 do assert(object[i] == 10 * i) end") == 19);
  CHECK(upcalls_of(fake, "for i = 1, 9 do assert(object[i] == 10 * i) object() end") == 18);
  CHECK(upcalls_of(fake, "for i = 1, 12 do assert(object[5] == 50) end") == 3);
  CHECK(upcalls_of(fake, "local f = coroutine.wrap(function() for i = 2, 99, 2 do"
                   " coroutine.yield(object[i]) end end)"
                   " for i = 1, 6, 2 do assert(object[i] == 10 * i and f() == 10 * i + 10) end")
        == 3);
}

/* The same for objects whose elements LuaJIT's functions in Lua read. */
static void elements_are_read_by_lua (Fake *fake) {
  const char *answer;
  CHECK(run(fake, "kept = object", &answer) == STATUS_OK);
  put_global_of(fake, "object", 43, 43, TRAIT_CALL | TRAIT_ELEMENTS);
  elements_are_read_ahead(fake);
  CHECK(upcalls_of(fake, "for turn = 1, 9 do for i = 1, 127 do assert(object[i] == 10 * i) end end"
                   " assert(object[0.5] == 'value' and object.x == 'value')") == 9 * 7 + 2);
  CHECK(upcalls_of(fake, "for i = 1, 31 do assert(object[i] == 10 * i) end object = nil"
                   " collectgarbage() collectgarbage()") == 5);
  CHECK(run(fake, "object, kept = kept", &answer) == STATUS_OK);
}

/* By its traits a userdata is a table to 'type', in compiled loops too. */
static void types_follow_traits (Fake *fake) {
  const char *answer;
  put_global_of(fake, "foreign", 42, 41, TRAIT_TABLE);
  CHECK(run(fake, "local tables, others = 0, 0"
            " for i = 1, 600 do local x = i % 2 == 0 and foreign or object"
            "   if type(x) == 'table' then tables = tables + 1"
            "   elseif type(x) == 'userdata' then others = others + 1 end end"
            " for i = 1, 300 do if type(foreign) == 'table' then tables = tables + 1 end end"
            " return tables == 600, others == 300, type({}), type(nil), type('x')", &answer)
        == STATUS_OK);
  CHECK(int_at(value_at(answer, 2) + 4) == 1 && int_at(value_at(answer, 3) + 4) == 1);
  CHECK(text_is(answer, 4, "table") && text_is(answer, 5, "nil") && text_is(answer, 6, "string"));
  CHECK(run(fake, "foreign = nil", &answer) == STATUS_OK);
}

/* Elements within the bounds are read and written in memory, and no others. */
static void buffers_are_in_memory (Fake *fake) {
  const char *answer;
  fake->numbers = (int32_t *)calloc(4, sizeof(int32_t));
  put_global_of(fake, "buffer", 40, 40, BUFFER_TRAITS);
  CHECK(run(fake, "for i = 1, 100 do buffer[i % 4 + 1] = i end"
            " local sum = 0 for i = 1, 400 do sum = sum + buffer[i % 4 + 1] end"
            " for _, i in ipairs{0, 5, -1, 1.5, 2^31, 2^53, -2^53, 2^63, -2^63, 1 / 0, 0 / 0} do"
            "   assert(buffer[i] == nil) buffer[i] = 7 end"
            " buffer[1] = 2^31 buffer[1] = 0.5 buffer[1] = 'x' buffer[1] = 0 / 0"
            " return sum == 100 * (97 + 98 + 99 + 100), type(buffer.name)", &answer) == STATUS_OK);
  CHECK(int_at(value_at(answer, 2) + 4) == 1 && text_is(answer, 3, "string"));
  CHECK(fake->numbers[0] == 100 && fake->numbers[1] == 97 && fake->numbers[3] == 99);
  free(fake->numbers);
  fake->numbers = NULL;
  CHECK(run(fake, "buffer = nil", &answer) == STATUS_OK);
  put_global_of(fake, "buffer", 41, 40, BUFFER_TRAITS);
  CHECK(run(fake, "buffer[1] = 1 return buffer[1]", &answer) == STATUS_OK);
  CHECK(int_at(value_at(answer, 2)) != TAG_NIL);      /* Java's answer */
  CHECK(run(fake, "buffer = nil", &answer) == STATUS_OK);
}

static void refs_are_released (Fake *fake) {
  const char *answer;
  int32_t ref;
  CHECK(run(fake, "return {5}", &answer) == STATUS_OK);
  ref = int_at(value_at(answer, 2) + 4);
  begin(&fake->out);
  put_ref(&fake->out, TAG_TABLE, ref);
  put_integer(&fake->out, 1);
  CHECK(send(fake, OP_GET, &answer) == STATUS_OK && integer_at(answer, 0) == 5);
  fake->frame.released[0] = ref;
  fake->frame.released[1] = ref;  /* twice does no harm */
  fake->frame.released_count = 2;
  begin(&fake->out);
  put_ref(&fake->out, TAG_TABLE, ref);
  put_integer(&fake->out, 1);
  CHECK(send(fake, OP_GET, &answer) == STATUS_ERROR);
}

/* Two tables that refer to each other, built at once and copied at once. */
static void tables_are_built (Fake *fake) {
  const char *answer;
  int32_t ref;
  begin(&fake->out);
  put_integer(&fake->out, 2);
  put_integer(&fake->out, 2);     /* elements and entries of the first table */
  put_integer(&fake->out, 2);
  put_integer(&fake->out, 0);     /* and of the second one */
  put_integer(&fake->out, 1);
  put_text(&fake->out, "a");
  put_nil(&fake->out);
  put_text(&fake->out, "k");
  put(&fake->out, TAG_NODE, 2, NULL, 0);
  put(&fake->out, TAG_NODE, 0, NULL, 0);
  put_object(&fake->out, 9, 1);
  put_text(&fake->out, "back");
  put(&fake->out, TAG_NODE, 1, NULL, 0);
  CHECK(send(fake, OP_BUILD, &answer) == STATUS_OK);
  CHECK(int_at(value_at(answer, 0)) == TAG_TABLE);
  ref = int_at(value_at(answer, 0) + 4);
  begin(&fake->out);
  put_ref(&fake->out, TAG_TABLE, ref);
  put_integer(&fake->out, 2);
  CHECK(send(fake, OP_DUMP, &answer) == STATUS_OK);
  CHECK(int_at(answer) == 10 && integer_at(answer, 0) == 3 && integer_at(answer, 7) == 1);
  CHECK(int_at(value_at(answer, 9)) == TAG_NODE && int_at(value_at(answer, 9) + 4) == 1);
  begin(&fake->out);
  put_ref(&fake->out, TAG_TABLE, ref);
  put_integer(&fake->out, 1);
  CHECK(send(fake, OP_DUMP, &answer) == STATUS_ERROR);
  begin(&fake->out);
  put_ref(&fake->out, TAG_TABLE, ref);
  CHECK(send(fake, OP_CLEAR, &answer) == STATUS_OK);
  begin(&fake->out);
  put_ref(&fake->out, TAG_TABLE, ref);
  CHECK(send(fake, OP_SIZE, &answer) == STATUS_OK && integer_at(answer, 0) == 0);
}

static void sequences_are_spliced (Fake *fake) {
  const char *answer;
  int i;
  int32_t ref = ref_of(fake, "return {10, 20, 30}");
  begin(&fake->out);
  put_ref(&fake->out, TAG_TABLE, ref);
  put_integer(&fake->out, 2);
  put_integer(&fake->out, 1);
  for (i = 0; i < 10000; i++) put_integer(&fake->out, i);
  CHECK(send(fake, OP_SPLICE, &answer) == STATUS_OK);
  CHECK(integer_at(answer, 0) == 3 && integer_at(answer, 1) == 20);
  begin(&fake->out);
  put_ref(&fake->out, TAG_TABLE, ref);
  put_integer(&fake->out, 10001);
  put_integer(&fake->out, 100);
  CHECK(send(fake, OP_RANGE, &answer) == STATUS_OK && int_at(answer) == 3);
  CHECK(integer_at(answer, 0) == 10002 && integer_at(answer, 1) == 9999);
  begin(&fake->out);
  put_ref(&fake->out, TAG_TABLE, ref);
  put_integer(&fake->out, 20000);
  put_integer(&fake->out, 0);
  put_object(&fake->out, 12, 1);
  CHECK(send(fake, OP_SPLICE, &answer) == STATUS_OK && int_at(answer) == 1);
  begin(&fake->out);
  put_ref(&fake->out, TAG_TABLE, ref_of(fake, "return setmetatable({}, {__newindex = error})"));
  put_object(&fake->out, 13, 1);
  put_object(&fake->out, 14, 1);
  CHECK(send(fake, OP_PUT_ALL, &answer) == STATUS_ERROR);
}

static void numbers_are_packed (Fake *fake) {
  const char *answer;
  double numbers[1000];
  int i;
  for (i = 0; i < 1000; i++) numbers[i] = i + 0.5;
  begin(&fake->out);
  put_integer(&fake->out, 0);
  put_bytes(&fake->out, (const char *)numbers, sizeof(numbers));
  CHECK(send(fake, OP_UNPACK, &answer) == STATUS_OK);
  i = int_at(value_at(answer, 0) + 4);
  begin(&fake->out);
  put_ref(&fake->out, TAG_TABLE, i);
  put_integer(&fake->out, 0);
  CHECK(send(fake, OP_PACK, &answer) == STATUS_OK);
  CHECK(int_at(value_at(answer, 0)) == TAG_BYTES
        /* NOLINTNEXTLINE(bugprone-suspicious-memory-comparison,cert-*): none is NaN or a zero */
        && memcmp(value_at(answer, 0) + 8, numbers, sizeof(numbers)) == 0);
  begin(&fake->out);
  put_ref(&fake->out, TAG_TABLE, i);
  put_integer(&fake->out, 1);
  CHECK(send(fake, OP_PACK, &answer) == STATUS_OK && integer_at(answer, 0) == 1);
}

static void scopes_hold_globals (Fake *fake) {
  const char *answer;
  begin(&fake->out);
  put_integer(&fake->out, 0);
  put_text(&fake->out, "y = x + 1 function f() return y end string.rep = nil"
                       " return x, print ~= nil, _G.x, rawequal(_G, _G._G)");
  put_text(&fake->out, "=scoped");
  put_integer(&fake->out, 0);
  put(&fake->out, TAG_BOOLEAN, 0, NULL, 0);
  put_integer(&fake->out, 4);
  CHECK(send(fake, OP_RUN, &answer) == STATUS_OK);
  CHECK(int_at(value_at(answer, 1)) == TAG_TABLE && integer_at(answer, 2) == 11);
  CHECK(integer_at(answer, 4) == 11 && strcmp(fake->stored, "y") == 0);
  begin(&fake->out);
  CHECK(send(fake, OP_RESTORE, &answer) == STATUS_OK);
  CHECK(int_at(value_at(answer, 0) + 4) == 1);
  CHECK(run(fake, "return ('a'):rep(2), y, f", &answer) == STATUS_OK);
  CHECK(text_is(answer, 2, "aa") && int_at(value_at(answer, 3)) == TAG_NIL);
}

/* pairs over the globals of a scope: the names that it reports and that have values. */
static void scopes_are_listed (Fake *fake) {
  const char *answer;
  begin(&fake->out);
  put_integer(&fake->out, 0);
  put_text(&fake->out, "function f() end local seen, count = {}, 0"
                       " for name, value in pairs(_G) do seen[name] = value count = count + 1 end"
                       " return seen.x, seen.gone, seen.f == f, seen.print == print, count > 10");
  put_text(&fake->out, "=listed");
  put_integer(&fake->out, 0);
  put(&fake->out, TAG_BOOLEAN, 0, NULL, 0);
  put_integer(&fake->out, 4);
  CHECK(send(fake, OP_RUN, &answer) == STATUS_OK);
  CHECK(integer_at(answer, 2) == 11 && int_at(value_at(answer, 3)) == TAG_NIL);
  CHECK(int_at(value_at(answer, 4) + 4) == 1 && int_at(value_at(answer, 5) + 4) == 1);
  CHECK(int_at(value_at(answer, 6) + 4) == 1);
  begin(&fake->out);
  CHECK(send(fake, OP_RESTORE, &answer) == STATUS_OK);
  CHECK(int_at(value_at(answer, 0) + 4) == 0);    /* the script could reach all of the library */
}

/* Code that is left reaches the library by isolated globals, and all of that is undone. */
static void isolated_globals_are_restored (Fake *fake) {
  const char *answer;
  begin(&fake->out);
  CHECK(send(fake, OP_ISOLATE, &answer) == STATUS_OK);
  CHECK(run(fake, "return rawget(_G, 'print'), print ~= nil, _G.string ~= nil, rawequal(_G, _G._G)",
            &answer) == STATUS_OK);
  CHECK(int_at(value_at(answer, 2)) == TAG_NIL && int_at(value_at(answer, 3) + 4) == 1);
  CHECK(int_at(value_at(answer, 4) + 4) == 1 && int_at(value_at(answer, 5) + 4) == 1);
  CHECK(run(fake, "select = nil y = 1 string.rep = nil setmetatable(_G, nil)", &answer)
        == STATUS_OK);
  begin(&fake->out);
  put(&fake->out, TAG_BOOLEAN, 1, NULL, 0);
  CHECK(send(fake, OP_RESTORE, &answer) == STATUS_OK && int_at(value_at(answer, 0) + 4) == 1);
  CHECK(run(fake, "return y, select(2, 1, 2), ('a'):rep(2)", &answer) == STATUS_OK);
  CHECK(int_at(value_at(answer, 2)) == TAG_NIL && integer_at(answer, 3) == 2);
  CHECK(text_is(answer, 4, "aa"));
  CHECK(run(fake, "return debug ~= nil", &answer) == STATUS_OK);
  begin(&fake->out);
  put(&fake->out, TAG_BOOLEAN, 1, NULL, 0);
  CHECK(send(fake, OP_RESTORE, &answer) == STATUS_OK && int_at(value_at(answer, 0) + 4) == 0);
}

/* A finalizer calls Java while a message is being read: the message stays intact. */
static void finalizers_may_call (Fake *fake) {
  const char *answer;
  int i;
  CHECK(run(fake, "function arm() if newproxy then local p = newproxy(true)"
            " getmetatable(p).__gc = function() object('x') arm() end"
            " else setmetatable({}, {__gc = function() object('x') arm() end}) end end"
            " for i = 1, 20 do arm() end"
            " function join(...) return table.concat({...}, ',') end", &answer) == STATUS_OK);
  for (i = 0; i < 300; i++) {
    char text[400];
    int n;
    memset(text, 'a' + i % 26, sizeof(text));
    begin(&fake->out);
    put_text(&fake->out, "join");
    for (n = 0; n < 20; n++) put_bytes(&fake->out, text, (size_t)(i + n) % 400);
    CHECK(send(fake, OP_CALL_GLOBAL, &answer) == STATUS_OK);
    CHECK(int_at(value_at(answer, 0)) == TAG_STRING);
    if (int_at(value_at(answer, 0) + 4) > 30)
      CHECK(value_at(answer, 0)[8] == text[0] || value_at(answer, 0)[8] == ',');
  }
  CHECK(run(fake, "arm = function() end collectgarbage() collectgarbage()", &answer)
        == STATUS_OK);
}

static void recursion_ends (Fake *fake) {
  const char *answer;
  fake->depth = 0;
  run(fake, "return object('nest')", &answer);
  CHECK(fake->depth > 10);
  CHECK(run(fake, "local function f(s) return (s:gsub('.', f)) end return f('x')", &answer)
        == STATUS_ERROR);
  CHECK(run(fake, "return 3", &answer) == STATUS_OK && integer_at(answer, 2) == 3);
}

/* Resumes a thread; 'value' 0 is no argument. */
static int32_t resume (Fake *fake, int32_t ref, int64_t value, const char **answer) {
  begin(&fake->out);
  put_ref(&fake->out, TAG_THREAD, ref);
  put(&fake->out, TAG_BOOLEAN, 0, NULL, 0);
  if (value != 0) put_integer(&fake->out, value);
  return send(fake, OP_RESUME, answer);
}

static void coroutines_resume (Fake *fake) {
  const char *answer;
  int32_t ref;
  CHECK(run(fake, "return coroutine.create(function(a) local b = coroutine.yield(a + 1)"
            " return b * 2 end)", &answer) == STATUS_OK);
  ref = int_at(value_at(answer, 2) + 4);
  CHECK(resume(fake, ref, 1, &answer) == STATUS_OK && integer_at(answer, 1) == 2);
  CHECK(resume(fake, ref, 10, &answer) == STATUS_OK && integer_at(answer, 1) == 20);
  CHECK(resume(fake, ref, 0, &answer) == STATUS_ERROR && text_has(answer, 1, "dead"));
  CHECK(run(fake, "return coroutine.create(function() pcall(function() while true do"
            " coroutine.yield() end end) error('goes on') end)", &answer) == STATUS_OK);
  ref = int_at(value_at(answer, 2) + 4);
  CHECK(resume(fake, ref, 0, &answer) == (strcmp(backend->version, "Lua 5.1.5") == 0 ? STATUS_ERROR
                                          : STATUS_OK));
  begin(&fake->out);
  put_ref(&fake->out, TAG_THREAD, ref);
  CHECK(send(fake, OP_CLOSE_THREAD, &answer) == STATUS_OK);
  CHECK(resume(fake, ref, 0, &answer) == STATUS_ERROR && text_has(answer, 1, "dead"));
}

static void java_functions_yield (Fake *fake) {
  const char *answer;
  int32_t ref;
  CHECK(run(fake, "return coroutine.create(function() return object('yield'),"
            " (object('yield')) end)", &answer) == STATUS_OK);
  ref = int_at(value_at(answer, 2) + 4);
  CHECK(resume(fake, ref, 0, &answer) == STATUS_OK && text_is(answer, 1, "asked"));
  CHECK(resume(fake, ref, 3, &answer) == STATUS_OK && text_is(answer, 1, "asked"));
  CHECK(resume(fake, ref, 4, &answer) == STATUS_OK && integer_at(answer, 1) == 3
        && integer_at(answer, 2) == 4);
  CHECK(run(fake, "return object('yield')", &answer) == STATUS_ERROR
        && text_has(answer, 1, "yield"));
}

/* In a state of its own: this is set once, before any script runs. */
static void modules_are_found (void) {
  const char *answer;
  Fake *fake = open_fake();
  begin(&fake->out);
  put(&fake->out, TAG_BOOLEAN, 1, NULL, 0);
  put(&fake->out, TAG_BOOLEAN, 0, NULL, 0);
  CHECK(send(fake, OP_MODULES, &answer) == STATUS_OK);
  CHECK(run(fake, "return require('text')[1], (require 'value'), require 'text' == require 'text'",
            &answer) == STATUS_OK);
  CHECK(text_is(answer, 2, "text") && integer_at(answer, 3) == 7);
  CHECK(int_at(value_at(answer, 4) + 4) == 1);
  CHECK(run(fake, "require 'bad'", &answer) == STATUS_ERROR);
  CHECK(text_has(answer, 1, "error loading module 'bad' from 'here':\n\tfile:1:"));
  CHECK(run(fake, "require 'other'", &answer) == STATUS_ERROR);
  CHECK(text_has(answer, 1, "\n\tno a\n\tno b\n\t") && text_has(answer, 1, "no C modules"));
  CHECK(run(fake, "return package.loadlib('libc.so.6', '*')", &answer) == STATUS_OK);
  CHECK(int_at(value_at(answer, 2)) == TAG_NIL && text_is(answer, 4, "absent"));
  CHECK((backend->find("lua_pushstring") != NULL) == LUPINE_MODULES);
  CHECK(backend->find("lua_nothing") == NULL);
  close_fake(fake);
}

#if defined(LUPINE_FIXED) && !defined(LUPINE_STRESS)

/*
** Finalizers close files while they are read, at each of the first steps of the collector. Only a
** core with our fixes survives that. Its finalizers make new ones, which has no end where each
** allocation collects.
*/
static void files_may_close (void) {
  static const char reading[] =
      "if jit then jit.off() end local file, left, closed local function arm()"
      " local function finish() arm() if not left then return end left = left - 1"
      " if left < 0 then left = nil closed = true file:close() end end"
      " coroutine.wrap(function() if newproxy then getmetatable(newproxy(true)).__gc = finish"
      " else setmetatable({}, {__gc = finish}) end end)() end arm()"
      " if _VERSION == 'Lua 5.5' then collectgarbage('param', 'pause', 0)"
      " collectgarbage('param', 'stepmul', 0) elseif _VERSION == 'Lua 5.4' then"
      " collectgarbage('incremental', 1, 1000, 63) else collectgarbage('setpause', 0)"
      " collectgarbage('setstepmul', (jit or _VERSION == 'Lua 5.1') and 0 or 1e9) end"
      " collectgarbage()"
      " local wrong, times = 0, 0 for _, format in ipairs {'*a', '*l', 3000} do for step = 0, 5 do"
      " file = io.tmpfile() file:write(('x'):rep(4000), '\\n', ('y'):rep(2000)) file:seek('set')"
      " io.input(file) closed, left = false, step"
      " local ok = pcall(function() io.read(format, format, format) left = nil end) left = nil"
      " if closed == ok then wrong = wrong + 1 end"
      " if closed then times = times + 1 else file:close() end end end"
      " left = nil return wrong, times";
  Fake *fake = open_fake();
  const char *answer;
  CHECK(run(fake, reading, &answer) == STATUS_OK);
  CHECK(integer_at(answer, 2) == 0 && integer_at(answer, 3) > 0);
  close_fake(fake);
}

#endif

/* Whatever a script does to the registry, entries return an answer. */
static void registry_may_break (void) {
  Fake *fake = open_fake();
  const char *answer;
  run(fake, "local r = debug.getregistry() for k in pairs(r) do r[k] = nil end", &answer);
  run(fake, "return 1", &answer);
  run(fake, "return object.method", &answer);
  begin(&fake->out);
  put_text(&fake->out, "object");
  send(fake, OP_GET_GLOBAL, &answer);
  close_fake(fake);
  fake = open_fake();
  run(fake, "local r = debug.getregistry() for k in pairs(r) do r[k] = 5 end", &answer);
  run(fake, "return object", &answer);
  close_fake(fake);
}

static int64_t fast_call (Fake *fake, int32_t operation, int32_t target, int32_t name,
                      int64_t number) {
  free(fake->large);
  fake->large = NULL;
  return backend->fast_call(fake->state, operation, target, name, TAG_INTEGER, number,
                            &fake->large);
}

static void chunks_run_fast (Fake *fake) {
  const char *answer;
  int32_t ref;
  CHECK(run(fake, "n = (n or 0) + 1 if n == 3 then error('third') end return n", &answer)
        == STATUS_OK);
  ref = (int32_t)integer_at(answer, 0);
  CHECK(fast_call(fake, FAST_RUN, ref, 0, 0) == ANSWER(STATUS_VALUE, TAG_INTEGER));
  CHECK(fake->frame.answer == 2);
  CHECK(ANSWER_STATUS(fast_call(fake, FAST_RUN, ref, 0, 0)) == STATUS_ERROR);
  CHECK(text_has(fake->frame.message, 1, "third"));
  CHECK(run(fake, "n = nil if setfenv then setfenv(1, {}) else _ENV = {} end", &answer)
        == STATUS_OK);
  ref = (int32_t)integer_at(answer, 0);
  CHECK(fast_call(fake, FAST_RUN, ref, 0, 0) == FAST_REFUSED);
}

/* Runs a chunk under a scope by a message; returns its ref. */
static int32_t run_under (Fake *fake, const char *code, int scope, const char **answer) {
  begin(&fake->out);
  put_integer(&fake->out, 0);
  put_text(&fake->out, code);
  put_text(&fake->out, "=scoped");
  put_integer(&fake->out, 0);
  put(&fake->out, TAG_BOOLEAN, 0, NULL, 0);
  put_integer(&fake->out, scope);
  CHECK(send(fake, OP_RUN, answer) == STATUS_OK);
  return (int32_t)integer_at(*answer, 0);
}

/* Runs a chunk again under a scope, with two prefetched variables. */
static int64_t run_again (Fake *fake, int32_t ref, int scope) {
  Message *m = &fake->out;
  int32_t length;
  begin(m);
  put_integer(m, 0);              /* each may be read once */
  put_integer(m, 8);
  put_text(m, "short");
  put_integer(m, 9);
  put_integer(m, 5);
  length = end(m);
  memcpy(fake->frame.message, m->bytes, (size_t)length);
  return fast_call(fake, FAST_RUN_IN, ref, scope, length);
}

static void environments_are_used_again (Fake *fake) {
  const char *answer;
  int32_t ref;
  int upcalls;
  begin(&fake->out);
  put_integer(&fake->out, 8);
  put_text(&fake->out, "first");
  CHECK(send(fake, OP_NAME, &answer) == STATUS_OK);
  begin(&fake->out);
  put_integer(&fake->out, 9);
  put_text(&fake->out, "second");
  CHECK(send(fake, OP_NAME, &answer) == STATUS_OK);
  ref = run_under(fake, "local a, b = first, second return b, first", 70, &answer);
  CHECK(run_again(fake, ref, 71) == FAST_REFUSED);
  upcalls = fake->upcalls;
  CHECK(ANSWER_STATUS(run_again(fake, ref, 70)) == STATUS_OK);
  CHECK(integer_at(fake->frame.message, 0) == 5 && fake->frame.taken == 2);
  CHECK(int_at(value_at(fake->frame.message, 1)) == TAG_NIL && fake->upcalls == upcalls + 1);
  ref = run_under(fake, "return first", 70, &answer);
  CHECK(ANSWER_STATUS(run_again(fake, ref, 70)) == STATUS_OK && fake->frame.taken == 1);
  ref = run_under(fake, "return math.abs(-1), first", 70, &answer);
  CHECK(ANSWER_STATUS(run_again(fake, ref, 70)) == STATUS_OK);
  CHECK(integer_at(fake->frame.message, 0) == 1 && fake->frame.taken == 0);
  CHECK((fake->frame.flags & FRAME_ESCAPED) == 0);
  ref = run_under(fake, "rawset(_G, 'raw', 1)", 70, &answer);
  CHECK((fake->frame.flags & FRAME_ESCAPED) != 0);
  CHECK(run_again(fake, ref, 70) == FAST_REFUSED);
  run_under(fake, "if x then function f() end end return raw", 72, &answer);
  CHECK(int_at(value_at(answer, 1)) == TAG_TABLE && int_at(value_at(answer, 2)) == TAG_NIL);
  CHECK((fake->frame.flags & FRAME_ESCAPED) != 0);
  begin(&fake->out);
  CHECK(send(fake, OP_ENVIRONMENT, &answer) == STATUS_OK);
  CHECK(int_at(value_at(answer, 0)) == TAG_TABLE);
  ref = run_under(fake, "setmetatable({}, {})", 73, &answer);
  CHECK((fake->frame.flags & FRAME_ESCAPED) != 0 && run_again(fake, ref, 73) == FAST_REFUSED);
  run_under(fake, "return 1", 74, &answer);
  begin(&fake->out);
  CHECK(send(fake, OP_ENVIRONMENT, &answer) == STATUS_OK);
  CHECK(int_at(value_at(answer, 0)) == TAG_NIL);
}

/* Runs a chunk again under a scope, and lets it leave the values of two variables. */
static int64_t run_writing (Fake *fake, int32_t ref, int scope) {
  fake->frame.writable = 1 << 10 | 1 << 11;
  fake->frame.written = 8;
  return fast_call(fake, FAST_RUN_IN, ref, scope, 0);
}

static void runs_leave_what_they_set (Fake *fake) {
  const char *answer;
  const char *writes = fake->frame.writes;
  int32_t ref, upcalls;
  begin(&fake->out);
  put_integer(&fake->out, 10);
  put_text(&fake->out, "third");
  CHECK(send(fake, OP_NAME, &answer) == STATUS_OK);
  begin(&fake->out);
  put_integer(&fake->out, 11);
  put_text(&fake->out, "fourth");
  CHECK(send(fake, OP_NAME, &answer) == STATUS_OK);
  ref = run_under(fake, "third = 1 fourth = 'some text' third = (third or 1) + 1"
                  " return third, fourth", 80, &answer);
  upcalls = fake->upcalls;
  CHECK(ANSWER_STATUS(run_writing(fake, ref, 80)) == STATUS_OK);
  CHECK(fake->upcalls == upcalls && integer_at(fake->frame.message, 0) == 2);
  CHECK(text_is(fake->frame.message, 1, "some text"));
  CHECK(fake->frame.written == 24 + 32);
  CHECK(int_at(writes) == 10 && int_at(writes + 8) == TAG_INTEGER && int_at(writes + 16) == 2);
  CHECK(int_at(writes + 24) == 11 && int_at(writes + 32) == TAG_STRING);
  CHECK(int_at(writes + 36) == 9 && memcmp(writes + 40, "some text", 9) == 0);
  ref = run_under(fake, "third = true fourth = 7 third = 1.5 if fourth == 8 then return 1 end", 80,
                  &answer);
  CHECK(run_writing(fake, ref, 80) == ANSWER(STATUS_VALUE, TAG_NONE));
  CHECK(fake->frame.written == 16 + 24 + 24 && int_at(writes) == 0);
  CHECK(int_at(writes + 16) == 11 && int_at(writes + 40) == 10);
  CHECK(int_at(writes + 48) == TAG_NUMBER);
  ref = run_under(fake, "third = nil fourth = {} other = 1", 80, &answer);
  upcalls = fake->upcalls;
  CHECK(run_writing(fake, ref, 80) == ANSWER(STATUS_VALUE, TAG_NONE));
  CHECK(fake->upcalls == upcalls + 3 && fake->frame.written == 0);
  fake->frame.writable = 0;
  ref = run_under(fake, "third = 1", 80, &answer);
  upcalls = fake->upcalls;
  CHECK(fast_call(fake, FAST_RUN_IN, ref, 80, 0) == ANSWER(STATUS_VALUE, TAG_NONE));
  CHECK(fake->upcalls == upcalls + 1 && fake->frame.written == 0);
}

static void numbers_are_fast (Fake *fake) {
  const char *answer;
  char *large = NULL;
  double result;
  int64_t bits;
  int32_t ref;
  CHECK(run(fake, "return function(x) return x * 2 end, function() return 'no' end", &answer)
        == STATUS_OK);
  ref = int_at(value_at(answer, 2) + 4);
  CHECK(backend->call_number(fake->state, ref, 4.5, &large) == 9);
  ref = int_at(value_at(answer, 3) + 4);
  result = backend->call_number(fake->state, ref, 1, &large);
  memcpy(&bits, &result, sizeof(bits));
  CHECK(bits == OTHER_NUMBER && ANSWER_LENGTH(fake->frame.answer) > 0);
  CHECK(text_is(fake->frame.message, 0, "no"));
  begin(&fake->out);
  put_integer(&fake->out, 1);
  put_text(&fake->out, "twice");
  CHECK(send(fake, OP_NAME, &answer) == STATUS_OK);
  CHECK(fast_call(fake, FAST_CALL_GLOBAL, 0, 1, 5) == FAST_REFUSED);
  CHECK(fast_call(fake, FAST_PUT_GLOBAL, 0, 1, 5) == FAST_REFUSED);
  CHECK(run(fake, "function twice(x) return 2 * x, twice end t = {twice = 'text'} return t",
            &answer) == STATUS_OK);
  ref = int_at(value_at(answer, 2) + 4);
  CHECK(ANSWER_STATUS(fast_call(fake, FAST_CALL_GLOBAL, 0, 1, 5)) == STATUS_OK);
  CHECK(int_at(fake->frame.message) == 2 && integer_at(fake->frame.message, 0) == 10);
  CHECK(ANSWER_STATUS(fast_call(fake, FAST_GET_FIELD, ref, 1, 0)) == STATUS_OK);
  CHECK(text_is(fake->frame.message, 0, "text"));
  CHECK(ANSWER_STATUS(fast_call(fake, FAST_PUT_FIELD, ref, 1, 7)) == STATUS_OK);
  CHECK(text_is(fake->frame.message, 0, "text"));
  CHECK(fast_call(fake, FAST_GET_FIELD, ref, 1, 0) == ANSWER(STATUS_VALUE, TAG_INTEGER));
  CHECK(fake->frame.answer == 7);
  CHECK(run(fake, "function twice() error('no') end", &answer) == STATUS_OK);
  CHECK(ANSWER_STATUS(fast_call(fake, FAST_CALL_GLOBAL, 0, 1, 5)) == STATUS_ERROR);
  CHECK(text_has(fake->frame.message, 1, "no"));
  CHECK(run(fake, "function twice() return ('x'):rep(1e5) end", &answer) == STATUS_OK);
  CHECK(ANSWER_LENGTH(fast_call(fake, FAST_CALL_GLOBAL, 0, 1, 5)) > 100000);
}

/* Runs a script; returns how many strings it passed to Java by their numbers. */
static int passes (Fake *fake, const char *script) {
  const char *answer;
  int before = fake->known;
  CHECK(run(fake, script, &answer) == STATUS_OK);
  return fake->known - before;
}

static void strings_are_known (Fake *fake) {
  static const int32_t known[] = { 3, 0, TAG_KNOWN, 300, TAG_NUMBER, 0, 0, 0x3ff80000,
                                   TAG_BOOLEAN, 1 };
  const char *answer;
  int32_t ref, number;
  int i;
  CHECK(passes(fake, "local s = 'a constant string' for i = 1, 9 do object(s) end") > 5);
  CHECK(passes(fake, "for i = 1, 100 do object(('a new string '):rep(9) .. i) end") == 0);
  CHECK(passes(fake, "local s = ('x'):rep(5000) for i = 1, 9 do object(s) end") == 0);
  ref = ref_of(fake, "local s = 'one result' return function() return s end");
  for (i = 0; i < 9; i++) {
    int64_t result = fast_call(fake, FAST_CALL, ref, 0, 5);
    if (i < 2) CHECK(ANSWER_STATUS(result) == STATUS_OK);
    else CHECK(result == ANSWER(STATUS_VALUE, TAG_KNOWN));
  }
  number = (int32_t)fake->frame.answer;
  CHECK(run(fake, "collectgarbage() collectgarbage()", &answer) == STATUS_OK);
  CHECK(ANSWER_STATUS(fast_call(fake, FAST_STRING, number, 0, 0)) == STATUS_OK);
  CHECK(text_is(fake->frame.message, 0, "one result"));
  CHECK(fast_call(fake, FAST_STRING, number + 32, 0, 0) == FAST_REFUSED);
  begin(&fake->out);
  put_integer(&fake->out, 300);
  put_text(&fake->out, "from Java");
  CHECK(send(fake, OP_NAME, &answer) == STATUS_OK);
  ref = ref_of(fake, "return function(...) return select('#', ...), ... end");
  CHECK(ANSWER_STATUS(backend->fast_call(fake->state, FAST_CALL, ref, 0, TAG_KNOWN, 300,
                                         &fake->large)) == STATUS_OK);
  CHECK(text_is(fake->frame.message, 1, "from Java"));
  memcpy(fake->frame.message, known, sizeof(known));
  CHECK(ANSWER_STATUS(backend->fast_call(fake->state, FAST_CALL, ref, 0, TAG_SEVERAL, 0,
                                         &fake->large)) == STATUS_OK);
  CHECK(int_at(fake->frame.message) == 4 && integer_at(fake->frame.message, 0) == 3);
  CHECK(text_is(fake->frame.message, 1, "from Java"));
  CHECK(int_at(value_at(fake->frame.message, 3)) == TAG_BOOLEAN);
}

int main (void) {
  int i;
  Fake *fake = open_fake(), *other;
  values_cross(fake);
  streams_are_javas(fake);
  errors_come_out(fake);
  fatal_errors_stay(fake);
  strings_are_known(fake);
  marked_runs_end_alone(fake);
  stops_say_where(fake);
  objects_keep_identity(fake);
  elements_are_read_ahead(fake);
  elements_are_read_by_lua(fake);
  buffers_are_in_memory(fake);
  types_follow_traits(fake);
  refs_are_released(fake);
  tables_are_built(fake);
  sequences_are_spliced(fake);
  numbers_are_packed(fake);
  scopes_hold_globals(fake);
  scopes_are_listed(fake);
  coroutines_resume(fake);
  java_functions_yield(fake);
  finalizers_may_call(fake);
  recursion_ends(fake);
  chunks_run_fast(fake);
  environments_are_used_again(fake);
  runs_leave_what_they_set(fake);
  numbers_are_fast(fake);
  other = open_fake();
  values_cross(other);
  isolated_globals_are_restored(other);
  close_fake(fake);
  close_fake(other);
  modules_are_found();
#if defined(LUPINE_FIXED) && !defined(LUPINE_STRESS)
  files_may_close();
#endif
  registry_may_break();
  for (i = 0; i < 50; i++) close_fake(open_fake());
  printf("%s: %d failures\n", backend->version, failures);
  return failures == 0 ? 0 : 1;
}
