package org.lupine.crash;

import static org.lupine.crash.CrashCase.Expected.ANYTHING;
import static org.lupine.crash.CrashCase.Expected.ERROR;
import static org.lupine.crash.CrashCase.Expected.RUNS;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.DoubleUnaryOperator;
import java.util.function.UnaryOperator;
import javax.script.Compilable;
import javax.script.Invocable;
import javax.script.ScriptEngine;
import javax.script.ScriptEngineManager;
import javax.script.ScriptException;
import javax.script.SimpleBindings;
import org.lupine.Flavour;
import org.lupine.jsr223.LuaScriptEngine;
import org.lupine.support.Runtimes;
import org.lupine.value.LuaException;
import org.lupine.value.LuaFunction;
import org.lupine.value.LuaTable;

/** Java and Lua calling one another until the stack ends; stacks that are short from the start. */
final class CrashStacks extends CrashCalls {
  private static final String FINALLY =
      "function finally(f) if newproxy then "
          + "getmetatable(newproxy(true)).__gc = f else setmetatable({}, {__gc = f}) end end ";

  /** Defines a function that recurses in C without end, and one that does it 20 times. */
  private static final String LEVELS =
      "function deep(n) return coroutine.wrap(deep)(n) end local function level(n) "
          + "return n == 0 and 1 or 1 + coroutine.wrap(level)(n - 1) end "
          + "function flat(x) return x + level(20) end";

  CrashStacks(Flavour flavour) {
    super(flavour);
    stacks();
    threads();
    garbage();
  }

  private void stacks() {
    add(
        "calls from where the stack of Java ends",
        ANYTHING,
        engine -> {
          var table = map(engine.eval("function f(x) return x end return {f = f, x = 1}"));
          var function = (LuaFunction) table.get("f");
          var compiled = ((Compilable) engine).compile("return #('x'):rep(100)");
          List<Callable<?>> calls =
              List.of(
                  () -> engine.eval("return 1"),
                  () -> invoke(engine, "f", "x"),
                  () -> function.call("x"),
                  () -> table.get("x"),
                  () -> table.put("y", "z"),
                  table::toString,
                  compiled::eval,
                  () -> engine.get("f"),
                  () -> compiled.eval(new SimpleBindings()),
                  () -> ((Invocable) engine).getInterface(table, Callable.class));
          for (var call : calls) {
            attempt(() -> new CrashHost(engine).brink(call));
          }
        });
    for (int size : new int[] {96, 128, 160, 192, 224, 256, 320, 384, 448}) {
      add(
          "a thread of " + size + " KiB",
          RUNS,
          engine ->
              onThread(
                  size * 1024L,
                  () -> {
                    attempt(() -> engine.eval("return ('x'):rep(10)"));
                    attempt(() -> engine.eval("return host:call(function() return 1 end)"));
                    attempt(
                        () ->
                            engine.eval("local function f() return (('x'):gsub('x', f)) end f()"));
                    attempt(() -> engine.eval("local function f() return host:call(f) end f()"));
                    attempt(
                        () -> engine.eval("local function f() return coroutine.wrap(f)() end f()"));
                    attempt(
                        () ->
                            new ScriptEngineManager()
                                .getEngineByName(flavour.id())
                                .eval("return {}"));
                  }));
    }
    add(
        "ping-pong through an interface",
        ERROR,
        engine -> {
          engine.eval("function call() return host:call(target) end");
          engine.put("target", ((Invocable) engine).getInterface(Callable.class));
          engine.eval("call()");
        });
    add(
        "ping-pong through compiled scripts",
        ERROR,
        engine -> {
          var itself = new AtomicReference<Callable<?>>();
          var compiled = ((Compilable) engine).compile("return itself:call()");
          itself.set(compiled::eval);
          engine.put("itself", itself.get());
          compiled.eval();
        });
    add(
        "ping-pong through runs of other bindings",
        ERROR,
        engine -> {
          var itself = new AtomicReference<Callable<?>>();
          itself.set(
              () -> {
                var bindings = new SimpleBindings();
                bindings.put("itself", itself.get());
                return engine.eval("return itself:call()", bindings);
              });
          engine.put("itself", itself.get());
          engine.eval("return itself:call()");
        });
    add(
        "ping-pong of two engines",
        ERROR,
        engine -> {
          try (var other = other(flavour)) {
            other.engine().put("other", (Callable<?>) () -> engine.eval("return other:call()"));
            engine.put("other", (Callable<?>) () -> other.engine().eval("return other:call()"));
            engine.eval("return other:call()");
          }
        });
    add(
        "ping-pong of all flavours",
        ERROR,
        engine -> {
          var engines = new ArrayList<Other>();
          for (var each : Flavour.values()) {
            engines.add(other(each));
          }
          engine.put(
              "next", (Callable<?>) () -> engines.get(0).engine().eval("return next:call()"));
          for (int i = 0; i < engines.size(); i++) {
            var next = i + 1 < engines.size() ? engines.get(i + 1).engine() : engine;
            engines
                .get(i)
                .engine()
                .put("next", (Callable<?>) () -> next.eval("return next:call()"));
          }
          try {
            engine.eval("return next:call()");
          } finally {
            engines.forEach(Other::close);
          }
        });
  }

