package org.lupine.jsr223;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static javax.script.ScriptContext.ENGINE_SCOPE;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.lupine.support.Engines.engine;
import static org.lupine.support.Engines.foreign;

import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.script.Bindings;
import javax.script.CompiledScript;
import javax.script.ScriptException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.lupine.Flavour;
import org.lupine.support.EachFlavour;
import org.lupine.support.Garbage;
import org.lupine.value.Values;

/** BEHAVIOURS H5: one engine, one compiled script, many threads. */
@Timeout(120)
class ThreadsTest {
  private static final int THREADS = 20;

  private final ExecutorService pool = Executors.newFixedThreadPool(THREADS);

  @AfterEach
  void endsItsThreads() throws InterruptedException {
    pool.shutdownNow();
    assertTrue(pool.awaitTermination(30, SECONDS));
  }

  // BEHAVIOURS J52
  @EachFlavour
  void takeTurnsInTheEnginesOwnScope(Flavour flavour) throws Exception {
    var inside = new CountDownLatch(1);
    var release = new CountDownLatch(1);
    try (var engine = engine(flavour)) {
      engine.put(
          "hold",
          (Callable<?>)
              () -> {
                inside.countDown();
                return release.await(30, SECONDS);
              });
      var first =
          pool.submit(() -> engine.eval("order = 'first ' hold() order = order .. 'ends '"));
      assertTrue(inside.await(30, SECONDS));

      var second = pool.submit(() -> engine.eval("order = order .. 'second'"));
      assertThrows(TimeoutException.class, () -> second.get(100, MILLISECONDS));
      release.countDown();

      first.get(30, SECONDS);
      second.get(30, SECONDS);
      assertEquals("first ends second", engine.get("order"));
    }
  }

