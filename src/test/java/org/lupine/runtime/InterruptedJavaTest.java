package org.lupine.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.lupine.support.Engines.engine;
import static org.lupine.support.Runtimes.runtime;

import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.net.SocketTimeoutException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileLockInterruptionException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import javax.script.ScriptException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.lupine.Flavour;
import org.lupine.LuaRuntime;
import org.lupine.support.EachFlavour;
import org.lupine.support.Times;
import org.lupine.value.BigNumbers;
import org.lupine.value.LuaException;
import org.lupine.value.LuaFunction;
import org.lupine.value.LuaInterruptedException;
import org.lupine.value.LuaTimeoutException;

/** BEHAVIOURS 257: threads that are interrupted while their scripts are in Java code. */
@Timeout(120)
class InterruptedJavaTest {
  @AfterEach
  void isInterruptedNoMore() {
    Thread.interrupted();
  }

  /** Java code that a script calls, and waits in until it is interrupted. */
  private static final class Waiting implements Callable<Object> {
    final CountDownLatch begun = new CountDownLatch(1);
    final AtomicInteger calls = new AtomicInteger();

    @Override
    public Object call() throws InterruptedException {
      begun.countDown();
      if (calls.getAndIncrement() == 0) {
        new CountDownLatch(1).await(60, TimeUnit.SECONDS);
      }
      return null;
    }
  }

  /** Returns a run of a script that throws, and leaves its thread interrupted. */
  private static FutureTask<Throwable> throwing(LuaRuntime lua, String script) {
    return new FutureTask<>(
        () -> {
          var thrown = assertThrows(Throwable.class, () -> lua.execute(script), script);
          assertTrue(Thread.currentThread().isInterrupted(), script);
          return thrown;
        });
  }

  /** What a script throws whose thread is interrupted while it waits. */
  private static Throwable thrown(LuaRuntime lua, String script) throws Exception {
    var waiting = new Waiting();
    lua.globals().put("wait", waiting);
    var task = throwing(lua, script);
    var thread = new Thread(task);
    thread.start();
    assertTrue(waiting.begun.await(60, TimeUnit.SECONDS));
    thread.interrupt();
    return task.get(60, TimeUnit.SECONDS);
  }

  @EachFlavour
  void endTheScriptWhateverItCatches(Flavour flavour) throws Exception {
    try (var lua = runtime(flavour)) {
      for (var script :
          List.of(
              "wait()",
              "for i = 1, 40 do\npcall(wait) end",
              "for i = 1, 40 do xpcall(wait, function() end) end",
              "pcall(pcall, wait) for i = 1, 1e5 do local s = 'x' .. i end",
              "coroutine.wrap(function() pcall(wait) coroutine.yield() end)() wait()",
              "pcall(coroutine.wrap(function() wait() end))")) {
        var thrown = assertInstanceOf(LuaInterruptedException.class, thrown(lua, script), script);

        assertInstanceOf(InterruptedException.class, thrown.getCause(), script);
        assertEquals("interrupted", thrown.text(), script);
        assertEquals(script.startsWith("for i = 1, 40 do\n") ? 2 : 1, thrown.line(), script);
        assertEquals(2L, lua.eval("1 + 1").first());
      }
    }
  }

  /** Waits until a thread sleeps in a call that a script has made. */
  private static void awaitSleep(Thread thread) {
    for (int i = 0; i < 60_000; i++) {
      if (thread.getState() == Thread.State.TIMED_WAITING
          && Arrays.stream(thread.getStackTrace())
              .limit(3) // newer versions of Java sleep in another method
              .anyMatch(
                  frame ->
                      frame.getClassName().equals("java.lang.Thread")
                          && frame.getMethodName().equals("sleep"))) {
        return;
      }
      LockSupport.parkNanos(1_000_000);
    }
    throw new AssertionError("sleeps not, but is in " + List.of(thread.getStackTrace()));
  }

  // Regression: an interrupt was swallowed
  @EachFlavour
  void endALoopOfSleeps(Flavour flavour) throws Exception {
    for (var sleep :
        List.of(
            "pcall(Thread.sleep, 50)",
            "Thread.sleep(50)",
            "xpcall(function() Thread.sleep(50) end, function() end)",
            "coroutine.wrap(function() pcall(Thread.sleep, 50) end)()")) {
      try (var lua = runtime(flavour)) {
        lua.execute("Thread, count = java.import('java.lang.Thread'), 0");
        var script = "for i = 1, 1200 do " + sleep + " count = i end";
        var task = throwing(lua, script);
        var thread = new Thread(task);
        thread.start();
        awaitSleep(thread);
        thread.interrupt();
        var thrown = task.get(60, TimeUnit.SECONDS);

        assertInstanceOf(LuaInterruptedException.class, thrown, script);
        assertEquals("interrupted", ((LuaException) thrown).text(), script);
        assertEquals(2L, lua.eval("1 + 1").first());
        long count = ((Number) lua.eval("count").first()).longValue();
        assertTrue(count < 1000, count + " sleeps: " + script);
      }
    }
  }

