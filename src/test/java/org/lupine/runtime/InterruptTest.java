package org.lupine.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.lupine.support.Runtimes.runtime;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.lupine.Flavour;
import org.lupine.LuaRuntime;
import org.lupine.support.EachFlavour;
import org.lupine.support.Times;
import org.lupine.value.LuaException;
import org.lupine.value.LuaFunction;
import org.lupine.value.LuaInterruptedException;
import org.lupine.value.LuaTimeoutException;

/** Time limits and interrupts, which end scripts. */
class InterruptTest {
  private static final Duration SHORT = Duration.ofMillis(50);

  private static LuaRuntime limited(Flavour flavour) {
    return LuaRuntime.builder().flavour(flavour).timeLimit(SHORT).build();
  }

  /** Runs a script in a thread of its own and ends it; returns what it threw. */
  private static Throwable endedBy(LuaRuntime lua, String script, Ending ending) throws Exception {
    var begun = new CountDownLatch(1);
    var thrown = new AtomicReference<Throwable>();
    var interrupted = new AtomicReference<Boolean>();
    Runnable begin = begun::countDown;
    lua.globals().put("begin", begin);
    var thread =
        new Thread(
            () -> {
              try {
                lua.execute(script);
              } catch (Throwable e) {
                thrown.set(e);
              }
              interrupted.set(Thread.currentThread().isInterrupted());
            });
    thread.start();
    assertTrue(begun.await(60, TimeUnit.SECONDS), "did not begin");
    ending.end(thread);
    thread.join(60_000);
    assertFalse(thread.isAlive(), "did not end");
    assertEquals(ending == INTERRUPT_THREAD, interrupted.get(), "the thread's interrupted state");
    return thrown.get();
  }

  private interface Ending {
    void end(Thread thread) throws Exception;
  }

  private static final Ending INTERRUPT_THREAD = Thread::interrupt;

  private static void works(LuaRuntime lua) {
    var limit = lua.timeLimit();
    lua.timeLimit(Duration.ZERO);
    assertEquals(2L, lua.eval("1 + 1").first());
    lua.timeLimit(limit);
  }

  // BEHAVIOURS 194
  @EachFlavour
  void anotherThreadEndsALoop(Flavour flavour) throws Exception {
    try (var lua = runtime(flavour)) {
      var thrown = endedBy(lua, "begin() while true do end", thread -> lua.interrupt());

      assertInstanceOf(LuaInterruptedException.class, thrown);
      works(lua);
    }
  }

  // BEHAVIOURS 194
  @EachFlavour
  void anInterruptOfItsThreadEndsALoop(Flavour flavour) throws Exception {
    try (var lua = runtime(flavour)) {
      var thrown = endedBy(lua, "begin() while true do end", INTERRUPT_THREAD);

      assertInstanceOf(LuaInterruptedException.class, thrown);
      works(lua);
    }
  }

  // BEHAVIOURS 194
  @EachFlavour
  void aTimeLimitEndsALoop(Flavour flavour) {
    try (var lua = limited(flavour)) {
      var thrown = assertThrows(LuaTimeoutException.class, () -> lua.execute("while true do end"));

      assertEquals("time limit of 50 ms is exceeded", thrown.text());
      works(lua);
    }
  }

  // BEHAVIOURS 159, 194: inside any pcall
  @EachFlavour
  void anErrorSaysWhereTheScriptEnded(Flavour flavour) throws Exception {
    try (var lua = runtime(flavour)) {
      for (var around :
          List.of(
              "forever()",
              "pcall(forever)",
              "pcall(pcall, forever)",
              "xpcall(forever, type)",
              "coroutine.wrap(forever)()",
              "coroutine.resume(coroutine.create(function() pcall(forever) end))")) {
        var chunk =
            lua.compile("function forever()\n  while true do\n  end\nend\n" + around, "@loop.lua");
        Times.untilReached(SHORT, limit -> saysWhereItEnded(lua, chunk, limit, around));
      }
      works(lua);
    }
  }