  // BEHAVIOURS J52
  @EachFlavour
  void loseNothingInTheEnginesOwnScope(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      engine.eval("n = 0 function up() n = n + 1 end");

      var all = new ArrayList<Future<?>>();
      for (var t = 0; t < THREADS; t++) {
        all.add(
            pool.submit(
                () -> {
                  for (var i = 0; i < 200; i++) {
                    engine.invokeFunction("up");
                  }
                  return null;
                }));
      }
      await(all);

      assertEquals(200L * THREADS, engine.get("n"));
    }
  }

  // BEHAVIOURS H5: Camunda, Flowable, Spring Integration
  @EachFlavour
  void seeTheirOwnBindings(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      var all = new ArrayList<Future<?>>();
      for (var t = 0; t < THREADS; t++) {
        var thread = t;
        all.add(
            pool.submit(
                () -> {
                  for (var i = 0; i < 50; i++) {
                    var bindings = foreign(Map.of("thread", thread, "i", i));
                    assertEquals(
                        thread * 1_000L + i,
                        engine.eval(
                            "assert(left == nil) left = thread * 1000 + i return left", bindings));
                    assertEquals(thread * 1_000L + i, bindings.get("left"));
                    assertEquals(3, bindings.size());
                  }
                  return null;
                }));
      }
      await(all);

      assertNull(engine.get("left"));
    }
  }

  // BEHAVIOURS H5: in parallel
  @EachFlavour
  void runAllAtOnceUnderForeignBindings(Flavour flavour) throws Exception {
    var barrier = new CyclicBarrier(THREADS);
    try (var engine = engine(flavour)) {
      var all = new ArrayList<Future<?>>();
      for (var t = 0; t < THREADS; t++) {
        var bindings = foreign(Map.of("meet", (Callable<?>) () -> barrier.await(30, SECONDS)));
        all.add(pool.submit(() -> engine.eval("meet() return 1", bindings)));
      }

      await(all);
    }
  }

  // BEHAVIOURS H5: a script waits for a thread that uses the same engine
  @EachFlavour
  void mayWaitForEachOther(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      Callable<?> other =
          () -> pool.submit(() -> engine.eval("return 'from there'", foreign())).get(30, SECONDS);

      assertEquals("from there", engine.eval("return other()", foreign(Map.of("other", other))));
      engine.put("other", other);
      assertEquals("from there", engine.eval("return other()"));
    }
  }

  // BEHAVIOURS H5
  @EachFlavour
  void mayWaitForTheEnginesOwnScope(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      engine.put("x", "own");
      Callable<?> other = () -> pool.submit(() -> engine.eval("return x")).get(30, SECONDS);

      assertEquals("own", engine.eval("return other()", foreign(Map.of("other", other))));
    }
  }

  // BEHAVIOURS H5: JMeter, with an engine for each sample and one compiled script for all
  @EachFlavour
  void shareOneCompiledScriptUnderBindingsOfOtherEngines(Flavour flavour) throws Exception {
    var script =
        engine(flavour)
            .compile(
                """
        local start = tonumber(sample)
        count = (count or 0) + 1
        for i = 1, 100 do start = start + 1 end
        vars.result = start
        return start""");

    var all = new ArrayList<Future<?>>();
    for (var t = 0; t < THREADS; t++) {
      var thread = t;
      all.add(
          pool.submit(
              () -> {
                for (var i = 0; i < 50; i++) {
                  var sample = thread * 1_000 + i;
                  var bindings = engine(flavour).createBindings();
                  var vars = new HashMap<String, Object>();
                  bindings.put("sample", String.valueOf(sample));
                  bindings.put("vars", vars);

                  assertEquals(sample + 100L, script.eval(bindings));
                  assertEquals(sample + 100L, vars.get("result"));
                  assertEquals(1L, bindings.get("count"));
                }
                return null;
              }));
    }
    await(all);
  }

  // BEHAVIOURS H5: one compiled script under foreign Bindings
  @EachFlavour
  void shareOneCompiledScriptAtTheSameMoment(Flavour flavour) throws Exception {
    var barrier = new CyclicBarrier(THREADS);
    try (var engine = engine(flavour)) {
      var script = engine.compile("local mine = n meet() return mine == n and n");
      var all = new ArrayList<Future<?>>();
      for (var t = 0; t < THREADS; t++) {
        var bindings =
            foreign(Map.of("n", t, "meet", (Callable<?>) () -> barrier.await(30, SECONDS)));
        all.add(pool.submit(() -> script.eval(bindings)));
      }

      for (var t = 0; t < THREADS; t++) {
        assertEquals((long) t, all.get(t).get(60, SECONDS));
      }
    }
  }

  // BEHAVIOURS H5: <lang:std> beans and shared ScriptTemplateViews
  @EachFlavour
  void shareAScriptedBean(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      engine.eval("function call() return 'served' end");
      var bean = engine.getInterface(Callable.class);

      var all = new ArrayList<Future<?>>();
      for (var t = 0; t < THREADS; t++) {
        all.add(
            pool.submit(
                () -> {
                  for (var i = 0; i < 100; i++) {
                    assertEquals("served", bean.call());
                    assertEquals("served", engine.invokeFunction("call"));
                  }
                  return null;
                }));
      }

      await(all);
    }
  }

  // BEHAVIOURS H4, H5, J53
  @EachFlavour
  void nestRunsWhileOthersComeAndGo(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      var inner = engine.compile("y = (y or 0) + x return y, type(g)");
      var outer =
          engine.compile(
              "x = n if n % 7 == 0 then function g() return x end end "
                  + "local y, kind = same() return y, kind, other(), type(g), leaked");
      var runs = new ArrayList<Future<?>>();
      for (int thread = 0; thread < THREADS; thread++) {
        int first = 100 * thread;
        Callable<?> task =
            () -> {
              for (int n = first; n < first + 100; n++) {
                var bindings = foreign(Map.of("n", n));
                var others = foreign(Map.of("x", n, "leaked", n));
                bindings.put("same", (Callable<?>) () -> Values.of(eval(inner, bindings)));
                bindings.put("other", (Callable<?>) () -> eval(inner, others)[0]);

                var results = eval(outer, bindings);

                var kind = n % 7 == 0 ? "function" : "nil";
                assertArrayEquals(new Object[] {(long) n, "nil", (long) n, kind, null}, results);
                assertEquals(kind, eval(inner, bindings)[1]);
                bindings.put("y", (long) n);
                assertEquals((long) n, bindings.get("y"));
                assertEquals((long) n, others.get("y"));
              }
              return null;
            };
        runs.add(pool.submit(task));
      }
      for (var each : runs) {
        each.get(60, SECONDS);
      }
    }
  }

  private static Object[] eval(CompiledScript script, Bindings bindings) throws ScriptException {
    return (Object[]) script.eval(bindings);
  }

  // BEHAVIOURS H4
  @EachFlavour
  void recoverFromFailingRuns(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      var all = new ArrayList<Future<?>>();
      for (var t = 0; t < THREADS; t++) {
        all.add(
            pool.submit(
                () -> {
                  for (var i = 0; i < 25; i++) {
                    assertThrows(
                        ScriptException.class,
                        () -> engine.eval("string.upper = nil error('x')", foreign()));
                    assertEquals("A", engine.eval("return ('a'):upper()", foreign()));
                  }
                  return null;
                }));
      }

      await(all);
    }
  }

  // BEHAVIOURS J64
  @EachFlavour
  void endInOrderWhenTheEngineIsClosed(Flavour flavour) throws Exception {
    var inside = new CountDownLatch(1);
    var release = new CountDownLatch(1);
    var engine = engine(flavour);
    engine.put(
        "hold",
        (Callable<?>)
            () -> {
              inside.countDown();
              return release.await(30, SECONDS);
            });
    var running = pool.submit(() -> engine.eval("hold() return 1"));
    assertTrue(inside.await(30, SECONDS));

    var closing = pool.submit(engine::close);
    release.countDown();
    closing.get(30, SECONDS);

    try {
      assertEquals(1L, running.get(30, SECONDS));
    } catch (ExecutionException e) {
      assertTrue(
          e.getCause() instanceof ScriptException || e.getCause() instanceof IllegalStateException,
          e::toString);
    }
    assertThrows(IllegalStateException.class, () -> engine.eval("return 1"));
  }

  // BEHAVIOURS J52
  @EachFlavour
  void readItsBindingsTogether(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      engine.eval("t = {} for i = 1, 100 do t[i] = i end x = 'x'");
      var bindings = engine.getBindings(ENGINE_SCOPE);
      var table = (Map<?, ?>) bindings.get("t");

      var all = new ArrayList<Future<?>>();
      for (var t = 0; t < THREADS; t++) {
        all.add(
            pool.submit(
                () -> {
                  for (var i = 1; i <= 100; i++) {
                    assertEquals((long) i, table.get(i));
                    assertEquals("x", bindings.get("x"));
                  }
                  return null;
                }));
      }

      await(all);
    }
  }

  // BEHAVIOURS 292: what ends a run is not what undoes its changes
  @EachFlavour
  void getTheResultOfARunAfterWhichTheyAreInterrupted(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      Runnable interrupt = () -> Thread.currentThread().interrupt();
      var bindings = foreign(Map.of("interrupt", interrupt));
      var damage = "string.leftover = 1 interrupt:run() ";

      var result = engine.eval(damage + "return 7", bindings);
      boolean interrupted = Thread.interrupted();
      var thrown =
          assertThrows(ScriptException.class, () -> engine.eval(damage + "error('x')", bindings));
      boolean interruptedAgain = Thread.interrupted();

      assertEquals(7L, result);
      assertTrue(thrown.getMessage().contains("x"), thrown.getMessage());
      assertTrue(interrupted && interruptedAgain);
      assertNull(engine.eval("return string.leftover", foreign()));
    }
  }

  // BEHAVIOURS H5
  @EachFlavour
  void findTheirFunctionsWhileOthersNeedStates(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      var kept = new ArrayList<Bindings>();
      for (int i = 0; i < 70; i++) {
        kept.add(foreign());
        engine.eval("function f() return 1 end", kept.get(i));
      }
      var done = new ArrayList<Future<?>>();
      done.add(
          pool.submit(
              () -> {
                var more = new ArrayList<Bindings>();
                for (int i = 0; i < 300; i++) {
                  more.add(foreign());
                  engine.eval("function g() return 1 end", more.get(i));
                }
                return null;
              }));
      for (int thread = 0; thread < 2; thread++) {
        int first = thread;
        done.add(
            pool.submit(
                () -> {
                  for (int i = 0; i < 1000; i++) {
                    var mine = kept.get((2 * i + first) % 70);
                    assertEquals(1L, engine.eval("return f()", mine));
                  }
                  return null;
                }));
      }
      await(done);
    }
  }

  // BEHAVIOURS H5. Regression: the thread that had just ended a run always began the next
  @EachFlavour
  void takeTurnsUnderOneBindings(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      var shared = foreign();
      var script =
          engine.compile(
              "function f() return 1 end "
                  + "local begin = os.clock() while os.clock() - begin < 0.005 do end");
      script.eval(shared);
      var begun = new CountDownLatch(2);
      var others = new ArrayList<Future<?>>();
      var done = new AtomicBoolean();
      for (int thread = 0; thread < 2; thread++) {
        others.add(
            pool.submit(
                () -> {
                  while (!done.get()) {
                    script.eval(shared);
                    begun.countDown();
                  }
                  return null;
                }));
      }
      assertTrue(begun.await(60, SECONDS));

      for (int i = 0; i < 20; i++) {
        assertEquals(1L, engine.eval("return f()", shared));
      }

      done.set(true);
      await(others);
    }
  }

  // BEHAVIOURS H5: the pool has no lock while it closes a state, which runs finalizers
  @EachFlavour
  void evaluateWhileAFinalizerWaitsForThem(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      var answers = new ConcurrentLinkedQueue<Object>();
      Runnable wait =
          () -> {
            try {
              answers.add(pool.submit(() -> engine.eval("return 6", foreign())).get(30, SECONDS));
            } catch (InterruptedException | ExecutionException | TimeoutException e) {
              answers.add(e);
            }
          };
      var script =
          "local wait = wait local function finally() wait:run() end "
              + "if newproxy then getmetatable(newproxy(true)).__gc = finally "
              + "else setmetatable({}, {__gc = finally}) end ";
      engine.eval(script, foreign(Map.of("wait", wait)));
      assertEquals(List.of(6L), List.copyOf(answers));

      // a state that is closed when Java no longer has its function
      var function = engine.eval(script + "return print", foreign(Map.of("wait", wait)));
      var gone = new WeakReference<>(function);
      function = null;
      Garbage.collectUntil(
          () -> {
            try {
              engine.eval("function f() end", foreign());
            } catch (ScriptException e) {
              throw new AssertionError(e);
            }
            return gone.refersTo(null) && answers.size() > 1;
          },
          () -> "the finalizer did not run");
      assertEquals(List.of(6L, 6L), List.copyOf(answers));
    }
  }

  private static void await(Iterable<Future<?>> all) throws Exception {
    for (var each : all) {
      each.get(60, SECONDS);
    }
  }
}