  @EachFlavour
  void endAllScriptsThatWaitForTheInterruptedOne(Flavour flavour) throws Exception {
    try (var lua = runtime(flavour);
        var other = runtime(flavour)) {
      lua.execute("function deep() pcall(wait) end");
      var deep = (LuaFunction) lua.globals().get("deep");
      lua.globals()
          .put(
              "nested",
              (Callable<?>)
                  () -> {
                    var inner = assertThrows(LuaInterruptedException.class, deep::call);
                    assertInstanceOf(InterruptedException.class, inner.getCause());
                    throw inner;
                  });
      lua.globals()
          .put(
              "elsewhere",
              (Callable<?>)
                  () -> {
                    other.globals().put("wait", lua.globals().get("wait"));
                    return other.execute("pcall(wait)").first();
                  });
      for (var script : List.of("pcall(nested)", "pcall(elsewhere)")) {
        var thrown = assertInstanceOf(LuaInterruptedException.class, thrown(lua, script), script);

        assertInstanceOf(InterruptedException.class, thrown.getCause(), script);
      }
    }
  }

  private static List<Exception> interrupts() {
    return List.of(
        new InterruptedException(),
        new InterruptedIOException(),
        new ClosedByInterruptException(),
        new FileLockInterruptionException(),
        new UncheckedIOException(new ClosedByInterruptException()));
  }

  private static List<Exception> others() {
    return List.of(
        new SocketTimeoutException(),
        new ExecutionException(new InterruptedException("of another thread")),
        new IllegalStateException(new InterruptedException("wrapped")));
  }

  @EachFlavour
  void areKnownByTheExceptionsOfJava(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      for (var each : interrupts()) {
        lua.globals()
            .put(
                "fail",
                (Callable<?>)
                    () -> {
                      throw each;
                    });
        var thrown =
            assertThrows(
                LuaInterruptedException.class, () -> lua.execute("pcall(fail)"), each::toString);

        assertSame(each, thrown.getCause());
        assertTrue(Thread.interrupted(), each::toString);
      }
      for (var each : others()) {
        lua.globals()
            .put(
                "fail",
                (Callable<?>)
                    () -> {
                      throw each;
                    });

        assertEquals(false, lua.execute("return (pcall(fail))").first(), each::toString);
        var thrown = assertThrows(LuaException.class, () -> lua.execute("fail()"));
        assertEquals(LuaException.class, thrown.getClass());
        assertSame(each, thrown.getCause());
        assertFalse(Thread.interrupted(), each::toString);
      }
    }
  }

  /** What the library makes of tables. */
  public static final class Bean {
    public Bean() throws InterruptedException {
      throw new InterruptedException();
    }
  }

  /** A collection of a host. */
  public static final class Items extends java.util.ArrayList<Object> {
    private static final long serialVersionUID = 1L;

    public Items() throws InterruptedException {
      throw new InterruptedException();
    }
  }

  /** Takes what the library makes of tables. */
  public static final class Taker {
    public void take(Items items) {
      throw new AssertionError("made");
    }
  }

  @EachFlavour
  void areNotLostInCallsThatConvertAValue(Flavour flavour) throws Exception {
    var builder = LuaRuntime.builder().flavour(flavour).bigNumbers(BigNumbers.EXACT_AS_NUMBER);
    try (var lua =
        builder
            .overflow(
                number -> {
                  throw new InterruptedException();
                })
            .build()) {
      lua.globals().put("big", (Callable<?>) () -> BigInteger.TWO.pow(200));
      lua.globals().put("bean", (Callable<?>) () -> lua.table().as(Bean.class));
      lua.globals().put("taker", new Taker());
      for (var script :
          List.of("pcall(big)", "pcall(bean)", "pcall(function() taker:take({1}) end)")) {
        assertThrows(LuaInterruptedException.class, () -> lua.execute(script), script);
        assertTrue(Thread.interrupted(), script);
      }
      assertThrows(
          LuaInterruptedException.class, () -> lua.globals().put("x", BigInteger.TWO.pow(200)));
      assertTrue(Thread.interrupted());
    }
  }

  @EachFlavour
  void areNotCausedByAScriptThatThrowsTheException(Flavour flavour) {
    var exception = new InterruptedException();
    try (var lua = runtime(flavour)) {
      lua.globals().put("exception", exception);

      assertEquals(false, lua.execute("return (pcall(java.throw, exception))").first());
      assertEquals(false, lua.execute("return (pcall(error, exception))").first());
      assertSame(
          exception,
          assertThrows(LuaException.class, () -> lua.execute("error(exception)")).getCause());
      assertFalse(Thread.interrupted());
    }
  }

  @EachFlavour
  void doNotHideATimeLimitThatHasPassed(Flavour flavour) throws Exception {
    try (var lua = runtime(flavour)) {
      Times.untilReached(
          Duration.ofMillis(20),
          limit -> {
            lua.globals().put("late", late(limit.multipliedBy(10)));
            Thread.interrupted();

            assertThrows(
                LuaTimeoutException.class,
                () -> lua.withTimeLimit(limit, () -> lua.execute("pcall(late)")));
            assertTrue(Thread.interrupted());
          });
    }
  }

  /** Returns a function that waits, and then is interrupted in what it does next. */
  private static Callable<?> late(Duration wait) {
    return () -> {
      try {
        new CountDownLatch(1).await(wait.toMillis(), TimeUnit.MILLISECONDS);
      } finally {
        Thread.currentThread().interrupt();
      }
      Thread.sleep(1);
      return null;
    };
  }

  @EachFlavour
  void endTheScriptOfAnEngine(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      Callable<?> fail =
          () -> {
            throw new InterruptedException();
          };
      for (var bindings : List.of(engine.getBindings(100), engine.createBindings())) {
        bindings.put("fail", fail);

        var thrown =
            assertThrows(ScriptException.class, () -> engine.eval("pcall(fail)", bindings));
        assertInstanceOf(LuaInterruptedException.class, thrown.getCause());
        assertTrue(Thread.interrupted());
      }
    }
  }
}
