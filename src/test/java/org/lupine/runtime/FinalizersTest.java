package org.lupine.runtime;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.lupine.support.Engines.engine;
import static org.lupine.support.Engines.foreign;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.script.ScriptException;
import org.junit.jupiter.api.function.Executable;
import org.lupine.Flavour;
import org.lupine.LuaRuntime;
import org.lupine.jsr223.LuaScriptEngine;
import org.lupine.support.ChildProcess;
import org.lupine.support.EachFlavour;
import org.lupine.value.LuaExitException;
import org.lupine.value.LuaInterruptedException;
import org.lupine.value.LuaTimeoutException;

/** Finalizers that fail, end the script, or do not end. */
class FinalizersTest {
  /** A Lua function that returns a new value with a finalizer. */
  private static final String GC =
      "function gc(f) if newproxy then local p = newproxy(true)"
          + " getmetatable(p).__gc = f return p end return setmetatable({}, {__gc = f}) end ";

  private static final String TWICE = " collectgarbage() collectgarbage() ";

  private static LuaRuntime runtime(Flavour flavour, Duration limit) {
    var lua = LuaRuntime.builder().flavour(flavour).timeLimit(limit).build();
    lua.execute(GC);
    return lua;
  }

  /** Runs code while finalizers fail, and checks that it sees none of their errors. */
  private static void fail(LuaRuntime lua) {
    lua.globals()
        .put(
            "thrower",
            (Callable<?>)
                () -> {
                  throw new IllegalStateException("of Java");
                });
    for (var error :
        List.of(
            "error('of a finalizer')",
            "error({})",
            "error()",
            "local x = nil + 1",
            "thrower()",
            "string.rep('x', -1)()")) {
      lua.execute("for i = 1, 5 do gc(function() " + error + " end) end");
      lua.gc();
      assertEquals("fine", lua.execute("return 'fine'").first(), error);
      lua.execute("for i = 1, 5 do gc(function() " + error + " end) end");
      for (int i = 0; i < 5; i++) {
        assertEquals(
            2000L,
            lua.execute("local t = {} for i = 1, 2000 do t[i] = {i .. ''} end" + " return #t")
                .first(),
            error);
        assertEquals(3L, lua.compile("return 1 + 2 -- " + i).call().first(), error);
      }
      assertEquals(
          "line 3",
          lua.execute(
                  "local a = 1\nlocal ok, e = pcall(function()\n"
                      + "local t = {} for i = 1, 2000 do t[i] = {i .. ''} end error('x') end)\n"
                      + "return 'line ' .. e:match(':(%d+): x')")
              .first(),
          error);
    }
    lua.execute("gc(function() local function f() return 1 + f() end f() end)");
    lua.gc();
    lua.execute("for i = 1, 5 do kept = gc(function() error('while closing') end) end");
  }

  // BEHAVIOURS 260
  @EachFlavour
  void errorsOfFinalizersDoNotSurfaceInOtherCode(Flavour flavour) {
    try (var lua = runtime(flavour, Duration.ZERO)) {
      fail(lua);
    }
  }

  // BEHAVIOURS 260: 5.4 and 5.5 warn instead
  @EachFlavour
  void collectgarbageRaisesErrorsOfFinalizersBefore54(Flavour flavour) {
    boolean raises =
        flavour == Flavour.LUA51 || flavour == Flavour.LUA52 || flavour == Flavour.LUA53;
    try (var lua = runtime(flavour, Duration.ZERO)) {
      for (var collect :
          List.of(
              "collectgarbage",
              "collectgarbage, 'collect'",
              "function() for i = 1, 3 do repeat until collectgarbage('step', 1000) end end")) {
        lua.execute(
            "order = '' for i = 1, 3 do gc(function() order = order .. i"
                + " if i == 2 then error('number two') end end) end");
        var results = lua.execute("return pcall(" + collect + ")");
        assertEquals(!raises, results.get(0), collect);
        if (raises) {
          assertTrue(results.get(1).toString().contains("number two"), results::toString);
        }
        lua.gc();
        assertEquals("321", lua.globals().get("order"), collect);
        lua.execute("gc(function() error({}) end)");
        assertEquals(!raises, lua.execute("return pcall(" + collect + ")").get(0), collect);
        assertEquals(3L, lua.execute("return 1 + 2").first());
      }
    }
  }

  // BEHAVIOURS 260
  @EachFlavour
  void errorsOfFinalizersAreNotWrittenToStandardError(Flavour flavour) {
    var command = ChildProcess.java(List.of(), Child.class, flavour.name());
    var child = ChildProcess.run(Path.of("target"), Duration.ofMinutes(2), "", command);

    assertEquals(0, child.status(), child::toString);
    assertEquals("done", child.out().trim(), child::toString);
    assertFalse(child.err().contains("finalizer"), child::toString);
  }

  /** Fails in a JVM of its own, whose error stream the test reads. */
  static final class Child {
    public static void main(String[] arguments) {
      try (var lua = runtime(Flavour.valueOf(arguments[0]), Duration.ZERO)) {
        fail(lua);
      }
      System.out.println("done");
    }
  }

