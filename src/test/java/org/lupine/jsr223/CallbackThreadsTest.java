package org.lupine.jsr223;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.lupine.support.Engines.engine;
import static org.lupine.support.Engines.foreign;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.script.Bindings;
import javax.script.ScriptContext;
import javax.script.ScriptException;
import javax.script.SimpleBindings;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.lupine.Flavour;
import org.lupine.LuaOptions;
import org.lupine.LuaRuntime;
import org.lupine.Sandbox;
import org.lupine.access.LuaExport;
import org.lupine.support.EachFlavour;
import org.lupine.value.JavaFunction;
import org.lupine.value.LuaFunction;
import org.lupine.value.LuaInterruptedException;
import org.lupine.value.LuaTimeoutException;

/**
 * BEHAVIOURS 258: callbacks in other threads, for which the script waits in a call from Lua to
 * Java.
 */
@Timeout(120)
class CallbackThreadsTest {
  private final ExecutorService pool = Executors.newCachedThreadPool();

  @AfterEach
  void endsItsThreads() throws InterruptedException {
    pool.shutdownNow();
    assertTrue(pool.awaitTermination(30, SECONDS));
  }

  private static List<Integer> numbers(int count) {
    return new ArrayList<>(IntStream.rangeClosed(1, count).boxed().toList());
  }

  /** Returns a future that another thread completes once something depends on it. */
  private CompletableFuture<Object> later() {
    var future = new CompletableFuture<Object>();
    pool.execute(
        () -> {
          while (future.getNumberOfDependents() == 0 && !Thread.currentThread().isInterrupted()) {
            Thread.onSpinWait();
          }
          future.complete(20L);
        });
    return future;
  }

  private void inBothScopes(Flavour flavour, String script, Object expected) throws Exception {
    inBothScopes(flavour, LuaOptions.builder().build(), script, expected);
  }

  /** Runs a script under the engine's own scope, and again under foreign bindings. */
  private void inBothScopes(Flavour flavour, LuaOptions options, String script, Object expected)
      throws Exception {
    Callable<Object> later = this::later;
    var given =
        Map.<String, Object>of(
            "list",
            numbers(500),
            "pool",
            pool,
            "done",
            CompletableFuture.completedFuture(20L),
            "later",
            later);
    try (var engine = engine(flavour, options)) {
      engine.getBindings(ScriptContext.ENGINE_SCOPE).putAll(given);
      assertEquals(expected, engine.eval(script));
      assertEquals(expected, engine.eval(script, foreign(given)));
    }
  }

  @EachFlavour
  void runInAParallelStream(Flavour flavour) throws Exception {
    inBothScopes(
        flavour,
        "local sum = 0 "
            + "local all = list:parallelStream():map(function(v) sum = sum + v return v * 2 end):toList() "
            + "return all:size() .. ' ' .. sum .. ' ' .. all:get(499)",
        "500 125250 1000");
  }

  @EachFlavour
  void runInAnExecutor(Flavour flavour) throws Exception {
    inBothScopes(
        flavour,
        "local n = 1 "
            + "local task = java.cast('java.util.concurrent.Callable', function() n = n + 41 return n end) "
            + "return pool:submit(task):get()",
        42L);
  }

  @EachFlavour
  void runAfterAFuture(Flavour flavour) throws Exception {
    inBothScopes(
        flavour,
        "return done:thenApplyAsync(function(v) return v * 2 end)"
            + ":thenCombineAsync(done, function(a, b) return a + b end):join()",
        60L);
  }

  @EachFlavour
  void runInTheThreadThatCompletesAFuture(Flavour flavour) throws Exception {
    inBothScopes(flavour, "return later():thenApply(function(v) return v * 2 end):join()", 40L);
  }

  @EachFlavour
  void runInAThreadThatIsJoined(Flavour flavour) throws Exception {
    for (var body : List.of("body", "java.cast('java.lang.Runnable', body)")) {
      inBothScopes(
          flavour,
          "local Thread = java.import 'java.lang.Thread' local n = 1 "
              + "local function body() n = 2 end local thread = Thread("
              + body
              + ") thread:start() thread:join() return n",
          2L);
    }
  }