  /** Threads whose stacks differ in place and size, one after another in the same engine. */
  private void threads() {
    add(
        "typed calls by threads with other stacks",
        RUNS,
        engine -> {
          engine.eval(LEVELS);
          var deep = (LuaFunction) engine.get("deep");
          var flat = (LuaFunction) engine.get("flat");
          inTurns(
              engine,
              () -> {
                if (!flat.call(1.5).first().equals(22.5)) {
                  throw new AssertionError("flat");
                }
                mustThrow(LuaException.class, () -> deep.call(1.5));
                mustThrow(Exception.class, () -> invoke(engine, "deep", 1.5));
                if (((Number) invoke(engine, "flat", 1.5)).doubleValue() != 22.5) {
                  throw new AssertionError("flat by name");
                }
              });
        });
    add(
        "numbers and compiled scripts by threads with other stacks",
        RUNS,
        engine -> {
          engine.eval(LEVELS);
          var state = Runtimes.state(((LuaScriptEngine) engine).runtime());
          var deep = (LuaFunction) engine.get("deep");
          var flat = (LuaFunction) engine.get("flat");
          var compiler = (Compilable) engine;
          var runsDeep = compiler.compile("return deep(1.5)");
          var runsFlat = compiler.compile("return flat(1.5)");
          // without functions of their own they run again in the environment of the last run
          var chain = "local f = tostring for i = 1, %d do f = coroutine.wrap(f) end return f(1.5)";
          var wrapsDeep =
              compiler.compile(chain.formatted(flavour == Flavour.LUAJIT ? 16_000 : 1_000));
          var wrapsFlat = compiler.compile(chain.formatted(20));
          var bindings = new SimpleBindings();
          inTurns(
              engine,
              new long[] {1 << 20, 256 << 10, 512 << 10},
              () -> {
                mustBe(22.5, state.callNumber(flat, 1.5));
                mustThrow(LuaException.class, () -> state.callNumber(deep, 1.5));
                mustBe(22.5, runsFlat.eval());
                mustThrow(ScriptException.class, runsDeep::eval);
                mustBe("1.5", wrapsFlat.eval(bindings));
                mustThrow(ScriptException.class, () -> wrapsDeep.eval(bindings));
              });
        });
    add(
        "coroutines and tables by threads with other stacks",
        RUNS,
        engine -> {
          engine.eval(
              LEVELS
                  + " local function table_of(f) return setmetatable({}, {__index = f, __newindex = f,"
                  + " __len = f, __tostring = f, __pairs = f, __call = f}) end "
                  + "deepTable = table_of(function() return deep(1.5) end) "
                  + "flatTable = table_of(function() local n = flat(1.5) return tostring(n) end) "
                  + "counted = setmetatable({}, {__len = function() return flat(1) - 20 end,"
                  + " __index = function(t, k) return flat(k) end}) "
                  + "function sends(f, x) local y = coroutine.yield() return f(x + y) end "
                  + "implemented = {call = function() return flat(1.5) end} "
                  + "function call() return deep(1.5) end");
          var lua = ((LuaScriptEngine) engine).runtime();
          var deep = (LuaFunction) engine.get("deep");
          var flat = (LuaFunction) engine.get("flat");
          var sends = (LuaFunction) engine.get("sends");
          var deepTable = (LuaTable) engine.get("deepTable");
          var flatTable = (LuaTable) engine.get("flatTable");
          var counted = (LuaTable) engine.get("counted");
          var invocable = (Invocable) engine;
          Callable<?> callsDeep = invocable.getInterface(Callable.class);
          Callable<?> callsFlat = invocable.getInterface(engine.get("implemented"), Callable.class);
          var function = flat.as(DoubleUnaryOperator.class);
          var functionDeep = deep.as(DoubleUnaryOperator.class);
          boolean old = flavour == Flavour.LUA51;
          inTurns(
              engine,
              new long[] {1 << 20, 256 << 10},
              () -> {
                mustBe(22.5, flat.coroutine(1.5).resume().first());
                mustThrow(LuaException.class, () -> deep.coroutine(1.5).resume());
                var coroutine = sends.coroutine(flat, 1);
                coroutine.resume();
                mustBe(22.5, coroutine.send(0.5));
                var fails = sends.coroutine(deep, 1);
                fails.resume();
                mustThrow(LuaException.class, () -> fails.send(0.5));
                mustBe("22.5", flatTable.get("x"));
                mustThrow(LuaException.class, () -> deepTable.get("x"));
                flatTable.put("x", 1);
                mustThrow(LuaException.class, () -> deepTable.put("x", 1));
                mustBe("22.5", flatTable.toLuaString());
                mustThrow(LuaException.class, deepTable::toLuaString);
                attempt(deepTable::toString);
                mustBe("22.5", flatTable.call().first());
                mustThrow(LuaException.class, deepTable::call);
                if (!old) { // its '#' and pairs call no metamethod of tables
                  mustBe(List.of(22L, 23L), List.copyOf(counted.asList()));
                  mustThrow(LuaException.class, () -> deepTable.asList().size());
                  mustThrow(LuaException.class, () -> deepTable.pairs().iterator().hasNext());
                }
                mustBe(22.5, callsFlat.call());
                mustThrow(Exception.class, callsDeep::call);
                mustBe(22.5, function.applyAsDouble(1.5));
                mustThrow(LuaException.class, () -> functionDeep.applyAsDouble(1.5));
                mustBe(22.5, lua.eval("flat(...)", 1.5).first());
                mustThrow(LuaException.class, () -> lua.eval("deep(...)", 1.5));
              });
        });
    add(
        "callbacks of a third thread by threads with other stacks",
        RUNS,
        engine -> {
          var third =
              Executors.newSingleThreadExecutor(task -> new Thread(null, task, "third", 320 << 10));
          try {
            engine.put(
                "elsewhere",
                (UnaryOperator<Object>)
                    f -> result(third.submit(() -> ((LuaFunction) f).call(1.5).first())));
            engine.put(
                "apply",
                (UnaryOperator<Object>)
                    f -> {
                      var function = ((LuaFunction) f).as(DoubleUnaryOperator.class);
                      return result(third.submit(() -> function.applyAsDouble(1.5)));
                    });
            engine.eval(
                LEVELS
                    + " function visit() for _, f in pairs {elsewhere, apply, java.fn(elsewhere)} do "
                    + "assert(f(flat) == 22.5) assert(not pcall(f, deep)) "
                    + "assert(flat(1.5) == 22.5) assert(not pcall(deep, 1.5)) end end");
            var visit = (LuaFunction) engine.get("visit");
            inTurns(engine, new long[] {1 << 20, 256 << 10}, visit::call);
          } finally {
            third.shutdownNow();
          }
        });
    add(
        "a script that goes on after another thread's callback",
        RUNS,
        engine -> {
          for (var sizes : new long[][] {{256 << 10, 4 << 20}, {4 << 20, 256 << 10}}) {
            var pool =
                Executors.newSingleThreadExecutor(
                    task -> new Thread(null, task, "callback", sizes[1]));
            var called = new AtomicReference<Object>();
            engine.put(
                "call",
                (Consumer<LuaFunction>)
                    f -> called.set(result(pool.submit(() -> f.call().first()))));
            engine.eval("function level(n) return n == 0 and 1 or 1 + level(n - 1) end");
            try {
              for (int i = 0; i < 2; i++) {
                var ended = new AtomicReference<Object>("hung");
                called.set(null);
                onThread(
                    sizes[0],
                    () ->
                        ended.set(
                            attempt(
                                () ->
                                    mustThrow(
                                        ScriptException.class,
                                        () ->
                                            engine.eval(
                                                "call(function()"
                                                    + " return coroutine.wrap(level)(20) end)"
                                                    + " local function deep()"
                                                    + " return coroutine.wrap(deep)() end"
                                                    + " deep()")))));
                if (ended.get() != null || !(called.get() instanceof Number)) {
                  throw new AssertionError(ended + ", after the callback's " + called);
                }
              }
            } finally {
              pool.shutdownNow();
            }
          }
        });
    add(
        "engines closed by threads with other stacks",
        RUNS,
        engine ->
            inTurns(
                engine,
                () -> {
                  var other = other(flavour);
                  var levels = new AtomicReference<Object>();
                  other.engine().put("ended", (Consumer<Object>) levels::set);
                  other
                      .engine()
                      .eval(
                          FINALLY
                              + "local function level(n) return n == 0 and 1 or "
                              + "1 + coroutine.wrap(level)(n - 1) end function deep() "
                              + "coroutine.resume(coroutine.create(deep)) end "
                              // 5.1 frees only later what the last finalizers hold
                              + "finally(function() "
                              + (flavour == Flavour.LUA51 ? "" : "deep() ")
                              + "ended(level(20)) end)");
                  onThread(64L << 20, () -> other.engine().eval("return 1"));
                  other.close();
                  if (!(levels.get() instanceof Number)) {
                    throw new AssertionError("the finalizer ended early");
                  }
                }));
  }

