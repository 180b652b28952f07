package org.lupine.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.lupine.support.Runtimes.runtime;

import java.lang.ref.WeakReference;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.Charset;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CharsetEncoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.function.Supplier;
import org.lupine.Flavour;
import org.lupine.LuaOptions;
import org.lupine.LuaRuntime;
import org.lupine.support.EachFlavour;
import org.lupine.support.Garbage;
import org.lupine.value.JavaFunction;
import org.lupine.value.LuaException;
import org.lupine.value.LuaFunction;
import org.lupine.value.LuaTable;

/** Garbage collection of both languages. */
class RuntimeGarbageTest {
  // BEHAVIOURS 186
  @EachFlavour
  void staysWhileTheCollectorIsPaused(Flavour flavour) {
    boolean tells = flavour != Flavour.LUA51;
    var makes = "for i = 1, 20000 do made = {i, {}} end return collectgarbage('count')";
    try (var lua = runtime(flavour)) {
      var before = ((Number) lua.eval("collectgarbage('count')").first()).doubleValue();
      try (var outer = lua.pauseGc()) {
        var inner = lua.pauseGc();
        assertRuns(lua, tells, false);
        inner.close();
        inner.close();
        assertRuns(lua, tells, false);
        lua.gc();
        var paused = ((Number) lua.execute(makes).first()).doubleValue();
        assertTrue(paused > before + 1_000, before + " then " + paused);
        assertRuns(lua, tells, false);
      }
      assertRuns(lua, tells, true);
      lua.gc();
      var worked = ((Number) lua.execute(makes).first()).doubleValue();
      assertTrue(worked < before + 1_000, before + " then " + worked);
    }
  }

  private static void assertRuns(LuaRuntime lua, boolean tells, boolean runs) {
    if (tells) {
      assertEquals(runs, lua.eval("collectgarbage('isrunning')").first());
    }
  }

  /** In 5.3 to 5.5 each cycle began later than the last one, and memory grew without end. */
  @EachFlavour
  void objectsWithFinalizersAreCollectedAsFastAsAScriptMakesThem(Flavour flavour) {
    boolean has51 = flavour.language().equals("5.1");
    try (var lua = runtime(flavour)) {
      lua.globals().put("make", (Supplier<Object>) Object::new);
      lua.globals().put("fail", (Supplier<Object>) () -> List.of().get(0));
      lua.execute(
          "meta = {__gc = function() end} local make, fail, pcall = make, fail, pcall"
              + " makers = {function() make() end, function() pcall(fail) end,"
              + (has51 ? "" : " function() setmetatable({{}, {}}, meta) end,")
              + (has51 ? "" : " function() local b = {} setmetatable({b}, meta) b[1] = {} end,")
              + " function() make() local t = {} t[1] = {} end}");
      for (long maker = 1; maker <= ((Number) lua.eval("#makers").first()).longValue(); maker++) {
        lua.gc();
        var most =
            ((Number)
                    lua.execute(
                            "local make, most = makers[...], 0 for i = 1, 40 do"
                                + " for i = 1, 10000 do make() end"
                                + " most = math.max(most, collectgarbage('count')) end return most",
                            maker)
                        .first())
                .doubleValue();
        assertTrue(most < 4_000, "maker " + maker + ": " + most + " KiB");
      }
    }
  }

  @EachFlavour
  void isCollectedAfterAPauseThatAnInterruptedThreadEnds(Flavour flavour) throws Exception {
    try (var lua = runtime(flavour)) {
      var pause = lua.pauseGc();
      var inside = new CountDownLatch(1);
      lua.globals().put("here", (Runnable) inside::countDown);
      var busy =
          new Thread(
              () ->
                  assertThrows(LuaException.class, () -> lua.execute("here() while true do end")));
      busy.start();
      assertTrue(inside.await(30, TimeUnit.SECONDS));
      var interrupted = new AtomicBoolean();
      var ends =
          new Thread(
              () -> {
                Thread.currentThread().interrupt();
                pause.close();
                interrupted.set(Thread.currentThread().isInterrupted());
              });
      ends.start();
      while (ends.isAlive()) {
        if (ends.getState() == Thread.State.TIMED_WAITING) {
          lua.interrupt();
        }
        LockSupport.parkNanos(1_000_000);
      }
      lua.interrupt();
      busy.join();

      assertTrue(interrupted.get());
      assertCollects(lua);
    }
  }

