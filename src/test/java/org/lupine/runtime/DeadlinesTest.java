package org.lupine.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.lupine.support.Engines.engine;
import static org.lupine.support.Runtimes.runtime;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import javax.script.ScriptException;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;
import org.lupine.Flavour;
import org.lupine.LuaRuntime;
import org.lupine.support.EachFlavour;
import org.lupine.value.LuaException;
import org.lupine.value.LuaTimeoutException;
import org.lupine.value.Values;
import outside.Overflow;

/** Limits of what a thread does, whatever happens to the thread meanwhile. */
@Timeout(120)
class DeadlinesTest {
  /** Overflows the stack in limited actions; returns what the thread can do afterwards. */
  private static Object afterOverflows(LuaRuntime lua, Duration limit) throws Exception {
    var result = new AtomicReference<Object>();
    var thread =
        new Thread(
            null,
            () -> {
              for (int i = 0; i < 5; i++) {
                try {
                  Overflow.onTheWayUp(() -> lua.withTimeLimit(limit, () -> lua.eval("1")));
                } catch (StackOverflowError e) {
                  // expected
                }
              }
              long over = System.nanoTime() + limit.toNanos();
              while (System.nanoTime() < over) {
                LockSupport.parkNanos(limit.toNanos());
              }
              try {
                result.set(lua.eval("1").first());
              } catch (Throwable e) {
                result.set(e);
              }
            },
            "overflows",
            256 * 1024);
    thread.setDaemon(true);
    thread.start();
    thread.join(60_000);
    return result.get();
  }

  @EachFlavour
  void endWithTheirActionAfterAStackOverflow(Flavour flavour) throws Exception {
    try (var lua = runtime(flavour)) {
      for (int i = 0; i < 15; i++) {
        assertEquals(1L, afterOverflows(lua, Duration.ofMillis(50)));
      }
    }
  }

  // a try statement that times out closes what it opened
  @EachFlavour
  void doNotKeepAnActionFromClosingItsRuntimes(Flavour flavour) throws Exception {
    try (var lua = runtime(flavour)) {
      var other = runtime(flavour);
      var inside = new CountDownLatch(1);
      other.globals().put("here", (Runnable) inside::countDown);
      var busy =
          new Thread(
              () ->
                  assertThrows(
                      LuaException.class, () -> other.execute("here() while true do end")));
      busy.start();
      assertTrue(inside.await(30, TimeUnit.SECONDS));
      lua.withTimeLimit(
          Duration.ofMillis(20),
          () -> {
            other.close();
            return null;
          });

      assertTrue(other.isClosed());
      other.interrupt();
      busy.join();
      assertThrows(IllegalStateException.class, () -> other.eval("1"));
    }
  }

  private static void assertEnds(Executable waits) throws Exception {
    var ended = new FutureTask<>(() -> assertThrows(LuaTimeoutException.class, waits));
    var thread = new Thread(ended);
    thread.setDaemon(true);
    thread.start();
    ended.get(60, TimeUnit.SECONDS);
  }

  // BEHAVIOURS 193, 194
  @EachFlavour
  void endWaitsForOtherThreads(Flavour flavour) throws Exception {
    var limit = Duration.ofMillis(50);
    try (var lua = runtime(flavour);
        var options = LuaRuntime.builder().flavour(flavour).timeLimit(limit).build();
        var engine = engine(flavour)) {
      var function = lua.function(arguments -> Values.of());
      try (var held = lua.enter()) {
        assertEnds(() -> lua.withTimeLimit(limit, () -> lua.eval("1")));
        assertEnds(() -> lua.withTimeLimit(limit, function::call));
        lua.timeLimit(limit);
        assertEnds(() -> lua.eval("1"));
        assertEnds(function::call);
        assertEnds(lua::enter);
      }
      try (var held = options.enter()) {
        assertEnds(() -> options.globals().get("x"));
      }
      engine.runtime().timeLimit(limit);
      try (var held = engine.runtime().enter()) {
        assertEnds(
            () -> {
              throw assertThrows(ScriptException.class, () -> engine.eval("x = 1")).getCause();
            });
      }

      assertEquals(1L, lua.eval("1").first());
      assertEquals(1L, options.eval("1").first());
      assertEquals(1L, engine.eval("return 1"));
    }
  }

  // BEHAVIOURS 193
  @EachFlavour
  void ofOneCallDoNotEndTheWaitOfClose(Flavour flavour) throws Exception {
    var lua = runtime(flavour);
    lua.timeLimit(Duration.ofMillis(20));
    var closed = new FutureTask<Void>(lua::close, null);
    try (var held = lua.enter()) {
      new Thread(closed).start();
      assertThrows(TimeoutException.class, () -> closed.get(100, TimeUnit.MILLISECONDS));
    }

    closed.get(60, TimeUnit.SECONDS);
    assertTrue(lua.isClosed());
  }
}
