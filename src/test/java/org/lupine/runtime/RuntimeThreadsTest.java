package org.lupine.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.lupine.support.Runtimes.function;
import static org.lupine.support.Runtimes.runtime;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Timeout;
import org.lupine.Flavour;
import org.lupine.LuaRuntime;
import org.lupine.support.EachFlavour;
import org.lupine.value.LuaCoroutine;
import org.lupine.value.LuaFunction;
import org.lupine.value.LuaTable;
import outside.Overflow;

/** Threads that share runtimes. */
@Timeout(120)
class RuntimeThreadsTest {
  private static final ExecutorService THREADS = Executors.newCachedThreadPool();
  private static final String SUM =
      "function(n) local s = 0 for i = 1, n do s = s + i end return s end";

  @AfterAll
  static void ends() {
    THREADS.shutdownNow();
  }

  private static <T> List<T> all(List<Callable<T>> work) throws Exception {
    var results = new ArrayList<T>();
    for (var each : THREADS.invokeAll(work, 60, TimeUnit.SECONDS)) {
      results.add(each.get());
    }
    return results;
  }

  // Regression: elements read in a block before a put were taken for newer than it
  @EachFlavour
  void seeElementsThatOthersHavePut(Flavour flavour) throws Exception {
    try (var lua = runtime(flavour)) {
      var table = (LuaTable) lua.eval("{'0', 0, '0', 0}").first();
      var published = new AtomicLong();
      var put =
          THREADS.submit(
              () -> {
                for (long n = 1; n <= 5000; n++) {
                  table.put(4L, n);
                  published.set(n);
                }
              });
      boolean last;
      do {
        last = put.isDone();
        for (long i = 1; i <= 3; i++) {
          table.get(i);
        }
        long atLeast = published.get();
        var found = ((Number) table.get(4L)).longValue();
        assertTrue(found >= atLeast, () -> found + " after " + atLeast);
      } while (!last);
      put.get();
    }
  }

  // BEHAVIOURS 191
  @EachFlavour
  void takeTurnsInOneRuntime(Flavour flavour) throws Exception {
    try (var lua = runtime(flavour)) {
      lua.globals().put("pause", (Runnable) Thread::onSpinWait);
      lua.execute(
          "n = 0 inside = 0 function count() assert(inside == 0) inside = inside + 1 local m = n"
              + " pause() n = m + 1 inside = inside - 1 return n end");
      var work = new ArrayList<Callable<Object>>();
      for (int i = 0; i < 10; i++) {
        work.add(
            () -> {
              for (int k = 0; k < 100; k++) {
                lua.eval("count()"); // a LuaFunction might be let in while another pauses
              }
              return lua.eval("1 + 1").first();
            });
      }

      assertEquals(List.of(2L), all(work).stream().distinct().toList());
      assertEquals(1_000L, lua.eval("n").first());
    }
  }

  // BEHAVIOURS 191: all inside at once, each in its own runtime
  @EachFlavour
  void runInParallelInRuntimesOfTheirOwn(Flavour flavour) throws Exception {
    var together = new CyclicBarrier(10);
    var work = new ArrayList<Callable<Object>>();
    for (int i = 0; i < 10; i++) {
      long n = i;
      work.add(
          () -> {
            try (var lua = runtime(flavour)) {
              lua.globals()
                  .put("meet", (Callable<Object>) () -> together.await(60, TimeUnit.SECONDS));
              return lua.execute(
                      "meet() local s = 0 for i = 1, ... do s = s + i end meet() return s", n)
                  .first();
            }
          });
    }

    assertEquals(List.of(0L, 1L, 3L, 6L, 10L, 15L, 21L, 28L, 36L, 45L), all(work));
  }