  private static void saysWhereItEnded(
      LuaRuntime lua, LuaFunction chunk, Duration limit, String around) {
    lua.timeLimit(limit);
    var thrown = assertThrows(LuaTimeoutException.class, chunk::call, around);
    lua.timeLimit(Duration.ZERO);

    assertEquals("loop.lua", thrown.chunk(), around);
    assertTrue(thrown.line() == 2 || thrown.line() == 3, () -> around + ": " + thrown);
    assertEquals(
        "loop.lua:" + thrown.line() + ": time limit of " + limit.toMillis() + " ms is exceeded",
        thrown.getMessage(),
        around);
    var innermost = thrown.frames().get(0).function();
    assertTrue(innermost.contains("forever") || innermost.contains("loop.lua"), innermost);
    assertEquals("loop.lua", thrown.getStackTrace()[0].getFileName(), around);
  }

  // BEHAVIOURS 194
  @EachFlavour
  void everyKindOfLoopEnds(Flavour flavour) {
    try (var lua = limited(flavour)) {
      for (var script :
          new String[] {
            "while true do end",
            "repeat until false",
            "repeat local a = 1 local f = function() return a end until f() == 2",
            "for i = 1, math.huge do end",
            "for i = 1.5, math.huge, 0.25 do end",
            "for i = 1, 1e15 do local x = i * 2 end",
            "local function f() return f() end f()",
            "local function f(...) return f(...) end f(1, 2, 3)",
            "local function f(n) if n > 0 then return f(n - 1) end end while true do f(20) end",
            "for k in function() return 1 end do end",
            "local t = {1, 2, 3} while true do for k, v in pairs(t) do end end",
            "local t = {1, 2, 3} while true do for k, v in ipairs(t) do t[k] = v end end",
            "local t = setmetatable({}, {__index = function(t, n)"
                + " return n < 2 and 1 or t[n - 1] + t[n - 2] end}) return t[60]",
            "local t = setmetatable({}, {__call = function(self) return self() end}) t()",
            "while true do string.rep('x', 10) end",
            "while true do local t = {} t[1] = {} end"
          }) {
        assertThrows(LuaTimeoutException.class, () -> lua.execute(script), script);
        works(lua);
      }
    }
  }

  // BEHAVIOURS 169, 194
  @EachFlavour
  void noScriptCatchesATimeout(Flavour flavour) {
    try (var lua = limited(flavour)) {
      for (var script :
          new String[] {
            "while true do pcall(function() while true do end end) end",
            "return pcall(function() while true do end end)",
            "return (pcall(pcall, pcall, function() while true do end end))",
            "return xpcall(function() while true do end end, function() return 1 end)",
            "xpcall(function() while true do end end, function() while true do end end)",
            "xpcall(error, function() while true do end end)",
            "while true do xpcall(error, function() error() end) end",
            "local co = coroutine.create(function() while true do end end)"
                + " return coroutine.resume(co)",
            "coroutine.wrap(function() while true do end end)()",
            "while true do coroutine.wrap(function() coroutine.yield() end)() end",
            "coroutine.wrap(function() pcall(function() while true do end end) end)()",
            "return load(function() while true do end end)",
            "table.sort({3, 2, 1}, function() while true do end end)",
            "string.gsub('x', 'x', function() while true do end end)",
            "return tostring(setmetatable({}, {__tostring = function() while true do end end}))"
          }) {
        assertThrows(LuaTimeoutException.class, () -> lua.execute(script), script);
        works(lua);
      }
    }
  }

  // BEHAVIOURS 194
  @EachFlavour
  void aLimitReachesCoroutinesOfEarlierCalls(Flavour flavour) throws Exception {
    try (var lua = runtime(flavour)) {
      lua.execute("co = coroutine.create(function() while true do end end)");

      Times.untilReached(
          SHORT,
          limit -> {
            assertThrows(
                LuaTimeoutException.class,
                () -> lua.withTimeLimit(limit, () -> lua.execute("coroutine.resume(co)")));
            assertEquals("dead", lua.eval("coroutine.status(co)").first());
          });
    }
  }