  @EachFlavour
  void runInTheEventQueue(Flavour flavour) throws Exception {
    inBothScopes(
        flavour,
        "local n java.import 'java.awt.EventQueue'"
            + ".invokeAndWait(function() n = 7 end) return n",
        7L);
  }

  @EachFlavour
  void runUnderConstraints(Flavour flavour) throws Exception {
    var options = LuaOptions.builder().sandbox(Sandbox.CONSTRAINED).build();
    inBothScopes(
        flavour,
        options,
        "local sum = 0 "
            + "local all = list:parallelStream():map(function(v) sum = sum + v return v * 2 end):toList() "
            + "return all:size() .. ' ' .. sum .. ' ' .. all:get(499)",
        "500 125250 1000");
    inBothScopes(
        flavour,
        options,
        "local n = 1 return pool:submit(function() n = n + 41 return n end):get()",
        42L);
    inBothScopes(
        flavour,
        options,
        "return done:thenApplyAsync(function(v) return v * 2 end)"
            + ":thenCombineAsync(done, function(a, b) return a + b end):join()",
        60L);
    inBothScopes(
        flavour, options, "return later():thenApply(function(v) return v * 2 end):join()", 40L);
  }

  /** Runs functions in a pool, for scripts that may use only what is marked. */
  public final class Tasks {
    @LuaExport
    public Object run(LuaFunction task) throws Exception {
      return pool.submit(() -> task.call().first()).get();
    }

    @LuaExport
    public void runTask(Runnable task) throws Exception {
      pool.submit(task).get();
    }
  }

  @EachFlavour
  void runInAMethodMadeForASandbox(Flavour flavour) throws Exception {
    var options = LuaOptions.builder().sandbox(Sandbox.SANDBOX).build();
    try (var engine = engine(flavour, options)) {
      for (var bindings : List.of(engine.getBindings(ScriptContext.ENGINE_SCOPE), foreign())) {
        bindings.put("tasks", new Tasks());
        assertEquals(
            "7 2",
            engine.eval(
                "local n = 1 local got = tasks:run(function() n = 2 return 7 end) "
                    + "return got .. ' ' .. n",
                bindings));
        var refused =
            assertThrows(
                ScriptException.class, () -> engine.eval("tasks:runTask(print)", bindings));
        assertTrue(refused.getMessage().contains("Runnable"), refused::getMessage);
        bindings.put(LuaScriptEngine.TIME_LIMIT, 200);
        // the error of the callback may come shortly before the end of the run
        var thrown =
            assertThrows(
                ScriptException.class,
                () ->
                    engine.eval(
                        "pcall(function() tasks:run(function() while true do end end) end)"
                            + " while true do end",
                        bindings));
        assertInstanceOf(LuaTimeoutException.class, thrown.getCause());
      }
    }
  }

  @EachFlavour
  void runUnderASandbox(Flavour flavour) throws Exception {
    var options = LuaOptions.builder().flavour(flavour).sandbox(Sandbox.SANDBOX).build();
    try (var lua = LuaRuntime.create(options)) {
      JavaFunction run =
          arguments -> pool.submit(() -> ((LuaFunction) arguments[0]).call().first()).get();
      lua.globals().put("run", lua.function(run));

      assertEquals(3L, lua.execute("return run(function() return 1 + 2 end)").first());
    }
    try (var engine = engine(flavour, options)) {
      JavaFunction run =
          arguments -> pool.submit(() -> ((LuaFunction) arguments[0]).call().first()).get();
      for (var bindings : List.of(engine.getBindings(ScriptContext.ENGINE_SCOPE), foreign())) {
        bindings.put("run", run);
        assertEquals(3L, engine.eval("return run(function() return 1 + 2 end)", bindings));
      }
    }
  }