  @EachFlavour
  void isCollectedAfterAPauseWhoseEndWaitsForLongerThanTheLimit(Flavour flavour) throws Exception {
    try (var lua = runtime(flavour)) {
      lua.timeLimit(Duration.ofMillis(20));
      var pause = lua.pauseGc();
      var ends = new FutureTask<Void>(pause::close, null);
      try (var held = lua.enter()) {
        new Thread(ends).start();
        assertThrows(TimeoutException.class, () -> ends.get(100, TimeUnit.MILLISECONDS));
      }
      ends.get(60, TimeUnit.SECONDS);

      lua.timeLimit(Duration.ZERO);
      assertCollects(lua);
    }
  }

  @EachFlavour
  void isCollectedWhereverTheCollectorWasStoppedAndStarted(Flavour flavour) throws Exception {
    try (var lua = runtime(flavour)) {
      var threads = Executors.newSingleThreadExecutor();
      Function<LuaFunction, Object> elsewhere =
          action -> {
            try {
              return threads.submit(() -> action.call()).get();
            } catch (InterruptedException | ExecutionException e) {
              throw new IllegalStateException(e);
            }
          };
      lua.globals().put("elsewhere", elsewhere);
      var pause = lua.pauseGc();
      lua.globals().put("resume", (Runnable) pause::close);
      lua.execute("elsewhere(function() resume() end)");
      assertCollects(lua);
      if (flavour != Flavour.LUA51) {
        assertEquals(
            "false true",
            lua.execute(
                    "local function tell() return tostring(collectgarbage 'isrunning') end "
                        + "elsewhere(function() collectgarbage 'stop' end) local stopped = tell() "
                        + "elsewhere(function() collectgarbage 'restart' end) "
                        + "return stopped .. ' ' .. tell()")
                .first());
      }
      assertCollects(lua);
      threads.shutdown();
    }
  }

  private static void assertCollects(LuaRuntime lua) {
    var before = lua.gc();
    lua.execute("for i = 1, 100000 do local garbage = {i} end");
    var after = ((Number) lua.eval("collectgarbage('count')").first()).doubleValue() * 1024;
    assertTrue(after < before + 2_000_000, before + " then " + after);
  }

  // BEHAVIOURS 186
  @EachFlavour
  void mayBePausedWhenTheRuntimeCloses(Flavour flavour) {
    var lua = runtime(flavour);
    var pause = lua.pauseGc();
    lua.close();
    pause.close();

    assertThrows(IllegalStateException.class, lua::pauseGc);
  }

