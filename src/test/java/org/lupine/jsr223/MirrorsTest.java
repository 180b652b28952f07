package org.lupine.jsr223;

import static javax.script.ScriptContext.ENGINE_SCOPE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.lupine.support.Engines.engine;
import static org.lupine.support.Engines.foreign;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import javax.script.Bindings;
import javax.script.ScriptEngine;
import javax.script.ScriptException;
import org.lupine.Flavour;
import org.lupine.LuaOptions;
import org.lupine.Sandbox;
import org.lupine.access.HostAccess;
import org.lupine.support.EachFlavour;
import org.lupine.value.JavaFunction;
import org.lupine.value.LuaCoroutine;
import org.lupine.value.LuaException;
import org.lupine.value.LuaFunction;
import org.lupine.value.LuaTable;
import org.lupine.value.LuaTimeoutException;

/** BEHAVIOURS J71: values of one state in scripts of another one, under other Bindings. */
class MirrorsTest {
  /** Returns Bindings with a value of the engine's own state, whose scripts run elsewhere. */
  private static Bindings given(ScriptEngine engine, String script) throws ScriptException {
    return foreign(Map.of("v", engine.eval(script)));
  }

  private static Object eval(ScriptEngine engine, String made, String script)
      throws ScriptException {
    return engine.eval(script, given(engine, made));
  }

  private static List<?> all(ScriptEngine engine, String made, String script)
      throws ScriptException {
    return Arrays.asList((Object[]) eval(engine, made, script));
  }