  // BEHAVIOURS 194
  @EachFlavour
  void finalizersEnd(Flavour flavour) {
    var script =
        "local function loop() while true do end end\n"
            + "if newproxy then getmetatable(newproxy(true)).__gc = loop\n"
            + "else setmetatable({}, {__gc = loop}) end collectgarbage() collectgarbage()";
    try (var lua = limited(flavour)) {
      assertThrows(LuaTimeoutException.class, () -> lua.execute(script));
      works(lua);
    }
  }

  @EachFlavour
  void finalizersEndWhileTheRuntimeCloses(Flavour flavour) throws Exception {
    var lua = runtime(flavour);
    var begun = new CountDownLatch(1);
    Runnable begin = begun::countDown;
    lua.globals().put("begin", begin);
    lua.execute(
        "local begin = begin local function forever() begin() while true do end end"
            + " if newproxy then kept = newproxy(true) getmetatable(kept).__gc = forever"
            + " else kept = setmetatable({}, {__gc = forever}) end");
    var thread = new Thread(lua::close);
    thread.start();
    assertTrue(begun.await(60, TimeUnit.SECONDS), "did not begin");
    lua.interrupt();
    thread.join(60_000);
    assertFalse(thread.isAlive(), "did not end");
    assertTrue(lua.isClosed());
  }

  // BEHAVIOURS 194
  @EachFlavour
  void closeHandlersEnd(Flavour flavour) {
    var loop = "local x <close> = setmetatable({}, {__close = function() while true do end end}) ";
    try (var lua = limited(flavour)) {
      if (!flavour.id().matches("lua5[45]")) {
        assertThrows(LuaException.class, () -> lua.execute(loop));
        return;
      }
      for (var script :
          new String[] {
            loop,
            loop + "while true do end",
            loop + "error('x')",
            "coroutine.wrap(function() " + loop + " while true do end end)()",
            "co = coroutine.create(function() "
                + loop
                + " coroutine.yield() end)"
                + " coroutine.resume(co) coroutine.close(co)"
          }) {
        assertThrows(LuaTimeoutException.class, () -> lua.execute(script), script);
        works(lua);
      }
    }
  }

