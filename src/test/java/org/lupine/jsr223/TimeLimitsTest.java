package org.lupine.jsr223;

import static javax.script.ScriptContext.ENGINE_SCOPE;
import static javax.script.ScriptContext.GLOBAL_SCOPE;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.lupine.support.Engines.engine;
import static org.lupine.support.Engines.foreign;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.Reader;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.script.Bindings;
import javax.script.ScriptException;
import javax.script.SimpleScriptContext;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;
import org.lupine.Flavour;
import org.lupine.LuaOptions;
import org.lupine.support.EachFlavour;
import org.lupine.support.Times;
import org.lupine.value.LuaException;
import org.lupine.value.LuaInterruptedException;
import org.lupine.value.LuaTimeoutException;

/** BEHAVIOURS 247: time limits and interrupts of an engine's runs, whatever the bindings. */
@Timeout(120)
class TimeLimitsTest {
  private static final String FOREVER = "while true do end";
  private static final Duration SHORT = Duration.ofMillis(50);

  private static void assertLate(Executable run) {
    assertLate(SHORT, run);
  }

  private static void assertLate(Duration limit, Executable run) {
    var thrown = assertThrows(ScriptException.class, run);
    assertInstanceOf(LuaTimeoutException.class, thrown.getCause(), thrown::toString);
    assertTrue(
        thrown.getMessage().contains("time limit of " + limit.toMillis() + " ms is exceeded"),
        thrown::getMessage);
  }

  private static List<Bindings> each(LuaScriptEngine engine) {
    return List.of(engine.getBindings(ENGINE_SCOPE), foreign(), engine.createBindings());
  }