  @EachFlavour
  void tablesHaveFieldsAndALength(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      var bindings = given(engine, "seq = {10, 20, 30, name = 'n', inner = {7}} return seq");

      assertEquals(
          List.of(3L, 20L, "n", 7L),
          Arrays.asList((Object[]) engine.eval("return #v, v[2], v.name, v.inner[1]", bindings)));
      engine.eval("v[#v + 1] = 40 v.name = nil v[true] = 'b' v.made = {1}", bindings);
      assertEquals(
          List.of(4L, 40L, "nil", "b", 1L),
          Arrays.asList(
              (Object[])
                  engine.eval("return #seq, seq[4], tostring(seq.name), seq[true], seq.made[1]")));
      assertEquals(
          "nil nil", engine.eval("return tostring(v[99]) .. ' ' .. tostring(v.nothing)", bindings));
      assertSame(engine.get("seq").getClass(), engine.eval("return v", bindings).getClass());
      assertEquals(engine.get("seq"), engine.eval("return v", bindings));
    }
  }

  @EachFlavour
  void tablesAreLoopedOver(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      assertEquals(
          "1=a 2=b 3=c ",
          eval(
              engine,
              "return {'a', 'b', 'c', x = 1}",
              "local t = '' for i, e in ipairs(v) do t = t .. i .. '=' .. e .. ' ' end return t"));
      assertEquals(
          "3 6",
          eval(
              engine,
              "return {1, 2, x = 3}",
              "local n, sum = 0, 0 for k, e in pairs(v) do n = n + 1 sum = sum + e end "
                  + "return n .. ' ' .. sum"));
      if (flavour != Flavour.LUA51) {
        assertEquals(
            "one",
            eval(
                engine,
                "return setmetatable({}, {__pairs = function() "
                    + "return function(_, k) if not k then return 'one' end end end})",
                "for k in pairs(v) do return k end"));
      }
    }
  }

  @EachFlavour
  void metamethodsAreThoseOfTheTable(Flavour flavour) throws Exception {
    var made =
        "local mt = {} for _, name in ipairs {'add', 'sub', 'mul', 'div', 'mod', 'pow', "
            + "'concat', 'idiv', 'band', 'bor', 'bxor', 'shl', 'shr'} do "
            + "mt['__' .. name] = function(a, b) return name .. ' ' .. "
            + "(type(a) == 'table' and a.n or a) .. (type(b) == 'table' and b.n or b) end end "
            + "mt.__unm = function(a) return -a.n end mt.__bnot = function(a) return a.n end "
            + "mt.__lt = function(a, b) return a.n < b.n end mt.__le = function(a, b) return a.n <= b.n end "
            + "mt.__eq = function(a, b) return a.n == b.n end mt.__tostring = function(a) return 'T' .. a.n end "
            + "mt.__call = function(a, ...) return a.n, select('#', ...), ... end "
            + "mt.__index = function(a, k) if k ~= 'n' then return k .. '?' end end "
            + "mt.__newindex = function(a, k, x) rawset(a, 'got', k .. x) end "
            + "local function new(n) return setmetatable({n = n}, mt) end "
            + "return {a = new(4), b = new(5), c = new(4)}";
    try (var engine = engine(flavour)) {
      var bindings = given(engine, made);
      assertEquals(
          "add 45 sub 41 mul 24 div 45 mod 43 pow 24 concat 4x concat y5",
          engine.eval(
              "local a, b = v.a, v.b return table.concat({a + b, a - 1, 2 * a, a / b, a % 3, 2 ^ a, "
                  + "a .. 'x', 'y' .. b}, ' ')",
              bindings));
      assertEquals(
          List.of(-4L, true, false, true, true, false, "T4"),
          Arrays.asList(
              (Object[])
                  engine.eval(
                      "local a, b, c = v.a, v.b, v.c return -a, a < b, b <= a, a <= c, "
                          + "a == c, a == b, tostring(a)",
                      bindings)));
      assertEquals(
          List.of(4L, 2L, "x", "y"),
          Arrays.asList((Object[]) engine.eval("return v.a('x', 'y')", bindings)));
      assertEquals("k? fv", engine.eval("v.a.f = 'v' return v.a.k .. ' ' .. v.a.got", bindings));
      if (flavour == Flavour.LUA53 || flavour == Flavour.LUA54 || flavour == Flavour.LUA55) {
        assertEquals(
            "idiv 43 band 41 bor 14 bxor 45 shl 42 shr 42 4",
            engine.eval(
                "local a, b = v.a, v.b return table.concat({a // 3, a & 1, 1 | a, a ~ b, a << 2, a >> 2, ~a}, ' ')",
                bindings));
      }
    }
  }

  @EachFlavour
  void aTableIsOneKeyAndOneValue(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      assertEquals(
          List.of(true, true, "found", true),
          all(
              engine,
              "local t = {} t.self = t t.f = function() return t end return t",
              "local set = {[v] = 'found'} return v.self == v, rawequal(v.self, v), set[v.f()], "
                  + "v.f == v.f"));
    }
  }

  @EachFlavour
  void functionsAreFunctions(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      assertEquals(
          List.of("function", 3L, true, 6L),
          all(
              engine,
              "local n = 0 return function(a, f) n = n + a if f then return f(n) end return n end",
              "local kind = type(v) local first = v(3) local ok, last = pcall(v, 3) "
                  + "return kind, first, ok, last"));
      assertEquals(
          "9",
          eval(
              engine,
              "return function(a, f) return f(a) end",
              "return v(8, function(n) return (tostring(n + 1):gsub('%.0', '')) end)"));
      assertEquals(
          "3 2 1",
          eval(
              engine,
              "return function(a, b) return a > b end",
              "local t = {1, 3, 2} table.sort(t, v) return table.concat(t, ' ')"));
      assertInstanceOf(LuaFunction.class, eval(engine, "return print", "return v"));
    }
  }

  @EachFlavour
  void errorsKeepTheirValue(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      var bindings = given(engine, "E = {code = 7} return function() error(E) end");
      assertEquals(
          List.of(false, 7L),
          Arrays.asList(
              (Object[]) engine.eval("local ok, e = pcall(v) return ok, e.code", bindings)));
      var thrown = assertThrows(ScriptException.class, () -> engine.eval("v()", bindings));
      assertEquals(engine.get("E"), ((LuaException) thrown.getCause()).value());
      thrown =
          assertThrows(
              ScriptException.class,
              () -> engine.eval("local ok, e = pcall(v) error(e)", bindings));
      assertEquals(engine.get("E"), ((LuaException) thrown.getCause()).value());
      assertEquals(
          List.of(false, true),
          Arrays.asList(
              (Object[])
                  engine.eval(
                      "local mine = {} local ok, e = pcall(v, mine) return ok, e == mine",
                      given(engine, "return function(e) error(e) end"))));
      assertTrue(
          assertThrows(
                  ScriptException.class,
                  () -> engine.eval("local x\nlocal y = v + 1", given(engine, "return {}")))
              .getMessage()
              .contains("arithmetic"));
    }
  }

  @EachFlavour
  void coroutinesContinue(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      assertEquals(
          List.of("thread", true, "a1", true, "b2", "dead", false),
          all(
              engine,
              "return coroutine.create(function(x) local y = coroutine.yield('a' .. x) return 'b' .. y end)",
              "local kind = type(v) local ok, a = coroutine.resume(v, 1) local ok2, b = coroutine.resume(v, 2) "
                  + "return kind, ok, a, ok2, b, coroutine.status(v), (coroutine.resume(v))"));
    }
  }

  /** Methods that take tables. */
  public static final class Taker {
    public String list(List<Integer> list) {
      return list.toString();
    }

    public Object any(Object object) {
      return object;
    }
  }

  @EachFlavour
  void javaReceivesTheTableItself(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      var bindings = given(engine, "t = {1, 2, 3} return t");
      bindings.put("taker", new Taker());
      assertEquals("[1, 2, 3]", engine.eval("return taker:list(v)", bindings));
      assertEquals(engine.get("t"), engine.eval("return taker:any(v)", bindings));
      var seen = new ArrayList<Object>();
      bindings.put("see", (JavaFunction) arguments -> seen.add(arguments[0]));
      engine.eval("see(v)", bindings);
      assertEquals(List.of(engine.get("t")), seen);
      assertInstanceOf(LuaTable.class, seen.get(0));
      var file = engine.eval("file = io.stdout return file");
      bindings.put("v", file);
      engine.eval("see(v)", bindings);
      assertEquals(file, seen.get(1));
      assertEquals(file, engine.eval("return taker:any(v)", bindings));
      assertEquals(file, engine.eval("return v", bindings));
      var thrown =
          assertThrows(ScriptException.class, () -> engine.eval("taker:list(v)", bindings));
      assertTrue(thrown.getMessage().contains("takes (userdata)"), thrown::getMessage);
    }
  }

  @EachFlavour
  void workUnderASandbox(Flavour flavour) throws Exception {
    var options = LuaOptions.builder().flavour(flavour).sandbox(Sandbox.SANDBOX).build();
    try (var engine = engine(flavour).getFactory().getScriptEngine(options)) {
      assertEquals(
          "3 1=a 2=b 3=c x=1 4",
          eval(
              engine,
              "return {'a', 'b', 'c', x = 1, f = function(n) return n + 1 end}",
              "local t = #v for i, e in ipairs(v) do t = t .. ' ' .. i .. '=' .. e end "
                  + "t = t .. ' x=' .. v.x v[4] = 'd' return t .. ' ' .. #v"));
      assertEquals(6L, eval(engine, "return function(n) return n + 1 end", "return v(5)"));
    }
  }

  @EachFlavour
  void tablesAreTablesToType(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      var bindings = given(engine, "return {1}");
      bindings.put("list", List.of(1));
      assertEquals(
          List.of("table", "userdata", "nil"),
          Arrays.asList((Object[]) engine.eval("return type(v), type(list), type(nil)", bindings)));
      // in LuaJIT compiled loops, too, each specialized to one of them and leaving for the other
      assertEquals(
          List.of(300L, 300L),
          Arrays.asList(
              (Object[])
                  engine.eval(
                      "local tables, others = 0, 0 for i = 1, 600 do local x = i % 2 == 0 and v or list "
                          + "if type(x) == 'table' then tables = tables + 1 "
                          + "elseif type(x) == 'userdata' then others = others + 1 end end "
                          + "return tables, others",
                      bindings)));
      assertEquals(
          500L,
          engine.eval(
              "local n = 0 for i = 1, 500 do if type(v) == 'table' then n = n + 1 end end return n",
              bindings));
    }
  }

  @EachFlavour
  void metamethodsOfTheVersionAreFollowed(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      var made = "setmetatable({1, 2}, {__len = function() return 42 end})";
      assertEquals(
          engine.eval("return #" + made), eval(engine, "return " + made, "return #v"), "__len");
      made =
          "setmetatable({}, {__ipairs = function() return function(_, i) if not i then "
              + "return 1, 'one' end end end})";
      var loop = "local t = '' for i, e in ipairs(%s) do t = t .. i .. e end return t";
      assertEquals(
          engine.eval(String.format(loop, made)),
          eval(engine, "return " + made, String.format(loop, "v")),
          "__ipairs");
      if (flavour == Flavour.LUA54 || flavour == Flavour.LUA55) {
        made = "return setmetatable({}, {__close = function(t) t.closed = true end})";
        assertEquals(true, eval(engine, made, "do local x <close> = v end return v.closed"));
        assertEquals(
            "e e2",
            eval(
                engine,
                "return setmetatable({}, {__metatable = false, __close = function(t, e) "
                    + "t.first = e error(e .. 2, 0) end})",
                "local ok, e = pcall(function() local x <close> = v error('e', 0) end) "
                    + "return v.first .. ' ' .. e"));
        var thrown =
            assertThrows(
                ScriptException.class,
                () -> eval(engine, "return {}", "do local x <close> = v end"));
        assertTrue(thrown.getMessage().contains("non-closable"), thrown::getMessage);
      }
      assertEquals(
          "5 local",
          eval(
              engine,
              "return setmetatable({n = 5}, {__add = function(a, b) return a.n .. ' ' .. b.n end})",
              "return v + {n = 'local'}"));
    }
  }

  @EachFlavour
  void errorsHaveTheLineOfTheScriptAndTheirCause(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      var thrown =
          assertThrows(
              ScriptException.class,
              () -> engine.eval("local x\nlocal y = v + 1", given(engine, "return {}")));
      assertEquals(2, thrown.getLineNumber());
      var boom = new IllegalStateException("boom");
      engine.put(
          "fail",
          (JavaFunction)
              arguments -> {
                throw boom;
              });
      var bindings = given(engine, "return function() fail() end");
      thrown = assertThrows(ScriptException.class, () -> engine.eval("v()", bindings));
      assertTrue(causes(thrown).contains(boom), thrown::toString);
      assertEquals(
          boom, engine.eval("local ok, e = pcall(v) return java.cast('Object', e)", bindings));
    }
  }

  private static List<Throwable> causes(Throwable thrown) {
    var all = new ArrayList<Throwable>();
    for (var each = thrown; each != null; each = each.getCause()) {
      all.add(each);
    }
    return all;
  }

  @EachFlavour
  void coroutinesEndWithErrorsAndCanBeWrapped(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      assertEquals(
          List.of(false, true, "dead"),
          all(
              engine,
              "E = {} return coroutine.create(function() error(E) end)",
              "local ok, e = coroutine.resume(v) "
                  + "return ok, type(e) == 'table', coroutine.status(v)"));
      assertEquals(
          List.of(1L, 2L),
          all(
              engine,
              "return coroutine.wrap(function() coroutine.yield(1) return 2 end)",
              "return v(), v()"));
      if (flavour == Flavour.LUA54 || flavour == Flavour.LUA55) {
        assertEquals(
            List.of(true, "dead"),
            all(
                engine,
                "return coroutine.create(function() coroutine.yield(1) end)",
                "coroutine.resume(v) return coroutine.close(v), coroutine.status(v)"));
      }
    }
  }

  /** What a table does, whichever way it came into another state. */
  private static final String USE =
      "local n = 0 for k in pairs(v) do n = n + 1 end for i in ipairs(v) do n = n + 10 end "
          + "v.name = 'x' v[#v + 1] = 30 "
          + "return table.concat({type(v), n, #v, v[2], v.name, v(4), tostring(v + 1)}, ' ')";

  private static final String MADE =
      "setmetatable({10, 20, k = 1}, {__call = function(t, x) return x + 1 end,"
          + " __add = function(t, x) return t.k + x end})";

  private static final String USED = "table 23 3 20 x 5 2";

  @EachFlavour
  void tablesMayComeFromAnywhere(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      var made = "return " + MADE;
      var one = foreign(Map.of());
      engine.put("v", engine.eval(made, one));
      assertEquals(USED, engine.eval(USE), "of a foreign run, in the own scope");
      assertEquals(
          USED,
          engine.eval(USE, foreign(Map.of("v", engine.eval(made, one)))),
          "of a foreign run, in another one");
      assertEquals(
          USED,
          engine.eval("local v = m.t " + USE, foreign(Map.of("m", Map.of("t", engine.eval(made))))),
          "in a map");
      assertEquals(
          USED,
          engine.eval("local v = l[1] " + USE, foreign(Map.of("l", List.of(engine.eval(made))))),
          "in a list");
      var table = engine.eval(made);
      Supplier<Object> supplier = () -> table;
      assertEquals(
          USED,
          engine.eval("local v = s() " + USE, foreign(Map.of("s", supplier))),
          "returned by Java");
    }
  }

  @EachFlavour
  void workUnderEachPresetAsEverywhere(Flavour flavour) throws Exception {
    for (var preset : List.of(Sandbox.CONSTRAINED, Sandbox.SANDBOX)) {
      var options = LuaOptions.builder().flavour(flavour).sandbox(preset).build();
      try (var engine = engine(flavour).getFactory().getScriptEngine(options)) {
        assertEquals(USED, eval(engine, "return " + MADE, USE), preset::toString);
        assertEquals(
            List.of(false, 7L),
            all(
                engine,
                "E = {code = 7} return function() error(E) end",
                "local ok, e = pcall(v) return ok, e.code"),
            preset::toString);
        assertEquals(
            List.of(true, "a1", true, "b2"),
            all(
                engine,
                "return coroutine.create(function(x) local y = coroutine.yield('a' .. x) return 'b' .. y end)",
                "local ok, a = coroutine.resume(v, 1) local ok2, b = coroutine.resume(v, 2) "
                    + "return ok, a, ok2, b"),
            preset::toString);
      }
    }
    var closed = LuaOptions.builder().flavour(flavour).hostAccess(HostAccess.NONE).build();
    try (var engine = engine(flavour).getFactory().getScriptEngine(closed)) {
      assertEquals(USED, eval(engine, "return " + MADE, USE));
    }
  }

  private static boolean hasClose(Flavour flavour) {
    return flavour == Flavour.LUA54 || flavour == Flavour.LUA55;
  }

  /** Returns Bindings with what a table of the engine's own scope holds. */
  private static Bindings given(ScriptEngine engine, String script, String... names)
      throws ScriptException {
    var made = (LuaTable) engine.eval(script);
    var bindings = foreign(Map.of());
    for (var name : names) {
      bindings.put(name, made.get(name));
    }
    return bindings;
  }

  // BEHAVIOURS 305
  @EachFlavour
  void aCoroutineHasTheStatusOfItsState(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      assertEquals(
          List.of("dead", false, "cannot resume dead coroutine"),
          all(
              engine,
              "local co = coroutine.create(function() end) coroutine.resume(co) return co",
              "return coroutine.status(v), coroutine.resume(v)"));
      assertEquals(
          List.of("suspended", "dead"),
          Arrays.asList(
              (Object[])
                  engine.eval(
                      "local co, before = co, coroutine.status(co) finish() "
                          + "return before, coroutine.status(co)",
                      given(
                          engine,
                          "local co = coroutine.create(function() end) "
                              + "return {co = co, finish = function() coroutine.resume(co) end}",
                          "co",
                          "finish"))));
      var running =
          "local function probe(co, f) return f(co) end return {"
              + "running = function(f) return select(2, coroutine.resume(coroutine.create(function() "
              + "  return probe((coroutine.running()), f) end))) end, "
              + "normal = function(f) local outer outer = coroutine.create(function() "
              + "  return select(2, coroutine.resume(coroutine.create(function() "
              + "    return probe(outer, f) end))) end) "
              + "  return select(2, coroutine.resume(outer)) end}";
      var asks =
          "local function ask(co) local ok, e = coroutine.resume(co) "
              + "return coroutine.status(co) .. ' ' .. tostring(ok) .. ' ' .. e end ";
      for (var name : List.of("running", "normal")) {
        assertEquals(
            "normal false cannot resume non-suspended coroutine",
            engine.eval(
                asks + "return " + name + "(ask)", given(engine, running, "running", "normal")),
            name);
      }
    }
  }

  // BEHAVIOURS 305
  @EachFlavour
  void aCoroutineIsOneValue(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      var bindings =
          given(
              engine,
              "co = coroutine.create(function(...) local a = coroutine.yield(...) return a end) "
                  + "return {v = co, w = co, same = function(c) return c, c == co end, "
                  + "resume = coroutine.resume}",
              "v",
              "w",
              "same",
              "resume");
      var seen = new ArrayList<Object>();
      bindings.put("see", (JavaFunction) arguments -> seen.add(arguments[0]));
      bindings.put(
          "collect",
          (JavaFunction)
              arguments -> {
                System.gc();
                return null;
              });
      assertEquals(
          List.of(true, true, true, "found", true),
          Arrays.asList(
              (Object[])
                  engine.eval(
                      "local co, is = same(v) local keys = {[v] = 'found'} "
                          + "local kept = v collect() collectgarbage() see(v) "
                          + "return v == w, co == v, is, keys[w], kept == v",
                      bindings)));
      assertEquals(List.of(engine.get("co")), seen, "what Java gets");
      assertEquals(engine.get("co"), engine.eval("return v", bindings));
      assertEquals(
          List.of(true, true, true, "dead"),
          Arrays.asList(
              (Object[])
                  engine.eval(
                      "local t = {} local ok, a = resume(v, t) local ok2, b = coroutine.resume(w, a) "
                          + "return a == t, ok2, b == t, coroutine.status(v)",
                      bindings)));
    }
  }

  @EachFlavour
  void aCoroutineIsClosedInItsState(Flavour flavour) throws Exception {
    if (!hasClose(flavour)) {
      try (var engine = engine(flavour)) {
        assertNull(engine.eval("return coroutine.close"));
      }
      return;
    }
    try (var engine = engine(flavour)) {
      var made =
          "closed = false co = coroutine.create(function() local x <close> = setmetatable({}, "
              + "{__close = function() closed = true end}) coroutine.yield() end) return co";
      assertEquals(
          List.of(true, "dead"),
          all(engine, made, "coroutine.resume(v) return coroutine.close(v), coroutine.status(v)"));
      assertEquals(true, engine.eval("return closed"));
      assertEquals(LuaCoroutine.Status.DEAD, ((LuaCoroutine) engine.get("co")).status());

      assertEquals(true, eval(engine, made, "return coroutine.close(v)"));
      assertEquals(false, engine.eval("return closed"), "it had not begun");
      assertEquals(LuaCoroutine.Status.DEAD, ((LuaCoroutine) engine.get("co")).status());

      assertEquals(
          List.of(false, true, "dead"),
          all(
              engine,
              "E = {} return coroutine.create(function() local x <close> = setmetatable({}, "
                  + "{__close = function() error(E) end}) coroutine.yield(E) end)",
              "local ok, e = coroutine.resume(v) local closed, last = coroutine.close(v) "
                  + "return closed, last == e, coroutine.status(v)"));
      assertEquals(
          "chunk:2: cannot close a normal coroutine",
          engine.eval(
              "local function f(co)\nlocal ok, e = pcall(function() coroutine.close(co) end) "
                  + "return (e:gsub('^.-:', 'chunk:')) end return v(f)",
              given(
                  engine,
                  "return function(f) return select(2, coroutine.resume(coroutine.create(function() "
                      + "return f((coroutine.running())) end))) end")));
    }
  }

  @EachFlavour
  void coroutinesAndFunctionsAreErrors(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      for (var made : List.of("coroutine.create(print)", "print", "function() end")) {
        assertEquals(
            List.of(true, true),
            Arrays.asList(
                (Object[])
                    engine.eval(
                        "local ok, e = pcall(raise) return type(e) == type(value), e == value",
                        given(
                            engine,
                            "local e = "
                                + made
                                + " return {value = e, raise = function() error(e) end}",
                            "value",
                            "raise"))),
            made);
      }
    }
  }

  @EachFlavour
  void coroutinesOfOthersWorkUnderEachPreset(Flavour flavour) throws Exception {
    for (var preset : List.of(Sandbox.CONSTRAINED, Sandbox.SANDBOX)) {
      var options = LuaOptions.builder().flavour(flavour).sandbox(preset).build();
      try (var engine = engine(flavour).getFactory().getScriptEngine(options)) {
        assertEquals(
            List.of("suspended", true, "dead", false),
            all(
                engine,
                "return coroutine.create(function() end)",
                "local before = coroutine.status(v) local ok = coroutine.resume(v) "
                    + "return before, ok, coroutine.status(v), (coroutine.resume(v))"),
            preset::toString);
        assertEquals(
            List.of(1L, 2L),
            all(
                engine,
                "return function(n) coroutine.yield(n) return n + 1 end",
                "local f = coroutine.wrap(v) return f(1), f()"),
            preset::toString);
      }
    }
  }

  // BEHAVIOURS 306
  @EachFlavour
  void aFunctionYieldsFromTheCoroutineThatCallsIt(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      var made =
          "return function(a, f) local b, t = coroutine.yield(a + 1) if f then f(b) end "
              + "local c = coroutine.yield(b + 1, t) return c + 1, nil, nil end";
      assertEquals(
          List.of(2L, 11L, true, 21L, 3L),
          all(
              engine,
              made,
              "local f, t = coroutine.wrap(v), {} local first = f(1) "
                  + "local second, same = f(10, nil) local function count(...) "
                  + "return select('#', ...), ... end local n, third = count(f(20)) "
                  + "return first, second, same == nil, third, n"));
      assertEquals(
          List.of(2L, "mine", 11L, 21L, "dead"),
          all(
              engine,
              made,
              "local co = coroutine.create(function(...) local x = v(...) return x end) "
                  + "local function inner() coroutine.yield('mine') end "
                  + "local all = {} for _, x in ipairs {1, 10, 0, 20} do "
                  + "  local ok, y = coroutine.resume(co, x, inner) all[#all + 1] = y end "
                  + "all[#all + 1] = coroutine.status(co) return (table.unpack or unpack)(all)"));
      assertEquals(
          List.of(true, 1L, false, 7L, "dead"),
          all(
              engine,
              "local E = {code = 7} return function() coroutine.yield(1) error(E) end",
              "local co = coroutine.create(function() v() end) local ok, a = coroutine.resume(co) "
                  + "local ok2, e = coroutine.resume(co) "
                  + "return ok, a, ok2, e.code, coroutine.status(co)"));
      assertEquals(
          List.of("suspended", 3L),
          all(
              engine,
              "local inner = coroutine.create(function() coroutine.yield() end) "
                  + "coroutine.resume(inner) return function() "
                  + "coroutine.yield(coroutine.status(inner)) return 3 end",
              "local f = coroutine.wrap(v) return f(), f()"));
      assertEquals(
          5000L,
          eval(
              engine,
              "return function(n) return n + 1 end",
              "local co = coroutine.wrap(function() local n = 0 for i = 1, 5000 do n = v(n) end "
                  + "return n end) return co()"));
      assertEquals(
          "attempt to yield",
          eval(
              engine,
              "return function() coroutine.yield() end",
              "local ok, e = pcall(v) return e:match('attempt to yield')"));
      if (flavour != Flavour.LUA51) {
        assertEquals(
            List.of(1L, false, "boom"),
            all(
                engine,
                "return function() coroutine.yield(1) error('boom', 0) end",
                "local f = coroutine.wrap(function() return pcall(v) end) return f(), f()"));
      }
      if (hasClose(flavour)) {
        assertEquals(
            List.of(false, true),
            all(
                engine,
                "closed = false return function() local x <close> = setmetatable({}, "
                    + "{__close = function() closed = true end}) error('boom') end",
                "local ok = coroutine.resume(coroutine.create(v)) return ok, ok == false"));
        assertEquals(true, engine.eval("return closed"));
      }
    }
  }

  @EachFlavour
  void aFunctionThatMayYieldIsStillOneFunction(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      var bindings =
          given(
              engine,
              "function f() error('boom') end "
                  + "return {v = f, same = function(g) return g, g == f end}",
              "v",
              "same");
      assertEquals(
          List.of(true, true, true, "function"),
          Arrays.asList(
              (Object[])
                  engine.eval(
                      "local g, is = same(v) return g == v, is, v == v, type(v)", bindings)));
      bindings.put("taker", new Taker());
      assertEquals(
          List.of("function", true),
          Arrays.asList(
              (Object[]) engine.eval("local g = taker:any(v) return type(g), g == v", bindings)));
      assertEquals(engine.get("f"), engine.eval("return v", bindings));
      var thrown = assertThrows(ScriptException.class, () -> engine.eval("\n\nv()", bindings));
      assertTrue(thrown.getMessage().contains("boom"), thrown::getMessage);
      if (flavour == Flavour.LUA51 || flavour == Flavour.LUAJIT) {
        assertEquals(
            "nil nil",
            engine.eval(
                "getfenv(v).left = 1 return tostring(next(getfenv(same))) .. ' ' .. tostring(left)",
                bindings),
            "the environment of such a function is its own");
      }
    }
  }

  // BEHAVIOURS 202
  @EachFlavour
  void onlyWhatBypassesMetamethodsTellsTheDifference(Flavour flavour) throws Exception {
    for (var preset : List.of(Sandbox.TRUSTED, Sandbox.SANDBOX)) {
      var options = LuaOptions.builder().flavour(flavour).sandbox(preset).build();
      try (var engine = engine(flavour).getFactory().getScriptEngine(options)) {
        var bindings =
            given(
                engine,
                "M = {__index = {x = 1}} T = setmetatable({3, 1, 2}, M) return {t = T, p = {}}",
                "t",
                "p");
        assertEquals(
            List.of(false, false, true, false),
            Arrays.asList(
                (Object[])
                    engine.eval(
                        "return getmetatable(t), getmetatable(p), rawequal(t, t), rawequal(t, p)",
                        bindings)));
        for (var refused :
            List.of(
                "setmetatable(t, {})",
                "setmetatable(t, nil)",
                "setmetatable({}, t)",
                "next(t)",
                "rawget(t, 1)",
                "rawset(t, 1, 7)",
                "rawlen(t)")) {
          assertEquals(
              false,
              engine.eval("return (pcall(function() " + refused + " end))", bindings),
              refused);
        }
        var functions =
            List.of(
                "table.insert(t, 9)",
                "table.sort(t)",
                "table.remove(t, 1)",
                "table.concat(t)",
                "(table.unpack or unpack)(t)");
        for (var function : functions) {
          assertEquals(
              flavour.integers(),
              engine.eval("return (pcall(function() return " + function + " end))", bindings),
              function);
        }
        assertEquals(
            flavour.integers() ? "2 3 9 true 1" : "3 1 2 true 1",
            engine.eval(
                "return table.concat(T, ' ') .. ' ' .. tostring(getmetatable(T) == M) .. ' ' .. T.x"));
      }
    }
  }

  // BEHAVIOURS 307
  @EachFlavour
  void valuesOfAnotherEngineAreVariablesAndNoArguments(Flavour flavour) throws Exception {
    for (var other : List.of(flavour, flavour == Flavour.LUA54 ? Flavour.LUAJIT : Flavour.LUA54)) {
      try (var one = engine(flavour);
          var two = engine(other)) {
        var table = one.eval("n = 0 t = {10, 20, x = 3} return t");
        var function = one.eval("return function(a) n = n + 1 return a, n end");
        var coroutine = one.eval("co = coroutine.create(function(a) n = a end) return co");

        two.put("t", table);
        two.put("f", function);
        assertEquals(table, two.get("t"));
        assertEquals(
            List.of("table", 2L, 20L, true, 1L),
            Arrays.asList(
                (Object[])
                    two.eval("t.y = 4 local a, n = f(t) return type(t), #t, t[2], a == t, n")));
        assertEquals(4L, one.eval("return t.y"));

        var bindings = foreign(Map.of("t", table, "co", coroutine));
        assertEquals(
            List.of(3L, true, "dead"),
            Arrays.asList(
                (Object[])
                    two.eval(
                        "local ok = coroutine.resume(co, 7) return t.x, ok, coroutine.status(co)",
                        bindings)));
        assertEquals(7L, one.eval("return n"));
        assertEquals(table, bindings.get("t"));

        two.eval("called = 0 function take(...) called = called + 1 end o = {take = take}");
        for (var value : List.of(table, function, coroutine)) {
          for (var thrown :
              List.of(
                  assertThrows(ScriptException.class, () -> two.invokeFunction("take", value)),
                  assertThrows(
                      ScriptException.class,
                      () -> two.invokeMethod(two.get("o"), "take", 1, value)))) {
            assertTrue(
                thrown.getMessage().contains("belongs to another engine"), thrown::getMessage);
          }
        }
        assertEquals(
            List.of(0L, 20L, 3L),
            List.of(two.get("called"), two.eval("return t[2]"), two.eval("return t.x")));
      }
    }
  }

  // Regression: a limit that had passed left a coroutine that could not be resumed there any more
  @EachFlavour
  void coroutinesAreMirroredThoughALimitHasPassed(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      var coroutine =
          engine.eval("return coroutine.create(function() return 'done' end)", foreign());
      var runtime = engine.runtime();
      var own = engine.getBindings(ENGINE_SCOPE);

      try {
        runtime.withTimeLimit(Duration.ofNanos(1), () -> own.put("co", coroutine));
      } catch (LuaTimeoutException e) {
        own.put("co", coroutine);
      }

      assertEquals("done", engine.eval("return select(2, coroutine.resume(co))"));
    }
  }

  // BEHAVIOURS 310
  // Regression: two tables of which the left one had no metamethod were a stack overflow
  @EachFlavour
  void comparesWithALocalTable(Flavour flavour) throws Exception {
    var mt =
        "local mt = {__eq = function(a, b) return a.n == b.n end, "
            + "__lt = function(a, b) return a.n < b.n end, "
            + "__le = function(a, b) return a.n <= b.n end} ";
    var compared =
        "local said = '' "
            + "for _, f in ipairs {function(a, b) return a < b end, "
            + "function(a, b) return a <= b end, function(a, b) return a > b end, "
            + "function(a, b) return a >= b end, function(a, b) return a == b end, "
            + "function(a, b) return a ~= b end} do "
            + "for _, pair in ipairs {{v, w}, {w, v}} do local ok, e = pcall(f, pair[1], pair[2]) "
            + "said = said .. (not ok and 'error ' or e and 'yes ' or 'no ') end end return said";
    try (var engine = engine(flavour)) {
      for (var n : List.of(1, 2)) {
        for (var local : List.of("{n = %d}", "setmetatable({n = %d}, mt)")) {
          for (var foreign : List.of("{n = 1}", "setmetatable({n = 1}, mt)")) {
            boolean either = local.startsWith("set") || foreign.startsWith("set");
            var expected =
                !either || flavour == Flavour.LUA51
                    ? "error error error error error error error error "
                    : n == 1 ? "no no yes yes no no yes yes " : "yes no yes no no yes no yes ";
            assertEquals(
                expected + "no no yes yes ",
                eval(
                    engine,
                    mt + "return " + foreign,
                    mt + "local w = " + local.formatted(n) + " " + compared),
                local + foreign + n);
          }
        }
      }
    }
  }

  // BEHAVIOURS 310
  @EachFlavour
  void operatorsFindTheMetamethodOfEitherTable(Flavour flavour) throws Exception {
    var signs = new ArrayList<>(List.of("+", "-", "*", "/", "%", "^", ".."));
    var names = new ArrayList<>(List.of("add", "sub", "mul", "div", "mod", "pow", "concat"));
    if (flavour.integers()) {
      signs.addAll(List.of("//", "&", "|", "~", "<<", ">>"));
      names.addAll(List.of("idiv", "band", "bor", "bxor", "shl", "shr"));
    }
    try (var engine = engine(flavour)) {
      for (int i = 0; i < signs.size(); i++) {
        var sign = signs.get(i);
        var with =
            "setmetatable({n = 1}, {__%s = function(a, b) return a.n .. ' ' .. b.n, 3 end})"
                .formatted(names.get(i));
        var both = "return (v %1$s w) .. ', ' .. (w %1$s v)".formatted(sign);
        assertEquals("1 2, 2 1", eval(engine, "return " + with, "local w = {n = 2} " + both), sign);
        assertEquals(
            "2 1, 1 2", eval(engine, "return {n = 2}", "local w = " + with + " " + both), sign);
        for (var order : List.of("v " + sign + " {}", "{} " + sign + " v")) {
          var message =
              (String)
                  eval(
                      engine,
                      "return {}",
                      "return select(2, pcall(function() return " + order + " end))");
          assertTrue(message.contains("attempt to ") && !message.contains("mirror"), message);
        }
      }
    }
  }

  // BEHAVIOURS 310: metamethods are read without metamethods
  @EachFlavour
  void operatorsFindNoInheritedMetamethod(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      var inherits =
          "return setmetatable({},"
              + " setmetatable({}, {__index = {__add = function() return 'inherited' end}}))";
      var message =
          (String) eval(engine, inherits, "return select(2, pcall(function() return {} + v end))");
      assertTrue(message.contains("attempt to perform arithmetic"), message);
    }
  }

  // no message names a class of this library
  @EachFlavour
  void messagesNameNoClassOfOurs(Flavour flavour) throws Exception {
    for (var options :
        List.of(
            LuaOptions.builder(),
            LuaOptions.builder().hostAccess(any -> true),
            LuaOptions.builder().hostAccess(HostAccess.BINDINGS_ONLY),
            LuaOptions.builder().hostAccess(HostAccess.NONE),
            LuaOptions.builder().sandbox(Sandbox.CONSTRAINED),
            LuaOptions.builder().sandbox(Sandbox.SANDBOX))) {
      try (var engine = engine(flavour, options.flavour(flavour).build())) {
        var wrong = new ArrayList<String>();
        for (var made :
            List.of("{1}", "function() error(nil) end", "coroutine.create(function() end)")) {
          var bindings = given(engine, "return " + made);
          bindings.put("sb", new StringBuilder("x"));
          bindings.put("l", new ArrayList<>(List.of(1)));
          bindings.put("i", List.of(1));
          bindings.put("taker", new Taker());
          bindings.put("big", new BigDecimal("1.5"));
          for (var use :
              List.of(
                  "sb:setLength(v)",
                  "sb:append(v, v, v, v)",
                  "sb.length = v",
                  "taker:list({v})",
                  "taker:list(v)",
                  "i:add(v)",
                  "i[1] = v",
                  "l[v] = 1",
                  "l:add(1, v, 2, 3)",
                  "return v.x.y",
                  "v.x.y = 1",
                  "v[nil] = 1",
                  "return v + {}",
                  "return v + 1",
                  "return 1 + v",
                  "return big + v",
                  "return v * big",
                  "return -v",
                  "return #v + {}",
                  "return v < 1",
                  "return 1 < v",
                  "return v < v",
                  "return v <= big",
                  "return big < v",
                  "return l < v",
                  "return v .. true",
                  "return v .. l",
                  "return l .. v",
                  "v(nil, nil, nil)()",
                  "for _ in v do end",
                  "for i = 1, v do end",
                  "for _ in pairs(v) do error('x' + 1) end",
                  "for _ in ipairs(v) do error('x' + 1) end",
                  "setmetatable(v, {})",
                  "rawset(v, 1, 1)",
                  "next(v)",
                  "string.rep(v, 2)",
                  "string.rep('x', v)",
                  "math.floor(v)",
                  "table.concat({v})",
                  "coroutine.resume(v)()",
                  "coroutine.wrap(v)()()",
                  "coroutine.status(v)()",
                  "java.new(v)",
                  "java.array(v, 1)",
                  "java.array('int', {v})",
                  "java.cast(v, 1)",
                  "java.cast('int', v)",
                  "java.import(v)",
                  "java.iter(v)",
                  "java.iter(1, v)",
                  "java.instanceof(1, v)",
                  "java.implement(v, v)",
                  "java.implement('java.lang.Comparable', v)",
                  "java.members(v):x()",
                  "java.items(v):x()",
                  "error(java.fn(v, 'x'))")) {
            var script = "local ok, e = pcall(function() " + use + " end) return tostring(e)";
            var message =
                String.valueOf(engine.eval(script, bindings)).replace(Taker.class.getName(), "");
            if (message.contains("org.lupine.") || message.contains("Mirror")) {
              wrong.add(made + " " + use + ": " + message);
            }
          }
        }
        assertEquals(List.of(), wrong);
      }
    }
  }
}