  @EachFlavour
  void functionsThatJavaCallsEnd(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      var loop = (LuaFunction) lua.eval("function() while true do end end").first();
      lua.timeLimit(SHORT);

      assertThrows(LuaTimeoutException.class, loop::call);
      lua.globals().put("call", (Callable<?>) () -> loop.call().first());
      assertThrows(LuaTimeoutException.class, () -> lua.execute("pcall(call)"));
      works(lua);
    }
  }

  @EachFlavour
  void aTimeoutThatJavaCatchesStillEndsTheScript(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      var loop = (LuaFunction) lua.eval("function() while true do end end").first();
      lua.timeLimit(SHORT);
      lua.globals()
          .put(
              "call",
              (Callable<?>)
                  () -> {
                    try {
                      return loop.call().first();
                    } catch (LuaTimeoutException e) {
                      return "kept";
                    }
                  });

      assertThrows(LuaTimeoutException.class, () -> lua.execute("return call()"));
      works(lua);
    }
  }

  @EachFlavour
  void aLoopOfShortCallbacksEnds(Flavour flavour) {
    try (var lua = limited(flavour)) {
      Runnable nothing = () -> {};
      lua.globals().put("nothing", nothing);

      assertThrows(LuaTimeoutException.class, () -> lua.execute("while true do nothing() end"));
      works(lua);
    }
  }

  // BEHAVIOURS 247
  @EachFlavour
  void aLimitForOneActionEndsIt(Flavour flavour) throws Exception {
    try (var lua = runtime(flavour)) {
      assertThrows(
          LuaTimeoutException.class,
          () -> lua.withTimeLimit(SHORT, () -> lua.execute("while true do end")));

      assertEquals(3L, lua.withTimeLimit(Duration.ofMinutes(1), () -> lua.eval("1 + 2").first()));
      assertEquals(Duration.ZERO, lua.timeLimit());
      works(lua);
    }
  }

  // BEHAVIOURS 247
  @EachFlavour
  void theTighterOfTwoLimitsHolds(Flavour flavour) throws Exception {
    try (var lua = LuaRuntime.builder().flavour(flavour).timeLimit(Duration.ofHours(1)).build()) {
      var inner =
          lua.withTimeLimit(
              Duration.ofMinutes(1),
              () ->
                  assertThrows(
                      LuaTimeoutException.class,
                      () -> lua.withTimeLimit(SHORT, () -> lua.execute("while true do end"))));

      assertEquals("time limit of 50 ms is exceeded", inner.text());
      works(lua);
    }
  }

  @EachFlavour
  void anInnerLimitLeavesTheOuterScriptAlone(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      var loop = (LuaFunction) lua.eval("function() while true do end end").first();
      lua.globals()
          .put(
              "brief",
              (Callable<?>)
                  () -> {
                    try {
                      return lua.withTimeLimit(SHORT, () -> loop.call().first());
                    } catch (LuaTimeoutException e) {
                      return "late";
                    }
                  });

      assertEquals(
          "late",
          lua.execute("local n = 0 local s = brief()" + " for i = 1, 1e5 do n = n + i end return s")
              .first());
    }
  }

  @EachFlavour
  void anInterruptOfAnIdleRuntimeDoesNothing(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      lua.interrupt();

      works(lua);
      assertEquals(1L, lua.execute("local n = 0 for i = 1, 1e5 do n = n + 1 end return 1").first());
    }
  }

  @EachFlavour
  void manyScriptsThatEndNearTheirLimitLeaveNothingBehind(Flavour flavour) {
    try (var lua = LuaRuntime.builder().flavour(flavour).timeLimit(Duration.ofMillis(1)).build()) {
      int late = 0;
      for (int i = 0; i < 300; i++) {
        try {
          lua.execute("local n = 0 for i = 1, ... do n = n + i end", 10 + i * 200);
        } catch (LuaTimeoutException e) {
          late++;
        }
        lua.timeLimit(Duration.ZERO);
        assertEquals(
            500500L, lua.execute("local n = 0 for i = 1, 1000 do n = n + i end return n").first());
        lua.timeLimit(Duration.ofMillis(1));
      }
      assertTrue(late <= 300);
    }
  }

  @EachFlavour
  void anInterruptEndsOneRuntimeOfTwo(Flavour flavour) throws Exception {
    try (var one = runtime(flavour);
        var other = runtime(flavour)) {
      var result = new AtomicReference<Object>();
      one.globals()
          .put(
              "other",
              (Callable<?>)
                  () -> {
                    one.interrupt();
                    result.set(
                        other
                            .execute("local n = 0 for i = 1, 1000 do n = n + i end return n")
                            .first());
                    return null;
                  });

      assertThrows(LuaInterruptedException.class, () -> one.execute("other() return 1"));
      assertEquals(500500L, result.get());
      works(one);
      works(other);
    }
  }

  @EachFlavour
  void closingTakesNoLongerThanTheLimit(Flavour flavour) throws Exception {
    var lua = runtime(flavour);
    lua.execute(
        "local function loop() while true do end end\n"
            + "if newproxy then kept = newproxy(true) getmetatable(kept).__gc = loop\n"
            + "else kept = setmetatable({}, {__gc = loop}) end");
    lua.timeLimit(SHORT);
    var closing = new Thread(lua::close);
    closing.setDaemon(true);

    closing.start();
    closing.join(60_000);

    assertFalse(closing.isAlive());
  }

  @EachFlavour
  void badLimitsAreRefused(Flavour flavour) {
    var builder = LuaRuntime.builder().flavour(flavour);
    assertThrows(IllegalArgumentException.class, () -> builder.timeLimit(Duration.ofNanos(-1)));
    assertThrows(
        IllegalArgumentException.class,
        () -> builder.timeLimit(Duration.ofSeconds(Long.MAX_VALUE)));
    try (var lua = runtime(flavour)) {
      assertThrows(IllegalArgumentException.class, () -> lua.timeLimit(Duration.ofNanos(-1)));
      assertThrows(
          IllegalArgumentException.class, () -> lua.withTimeLimit(Duration.ZERO, () -> null));
    }
  }
}
