package org.lupine.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.lupine.support.Runtimes.runtime;

import java.time.Duration;
import java.util.List;
import org.lupine.Flavour;
import org.lupine.LuaChunk;
import org.lupine.LuaRuntime;
import org.lupine.Sandbox;
import org.lupine.support.EachFlavour;
import org.lupine.support.Times;
import org.lupine.value.LuaException;
import org.lupine.value.LuaExitException;
import org.lupine.value.LuaFrame;
import org.lupine.value.LuaTimeoutException;

/** BEHAVIOURS 259: functions that replace Lua's own look like Lua's own to scripts. */
class LibraryErrorsTest {
  private static boolean atLeast(Flavour flavour, Flavour other) {
    return flavour != Flavour.LUAJIT && flavour.compareTo(other) >= 0;
  }

  private static boolean is51(Flavour flavour) {
    return flavour == Flavour.LUA51 || flavour == Flavour.LUAJIT;
  }

  /** The message of the error of a script with the chunk name {@code script}. */
  private static String message(LuaRuntime lua, String script) {
    var chunk = LuaChunk.of(script).named("=script");
    return assertThrows(LuaException.class, () -> lua.execute(chunk), script).getMessage();
  }

  private static void assertBad(
      LuaRuntime lua, int argument, String function, String what, String arguments) {
    var name = function.substring(function.indexOf('.') + 1);
    for (var call :
        List.of(
            "\n" + function + "(" + arguments + ")",
            "\nlocal r = " + function + "(" + arguments + ")",
            "\nlocal ok, e = pcall(function() "
                + function
                + "("
                + arguments
                + ") end) error(e, 0)")) {
      assertEquals(
          "script:2: bad argument #" + argument + " to '" + name + "' (" + what + ")",
          message(lua, call),
          call);
    }
  }

  // Regression: the message was "bad argument #1 to '?'", without a position
  @EachFlavour
  void badArgumentMessagesAreThoseOfStockLua(Flavour flavour) {
    var coroutine =
        atLeast(flavour, Flavour.LUA54)
            ? "thread expected, got boolean"
            : flavour == Flavour.LUA53 ? "thread expected" : "coroutine expected";
    var nothing =
        flavour == Flavour.LUA51 || flavour == Flavour.LUA52
            ? "table expected, got no value"
            : "value expected";
    try (var lua = runtime(flavour)) {
      lua.execute("f = function() end");
      assertBad(lua, 1, "coroutine.resume", coroutine, "true");
      assertBad(lua, 1, "coroutine.status", coroutine, "true");
      assertBad(
          lua,
          1,
          "coroutine.create",
          flavour == Flavour.LUA51 ? "Lua function expected" : "function expected, got nil",
          "nil");
      assertBad(
          lua,
          1,
          "coroutine.wrap",
          flavour == Flavour.LUA51 ? "Lua function expected" : "function expected, got nil",
          "nil");
      assertBad(lua, 1, "pcall", "value expected", "");
      assertBad(lua, 1, "ipairs", nothing, "");
      if (!atLeast(flavour, Flavour.LUA53)) {
        assertBad(lua, 1, "pairs", "table expected, got nil", "nil");
      }
      assertBad(lua, 2, "os.setlocale", "invalid option 'x'", "nil, 'x'");
      assertBad(lua, 1, "os.exit", "number expected, got string", "'x'");
      assertBad(lua, 2, "debug.getinfo", "invalid option", "print, 'X'");
      assertBad(lua, 1, "debug.getlocal", "level out of range", "100, 1");
      assertBad(lua, 1, "debug.getlocal", "number expected, got nil", "nil, 1");
      assertBad(lua, 1, "debug.setlocal", "level out of range", "100, 1, 1");
      assertBad(lua, 1, "debug.getupvalue", "function expected, got nil", "nil, 1");
      assertBad(lua, 3, "debug.setupvalue", "value expected", "f, 1");
      assertBad(lua, 2, "package.loadlib", "string expected, got table", "'x', {}");
      if (atLeast(flavour, Flavour.LUA54)) {
        assertBad(lua, 1, "coroutine.close", "thread expected, got number", "3");
      }
      if (flavour != Flavour.LUA51) {
        assertBad(lua, 2, "debug.upvaluejoin", "invalid upvalue index", "f, 9, f, 1");
      }
    }
  }