  // BEHAVIOURS 192
  @EachFlavour
  void drainOneIteratorTogether(Flavour flavour) throws Exception {
    try (var lua = runtime(flavour)) {
      var table =
          (LuaTable) lua.execute("local t = {} for i = 1, 600 do t[i] = i end return t").first();
      var entries = table.entrySet().iterator();
      var coroutine =
          function(lua, "function() for i = 1, 600 do coroutine.yield(i) end end").coroutine();

      assertEachOnce(() -> entries.next().getValue());
      assertEachOnce(coroutine::next);
    }
  }

  private static void assertEachOnce(Supplier<Object> next) throws Exception {
    var work = new ArrayList<Callable<List<Object>>>();
    for (int i = 0; i < 6; i++) {
      work.add(
          () -> {
            var taken = new ArrayList<Object>();
            try {
              while (true) {
                taken.add(next.get());
              }
            } catch (NoSuchElementException e) {
              return taken;
            }
          });
    }
    var taken = new ArrayList<Object>();
    all(work).forEach(taken::addAll);
    assertEquals(600, taken.size());
    assertEquals(600, Set.copyOf(taken).size());
  }

  // BEHAVIOURS 190
  @EachFlavour
  void dropWrappersWhileAnotherThreadRuns(Flavour flavour) throws Exception {
    try (var lua = runtime(flavour)) {
      var dropped = new CountDownLatch(1);
      var inside = new CountDownLatch(1);
      lua.globals()
          .put(
              "wait",
              (Callable<Object>)
                  () -> {
                    inside.countDown();
                    return dropped.await(60, TimeUnit.SECONDS);
                  });
      Object[] held = {lua.eval("{}").first(), function(lua, SUM)};
      var running = THREADS.submit(() -> lua.eval("wait()").first());
      assertTrue(inside.await(60, TimeUnit.SECONDS));
      THREADS
          .submit(
              () -> {
                held[0] = held[1] = null;
                System.gc();
                dropped.countDown();
              })
          .get(60, TimeUnit.SECONDS);

      assertEquals(true, running.get(60, TimeUnit.SECONDS));
      assertEquals(2L, lua.eval("1 + 1").first());
    }
  }

  // BEHAVIOURS 193
  @EachFlavour
  void holdARuntimeExclusively(Flavour flavour) throws Exception {
    try (var lua = runtime(flavour)) {
      var outer = lua.enter();
      var inner = lua.tryEnter(Duration.ZERO);
      assertNotNull(inner);
      inner.close();
      inner.close();

      assertNull(elsewhere(() -> lua.tryEnter(Duration.ZERO)));
      assertNull(elsewhere(() -> lua.tryEnter(Duration.ofMillis(20))));
      assertThrows(
          IllegalStateException.class,
          () ->
              elsewhere(
                  () -> {
                    outer.close();
                    return null;
                  }));
      var waiting = THREADS.submit(() -> lua.eval("x").first());
      lua.execute("x = 1");
      lua.execute("x = 2");
      assertFalse(waiting.isDone());
      outer.close();

      assertEquals(2L, waiting.get(60, TimeUnit.SECONDS));
      assertTrue(
          elsewhere(
              () -> {
                try (var held = lua.tryEnter(Duration.ofSeconds(60))) {
                  return held != null;
                }
              }));
    }
  }

