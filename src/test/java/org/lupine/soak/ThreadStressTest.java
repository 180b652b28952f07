package org.lupine.soak;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;
import static org.lupine.support.Runtimes.state;

import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Timeout;
import org.lupine.Flavour;
import org.lupine.LuaRuntime;
import org.lupine.support.EachFlavour;
import org.lupine.support.Garbage;
import org.lupine.value.LuaException;
import org.lupine.value.LuaFunction;
import org.lupine.value.Values;
import outside.Overflow;

/**
 * Threads that do to one runtime all that threads can do: call, call back, share, interrupt, run
 * out of time and of stack, die, close. {@code -Dlupine.stress.seconds=N} for longer.
 */
@Timeout(3600)
class ThreadStressTest {
  private static final long SECONDS = Long.getLong("lupine.stress.seconds", 1);
  private static final int THREADS = 8;
  private static final String LIBRARY =
      "n = 0\n"
          + "function up() local before = n for i = 1, 20 do end n = before + 1 return n end\n"
          + "function callback(v) local t = {} for i = 1, 10 do t[i] = {v} end up() "
          + "  local co = coroutine.wrap(function(a) coroutine.yield(a) end) return co(t[10][1]) end\n"
          + "function share() return elsewhere(callback) end\n"
          + "function deep(k) if k == 0 then return up() end return elsewhere(function() "
          + "  return deep(k - 1) end) end\n"
          + "function stream() local s = list:parallelStream():map(callback):toList() "
          + "  return s:size() end\n"
          + "function collect() collectgarbage() return elsewhere(function() collectgarbage() "
          + "  return up() end) end\n"
          + "function fails() return pcall(elsewhere, function() error {} end) end\n"
          + "function yields() coroutine.yield(up()) return up() end\n"
          + "function forever() while true do up() end end\n";

  private final ExecutorService pool = Executors.newCachedThreadPool(ThreadStressTest::daemon);
  private final BitSet numbers = new BitSet();
  private volatile boolean over;

  private static Thread daemon(Runnable work) {
    var thread = new Thread(work, "stress");
    thread.setDaemon(true);
    return thread;
  }

  private LuaRuntime opened(Flavour flavour) {
    var lua = LuaRuntime.builder().flavour(flavour).build();
    Function<LuaFunction, Object> elsewhere =
        function -> {
          try {
            return pool.submit(() -> function.call(1).first()).get();
          } catch (Exception e) {
            throw new IllegalStateException(e);
          }
        };
    lua.globals().put("elsewhere", elsewhere);
    lua.globals().put("list", IntStream.range(0, 20).boxed().toList());
    lua.execute(LIBRARY);
    return lua;
  }