  // Regression: a limit below a nanosecond was none
  @EachFlavour
  void belowANanosecondAreLimits(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      for (var limit : List.of("0.0000001", 1e-7)) {
        engine.getContext().setAttribute(LuaScriptEngine.TIME_LIMIT, limit, ENGINE_SCOPE);
        var thrown = assertThrows(ScriptException.class, () -> engine.eval(FOREVER));
        assertInstanceOf(LuaTimeoutException.class, thrown.getCause(), thrown::toString);
      }
    }
  }

  // Regression: the limit was ignored
  @EachFlavour
  void ofAnActionHoldForEvalsUnderAnyBindings(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      for (var bindings : each(engine)) {
        assertLate(
            () -> engine.runtime().withTimeLimit(SHORT, () -> engine.eval(FOREVER, bindings)));
        assertEquals(2L, engine.eval("return 1 + 1", bindings));
      }
    }
  }

  @EachFlavour
  void ofAnActionHoldForManyShortEvals(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      for (var bindings : each(engine)) {
        assertLate(
            () ->
                engine
                    .runtime()
                    .withTimeLimit(
                        SHORT,
                        () -> {
                          while (true) {
                            engine.eval("for i = 1, 100 do n = i end", bindings);
                          }
                        }));
        assertEquals(2L, engine.eval("return 1 + 1", bindings));
      }
    }
  }

  @EachFlavour
  void ofAnActionHoldForOtherStatesOfTheEngine(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      engine.eval("function forever() while true do end end");
      var bindings = foreign(Map.of("forever", engine.get("forever")));
      engine.eval("function theirs() while true do end end", bindings);
      engine.put("run", (Callable<?>) () -> engine.eval("theirs()", bindings));

      assertLate(
          () -> engine.runtime().withTimeLimit(SHORT, () -> engine.eval("forever()", bindings)));
      assertLate(() -> engine.runtime().withTimeLimit(SHORT, () -> engine.eval("run()")));
      assertEquals(2L, engine.eval("return 1 + 1", bindings));
      assertEquals(2L, engine.eval("return 1 + 1"));
    }
  }

  @EachFlavour
  void canBeAnAttributeOfTheContext(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      for (var limit : new Object[] {SHORT, 50, 50.0, "50", "PT0.05S"}) {
        for (var bindings : each(engine)) {
          bindings.put(LuaScriptEngine.TIME_LIMIT, limit);

          assertLate(() -> engine.eval(FOREVER, bindings));
          bindings.remove(LuaScriptEngine.TIME_LIMIT);
          assertEquals(
              5000L, engine.eval("local n = 0 for i = 1, 5000 do n = i end return n", bindings));
        }
      }
    }
  }

  @EachFlavour
  void ofTheGlobalScopeHoldForEverythingThatIsRun(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      var script = engine.compile(FOREVER);
      for (var bindings : each(engine)) {
        engine.setBindings(bindings, ENGINE_SCOPE);
        engine.eval("function f() while true do end end t = {f = f}");
        var t = engine.get("t");
        var runnable = engine.getInterface(F.class);
        engine.getBindings(GLOBAL_SCOPE).put(LuaScriptEngine.TIME_LIMIT, SHORT);

        assertLate(() -> engine.eval(FOREVER));
        assertLate(() -> script.eval());
        assertLate(() -> script.eval(bindings));
        assertLate(() -> engine.invokeFunction("f"));
        assertLate(() -> engine.invokeMethod(t, "f"));
        assertThrows(LuaTimeoutException.class, runnable::f);
        engine.getBindings(GLOBAL_SCOPE).remove(LuaScriptEngine.TIME_LIMIT);
      }
      var context = new SimpleScriptContext();
      context.setBindings(foreign(), GLOBAL_SCOPE);
      context.setAttribute(LuaScriptEngine.TIME_LIMIT, SHORT, GLOBAL_SCOPE);
      assertLate(() -> engine.eval(FOREVER, context));
    }
  }

  /** A void method. */
  public interface F {
    void f();
  }

  @EachFlavour
  void areRefusedIfInvalid(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      for (var limit :
          new Object[] {
            -1, -1e-9, "-1e-9", Duration.ofMillis(-1), "soon", "P1X", Double.NaN, true
          }) {
        for (var bindings : each(engine)) {
          bindings.put(LuaScriptEngine.TIME_LIMIT, limit);

          var thrown =
              assertThrows(
                  ScriptException.class, () -> engine.eval("return 1", bindings), limit::toString);
          assertInstanceOf(IllegalArgumentException.class, thrown.getCause());
          bindings.remove(LuaScriptEngine.TIME_LIMIT);
        }
      }
      for (var limit : new Object[] {0, Duration.ZERO, Duration.ofSeconds(Long.MAX_VALUE), 1e300}) {
        assertEquals(
            1L,
            engine.eval("return 1", foreign(Map.of(LuaScriptEngine.TIME_LIMIT, limit))),
            limit::toString);
      }
    }
  }

  @EachFlavour
  void cannotBeSetByScripts(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      for (var bindings : each(engine)) {
        Times.untilReached(
            SHORT,
            limit -> {
              bindings.put(LuaScriptEngine.TIME_LIMIT, limit);
              assertDoesNotThrow(
                  () ->
                      engine.eval(
                          "pcall(function() _G['lupine.timeLimit'] = 0 end)"
                              + " pcall(function() _G['lupine.timeLimit'] = nil end)",
                          bindings));

              assertLate(limit, () -> engine.eval(FOREVER, bindings));
            });
        bindings.remove(LuaScriptEngine.TIME_LIMIT);
      }
    }
  }

  @EachFlavour
  void ofTheOptionsAndOfTheRuntimeHoldUnderAnyBindings(Flavour flavour) throws Exception {
    var options = LuaOptions.builder().timeLimit(SHORT).build();
    try (var engine = engine(flavour).getFactory().getScriptEngine(options)) {
      for (var bindings : each(engine)) {
        assertLate(() -> engine.eval(FOREVER, bindings));
      }
    }
    try (var engine = engine(flavour)) {
      assertEquals(1L, engine.eval("return 1", foreign()));
      engine.runtime().timeLimit(SHORT);
      for (var bindings : each(engine)) {
        assertLate(() -> engine.eval(FOREVER, bindings));
      }
    }
  }

  /** Returns what a run throws that is ended by the action, once it has begun. */
  private static Throwable ended(
      LuaScriptEngine engine, String script, Bindings bindings, Runnable end) throws Exception {
    var begun = new CountDownLatch(1);
    bindings.put("begin", (Runnable) begun::countDown);
    var task =
        new FutureTask<>(
            () ->
                assertThrows(ScriptException.class, () -> engine.eval(script, bindings))
                    .getCause());
    new Thread(task).start();
    assertTrue(begun.await(60, TimeUnit.SECONDS));
    end.run();
    return task.get(60, TimeUnit.SECONDS);
  }

  @EachFlavour
  void interruptsOfTheRuntimeReachRunsUnderAnyBindings(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      for (var bindings : each(engine)) {
        assertInstanceOf(
            LuaInterruptedException.class,
            ended(engine, "begin() while true do end", bindings, engine.runtime()::interrupt));
        assertEquals(2L, engine.eval("return 1 + 1", bindings));
      }
      engine.eval("function theirs() begin() while true do end end");
      var bindings = foreign(Map.of("theirs", engine.get("theirs")));
      var begun = new CountDownLatch(1);
      engine.put("begin", (Runnable) begun::countDown);
      assertInstanceOf(
          LuaInterruptedException.class,
          ended(
              engine,
              "begin() theirs()",
              bindings,
              () -> {
                try {
                  assertTrue(begun.await(60, TimeUnit.SECONDS));
                } catch (InterruptedException e) {
                  throw new AssertionError(e);
                }
                engine.runtime().interrupt();
              }));
      assertEquals(2L, engine.eval("return 1 + 1", bindings));
    }
  }

  /** Holds the state in which a function was defined under some bindings, until it is closed. */
  private static final class Holder implements AutoCloseable {
    final LuaScriptEngine engine;
    final Bindings bindings = foreign();
    final CountDownLatch inside = new CountDownLatch(1);
    final CountDownLatch release = new CountDownLatch(1);
    final FutureTask<Object> task;
    Thread waiting;

    Holder(LuaScriptEngine engine) throws Exception {
      this.engine = engine;
      engine.eval("function f() return 'f' end", bindings);
      bindings.put(
          "hold",
          (Runnable)
              () -> {
                inside.countDown();
                try {
                  release.await(60, TimeUnit.SECONDS);
                } catch (InterruptedException e) {
                  throw new AssertionError(e);
                }
              });
      task = new FutureTask<>(() -> engine.eval("hold() return f()", bindings));
      new Thread(task, "holder").start();
      assertTrue(inside.await(60, TimeUnit.SECONDS));
    }

    /** Starts a thread that calls the function, and returns once that thread waits. */
    FutureTask<Throwable> want() throws Exception {
      var wants =
          new FutureTask<Throwable>(
              () -> {
                var thrown =
                    assertThrows(ScriptException.class, () -> engine.eval("return f()", bindings));
                assertTrue(
                    thrown.getMessage().contains("in use by thread 'holder'"), thrown::getMessage);
                return thrown.getCause();
              });
      var thread = new Thread(wants, "wants");
      thread.start();
      while (thread.getState() != Thread.State.TIMED_WAITING && thread.isAlive()) {
        Thread.onSpinWait();
      }
      waiting = thread;
      return wants;
    }

    @Override
    public void close() throws ScriptException {
      release.countDown();
      assertEquals("f", assertDoesNotThrow(() -> task.get(60, TimeUnit.SECONDS)));
      assertEquals("f", engine.eval("return f()", bindings));
    }
  }

  /** Returns after how many seconds a wait for functions ends, while others run. */
  private static double wait(LuaScriptEngine engine, Holder holder) throws Exception {
    long start = System.nanoTime();
    var wants = holder.want();
    while (!wants.isDone()) {
      Thread.sleep(400);
      engine.eval("return 1", foreign());
    }
    assertEquals(LuaException.class, wants.get().getClass());
    return (System.nanoTime() - start) / 1e9;
  }

  // Regression: the run went on without the functions after 5 s, or 10 s
  @EachFlavour
  void aWaitForFunctionsEndsInAnError(Flavour flavour) throws Exception {
    try (var engine = engine(flavour);
        var holder = new Holder(engine)) {
      double seconds = wait(engine, holder);
      for (int i = 0; i < 2 && seconds >= 9; i++) { // on a busy machine a thread waits for its turn
        seconds = wait(engine, holder);
      }
      double waited = seconds;
      assertTrue(waited >= 5 && waited < 9, () -> waited + " s");
    }
  }

  @EachFlavour
  void aWaitForFunctionsEndsByALimit(Flavour flavour) throws Exception {
    try (var engine = engine(flavour);
        var holder = new Holder(engine)) {
      assertLate(
          () ->
              engine
                  .runtime()
                  .withTimeLimit(SHORT, () -> engine.eval("return f()", holder.bindings)));
      holder.bindings.put(LuaScriptEngine.TIME_LIMIT, SHORT);
      assertLate(() -> engine.eval("return f()", holder.bindings));
      assertLate(() -> engine.invokeFunction("f"), engine, holder.bindings);
      holder.bindings.remove(LuaScriptEngine.TIME_LIMIT); // the holder evaluates, too
    }
  }

  private static void assertLate(Executable run, LuaScriptEngine engine, Bindings bindings) {
    engine.setBindings(bindings, ENGINE_SCOPE);
    assertLate(run);
  }

  @EachFlavour
  void aWaitForFunctionsEndsByAnInterrupt(Flavour flavour) throws Exception {
    try (var engine = engine(flavour);
        var holder = new Holder(engine)) {
      var wants = holder.want();
      holder.waiting.interrupt();
      var thrown = assertInstanceOf(LuaInterruptedException.class, wants.get(60, TimeUnit.SECONDS));
      assertInstanceOf(InterruptedException.class, thrown.getCause());
    }
  }

  @EachFlavour
  void aWaitForFunctionsEndsByAnInterruptOfTheRuntime(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      var runtime = engine.runtime();
      var holder = new Holder(engine);
      var wants = holder.want();
      runtime.interrupt();
      assertInstanceOf(LuaInterruptedException.class, wants.get(60, TimeUnit.SECONDS));
      holder.release.countDown();

      var held =
          assertThrows(ExecutionException.class, () -> holder.task.get(60, TimeUnit.SECONDS))
              .getCause();
      assertInstanceOf(LuaInterruptedException.class, held.getCause());
      assertEquals("f", engine.eval("return f()", holder.bindings));
    }
  }

  /** Scripts that run what never ends in another state: a function, a table or a coroutine. */
  private static final List<String> ELSEWHERE =
      List.of(
          "forever()",
          "return t.x",
          "t.x = 1",
          "t()",
          "return t .. ''",
          "return tostring(t)",
          "coroutine.resume(co)",
          "pcall(forever) pcall(forever)",
          "further()",
          "around(function() while true do end end)");

  /** Makes such values; the state that they belong to has no limit afterwards. */
  private static Map<String, Object> elsewhere(LuaScriptEngine engine) throws ScriptException {
    var made =
        (Object[])
            engine.eval(
                "local function forever() while true do end end "
                    + "local t = setmetatable({}, {__index = forever, __newindex = forever, "
                    + "__call = forever, __concat = forever, __tostring = forever}) "
                    + "return forever, t, coroutine.create(forever), function(f) f() end, "
                    + "function() for i = 1, 1e6 do local t = {} end end",
                foreign());
    var further =
        engine.eval("return function() forever() end", foreign(Map.of("forever", made[0])));
    return Map.of(
        "forever", made[0], "t", made[1], "co", made[2], "around", made[3], "long", made[4],
        "further", further);
  }

  // BEHAVIOURS 303
  @EachFlavour
  void ofTheRuntimeEndWhatItsScriptsCallInOtherStates(Flavour flavour) throws Exception {
    for (int other = 0; other < 2; other++) {
      try (var engine = engine(flavour);
          var second = engine(other == 0 ? flavour : Flavour.LUAJIT)) {
        var given = elsewhere(other == 0 ? engine : second);
        engine.getBindings(ENGINE_SCOPE).putAll(given);
        engine.runtime().timeLimit(SHORT);
        for (var script : ELSEWHERE) {
          assertLate(() -> engine.eval(script));
        }
        engine.runtime().timeLimit(Duration.ZERO);

        // nor does the limit stay there
        given = elsewhere(other == 0 ? engine : second);
        engine.eval("long() around(long) around(function() long() end)");
        assertEquals(2L, engine.eval("long() return 1 + 1", foreign(given)));
      }
    }
  }

  // BEHAVIOURS 303
  @EachFlavour
  void ofAnyStateEndWhatItCallsInTheEnginesOwn(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      var begun = new AtomicBoolean();
      engine.put("begin", (Runnable) () -> begun.set(true));
      engine.eval("function forever() begin() while true do end end");
      Runnable lift = () -> engine.runtime().timeLimit(Duration.ZERO);
      var bindings = foreign(Map.of("forever", engine.get("forever"), "lift", lift));

      // the limit may pass before the script gets into the other state
      for (var limit = SHORT; !begun.get(); limit = limit.multipliedBy(2)) {
        engine.runtime().timeLimit(limit);
        assertLate(limit, () -> engine.eval("lift() forever()", bindings));
      }

      assertEquals(2L, engine.eval("return 1 + 1"));
      assertEquals(2L, engine.eval("return 1 + 1", bindings));
    }
  }

  // BEHAVIOURS 303
  @EachFlavour
  void interruptsOfARuntimeReachWhatItsScriptsCallInOtherEngines(Flavour flavour) throws Exception {
    for (var theirs : List.of(flavour, Flavour.LUA54, Flavour.LUAJIT)) {
      try (var engine = engine(flavour);
          var other = engine(theirs)) {
        var begun = new CountDownLatch(1);
        other.put("begin", (Runnable) begun::countDown);
        other.eval("function forever() begin() while true do end end");
        var bindings = foreign(Map.of("forever", other.get("forever")));
        try {
          assertInstanceOf(
              LuaInterruptedException.class,
              ended(
                  engine,
                  "begin() pcall(forever) forever()",
                  bindings,
                  () -> {
                    await(begun);
                    engine.runtime().interrupt();
                  }));
        } finally {
          other.runtime().interrupt(); // what is left would keep it from being closed
        }
        assertEquals(2L, engine.eval("return 1 + 1", bindings));
        assertEquals(2L, other.eval("local n = 0 for i = 1, 1e6 do n = i end return 1 + 1"));
      }
    }
  }

  // BEHAVIOURS 303
  @EachFlavour
  void interruptsOfARuntimeEndTheWaitsOfWhatItsScriptsCall(Flavour flavour) throws Exception {
    try (var engine = engine(flavour);
        var other = engine(flavour)) {
      var begun = new CountDownLatch(1);
      var input =
          new Reader() {
            @Override
            public int read(char[] text, int from, int length) throws IOException {
              begun.countDown();
              try {
                new CountDownLatch(1).await();
              } catch (InterruptedException e) {
                throw new InterruptedIOException();
              }
              return -1;
            }

            @Override
            public void close() {}
          };
      engine.getContext().setReader(input);
      other.eval("function read() return io.read() end");
      assertInstanceOf(
          LuaInterruptedException.class,
          ended(
              engine,
              "begin() read()",
              foreign(Map.of("read", other.get("read"))),
              () -> {
                await(begun);
                engine.runtime().interrupt();
              }));
      assertEquals(2L, other.eval("return 1 + 1"));
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      assertTrue(latch.await(60, TimeUnit.SECONDS));
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