  @EachFlavour
  void runThroughInterfacesOfAnEngine(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      engine.eval("count = 0 function run() count = count + 1 end");
      var task = engine.getInterface(Runnable.class);
      engine.put("go", (Callable<?>) () -> pool.submit(task).get());

      engine.eval("go() go() assert(count == 2)");
    }
  }

  /** Calls a function of one argument in another thread, and waits for it. */
  private Function<LuaFunction, Object> elsewhere(Object argument) {
    return function -> {
      try {
        return pool.submit(() -> function.call(argument).first()).get();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      } catch (ExecutionException e) {
        throw e.getCause() instanceof RuntimeException
            ? (RuntimeException) e.getCause()
            : new IllegalStateException(e);
      }
    };
  }

  // as in parallel streams and reads from sockets, whose threads count as runnable
  @EachFlavour
  void runWhileTheScriptPolls(Flavour flavour) throws Exception {
    try (var lua = LuaRuntime.builder().flavour(flavour).build()) {
      Function<LuaFunction, Object> looks =
          function -> {
            var result = pool.submit(() -> function.call().first());
            long end = System.nanoTime() + SECONDS.toNanos(60);
            while (!result.isDone() && System.nanoTime() < end) {
              Thread.onSpinWait();
            }
            return result.isDone();
          };
      lua.globals().put("looks", looks);

      assertEquals(
          "true 2",
          lua.execute("local n = 1 " + "return tostring(looks(function() n = 2 end)) .. ' ' .. n")
              .first());
    }
  }

  @EachFlavour
  void nest(Flavour flavour) throws Exception {
    try (var lua = LuaRuntime.builder().flavour(flavour).build()) {
      lua.globals().put("elsewhere", elsewhere(1L));

      assertEquals(
          10L,
          lua.execute(
                  "local function down(n) if n == 0 then return 0 end "
                      + "return n + elsewhere(function() collectgarbage() return down(n - 1) end) end "
                      + "return down(4)")
              .first());
    }
  }

  @EachFlavour
  void raiseAndYieldOnBothSides(Flavour flavour) throws Exception {
    try (var lua = LuaRuntime.builder().flavour(flavour).build()) {
      lua.globals().put("elsewhere", elsewhere(1L));

      assertEquals(
          "true true x 3 true",
          lua.execute(
                  "local function check() "
                      + "local ok, e = pcall(elsewhere, function() error('inner') end) "
                      + "local text = tostring(e) assert(not ok and text:find('inner'), text) "
                      + "local co = coroutine.wrap(function(a) local b = coroutine.yield(a + 1) "
                      + "  return elsewhere(function() local c = coroutine.wrap(function() "
                      + "    coroutine.yield(b) end) return c() end) end) "
                      + "assert(co(1) == 2) return co(3) end "
                      + "local a, b = pcall(error, 'x', 0) "
                      + "return tostring(check() == 3) .. ' ' .. tostring(not a) .. ' ' .. b .. ' ' .. check() "
                      + ".. ' ' .. tostring(pcall(check))")
              .first());
    }
  }

  @EachFlavour
  void writeWhereTheScriptDoes(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      var written = new java.io.StringWriter();
      var context = new javax.script.SimpleScriptContext();
      context.setBindings(
          new SimpleBindings(new java.util.HashMap<>(Map.of("elsewhere", elsewhere(1L)))),
          ScriptContext.ENGINE_SCOPE);
      context.setWriter(written);
      engine.eval("print 'a' elsewhere(function() print 'b' end) print 'c'", context);

      assertEquals("a b c ", written.toString().replaceAll("\\s+", " "));
    }
  }

  // The callbacks need not return in reverse order.
  @EachFlavour
  void returnInAnyOrder(Flavour flavour) throws Exception {
    try (var lua = LuaRuntime.builder().flavour(flavour).build()) {
      var started = new CountDownLatch(1);
      var later = new CountDownLatch(1);
      var callback = new ArrayList<Future<Object>>();
      Consumer<LuaFunction> start =
          function -> {
            callback.add(pool.submit(() -> function.call().first()));
            try {
              started.await();
            } catch (InterruptedException e) {
              throw new IllegalStateException(e);
            }
          };
      lua.globals().put("start", start);
      lua.globals()
          .put(
              "wait",
              ((Callable<Object>)
                  () -> {
                    started.countDown();
                    return later.await(60, SECONDS);
                  }));

      // the script ends while its callback is still in a call from Lua to Java
      assertEquals(
          1L,
          lua.execute(
                  "n = 1 start(function() wait() n = n + 1 return n end) "
                      + "collectgarbage() return n")
              .first());
      var other = pool.submit(() -> lua.execute("return n").first());
      assertThrows(TimeoutException.class, () -> other.get(50, MILLISECONDS));
      later.countDown();

      assertEquals(2L, callback.get(0).get(30, SECONDS));
      assertEquals(2L, other.get(30, SECONDS));
      assertEquals(2L, lua.execute("return n").first());
    }
  }

  @EachFlavour
  void areManyAtOnce(Flavour flavour) throws Exception {
    int threads = 200;
    try (var lua = LuaRuntime.builder().flavour(flavour).build()) {
      var barrier = new CyclicBarrier(threads);
      Function<LuaFunction, Object> all =
          function -> {
            var results = new ArrayList<Future<Object>>();
            for (int i = 0; i < threads; i++) {
              long n = i;
              results.add(pool.submit(() -> function.call(n).first()));
            }
            long sum = 0;
            try {
              for (var each : results) {
                sum += (Long) each.get();
              }
            } catch (InterruptedException | ExecutionException e) {
              throw new IllegalStateException(e);
            }
            return sum;
          };
      lua.globals().put("all", all);
      lua.globals().put("meet", ((Callable<Object>) () -> barrier.await(60, SECONDS)));

      assertEquals(
          19_900L + threads * 7L,
          lua.execute(
                  "return all(function(n) local t = {} for i = 1, 20 do t[i] = {n} end meet() "
                      + "local ok, e = pcall(error, t) assert(e == t and #t == 20) "
                      + "local co = coroutine.wrap(function() coroutine.yield(7) end) "
                      + "return t[20][1] + co() end)")
              .first());
      assertEquals(1L, lua.execute("return 1").first());
    }
  }

  @EachFlavour
  void endByALimitOfTheScript(Flavour flavour) throws Exception {
    try (var lua = LuaRuntime.builder().flavour(flavour).build()) {
      lua.globals().put("elsewhere", elsewhere(1L));
      assertThrows(
          LuaTimeoutException.class,
          () ->
              lua.withTimeLimit(
                  Duration.ofMillis(100),
                  () -> lua.execute("elsewhere(function() while true do end end)")));

      assertEquals(1L, lua.execute("return 1").first());
    }
  }

  @EachFlavour
  void endByALimitOfTheCallbackThatTheyNestIn(Flavour flavour) throws Exception {
    try (var lua = LuaRuntime.builder().flavour(flavour).build()) {
      var wait = lua.function(arguments -> elsewhere(0).apply((LuaFunction) arguments[0]));
      var limited =
          lua.function(
              arguments ->
                  pool.submit(
                          () ->
                              lua.withTimeLimit(
                                  Duration.ofMillis(200),
                                  () -> ((LuaFunction) arguments[0]).call().first()))
                      .get());

      var thrown =
          assertThrows(
              Exception.class,
              () ->
                  lua.execute(
                      "local limited, wait = ... "
                          + "limited(function() wait(function() while true do end end) end)",
                      limited,
                      wait));
      assertTrue(chain(thrown).anyMatch(LuaTimeoutException.class::isInstance), thrown::toString);
      assertEquals(2L, lua.execute("return 2").first());
    }
  }

  private static Stream<Throwable> chain(Throwable first) {
    return Stream.iterate(first, Objects::nonNull, Throwable::getCause);
  }

  @EachFlavour
  void endByAnInterruptOfTheRuntime(Flavour flavour) throws Exception {
    try (var lua = LuaRuntime.builder().flavour(flavour).build()) {
      var inside = new CountDownLatch(1);
      lua.globals().put("elsewhere", elsewhere(1L));
      lua.globals().put("here", ((Runnable) inside::countDown));
      var run =
          pool.submit(() -> lua.execute("elsewhere(function() here() while true do end end)"));
      assertTrue(inside.await(30, SECONDS));
      lua.interrupt();

      var thrown = assertThrows(ExecutionException.class, () -> run.get(30, SECONDS));
      assertInstanceOf(LuaInterruptedException.class, thrown.getCause());
      assertEquals(1L, lua.execute("return 1").first());
    }
  }

  // The limit of a run also ends its waits for states.
  @EachFlavour
  void endWaitsForAnotherState(Flavour flavour) throws Exception {
    try (var one = LuaRuntime.builder().flavour(flavour).build();
        var other = LuaRuntime.builder().flavour(flavour).build()) {
      var inside = new CountDownLatch(1);
      other.globals().put("here", ((Runnable) inside::countDown));
      var busy = pool.submit(() -> other.execute("here() while not done do end"));
      assertTrue(inside.await(30, SECONDS));
      one.globals().put("ask", ((Callable<Object>) () -> other.execute("return 1")));

      assertThrows(
          LuaTimeoutException.class,
          () ->
              one.withTimeLimit(
                  Duration.ofMillis(100), () -> one.execute("while true do pcall(ask) end")));
      var waits = pool.submit(() -> one.execute("ask()"));
      while (!busy.isDone()) {
        one.interrupt();
        if (waits.isDone()) {
          other.interrupt();
        }
        LockSupport.parkNanos(1_000_000);
      }
      var thrown = assertThrows(ExecutionException.class, () -> waits.get(30, SECONDS));
      assertInstanceOf(LuaInterruptedException.class, thrown.getCause());
    }
  }

  // Two runs of one engine that call each other's functions, each from its own thread.
  @EachFlavour
  void callEachOthersFunctions(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      Bindings b1 = foreign();
      Bindings b2 = foreign();
      var barrier = new CyclicBarrier(2);
      Callable<Object> meet = () -> barrier.await(30, SECONDS);
      b1.put("meet", meet);
      b2.put("meet", meet);
      engine.eval("function f() return 'f' end function go() meet() return g() end", b1);
      engine.eval("function g() return 'g' end function go() meet() return f() end", b2);
      b1.put("g", engine.eval("return g", b2));
      b2.put("f", engine.eval("return f", b1));

      for (int i = 0; i < 20; i++) {
        var first = pool.submit(() -> engine.eval("return go()", b1));
        var second = pool.submit(() -> engine.eval("return go()", b2));
        assertEquals("g", first.get(60, SECONDS));
        assertEquals("f", second.get(60, SECONDS));
      }
    }
  }

  @EachFlavour
  void callEachOthersRuntimes(Flavour flavour) throws Exception {
    try (var one = LuaRuntime.builder().flavour(flavour).build();
        var other = LuaRuntime.builder().flavour(flavour).build()) {
      var barrier = new CyclicBarrier(2);
      Callable<Object> meet = () -> barrier.await(30, SECONDS);
      one.globals().put("meet", meet);
      other.globals().put("meet", meet);
      var f = (LuaFunction) one.execute("return function(v) return v + 1 end").first();
      one.globals().put("ask", ((Callable<Object>) () -> other.execute("return 2").first()));
      other.globals().put("ask", ((Callable<Object>) () -> f.call(2).first()));

      for (int i = 0; i < 20; i++) {
        var first = pool.submit(() -> one.execute("meet() return ask()").first());
        var second = pool.submit(() -> other.execute("meet() return ask()").first());
        assertEquals(2L, first.get(60, SECONDS));
        assertEquals(3L, second.get(60, SECONDS));
      }
    }
  }

  // Each of three threads waits for the runtime of the next one.
  @EachFlavour
  void callEachOthersRuntimesInARing(Flavour flavour) throws Exception {
    var ring = new ArrayList<LuaRuntime>();
    var barrier = new CyclicBarrier(3);
    try {
      for (int i = 0; i < 3; i++) {
        int next = (i + 1) % 3;
        var lua = LuaRuntime.builder().flavour(flavour).build();
        lua.globals().put("meet", (Callable<Object>) () -> barrier.await(30, SECONDS));
        lua.globals()
            .put("ask", (Callable<Object>) () -> ring.get(next).execute("return n").first());
        lua.execute("n = ...", i);
        ring.add(lua);
      }
      for (int round = 0; round < 20; round++) {
        var answers = new ArrayList<Future<Object>>();
        for (var lua : ring) {
          answers.add(pool.submit(() -> lua.execute("meet() return ask()").first()));
        }
        for (int i = 0; i < 3; i++) {
          assertEquals((i + 1L) % 3, answers.get(i).get(60, SECONDS));
        }
      }
    } finally {
      ring.forEach(LuaRuntime::close);
    }
  }

  // BEHAVIOURS J52: a script has its globals to itself while it only computes in Java
  @EachFlavour
  void doNotEnterAScriptThatComputes(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      var inside = new CountDownLatch(1);
      var release = new CountDownLatch(1);
      engine.put(
          "hold",
          (Callable<?>)
              () -> {
                inside.countDown();
                return release.await(30, SECONDS);
              });
      var run =
          pool.submit(
              () -> {
                try {
                  return engine.eval("x = 1 hold() return x");
                } catch (ScriptException e) {
                  return e;
                }
              });
      assertTrue(inside.await(30, SECONDS));
      var other = pool.submit(() -> engine.eval("x = 2"));
      assertThrows(TimeoutException.class, () -> other.get(50, MILLISECONDS));
      release.countDown();

      assertEquals(1L, run.get(30, SECONDS));
      other.get(30, SECONDS);
      assertEquals(2L, engine.get("x"));
    }
  }

  @EachFlavour
  void areEndedByAnEarlierInterrupt(Flavour flavour) throws Exception {
    var inJava = new CountDownLatch(1);
    var interrupted = new CountDownLatch(1);
    try (var lua = LuaRuntime.builder().flavour(flavour).build()) {
      JavaFunction callsLater =
          arguments -> {
            inJava.countDown();
            interrupted.await();
            return pool.submit(() -> ((LuaFunction) arguments[0]).call()).get();
          };
      lua.globals().put("callsLater", callsLater);
      var run = pool.submit(() -> lua.execute("callsLater(function() while true do end end)"));
      inJava.await();
      lua.interrupt();
      interrupted.countDown();

      var thrown = assertThrows(ExecutionException.class, () -> run.get(60, SECONDS));
      assertInstanceOf(LuaInterruptedException.class, thrown.getCause());
      assertEquals(2L, lua.eval("1 + 1").first());
    }
  }

  private static final String FINALLY =
      "local function finally(f) if newproxy then getmetatable(newproxy(true)).__gc = f "
          + "else setmetatable({}, {__gc = f}) end end ";

  /** Where a core may let no other thread in: there the wait for one ends by a limit at least. */
  private static final List<String> PLACES =
      List.of(
          FINALLY + "finally(function() wait() end) collectgarbage() collectgarbage()",
          FINALLY + "finally(function() wait() end) for i = 1, 1e6 do kept = {i} end",
          "debug.sethook(function() debug.sethook() wait() end, 'l') local x = 1\n x = 2",
          "debug.sethook(function() debug.sethook() wait() end, 'c') tostring(1)",
          "debug.sethook(function() debug.sethook() wait() end, '', 100)"
              + " for i = 1, 1e6 do kept = {i} end");

  // Regression: a finalizer of 5.4, 5.5 or LuaJIT, or a hook of LuaJIT, waited for ever
  @EachFlavour
  void answerOrEndByTheLimitWhereNoThreadIsLetIn(Flavour flavour) throws Exception {
    for (var place : PLACES) {
      try (var lua = LuaRuntime.builder().flavour(flavour).build()) {
        lua.globals().put("elsewhere", elsewhere(1L));
        lua.execute(
            "function wait() got = elsewhere(function() collectgarbage() return 42 end) end");
        var run =
            pool.submit(
                () -> {
                  try {
                    return lua.withTimeLimit(Duration.ofMillis(300), () -> lua.execute(place));
                  } catch (LuaTimeoutException e) {
                    return "late";
                  }
                });
        boolean late = "late".equals(run.get(60, SECONDS));

        var got = lua.globals().get("got");
        assertTrue(Long.valueOf(42).equals(got) || late && got == null, place + ": " + got);
        assertWorks(lua, place);
      }
    }
  }

  /** Checks that hooks are called, garbage is collected, and loops are compiled. */
  private static void assertWorks(LuaRuntime lua, String place) {
    assertTrue(
        (Long)
                lua.execute(
                        "local n = 0 debug.sethook(function() n = n + 1 end, 'l')\n"
                            + "local x = 1\n x = 2\n debug.sethook() return n")
                    .first()
            > 1,
        place);
    assertEquals(
        true,
        lua.execute(
                "local weak = setmetatable({{}}, {__mode = 'v'}) collectgarbage() collectgarbage()"
                    + " return weak[1] == nil")
            .first(),
        place);
    assertEquals(
        true,
        lua.execute(
                "local weak = setmetatable({{}}, {__mode = 'v'})"
                    + " for i = 1, 1e6 do kept = {i} end return weak[1] == nil")
            .first(),
        place);
    assertEquals(
        true,
        lua.execute(
                "if not jit then return true end local n = 0"
                    + " local function count(what) if what == 'stop' then n = n + 1 end end"
                    + " jit.attach(count, 'trace') local s = 0 for i = 1, 1e4 do s = s + i end"
                    + " jit.attach(count) return n > 0")
            .first(),
        place);
  }

  private enum End {
    INTERRUPT_OF_THE_THREAD,
    INTERRUPT_OF_THE_RUNTIME,
    LIMIT
  }

  private static boolean isInLua(Thread thread) {
    var stack = thread.getStackTrace();
    return stack.length > 0
        && stack[0].getClassName().equals("org.lupine.bridge.Native")
        && stack[0].isNativeMethod();
  }

  private static void assertEnded(Future<?> future, End end) {
    var expected = end == End.LIMIT ? LuaTimeoutException.class : LuaInterruptedException.class;
    var thrown = assertThrows(ExecutionException.class, () -> future.get(60, SECONDS), end::name);
    assertInstanceOf(expected, thrown.getCause(), () -> end + ": " + thrown);
  }

  /** Returns whether the callback was in Lua when the script's thread wanted to return. */
  private boolean endsWhileTheScriptCannotGoOn(Flavour flavour, End end, Duration limit)
      throws Exception {
    try (var lua = LuaRuntime.builder().flavour(flavour).build()) {
      var inside = new CountDownLatch(1);
      var inLua = new AtomicBoolean();
      var callback = new ArrayList<Future<?>>();
      Consumer<LuaFunction> start =
          function -> {
            var thread = new AtomicReference<Thread>();
            var called =
                pool.submit(
                    () -> {
                      thread.set(Thread.currentThread());
                      try {
                        return function.call();
                      } finally {
                        inside.countDown();
                      }
                    });
            callback.add(called);
            try {
              inside.await();
            } catch (InterruptedException e) {
              throw new IllegalStateException(e);
            }
            while (!inLua.get() && !called.isDone()) {
              inLua.set(isInLua(thread.get()));
            }
          };
      lua.globals().put("start", start);
      lua.globals().put("here", (Runnable) inside::countDown);
      var script = "start(function() here() while true do end end) while true do end";
      var run =
          new FutureTask<>(
              () ->
                  end == End.LIMIT
                      ? lua.withTimeLimit(limit, () -> lua.execute(script))
                      : lua.execute(script));
      var thread = new Thread(run);
      thread.setDaemon(true);
      thread.start();
      if (end != End.LIMIT) {
        assertTrue(inside.await(60, SECONDS));
        while (thread.isAlive() && thread.getState() != Thread.State.TIMED_WAITING) {
          Thread.onSpinWait(); // until it waits for its callback to leave
        }
      }
      if (end == End.INTERRUPT_OF_THE_THREAD) {
        thread.interrupt();
      } else if (end == End.INTERRUPT_OF_THE_RUNTIME) {
        lua.interrupt();
      }

      assertEnded(run, end);
      callback.forEach(each -> assertEnded(each, end));
      assertEquals(2L, lua.execute("return 1 + 1").first());
      return inLua.get();
    }
  }

  // The script's thread wants to return from Java while its callback does not leave Lua.
  @EachFlavour
  void endThoughTheScriptCannotGoOn(Flavour flavour) throws Exception {
    for (var end : End.values()) {
      var limit = Duration.ofMillis(500);
      // the limit may pass before both are where they should be
      while (!endsWhileTheScriptCannotGoOn(flavour, end, limit)) {
        limit = limit.multipliedBy(2);
      }
    }
  }

  // Some wait for the state as the limit passes.
  @EachFlavour
  void leaveNoThreadOfAPoolBehindAfterALimit(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      for (var bindings : List.of(engine.createBindings(), foreign())) {
        var three = Executors.newFixedThreadPool(3);
        bindings.put("pool", three);
        bindings.put(LuaScriptEngine.TIME_LIMIT, 200);
        var thrown =
            assertThrows(
                ScriptException.class,
                () ->
                    engine.eval(
                        "local task = java.cast('java.lang.Runnable',"
                            + " function() while true do end end) local last"
                            + " for i = 1, 3 do last = pool:submit(task) end"
                            + " pcall(function() last:get() end) while true do end",
                        bindings));
        assertInstanceOf(LuaTimeoutException.class, thrown.getCause());
        three.shutdown();
        assertTrue(three.awaitTermination(60, SECONDS));
      }
    }
  }

  private static void assertLimitLeavesTheCommonPoolIdle(
      LuaScriptEngine engine, Bindings bindings) {
    bindings.put("list", numbers(100));
    var thrown =
        assertThrows(
            ScriptException.class,
            () ->
                engine.eval(
                    "list:parallelStream():forEach(function() while true do end end)", bindings));
    assertInstanceOf(LuaTimeoutException.class, thrown.getCause());
    assertTrue(ForkJoinPool.commonPool().awaitQuiescence(60, SECONDS));
  }

  @EachFlavour
  void leaveTheCommonPoolIdleAfterALimit(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      for (var bindings : List.of(engine.createBindings(), foreign())) {
        bindings.put(LuaScriptEngine.TIME_LIMIT, 200);
        assertLimitLeavesTheCommonPoolIdle(engine, bindings);
        bindings.remove(LuaScriptEngine.TIME_LIMIT);
        assertEquals(2L, engine.eval("return 1 + 1", bindings));
      }
    }
  }

  @EachFlavour
  void leaveTheCommonPoolIdleAfterTheLimitOfAPreset(Flavour flavour) throws Exception {
    var options =
        LuaOptions.builder().sandbox(Sandbox.CONSTRAINED).timeLimit(Duration.ofSeconds(1));
    try (var engine = engine(flavour, options.build())) {
      var each = List.of(engine.getBindings(ScriptContext.ENGINE_SCOPE), foreign());
      for (var bindings : each) {
        assertLimitLeavesTheCommonPoolIdle(engine, bindings);
      }
      engine.runtime().timeLimit(Duration.ofSeconds(30));
      for (var bindings : each) {
        assertEquals(2L, engine.eval("return 1 + 1", bindings));
      }
    }
  }

  // Each thread has its own count of nested C calls, which comes back as it was.
  @EachFlavour
  void nestDeepCallsOnBothSides(Flavour flavour) throws Exception {
    try (var lua = LuaRuntime.builder().flavour(flavour).build()) {
      lua.globals().put("elsewhere", elsewhere(1L));
      lua.execute(
          "local function protected(n, f) if n == 0 then return f() end "
              + "local ok, v = pcall(protected, n - 1, f) assert(ok, v) return v end "
              + "local function wrapped(n, f) if n == 0 then return f() end "
              + "return 0 + coroutine.wrap(wrapped)(n - 1, f) end "
              + "local function one() return 1 end "
              + "function deep(n, m) return protected(n, function() return wrapped(m, function() "
              + "  local there = elsewhere(function() return protected(n, function() "
              + "    return wrapped(m, one) end) end) "
              + "  return there + protected(30, function() return wrapped(5, one) end) end) end) end");
      var deep = (LuaFunction) lua.globals().get("deep");
      for (int i = 0; i < 100; i++) {
        assertEquals(2L, deep.call(140, 0).first());
        assertEquals(2L, deep.call(0, 60).first());
        assertEquals(2L, deep.call(60, 30).first());
      }
    }
  }
}