  // BEHAVIOURS 260
  @EachFlavour
  void finalizersCanEndTheScript(Flavour flavour) {
    try (var lua = runtime(flavour, Duration.ofMinutes(1))) {
      for (var script :
          List.of(
              "gc(function() os.exit(3) end)" + TWICE + "while true do end",
              "gc(function() os.exit(3) end) while true do kept = {} end",
              "gc(function() pcall(os.exit, 3) end)" + TWICE + "while true do end",
              "pcall(function() gc(function() os.exit(3) end)"
                  + TWICE
                  + "end) while true do end")) {
        assertThrows(LuaExitException.class, () -> lua.execute(script), script);
        assertEquals(2L, lua.eval("1 + 1").first());
      }
      assertThrows(
          LuaTimeoutException.class,
          () ->
              lua.withTimeLimit(
                  Duration.ofMillis(100),
                  () ->
                      lua.execute(
                          "gc(function() while true do end end) while true do"
                              + " pcall(function() kept = {} end) end")));
      lua.globals().put("interrupt", (Runnable) lua::interrupt);
      assertThrows(
          LuaInterruptedException.class,
          () ->
              lua.execute(
                  "gc(function() interrupt() while true do end end)"
                      + TWICE
                      + "while true do end"));
      assertEquals(2L, lua.eval("1 + 1").first());
    }
  }

  /** Closes a runtime: in far less time than its finalizers take, or would if each had a limit. */
  private static void closes(LuaRuntime lua, String what) throws Exception {
    ends(lua::close, what);
    assertTrue(lua.isClosed());
  }

  /** Runs an action, on a thread of its own in case it does not end. */
  private static void ends(Executable action, String what) throws Exception {
    var task =
        new FutureTask<Throwable>(
            () -> {
              try {
                action.execute();
                return null;
              } catch (Throwable e) {
                return e;
              }
            });
    var thread = new Thread(task);
    thread.setDaemon(true);
    thread.start();
    var thrown = assertDoesNotThrow(() -> task.get(60, TimeUnit.SECONDS), what);
    assertDoesNotThrow(
        () -> {
          if (thrown != null) {
            throw thrown;
          }
        },
        what);
  }

  @EachFlavour
  void finalizersMayCollectWhileAStateCloses(Flavour flavour) throws Exception {
    for (var script :
        List.of(
            "gc(function() collectgarbage() end)",
            "for i = 1, 5 do kept = gc(function() collectgarbage() end) end",
            "for i = 1, 5 do gc(function() collectgarbage('step', 1000) end) end"
                + " collectgarbage('step', 10)",
            "gc(function() gc(function() collectgarbage() end) collectgarbage() end)")) {
      var lua = runtime(flavour, Duration.ZERO);
      lua.execute(script);
      closes(lua, script);
    }
  }

  @EachFlavour
  void aLimitEndsFinalizersWhileAStateCloses(Flavour flavour) throws Exception {
    for (var script :
        List.of(
            "for i = 1, 1000 do kept = {gc(function() while true do end end), kept} end",
            "kept = gc(function() while true do pcall(function() while true do end end) end end)",
            "function again() for i = 1, 3 do gc(again) end" + TWICE + "end kept = gc(again)",
            "kept = gc(coroutine.wrap(function() while true do end end))",
            "kept = gc(function() coroutine.wrap(function() while true do end end)() end)",
            "kept = gc(function() while true do nothing() end end)",
            "kept = {} for i = 1, 1e5 do kept[i] = gc(function() for j = 1, 1e7 do end end) end")) {
      var lua = runtime(flavour, Duration.ofSeconds(60));
      lua.globals().put("nothing", (Runnable) () -> {});
      lua.execute(script);
      lua.timeLimit(Duration.ofMillis(200));
      closes(lua, script);
    }
  }

  // BEHAVIOURS 247. Regression: closing hung
  @EachFlavour
  void aDeadlineEndsFinalizersWhileAStateCloses(Flavour flavour) throws Exception {
    try (var lua = runtime(flavour, Duration.ZERO)) {
      for (var limit : List.of(Duration.ZERO, Duration.ofMinutes(10))) {
        var other = endless(flavour, limit);
        ends(
            () ->
                lua.withTimeLimit(
                    Duration.ofMillis(100),
                    () -> {
                      other.close();
                      return null;
                    }),
            "closed in time, own limit " + limit);
        assertTrue(other.isClosed());

        var late = endless(flavour, limit);
        ends(
            () ->
                lua.withTimeLimit(
                    Duration.ofMillis(50),
                    () -> {
                      try (late) {
                        return assertThrows(
                            LuaTimeoutException.class, () -> late.execute("while true do end"));
                      }
                    }),
            "closed too late, own limit " + limit);
        assertTrue(late.isClosed());
      }
    }
  }

  // BEHAVIOURS 247
  @EachFlavour
  void theLimitOfAnEvalEndsFinalizersOfStatesThatItCloses(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      for (var bindings : List.of(engine.createBindings(), foreign())) {
        var other = endless(flavour, Duration.ZERO);
        var called = new AtomicBoolean();
        bindings.put(
            "close",
            (Runnable)
                () -> {
                  called.set(true);
                  other.close();
                });
        // the limit may pass before the script gets to the call
        for (int millis = 100; !called.get(); millis *= 2) {
          bindings.put(LuaScriptEngine.TIME_LIMIT, millis);
          ends(
              () -> {
                var thrown =
                    assertThrows(
                        ScriptException.class,
                        () -> engine.eval("close() while true do end", bindings));
                assertInstanceOf(LuaTimeoutException.class, thrown.getCause());
              },
              "eval");
        }
        assertTrue(other.isClosed());
      }
    }
  }

  /** Returns a runtime with a finalizer that does not end. */
  private static LuaRuntime endless(Flavour flavour, Duration limit) {
    var lua = runtime(flavour, limit);
    lua.execute("kept = gc(function() while true do end end)");
    return lua;
  }
}