  // BEHAVIOURS 187
  @EachFlavour
  void excludesJavaObjectsThatLuaHolds(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      var held = held(lua);
      for (int i = 0; i < 3; i++) {
        lua.gc();
        System.gc();
      }
      assertNotNull(held.get());
      assertEquals("[held]", lua.eval("tostring(kept)").first());

      lua.execute("kept = nil");
      for (int i = 0; i < 200 && held.get() != null; i++) {
        lua.gc();
        lua.eval("1"); // what Lua dropped travels with a crossing
        System.gc();
      }
      assertNull(held.get());
    }
  }

  private static WeakReference<Object> held(LuaRuntime lua) {
    var object = new java.util.ArrayList<>(List.of("held"));
    lua.globals().put("kept", object);
    return new WeakReference<>(object);
  }

  // BEHAVIOURS 188
  @EachFlavour
  void canBeUsedByFinalizers(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      lua.globals().put("list", new java.util.ArrayList<>(List.of(1)));
      lua.execute(
          "log = {} local function finalizer(of) return function()"
              + " local ok, e = pcall(function() return of:size() end)"
              + " log[#log + 1] = ok and 'used' or 'refused' end end"
              + " local function make() local l = list list = nil"
              + " if newproxy then local p = newproxy(true) getmetatable(p).__gc = finalizer(l)"
              + " l = p else setmetatable({l}, {__gc = finalizer(l)}) end end make()");
      for (int i = 0; i < 4; i++) {
        lua.gc();
      }
      assertEquals(1L, lua.eval("#log").first());
      assertTrue(List.of("used", "refused").contains(lua.eval("log[1]").first()));
      assertEquals(2L, lua.eval("1 + 1").first());
    }
    var lua = runtime(flavour);
    lua.globals().put("list", new java.util.ArrayList<>(List.of(1)));
    lua.execute(
        "local l = list finalize = function() return l:size() end"
            + " if newproxy then kept = newproxy(true) getmetatable(kept).__gc = finalize"
            + " else kept = setmetatable({}, {__gc = finalize}) end");
    lua.close();
    assertTrue(lua.isClosed());
  }

  // BEHAVIOURS 189
  @EachFlavour
  void excludesRuntimesThatAWrapperHolds(Flavour flavour) {
    var table = (LuaTable) runtime(flavour).eval("{x = 1, f = function() return 5 end}").first();
    for (int i = 0; i < 3; i++) {
      System.gc();
    }
    assertEquals(1L, table.get("x"));
    assertEquals(5L, ((LuaFunction) table.get("f")).call().first());

    var lua = runtime(flavour);
    var other = (LuaTable) lua.eval("{x = 1}").first();
    var function = (LuaFunction) lua.eval("print").first();
    var coroutine = function.coroutine();
    lua.close();
    assertThrows(IllegalStateException.class, () -> other.get("x"));
    assertThrows(IllegalStateException.class, function::call);
    assertThrows(IllegalStateException.class, function::info);
    assertThrows(IllegalStateException.class, coroutine::resume);
    assertThrows(IllegalStateException.class, coroutine::status);
    assertFalse(other.toString().isEmpty());
    assertEquals(other, other);
    assertThrows(LuaException.class, () -> table.put("y", other));
  }

  // A collection just after a function returned must not drop its results before Java reads them.
  @EachFlavour
  void excludesWhatAFunctionReturns(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      lua.globals().put("make", (Supplier<Object>) StringBuilder::new);
      lua.execute(
          "if not pcall(collectgarbage, 'setpause', 1) then collectgarbage('param', 'pause', 1) end "
              + "function one() return make() end "
              + "function many() local t = {} for i = 1, 50 do t[i] = make() end "
              + "return (table.unpack or unpack)(t) end");
      var one = (LuaFunction) lua.globals().get("one");
      var many = (LuaFunction) lua.globals().get("many");
      for (int i = 0; i < 200; i++) {
        assertInstanceOf(StringBuilder.class, one.call().first());
        assertInstanceOf(StringBuilder.class, lua.eval("one()").first());
        for (var each : many.call()) {
          assertInstanceOf(StringBuilder.class, each);
        }
      }
    }
  }

  /** A charset whose decoder fails by an Error at the byte 0xFF. */
  private static final class Failing extends Charset {
    Failing() {
      super("x-failing", null);
    }

    @Override
    public boolean contains(Charset other) {
      return false;
    }

    @Override
    public CharsetDecoder newDecoder() {
      return new CharsetDecoder(this, 1, 1) {
        @Override
        protected CoderResult decodeLoop(ByteBuffer in, CharBuffer out) {
          while (in.hasRemaining()) {
            byte next = in.get();
            if (next == -1) {
              throw new AssertionError("0xFF");
            }
            out.put((char) next);
          }
          return CoderResult.UNDERFLOW;
        }
      };
    }

    @Override
    public CharsetEncoder newEncoder() {
      return StandardCharsets.ISO_8859_1.newEncoder();
    }
  }

  @EachFlavour
  void includesValuesThatCameWithAFailure(Flavour flavour) throws Exception {
    var options = LuaOptions.builder().flavour(flavour).charset(new Failing()).build();
    try (var lua = LuaRuntime.create(options)) {
      lua.globals().put("take", (JavaFunction) arguments -> null);
      lua.execute(
          "seen = setmetatable({}, {__mode = 'k'}) "
              + "function made() local t = {} seen[t] = true return t end "
              + "function results() return made(), '\\255', made(), made() end "
              + "function passed() return take(made(), '\\255', made(), made()) end");
      for (int i = 0; i < 50; i++) {
        assertThrows(AssertionError.class, () -> lua.eval("results()"));
        assertThrows(AssertionError.class, () -> lua.eval("passed()"));
      }
      Supplier<Object> left =
          () -> {
            lua.gc();
            return lua.execute("local n = 0 for _ in pairs(seen) do n = n + 1 end return n")
                .first();
          };
      Garbage.collectUntil(() -> left.get().equals(0L), () -> left.get() + " left");
    }
  }
}