  // Regression: the message had no position
  @EachFlavour
  void aRunningCoroutineIsNotClosed(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      if (!atLeast(flavour, Flavour.LUA54)) {
        assertEquals(null, lua.eval("coroutine.close").first());
        return;
      }
      assertEquals(
          flavour == Flavour.LUA54
              ? "script:2: cannot close a running coroutine"
              : "script:2: cannot close main thread",
          message(lua, "\ncoroutine.close(coroutine.running())"));
      assertEquals(
          "script:3: cannot close a normal coroutine",
          message(
              lua,
              "local outer = coroutine.create(function() local co = coroutine.running()\n"
                  + "return coroutine.resume(coroutine.create(function()\n"
                  + "coroutine.close(co) end)) end)\n"
                  + "local _, _, e = coroutine.resume(outer) error(e, 0)"));
      lua.globals()
          .put(
              "within",
              (Runnable)
                  () ->
                      lua.execute(
                          LuaChunk.of("coroutine.close(coroutine.running())").named("=inner")));
      var thrown =
          assertThrows(
              LuaException.class,
              () -> lua.execute("coroutine.wrap(function() within:run() end)()"));
      assertTrue(
          thrown.getMessage().contains("inner:1: cannot close a running coroutine"),
          thrown::getMessage);
    }
  }

  // Regression: a handler that cannot be called was refused before the call
  @EachFlavour
  void xpcallOf52TakesAnyHandler(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      if (flavour == Flavour.LUA51) {
        assertEquals(List.of(true), lua.eval("xpcall(function() end, nil)"));
        assertEquals(List.of(false), lua.eval("(xpcall(error, nil))"));
      } else if (flavour == Flavour.LUA52) {
        assertEquals(List.of(true, 5L), lua.eval("xpcall(function(x) return x end, nil, 5)"));
        assertEquals(List.of(true), lua.eval("xpcall(function() end, {})"));
        assertEquals(false, lua.eval("(xpcall(error, nil))").first());
        assertBad(lua, 2, "xpcall", "value expected", "print");
      } else {
        assertBad(lua, 2, "xpcall", "function expected, got nil", "print, nil");
      }
    }
  }

  // Regression: on LuaJIT some were Lua functions
  @EachFlavour
  void libraryFunctionsAreCFunctions(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      for (var name :
          List.of(
              "pcall",
              "xpcall",
              "pairs",
              "ipairs",
              "coroutine.resume",
              "coroutine.wrap",
              "coroutine.create",
              "debug.getinfo",
              "os.exit",
              "print",
              "coroutine.wrap(function() end)")) {
        assertEquals("C", lua.eval("debug.getinfo(" + name + ", 'S').what").first(), name);
        assertEquals(false, lua.eval("(pcall(string.dump, " + name + "))").first(), name);
      }
    }
    if (flavour != Flavour.LUAJIT) {
      try (var lua =
          LuaRuntime.builder()
              .flavour(flavour)
              .sandbox(Sandbox.SANDBOX)
              .libraries("string", "coroutine")
              .build()) {
        for (var name : List.of("setmetatable", "collectgarbage", "pcall")) {
          assertTrue(
              ((String) lua.eval("tostring(" + name + ")").first()).contains("function"), name);
        }
      }
    }
  }

  // Regression: on LuaJIT levels were off by one
  @EachFlavour
  void protectedCallsAreOneLevel(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      lua.execute(
          "function depth() local n = 0"
              + " while debug.getinfo(n + 1, 'l') do n = n + 1 end return n end"
              + " function plain() return (depth()) end");
      for (var call : List.of("pcall(plain)", "xpcall(plain, print)")) {
        assertEquals(
            1L,
            lua.execute("local here = plain() local _, inside = " + call + " return inside - here")
                .first(),
            call);
      }
      assertEquals(
          2L,
          lua.execute(
                  "local _, n = coroutine.resume(coroutine.create(function()"
                      + " return (depth()) end)) return n")
              .first());
      for (var call :
          List.of(
              "pcall(f)",
              "xpcall(f, function(e) return e end)",
              "coroutine.resume(coroutine.create(f))")) {
        assertEquals(
            "x",
            lua.execute(
                    "local function f() error('x', 2) end" + " local _, e = " + call + " return e")
                .first(),
            call);
        assertEquals(
            "script:2: x",
            message(
                lua,
                "local function g() error('x', 2) end\n"
                    + "local function f() g() end local _, e = "
                    + call
                    + " error(e, 0)"),
            call);
        assertEquals(
            "pcall xpcall".contains(call.substring(0, 4)) ? "C" : null,
            lua.execute(
                    "local function f() local i = debug.getinfo(2, 'S') return i and i.what end"
                        + " local _, what = "
                        + call
                        + " return what")
                .first(),
            call);
      }
      var trace =
          (String)
              lua.execute(
                      "local _, t = pcall(function() return (select(2, xpcall("
                          + "error, debug.traceback))) end) return tostring(t)")
                  .first();
      assertTrue(!trace.contains("lupine"), trace);
      if (is51(flavour)) {
        assertEquals(
            List.of("mine", "mine", "new"),
            lua.execute(
                "local env = setmetatable({who = 'mine'}, {__index = _G}) local function caller()"
                    + " local _, a = pcall(function() return getfenv(3).who end)"
                    + " local _, b = xpcall(function() return getfenv(3).who end, print)"
                    + " pcall(function() setfenv(3, {who = 'new'}) end) return a, b, who end"
                    + " setfenv(caller, env) return caller()"));
      }
    }
  }

  // Regression: tracebacks of LuaJIT showed our Lua functions
  @EachFlavour
  void tracebacksShowNoneOfOurFunctions(Flavour flavour) throws Exception {
    try (var lua = runtime(flavour)) {
      var chunk =
          LuaChunk.of(
                  "pcall(function() xpcall(function()\n"
                      + "coroutine.wrap(function() coroutine.resume(coroutine.create(function()\n"
                      + "while true do end end)) end)() end, print) end)")
              .named("=script");
      Times.untilReached(
          Duration.ofMillis(50),
          limit -> {
            var late =
                assertThrows(
                    LuaTimeoutException.class,
                    () -> lua.withTimeLimit(limit, () -> lua.execute(chunk)));

            assertEquals("script", late.chunk());
            assertEquals(3, late.line());
            for (var frame : late.frames()) {
              assertTrue(
                  List.of("script", "[C]", "(tail call)").contains(frame.chunk()), frame::toString);
            }
          });
      var thrown =
          assertThrows(
              LuaException.class,
              () ->
                  lua.execute(
                      LuaChunk.of(
                              "local ok, e = pcall(function() error({}) end)\n"
                                  + "xpcall(function() end, print) error('x')")
                          .named("=script")));
      assertEquals(2, thrown.line());
      assertTrue(thrown.frames().stream().map(LuaFrame::chunk).noneMatch("[lupine]"::equals));
    }
  }

  // Regression: on LuaJIT pcall and xpcall were functions of ours
  @EachFlavour
  void noProtectedCallCatchesATimeout(Flavour flavour) {
    var forever = "function() while true do end end";
    try (var lua = runtime(flavour)) {
      for (var script :
          List.of(
              "pcall(" + forever + ")",
              "xpcall(" + forever + ", function() handled = true end)",
              "pcall(pcall, pcall, " + forever + ")",
              "coroutine.resume(coroutine.create(" + forever + "))",
              "pcall(coroutine.wrap(" + forever + "))",
              "pcall(coroutine.resume, coroutine.create(" + forever + "))",
              "pcall(coroutine.wrap(function() pcall(" + forever + ") coroutine.yield(1) end))",
              "table.sort({3, 2, 1}, function() pcall(" + forever + ") return false end)",
              "('x'):gsub('x', function() pcall(" + forever + ") end)",
              "pcall(setmetatable({}, {__index = " + forever + "}).x)",
              "pcall(function() return setmetatable({}, {__index = " + forever + "}).x end)",
              "(loadstring or load)('while true do pcall(function() end) end')()",
              "while true do pcall(error) end",
              "while true do pcall(function() error({}) end) end",
              "while true do coroutine.resume(coroutine.create(error)) end",
              "while true do xpcall(error, function() end) end",
              "while true do coroutine.resume(coroutine.create(function()"
                  + " pcall(coroutine.yield) end)) end",
              "debug.sethook(" + forever + ", '', 1) pcall(function() for i = 1, 10 do end end)")) {
        lua.execute("after, handled = nil, nil debug.sethook()");
        lua.timeLimit(Duration.ofMillis(30));
        assertThrows(
            LuaTimeoutException.class, () -> lua.execute(script + " after = true"), script);
        lua.timeLimit(Duration.ZERO);
        assertEquals(null, lua.eval("after or handled").first(), script);
        assertEquals(List.of(false, "boom"), lua.eval("pcall(error, 'boom')"));
        assertEquals(
            List.of(false, "seen"), lua.eval("xpcall(error, function() return 'seen' end)"));
      }
    }
  }

  @EachFlavour
  void noProtectedCallCatchesAnExit(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      for (var script :
          List.of(
              "pcall(os.exit, 3)",
              "xpcall(function() os.exit(3) end, function() handled = true end)",
              "coroutine.resume(coroutine.create(function() os.exit(3) end))",
              "pcall(coroutine.wrap(function() pcall(os.exit, 3) end))",
              "for i = 1, 200 do pcall(function() if i == 199 then os.exit(3) end end) end",
              "for i = 1, 200 do coroutine.resume(coroutine.create(function()"
                  + " if i == 199 then os.exit(3) end end)) end")) {
        lua.execute("after = nil");
        var thrown =
            assertThrows(
                LuaExitException.class, () -> lua.execute(script + " after = true"), script);
        assertEquals(3, thrown.status(), script);
        assertEquals(null, lua.eval("after or handled").first(), script);
        assertEquals(List.of(false, "boom"), lua.eval("pcall(error, 'boom')"));
      }
    }
  }

  // Regression: LuaJIT could not compile calls of our functions
  @EachFlavour
  void compiledLoopsOfLuaJitCallThem(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      if (flavour != Flavour.LUAJIT) {
        assertEquals(null, lua.eval("jit").first());
        return;
      }
      for (var call : List.of("pcall(f, i)", "xpcall(f, print, i)")) {
        assertEquals(
            List.of(0L, true),
            lua.execute(
                "local stops, aborts = 0, 0"
                    + " local function count(what) if what == 'stop' then stops = stops + 1"
                    + " elseif what == 'abort' then aborts = aborts + 1 end end"
                    + " local function f(x) return x end jit.flush() jit.attach(count, 'trace')"
                    + " for i = 1, 1000 do "
                    + call
                    + " end jit.attach(count)"
                    + " return aborts, stops > 0"),
            call);
      }
    }
  }

  // Regression: hooks saw nothing of C functions
  @EachFlavour
  void hooksSeeArgumentsAndResultsWhereTheVersionDoes(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      if (!atLeast(flavour, Flavour.LUA54)) {
        assertEquals(false, lua.eval("(pcall(debug.getinfo, 1, 'r'))").first());
        return;
      }
      lua.execute(
          "local on seen = {} function hook(event) if not on then return end"
              + " local i, t = debug.getinfo(2, 'r'), {}"
              + " for j = i.ftransfer, i.ftransfer + i.ntransfer - 1 do"
              + " t[#t + 1] = select(2, debug.getlocal(2, j)) end"
              + " seen[event] = table.concat(t, ' ') end"
              + " function watch(f, ...) debug.sethook(hook, 'cr') on = true f(...) on = false"
              + " debug.sethook() return seen.call, seen['return'] end");
      assertEquals(List.of("2 10 20 30", "20 30"), lua.eval("watch(select, 2, 10, 20, 30)"));
      assertEquals(List.of("1", "7 8"), lua.eval("watch(function(a) a = 2 return 7, 8 end, 1)"));
      // outside of a hook the stack of a C function cannot be read
      assertEquals(
          null,
          lua.execute("return select(2, pcall(function()" + " return (debug.getlocal(2, 1)) end))")
              .first());
    }
  }

  // Regression: temporaries were hidden. Only numbers can be set, by numbers.
  @EachFlavour
  void temporariesOfACallingFunctionCanBeRead(Flavour flavour) {
    var puc = flavour != Flavour.LUAJIT;
    try (var lua = runtime(flavour)) {
      lua.execute(
          "function number() local n, v = debug.getlocal(2, 3) name, value = n, v"
              + " done = debug.setlocal(2, 3, 10) return 20 end"
              + " function sum(a, b) return (a + 1) + number() end");
      assertEquals(puc ? 30L : 21L, lua.eval("sum(0, 0)").first());
      assertEquals(puc ? 1L : null, lua.eval("value").first());
      assertTrue(((String) lua.eval("name").first()).contains("temporary)"));
      assertEquals(puc, lua.eval("done ~= nil").first());
      // a table under construction
      lua.execute(
          "function damage() for level = 2, 3 do for i = 1, 20 do"
              + " for _, v in ipairs {5, 'x', {}, print} do debug.setlocal(level, i, v) end end end"
              + " return 3 end function make() return {1, 2, damage(), (damage())} end");
      assertEquals(
          puc ? "5 5 5 3" : "1 2 3 3", lua.execute("return table.concat(make(), ' ')").first());
      // the arguments of getlocal itself, and nothing else
      assertEquals(
          List.of(0L, 2L),
          lua.execute(
              "local _, a = debug.getlocal(0, 1)"
                  + " local _, b = debug.getlocal(0, 2) assert(not debug.getlocal(0, 3)) return a, b"));
      // a function that a hook interrupts may have stale values on its stack
      assertEquals(
          List.of(),
          lua.execute(
              "local found = {} local function f() local x = 1"
                  + " local y = 2 return x .. y end debug.sethook(function() for i = 1, 9 do"
                  + " local n, v = debug.getlocal(2, i) if n and n:find('temporary') and v ~= nil then"
                  + " found[#found + 1] = tostring(v) end end end, 'l') f() debug.sethook()"
                  + " return (table.unpack or unpack)(found)"));
    }
  }

  // Regression: __pairs was followed on 5.1, __ipairs on 5.1, 5.4 and 5.5
  @EachFlavour
  void tablesLoopAsInStockLua(Flavour flavour) {
    var own = "function() return function(_, k) if k ~= 'own' then return 'own' end end end";
    try (var lua = runtime(flavour)) {
      assertEquals(
          flavour == Flavour.LUA51 ? "plain" : "own",
          lua.execute(
                  "local t = setmetatable({plain = 1}, {__pairs = "
                      + own
                      + "})"
                      + " for k in pairs(t) do return k end")
              .first());
      var follows = List.of(Flavour.LUA52, Flavour.LUA53, Flavour.LUAJIT).contains(flavour);
      assertEquals(
          follows ? "own" : (Object) 1L,
          lua.execute(
                  "local t = setmetatable({'plain'}, {__ipairs = "
                      + own
                      + "})"
                      + " for k in ipairs(t) do return k end")
              .first());
      lua.execute(
          "string_meta = getmetatable('') string_meta.__pairs = "
              + own
              + " string_meta.__ipairs = "
              + own);
      if (flavour == Flavour.LUA51) {
        assertBad(lua, 1, "pairs", "table expected, got string", "'x'");
        assertBad(lua, 1, "ipairs", "table expected, got string", "'x'");
        lua.execute("proxy = newproxy(true) getmetatable(proxy).__pairs = " + own);
        assertBad(lua, 1, "pairs", "table expected, got userdata", "proxy");
      }
      lua.execute("string_meta.__pairs, string_meta.__ipairs = nil, nil");
      assertEquals(
          List.of("a", "b"),
          lua.execute(
                  "local all = {} for _, v in ipairs(...) do"
                      + " all[#all + 1] = v end return all[1], all[2], all[3]",
                  List.of("a", "b"))
              .subList(0, 2));
      assertEquals(
          "k",
          lua.execute("for k in pairs(...) do return k end", java.util.Map.of("k", 1)).first());
    }
  }

  @EachFlavour
  void typeNeedsAnArgument(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      assertEquals("nil", lua.eval("type(nil)").first());
      assertEquals(
          List.of(false, true),
          lua.execute(
              "local ok, e = pcall(type) return ok, "
                  + "e:find('bad argument #1 to', 1, true) ~= nil and e:find('value expected', 1, true) ~= nil"));
    }
  }
}