  /**
   * Runs an action that may fail. Otherwise it must return what {@code up} returned: a number that
   * no action had before, unless another thread was in Lua at the same time.
   */
  private void attempt(Callable<Values> action) {
    try {
      var first = action.call().first();
      if (!(first instanceof Number number)) {
        throw new AssertionError("no number: " + first);
      }
      synchronized (numbers) {
        assertFalse(numbers.get(number.intValue()), () -> number + " was there before");
        numbers.set(number.intValue());
      }
    } catch (LuaException | IllegalStateException e) {
      // expected: interrupted, timed out, or closed
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
    Thread.interrupted();
  }

  private void work(Flavour flavour, LuaRuntime lua, LuaFunction up) {
    var random = ThreadLocalRandom.current();
    while (!over) {
      switch (random.nextInt(14)) {
        case 0:
        case 1:
          attempt(up::call);
          break;
        case 2:
          attempt(() -> lua.eval("up()"));
          break;
        case 3:
          attempt(() -> lua.eval("share() and up()"));
          break;
        case 4:
          attempt(() -> lua.eval("deep(3)"));
          break;
        case 5:
          attempt(() -> lua.eval("stream() and up()"));
          break;
        case 6:
          attempt(() -> lua.eval("collect()"));
          break;
        case 7:
          attempt(() -> lua.eval("fails() or up()"));
          break;
        case 8:
          attempt(
              () -> {
                try (var held = lua.tryEnter(Duration.ofMillis(random.nextInt(3)))) {
                  if (held == null) {
                    throw new IllegalStateException("not entered");
                  }
                  return up.call();
                }
              });
          break;
        case 9:
          if (random.nextInt(20) == 0) {
            attempt(() -> lua.withTimeLimit(Duration.ofMillis(2), () -> lua.eval("forever()")));
          }
          break;
        case 10:
          if (random.nextInt(50) == 0) {
            overflow(lua);
          }
          break;
        case 11:
          attempt(() -> ((LuaFunction) lua.globals().get("yields")).coroutine().resume());
          break;
        case 12:
          attempt(() -> lua.withTimeLimit(Duration.ofMillis(2), () -> lua.eval("deep(2)")));
          break;
        default:
          if (random.nextInt(20) == 0) {
            attempt(() -> closeInUse(flavour));
          }
          break;
      }
    }
  }

  /** Overflows the stack of a thread again and again while it uses the runtime; then it dies. */
  private static void overflow(LuaRuntime lua) {
    var thread =
        new Thread(
            null,
            () -> {
              try {
                Overflow.onTheWayUp(() -> lua.eval("up()"));
              } catch (StackOverflowError e) {
                // expected
              }
            },
            "overflows",
            256 * 1024);
    thread.setDaemon(true);
    thread.start();
  }

  /** Closes a runtime while others use it. */
  private Values closeInUse(Flavour flavour) {
    var lua = opened(flavour);
    pool.execute(
        () -> {
          try {
            lua.eval("deep(2)");
            lua.execute("forever()");
          } catch (LuaException | IllegalStateException e) {
            // expected: closed or interrupted
          }
        });
    pool.execute(
        () -> {
          while (!lua.isClosed()) {
            lua.interrupt();
            LockSupport.parkNanos(100_000);
          }
        });
    lua.interrupt();
    lua.close();
    throw new IllegalStateException("closed");
  }

  @EachFlavour
  void leavesTheRuntimeIntact(Flavour flavour) throws Exception {
    over = false;
    var failures = new ArrayList<Throwable>();
    List<Thread> threads = new ArrayList<>();
    var ended = new CountDownLatch(THREADS);
    try (var lua = opened(flavour)) {
      var up = (LuaFunction) lua.globals().get("up");
      for (int i = 0; i < THREADS; i++) {
        threads.add(
            daemon(
                () -> {
                  try {
                    work(flavour, lua, up);
                  } catch (Throwable e) {
                    synchronized (failures) {
                      failures.add(e);
                    }
                  } finally {
                    ended.countDown();
                  }
                }));
      }
      threads.forEach(Thread::start);
      long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
      var random = ThreadLocalRandom.current();
      while (System.nanoTime() < end) {
        LockSupport.parkNanos(random.nextInt(3_000_000));
        threads.get(random.nextInt(THREADS)).interrupt();
        if (random.nextInt(10) == 0) {
          lua.interrupt();
        }
      }
      over = true;
      if (!ended.await(180, TimeUnit.SECONDS)) {
        Thread.getAllStackTraces()
            .forEach(
                (thread, stack) ->
                    System.err.println(thread + " " + thread.getState() + " " + List.of(stack)));
        fail("a thread hangs");
      }
      assertEquals(List.of(), failures);
      long n = ((Number) lua.eval("n").first()).longValue();
      assertTrue(numbers.length() <= n + 1, () -> numbers.length() + " of " + n);
      assertTrue(numbers.cardinality() > 0, "nothing succeeded");
      for (var text : List.of("share() and up()", "deep(3)", "stream() and up()", "collect()")) {
        assertTrue(lua.eval(text).first() instanceof Number, text);
      }
      assertReleased(lua);
    } finally {
      over = true;
      pool.shutdownNow();
    }
  }

  /** Checks that nothing stays of what threads held in the runtime. */
  private static void assertReleased(LuaRuntime lua) throws Exception {
    var state = state(lua);
    Garbage.collectUntil(
        () -> {
          lua.execute("pcall(collectgarbage) pcall(collectgarbage)");
          return state.heldRefs() <= 200 && state.heldObjects() <= 200;
        },
        () -> state.heldRefs() + " references, " + state.heldObjects() + " objects");
  }
}
