package org.lupine.soak;

import static javax.script.ScriptContext.ENGINE_SCOPE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;
import static org.lupine.support.Engines.engine;
import static org.lupine.support.Engines.foreign;
import static org.lupine.support.Runtimes.state;

import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.script.Bindings;
import javax.script.ScriptException;
import javax.script.SimpleBindings;
import org.junit.jupiter.api.Timeout;
import org.lupine.Flavour;
import org.lupine.LuaRuntime;
import org.lupine.jsr223.LuaScriptEngine;
import org.lupine.support.EachFlavour;
import org.lupine.support.Garbage;
import org.lupine.value.LuaException;
import org.lupine.value.LuaFunction;
import org.lupine.value.LuaInterruptedException;
import org.lupine.value.LuaTimeoutException;
import org.lupine.value.Values;
import outside.Overflow;

/**
 * Threads that do to one runtime, or to one engine under various bindings, all that threads can do:
 * call, call back, share, interrupt, run out of time and of stack, die, close. {@code
 * -Dlupine.stress.seconds=N} for longer.
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
            overflow(() -> lua.eval("up()"));
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

  /** Overflows the stack of a thread again and again while it does something; then it dies. */
  private static void overflow(Callable<?> action) {
    var thread =
        new Thread(
            null,
            () -> {
              try {
                Overflow.onTheWayUp(action);
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
    try (var lua = opened(flavour)) {
      var up = (LuaFunction) lua.globals().get("up");
      long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
      do { // interrupts may end all that a busy machine gets to
        stress(thread -> work(flavour, lua, up), lua);
      } while (numbers.isEmpty() && System.nanoTime() < end);
      long n = ((Number) lua.eval("n").first()).longValue();
      assertTrue(numbers.length() <= n + 1, () -> numbers.length() + " of " + n);
      assertTrue(numbers.cardinality() > 0, "nothing succeeded");
      for (var text : List.of("share() and up()", "deep(3)", "stream() and up()", "collect()")) {
        assertTrue(lua.eval(text).first() instanceof Number, text);
      }
      assertReleased(lua);
    } finally {
      pool.shutdownNow();
    }
  }

  /** Lets each thread do some work, with interrupts of it and of a runtime, until time is over. */
  private void stress(IntConsumer work, LuaRuntime lua) throws Exception {
    over = false;
    var failures = new ArrayList<Throwable>();
    List<Thread> threads = new ArrayList<>();
    var ended = new CountDownLatch(THREADS);
    try {
      for (int i = 0; i < THREADS; i++) {
        int number = i;
        threads.add(
            daemon(
                () -> {
                  try {
                    work.accept(number);
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
      if (!failures.isEmpty()) {
        var failed = new AssertionError(failures);
        failures.forEach(failed::addSuppressed);
        throw failed;
      }
    } finally {
      over = true;
    }
  }

  /** What scripts define under bindings; {@code id} and {@code other} are given. */
  private static final String FUNCTIONS =
      "n = 0 "
          + "function hop(k) if k == 0 then return id end return other(k - 1) end "
          + "function up() local before = n for i = 1, 20 do end n = before + 1 return n end "
          + "function away() return elsewhere(function() return hop(2) end) end "
          + "function forever() while true do up() end end ";

  /** Evaluates a script, which may be interrupted; otherwise it must return a value. */
  private static void attempt(
      LuaScriptEngine engine, String script, Bindings bindings, Object expected) {
    try {
      var value = engine.eval(script, bindings);
      if (!expected.equals(value)) {
        throw new AssertionError(script + " returned " + value + " instead of " + expected);
      }
    } catch (ScriptException | LuaException e) {
      if (!isEnded(e)) {
        throw new AssertionError(script, e);
      }
    } finally {
      Thread.interrupted();
    }
  }

  /** Runs a script without end; it must be ended. */
  private static void attemptToEnd(Callable<?> forever) {
    try {
      forever.call();
      throw new AssertionError("ended without a limit");
    } catch (Exception e) {
      if (!isEnded(e)) {
        throw new AssertionError(e);
      }
    } finally {
      Thread.interrupted();
    }
  }

  /** Returns whether a run was interrupted, ran out of time, or had to wait for too long. */
  private static boolean isEnded(Throwable thrown) {
    return Stream.iterate(thrown, Objects::nonNull, Throwable::getCause)
        .anyMatch(
            each ->
                each instanceof LuaInterruptedException
                    || each instanceof LuaTimeoutException
                    || each instanceof InterruptedException
                    || String.valueOf(each.getMessage()).contains("waited 5 s"));
  }

  /** Uses bindings whose functions call those of the next thread's bindings, and so on. */
  private void use(LuaScriptEngine engine, List<Bindings> all, int number) {
    var random = ThreadLocalRandom.current();
    var mine = all.get(number);
    while (!over) {
      switch (random.nextInt(9)) {
        case 0:
          int hops = random.nextInt(4);
          attempt(engine, "return hop(" + hops + ")", mine, (long) (number + hops) % THREADS);
          break;
        case 1:
          attempt(engine, "return away()", mine, (number + 2L) % THREADS);
          break;
        case 2:
          attempt(engine, "local before = n return up() - before", mine, 1L);
          break;
        case 3:
          attempt(
              engine,
              "local before = string.left or left string.left = 1 left = id"
                  + " return before == nil and left",
              foreign(Map.of("id", (long) number)),
              (long) number);
          break;
        case 4:
          attempt(
              engine,
              "function f(k) return k == 0 and 0 or 1 + g(k - 1) end g = f return g(3)",
              foreign(),
              3L);
          break;
        case 5:
          attempt(engine, "return shared() > 0", engine.getBindings(ENGINE_SCOPE), true);
          break;
        case 6:
          if (random.nextInt(20) == 0) {
            var limited = foreign(Map.of(LuaScriptEngine.TIME_LIMIT, 2, "loop", mine.get("loop")));
            attemptToEnd(() -> engine.eval("loop()", limited));
          }
          break;
        case 7:
          if (random.nextInt(50) == 0) {
            overflow(() -> engine.eval("return hop(1)", mine));
          }
          break;
        default:
          if (random.nextInt(50) == 0) {
            overflow(() -> engine.eval("string.left = 1", foreign()));
          }
          break;
      }
    }
  }

  @EachFlavour
  void leavesTheStatesOfAnEngineIntact(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      var all = new ArrayList<Bindings>();
      Function<LuaFunction, Object> elsewhere =
          function -> {
            try {
              return pool.submit(() -> function.call().first()).get();
            } catch (Exception e) {
              throw new IllegalStateException(e);
            }
          };
      for (int i = 0; i < THREADS; i++) {
        all.add(foreign(Map.of("id", (long) i, "elsewhere", elsewhere)));
        engine.eval(FUNCTIONS, all.get(i));
      }
      for (int i = 0; i < THREADS; i++) {
        all.get(i).put("other", engine.eval("return hop", all.get((i + 1) % THREADS)));
        all.get(i).put("loop", engine.eval("return forever", all.get(i)));
      }
      engine.eval("n = 0 function shared() n = n + 1 return n end");
      stress(thread -> use(engine, all, thread), engine.runtime());
      for (int i = 0; i < THREADS; i++) {
        assertEquals((i + 3L) % THREADS, engine.eval("return hop(3)", all.get(i)));
        assertEquals((i + 2L) % THREADS, engine.eval("return away()", all.get(i)));
        assertEquals(true, engine.eval("return string.left == nil and left == nil", foreign()));
      }
      assertEquals(2L, engine.eval("return 1 + 1"));
    } finally {
      pool.shutdownNow();
    }
  }

  /** Uses bindings that all threads share, with functions that come and go. */
  private void share(LuaScriptEngine engine, Bindings bindings) {
    var random = ThreadLocalRandom.current();
    while (!over) {
      var others = random.nextBoolean() ? bindings : foreign();
      switch (random.nextInt(5)) {
        case 0:
          attempt(
              engine, "function f" + random.nextInt(3) + "(v) return v end return 1", others, 1L);
          break;
        case 1:
          attempt(engine, "function f(v) return v end return f(7)", others, 7L);
          break;
        case 2:
          attempt(engine, "t = {7} return t[1]", foreign(), 7L);
          break;
        case 3:
          attempt(engine, "return java.import('java.lang.Math').abs(-7)", others, 7L);
          break;
        default:
          if (random.nextInt(20) == 0) {
            var lua = engine.runtime();
            attemptToEnd(
                () ->
                    lua.withTimeLimit(
                        Duration.ofMillis(2),
                        () -> engine.eval("while true do f = function() end end", others)));
          }
          break;
      }
    }
  }

  @EachFlavour
  void leavesSharedBindingsIntact(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      var bindings = new SimpleBindings(new ConcurrentHashMap<>());
      stress(thread -> share(engine, bindings), engine.runtime());
      assertEquals(8L, engine.eval("function f(v) return v + 1 end return f(7)", bindings));
      assertEquals(true, engine.eval("return f == nil and t == nil", foreign()));
      assertEquals(true, engine.eval("return f == nil and t == nil"));
    } finally {
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