  private static <T> T elsewhere(Callable<T> work) throws Exception {
    try {
      return THREADS.submit(work).get(60, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof Exception ? (Exception) e.getCause() : e;
    }
  }

  // BEHAVIOURS 193: waiting for a runtime can be given up
  @EachFlavour
  void giveUpWaitingWhenInterrupted(Flavour flavour) throws Exception {
    try (var lua = runtime(flavour)) {
      var threads = new ArrayList<Thread>();
      Future<Boolean> interrupted;
      try (var held = lua.enter()) {
        var started = new CountDownLatch(1);
        interrupted =
            THREADS.submit(
                () -> {
                  threads.add(Thread.currentThread());
                  started.countDown();
                  assertThrows(InterruptedException.class, () -> lua.tryEnter(Duration.ofHours(1)));
                  return Thread.currentThread().isInterrupted();
                });
        assertTrue(started.await(60, TimeUnit.SECONDS));
        threads.get(0).interrupt();
        assertFalse(interrupted.get(60, TimeUnit.SECONDS));
      }
      assertEquals(1L, elsewhere(() -> lua.eval("1").first()));
    }
  }

  // BEHAVIOURS 189
  @EachFlavour
  void cannotEnterARuntimeThatCloses(Flavour flavour) throws Exception {
    var lua = runtime(flavour);
    Future<?> waiting;
    try (var held = lua.enter()) {
      waiting = THREADS.submit(() -> lua.eval("1"));
      lua.close();
      assertTrue(lua.isClosed());
    }
    assertThrows(ExecutionException.class, () -> waiting.get(60, TimeUnit.SECONDS));
    assertThrows(IllegalStateException.class, () -> lua.tryEnter(Duration.ZERO));
  }

  // BEHAVIOURS 190, 191
  @EachFlavour
  void resumeACoroutineThatAnotherMade(Flavour flavour) throws Exception {
    try (var lua = runtime(flavour)) {
      LuaCoroutine coroutine =
          elsewhere(
              () -> {
                var made =
                    function(lua, "function() for i = 1, 3 do coroutine.yield(i) end end")
                        .coroutine();
                made.next();
                return made;
              });

      assertEquals(2L, coroutine.next());
      assertEquals(3L, elsewhere(coroutine::next));
      assertFalse(elsewhere(coroutine::hasNext));
    }
  }

  // BEHAVIOURS 196
  @EachFlavour
  void keepRuntimesAliveByTheirFunctions(Flavour flavour) {
    var functions = new ArrayList<LuaFunction>();
    for (int i = 0; i < 3; i++) {
      functions.add(function(runtime(flavour), SUM));
    }
    for (int i = 0; i < 3; i++) {
      System.gc();
    }
    var results = new HashSet<Object>();
    for (var each : functions) {
      results.add(each.call(10).first());
    }

    assertEquals(Set.of(55L), results);
  }

  /** Overflows the stacks of threads in the runtime, and uses it afterwards. */
  private static void overflow(Flavour flavour, int rounds, boolean stays) throws Exception {
    try (var lua = runtime(flavour)) {
      lua.execute("function deep() return deep() + 1 end");
      for (int i = 0; i < rounds; i++) {
        var script = i % 2 == 0 ? "1" : "pcall(deep)";
        var done = new CountDownLatch(1);
        var end = new CountDownLatch(stays ? 1 : 0);
        Overflow.start(() -> lua.eval(script), done, end);
        assertTrue(done.await(60, TimeUnit.SECONDS));
        assertEquals(1L, lua.eval("1").first());
        end.countDown();
      }
    }
  }

  // A stack overflow can happen between acquiring and releasing the lock.
  @EachFlavour
  void takeTheLockOfDeadThreads(Flavour flavour) throws Exception {
    overflow(flavour, 40, false);
  }

  @EachFlavour
  void takeTheLockOfThreadsThatDidNotReleaseIt(Flavour flavour) throws Exception {
    overflow(flavour, 5, true);
  }

  @EachFlavour
  void closeARuntimeThatADeadThreadHolds(Flavour flavour) throws Exception {
    for (int i = 0; i < 5; i++) {
      var lua = runtime(flavour);
      var done = new CountDownLatch(1);
      Overflow.start(() -> lua.eval("1"), done, new CountDownLatch(0));
      assertTrue(done.await(60, TimeUnit.SECONDS));
      lua.close();
      assertTrue(lua.isClosed());
    }
  }

  private static long spin(LuaRuntime lua, long most) {
    long n = 0;
    while (n < most && !lua.isClosed()) {
      n++;
    }
    return n;
  }

  // fails where the loop is compiled and reads a plain field once
  @EachFlavour
  void seeThatARuntimeIsClosed(Flavour flavour) throws Exception {
    var lua = runtime(flavour);
    var compiled = new CountDownLatch(1);
    var spins =
        THREADS.submit(
            () -> {
              for (int i = 0; i < 20_000; i++) {
                spin(lua, 1_000);
              }
              compiled.countDown();
              return spin(lua, Long.MAX_VALUE);
            });
    assertTrue(compiled.await(60, TimeUnit.SECONDS));
    lua.close();

    assertTrue(spins.get(60, TimeUnit.SECONDS) >= 0);
  }

  /** Ends a thread by Thread.stop, as Java did up to 19. */
  private static void stop(Thread thread) throws Exception {
    Thread.class.getMethod("stop").invoke(thread);
    thread.join(60_000);
    assertFalse(thread.isAlive());
  }

  private static Thread started(Callable<?> action, Thread.State reached) {
    var thread =
        new Thread(
            () -> {
              try {
                action.call();
              } catch (Exception e) {
                throw new AssertionError(e);
              }
            });
    thread.setUncaughtExceptionHandler((stopped, error) -> {});
    thread.setDaemon(true);
    thread.start();
    while (thread.getState() != reached) {
      Thread.onSpinWait();
    }
    return thread;
  }

  // Thread.stop where the thread waits in Java: elsewhere it may hit the JDK's own locks
  @EachFlavour
  void takeTheLockOfThreadsThatWereStopped(Flavour flavour) throws Exception {
    assumeTrue(Runtime.version().feature() < 20, "Thread.stop does nothing");
    try (var lua = runtime(flavour)) {
      var never = new CountDownLatch(1);
      lua.globals()
          .put(
              "wait",
              (Callable<Object>)
                  () -> {
                    never.await();
                    return null;
                  });
      for (int i = 0; i < 5; i++) {
        stop(started(() -> lua.eval("wait()"), Thread.State.WAITING)); // in a call from Lua to Java
        assertEquals(2L, elsewhere(() -> lua.eval("1 + 1").first()));
        var held = lua.enter();
        var first = started(() -> lua.eval("1"), Thread.State.TIMED_WAITING); // queued
        var second = THREADS.submit(() -> lua.eval("2").first());
        stop(first);
        held.close();
        assertEquals(2L, second.get(60, TimeUnit.SECONDS));
      }
      var holds =
          started(
              () -> {
                try (var held = lua.enter()) {
                  return never.await(1, TimeUnit.HOURS);
                }
              },
              Thread.State.TIMED_WAITING);
      stop(holds);
      assertEquals(2L, elsewhere(() -> lua.eval("1 + 1").first()));
    }
  }

  // fails where each of them polls every few milliseconds
  @EachFlavour
  void costLittleWhileManyVirtualOnesWait(Flavour flavour) throws Exception {
    assumeTrue(Runtime.version().feature() >= 21, "no virtual threads");
    var bean = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    var executor =
        (ExecutorService) Executors.class.getMethod("newVirtualThreadPerTaskExecutor").invoke(null);
    try (var lua = runtime(flavour)) {
      var all = new ArrayList<Future<Object>>();
      var begun = new CountDownLatch(1_000);
      double best = 1;
      long limit = TimeUnit.SECONDS.toNanos(40); // the compilers may be busy until then
      try (var held = lua.enter()) {
        for (int i = 0; i < 1_000; i++) {
          all.add(
              executor.submit(
                  () -> {
                    begun.countDown();
                    return lua.eval("1").first();
                  }));
        }
        assertTrue(begun.await(60, TimeUnit.SECONDS));
        long begin = System.nanoTime();
        while (best > 0.1 && System.nanoTime() - begin < limit) {
          long start = System.nanoTime();
          long busy = bean.getProcessCpuTime();
          Thread.sleep(200);
          busy = bean.getProcessCpuTime() - busy;
          best = Math.min(best, (double) busy / (System.nanoTime() - start));
        }
      }
      for (var each : all) {
        assertEquals(1L, each.get(60, TimeUnit.SECONDS));
      }
      double used = best;
      assertTrue(used <= 0.1, () -> used + " of a processor");
    } finally {
      executor.shutdownNow();
    }
  }
}