  private static Object result(Future<?> task) {
    try {
      return task.get();
    } catch (InterruptedException | ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void mustBe(Object expected, Object value) {
    if (!expected.equals(value)) {
      throw new AssertionError("expected " + expected + ", got " + value);
    }
  }

  /** Runs an action on each of several threads after each of the others has run a script. */
  private static void inTurns(ScriptEngine engine, Action action) throws Throwable {
    inTurns(engine, new long[] {1 << 20, 256 << 10, 3 << 20, 512 << 10}, action);
  }

  private static void inTurns(ScriptEngine engine, long[] sizes, Action action) throws Throwable {
    var threads = new ArrayList<ExecutorService>();
    for (var size : sizes) {
      threads.add(Executors.newSingleThreadExecutor(task -> new Thread(null, task, "turn", size)));
    }
    try {
      for (var one : threads) {
        for (var other : threads) {
          one.submit(() -> engine.eval("return 1")).get();
          var failed = new AtomicReference<Throwable>();
          other
              .submit(
                  () -> {
                    try {
                      action.run();
                    } catch (Throwable e) {
                      failed.set(e);
                    }
                  })
              .get();
          if (failed.get() != null) {
            throw failed.get();
          }
        }
      }
    } finally {
      threads.forEach(ExecutorService::shutdownNow);
    }
  }

  private void garbage() {
    add(
        "a finaliser that calls Java while Java passes strings",
        RUNS,
        engine -> {
          engine.eval(
              FINALLY
                  + "local function inner() assert(host:echo('inner') == 'inner') "
                  + "host:eval('return {}') end "
                  + "function f(a, b, c) finally(inner) assert(a .. b == c) return c, {}, a end");
          for (int i = 0; i < 5000; i++) {
            var a = ("a" + i).repeat(20);
            var b = ("b" + i).repeat(20);
            invoke(engine, "f", a, b, a + b);
            engine.put("k" + i % 10, a);
          }
        });
    add(
        "a finaliser that calls Java while Java walks a table",
        RUNS,
        engine -> {
          var table =
              map(
                  engine.eval(
                      FINALLY
                          + "t = {} for i = 1, 1000 do "
                          + "t['key ' .. i] = 'value ' .. i finally(function() host:text(i) end) end return t"));
          for (int i = 0; i < 20; i++) {
            engine.eval("for i = 1, 100 do finally(function() host:eval('return {}') end) end");
            for (var entry : table.entrySet()) {
              table.put(entry.getKey(), entry.getValue() + "x");
            }
          }
        });
    add(
        "wrappers dropped by the hundred thousand",
        RUNS,
        engine -> {
          engine.eval("function f() return {}, print, coroutine.create(function() end) end");
          for (int i = 0; i < 50_000; i++) {
            invoke(engine, "f");
          }
          System.gc();
          engine.eval("collectgarbage()");
        });
    add(
        "a hundred thousand crossings",
        RUNS,
        engine -> {
          engine.eval("function f(x) return host:echo(x) end");
          for (int i = 0; i < 100_000; i++) {
            invoke(engine, "f", "text " + i);
          }
        });
  }
}
