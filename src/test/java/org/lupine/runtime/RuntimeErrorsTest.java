package org.lupine.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.function.Function;
import org.lupine.Flavour;
import org.lupine.LuaRuntime;
import org.lupine.support.EachFlavour;
import org.lupine.value.JavaFunction;
import org.lupine.value.LuaException;
import org.lupine.value.LuaExitException;
import org.lupine.value.LuaFunction;
import org.lupine.value.LuaMemoryException;
import org.lupine.value.LuaTable;

/** Lua errors in Java, Java exceptions in Lua, and back. */
class RuntimeErrorsTest {
  private static final Exception BOOM = new IOException("boom");

  private static LuaRuntime runtime(Flavour flavour) {
    var lua = LuaRuntime.builder().flavour(flavour).build();
    lua.globals()
        .put(
            "fail",
            (Callable<?>)
                () -> {
                  throw BOOM;
                });
    return lua;
  }

  private static LuaException thrownBy(LuaRuntime lua, String text) {
    return assertThrows(LuaException.class, () -> lua.execute(text), text);
  }

  // BEHAVIOURS 159
  @EachFlavour
  void haveAPositionATextAndFrames(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      lua.compile(
              "function outer()\n  local x = inner() return x\nend\n"
                  + "function inner()\n  error('abc')\nend",
              "@m.lua")
          .call();
      var thrown = thrownBy(lua, "outer() return 1");

      assertEquals("m.lua:5: abc", thrown.getMessage());
      assertEquals("abc", thrown.text());
      assertEquals("m.lua", thrown.chunk());
      assertEquals(5, thrown.line());
      assertEquals("m.lua:5: abc", thrown.value());
      var lines = new ArrayList<Integer>();
      for (var frame : thrown.frames()) {
        if (frame.chunk().equals("m.lua")) {
          lines.add(frame.line());
        }
      }
      assertEquals(List.of(5, 2), lines);
      assertEquals("m.lua", thrown.getStackTrace()[1].getFileName());
    }
  }

  // BEHAVIOURS 160
  @EachFlavour
  void haveFramesWithoutTheDebugLibrary(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      lua.execute(
          "debug = nil function f() error('abc') end setmetatable(_G, {"
              + " __index = function(_, k) error('no ' .. k, 0) end,"
              + " __newindex = function(_, k) error('no ' .. k, 0) end})");
      var thrown = thrownBy(lua, "f()");

      assertTrue(thrown.getMessage().endsWith("abc"), thrown::getMessage);
      assertTrue(thrown.frames().size() > 1, thrown.frames()::toString);
      assertEquals("no missing", thrownBy(lua, "return missing").getMessage());
      assertEquals("no missing", thrownBy(lua, "missing = 1").getMessage());
      assertThrows(LuaException.class, () -> lua.globals().put("missing", 1));
      assertEquals(2L, lua.eval("1 + 1").first());
    }
  }

  // BEHAVIOURS 161, 162, 163
  @EachFlavour
  void keepJavaExceptionsIdentical(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      assertSame(BOOM, thrownBy(lua, "fail()").getCause());
      assertSame(BOOM, thrownBy(lua, "local function f() fail() end f()").value());
      assertEquals(
          List.of(false, "boom", true),
          lua.execute(
              "local ok, e = pcall(fail)"
                  + " return ok, e:getMessage(), java.instanceof(e, 'java.io.IOException')"));
      assertSame(BOOM, lua.execute("local _, e = pcall(fail) return e").first());
      assertSame(BOOM, thrownBy(lua, "local _, e = pcall(fail) error(e)").getCause());
      assertSame(BOOM, thrownBy(lua, "local _, e = pcall(fail) error(e, 0)").getCause());
      assertSame(
          BOOM,
          thrownBy(lua, "local _, e = xpcall(fail, function(e) return e end) error(e)").getCause());
    }
  }

  // BEHAVIOURS 164, 165
  @EachFlavour
  void areDecidedByTheErrorValue(Flavour flavour) {
    var second = new IllegalStateException("second");
    try (var lua = runtime(flavour)) {
      lua.globals().put("second", second);

      var thrown = thrownBy(lua, "pcall(fail) error('later')");
      assertNull(thrown.getCause());
      assertTrue(thrown.getMessage().endsWith("later"), thrown::getMessage);
      assertSame(second, thrownBy(lua, "pcall(fail) error(second)").getCause());
      assertSame(second, thrownBy(lua, "pcall(fail) java.throw(second)").getCause());
    }
  }

  // BEHAVIOURS 166
  @EachFlavour
  void mayHaveAnyValue(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      var thrown = thrownBy(lua, "error({code=7})");
      assertEquals(7L, ((LuaTable) thrown.value()).get("code"));
      assertTrue(thrown.getMessage().contains("table"), thrown::getMessage);

      thrown =
          thrownBy(
              lua,
              "error(setmetatable({code=8},"
                  + " {__tostring = function(t) return 'code ' .. t.code end}))");
      assertEquals("code 8", thrown.getMessage());
      assertEquals(8L, ((LuaTable) thrown.value()).get("code"));
      assertEquals(
          flavour == Flavour.LUA55 ? "<no error object>" : null, thrownBy(lua, "error()").value());
      assertEquals(true, thrownBy(lua, "error(true)").value());
      assertEquals(5L, thrownBy(lua, "error(5, 0)").value());
      assertInstanceOf(LuaFunction.class, thrownBy(lua, "error(print)").value());
      assertFalse(
          thrownBy(lua, "error(setmetatable({}, {__tostring = error}))").getMessage().isEmpty());
    }
  }

  @EachFlavour
  void passOnWhatAHookRaises(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      var f =
          (LuaFunction)
              lua.execute(
                      "debug.sethook(function() error('of the hook', 0) end, 'c')"
                          + " return function() end")
                  .first();
      assertEquals("of the hook", assertThrows(LuaException.class, () -> f.call()).getMessage());
      assertEquals("of the hook", thrownBy(lua, "print()").getMessage());
    }
  }

  // BEHAVIOURS 167
  @EachFlavour
  void areNotClassifiedByTheirText(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      for (var text : List.of("not enough memory", "C stack overflow", "script ended")) {
        var thrown = thrownBy(lua, "error('" + text + "', 0)");
        assertSame(LuaException.class, thrown.getClass());
        assertEquals(text, thrown.value());
        assertFalse(thrown instanceof LuaMemoryException);
        assertEquals(false, lua.eval("pcall(error, '" + text + "', 0)").first());
      }
    }
  }

  // BEHAVIOURS 168
  @EachFlavour
  void keepTheTableOfAssertWhereTheFlavourDoes(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      var thrown = thrownBy(lua, "assert(false, {code = 1})");
      if (flavour == Flavour.LUA51 || flavour == Flavour.LUA52) {
        assertTrue(thrown.getMessage().contains("bad argument #2 to 'assert'"), thrown::getMessage);
      } else {
        assertEquals(1L, ((LuaTable) thrown.value()).get("code"));
      }
    }
  }

  // BEHAVIOURS 169
  @EachFlavour
  void cannotBeCaughtIfTheyAreTheJvms(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      var fatal = new InternalError("the machine's");
      lua.globals()
          .put(
              "die",
              (Runnable)
                  () -> {
                    throw fatal;
                  });
      lua.execute("after = 0");
      for (var text :
          List.of(
              "pcall(die) after = after + 1",
              "while true do pcall(die) after = after + 1 end",
              "xpcall(die, function(e) return e end) after = after + 1",
              "coroutine.wrap(function() pcall(die) after = after + 1 end)()",
              "coroutine.resume(coroutine.create(function() die() end)) after = after + 1")) {
        assertSame(fatal, assertThrows(InternalError.class, () -> lua.execute(text), text));
        assertEquals(0L, lua.eval("after").first(), text);
      }
      assertEquals(
          3,
          assertThrows(LuaExitException.class, () -> lua.execute("pcall(os.exit, 3) after = 1"))
              .status());
      assertEquals(0L, lua.eval("after").first());
    }
  }

  // BEHAVIOURS 170
  @EachFlavour
  void keepTheirCauses(Flavour flavour) {
    var own = new ArrayList<RuntimeException>();
    try (var lua = runtime(flavour)) {
      lua.globals()
          .put(
              "wrapped",
              (Consumer<LuaFunction>)
                  function -> {
                    try {
                      function.call();
                    } catch (LuaException e) {
                      own.add(e);
                      throw new IllegalArgumentException("wrapped", e);
                    }
                  });

      var thrown = thrownBy(lua, "wrapped(function() error('inner', 0) end)");
      assertInstanceOf(IllegalArgumentException.class, thrown.getCause());
      assertSame(own.get(0), thrown.getCause().getCause());
      assertEquals("inner", own.get(0).getMessage());
      var deeper = thrownBy(lua, "wrapped(function() fail() end)");
      assertSame(BOOM, deeper.getCause().getCause().getCause());
    }
  }

  // BEHAVIOURS 206
  @EachFlavour
  void areOneObjectThroughNestedRuns(Flavour flavour) {
    var inner = new ArrayList<LuaException>();
    try (var lua = runtime(flavour)) {
      lua.globals()
          .put(
              "nested",
              (Function<String, Object>)
                  text -> {
                    try {
                      return lua.execute(text).first();
                    } catch (LuaException e) {
                      inner.add(e);
                      throw e;
                    }
                  });

      var thrown = thrownBy(lua, "nested([[error('deep', 0)]])");
      assertSame(inner.get(0), thrown);
      assertEquals("deep", thrown.getMessage());
      var table = thrownBy(lua, "nested([[error({code = 9})]])");
      assertEquals(9L, ((LuaTable) table.value()).get("code"));
      var twice = thrownBy(lua, "nested([==[nested([[fail()]])]==])");
      assertSame(BOOM, twice.getCause());
      assertNotSame(thrown, twice);
    }
  }

  // BEHAVIOURS 206
  @EachFlavour
  void areOneObjectThroughNestedRunsInACoroutine(Flavour flavour) {
    var inner = new ArrayList<LuaException>();
    try (var lua = runtime(flavour)) {
      lua.globals()
          .put(
              "nested",
              (Function<LuaFunction, Object>)
                  function -> {
                    try {
                      return function.call().first();
                    } catch (LuaException e) {
                      inner.add(e);
                      throw e;
                    }
                  });
      var coroutine =
          ((LuaFunction) lua.eval("function() nested(function() error('deep', 0) end) end").first())
              .coroutine();

      assertSame(assertThrows(LuaException.class, coroutine::resume), inner.get(0));
    }
  }

  @EachFlavour
  void haveTheValueThatJavaGaveThem(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      lua.globals()
          .put(
              "raise",
              (JavaFunction)
                  arguments -> {
                    throw new LuaException("text", arguments[0], null, -1, List.of(), null);
                  });
      lua.globals().put("map", Map.of("code", 7));

      lua.execute(
          "local function same(v) local ok, e = pcall(raise, v) "
              + "assert(not ok and rawequal(e, v), type(e)) end "
              + "same({}) same(print) same(5) same(true) same(map) same(coroutine.create(print))");
      assertEquals("5", lua.eval("select(2, pcall(raise, '5'))").first());
      assertEquals(
          flavour == Flavour.LUA55 ? "<no error object>" : null, // as for error(nil)
          lua.eval("select(2, pcall(raise, nil))").first());
      assertEquals(false, lua.eval("(pcall(raise, nil))").first());
      assertEquals("=[C]: 5", lua.eval("'=[C]: ' .. select(2, pcall(raise, 5))").first());
    }
  }
}
