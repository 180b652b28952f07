package org.lupine.crash;

import static org.lupine.crash.CrashCase.Expected.CLOSED;
import static org.lupine.crash.CrashCase.Expected.RUNS;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import javax.script.Compilable;
import javax.script.Invocable;
import javax.script.ScriptContext;
import javax.script.ScriptEngine;
import javax.script.SimpleBindings;
import org.lupine.Flavour;
import org.lupine.LuaOptions;
import org.lupine.LuaRuntime;
import org.lupine.value.LuaFunction;

/** Engines closed, dropped, mixed up and used by many threads. */
final class CrashEngines extends CrashCalls {
  CrashEngines(Flavour flavour) {
    super(flavour);
    engines();
    threads();
    profiles();
  }

  private void engines() {
    add(
        "tables and functions after the close",
        CLOSED,
        engine -> {
          var table =
              map(
                  engine.eval(
                      "return {f = function(...) return ... end, c = coroutine.create(function() end)}"));
          var function = (LuaFunction) table.get("f");
          var keys = table.keySet().iterator();
          keys.next();
          var compiled = ((Compilable) engine).compile("return 1");
          var runnable = function.as(Runnable.class);
          close(engine);
          useEverything(table);
          attempt(keys::next);
          attempt(() -> function.call(table, function));
          attempt(function::toString);
          attempt(compiled::eval);
          attempt(runnable::run);
          attempt(() -> engine.put("x", table));
          attempt(() -> engine.get("x"));
          attempt(() -> invoke(engine, "f"));
          attempt(() -> engine.getBindings(ScriptContext.ENGINE_SCOPE).put("x", 1));
          attempt(() -> List.copyOf(engine.getBindings(ScriptContext.ENGINE_SCOPE).entrySet()));
          close(engine);
        });
    for (var each : Flavour.values()) {
      add(
          "values of another engine of " + each.id(),
          RUNS,
          engine -> {
            try (var other = other(each)) {
              mix(engine, other.engine());
              mix(other.engine(), engine);
            }
          });
    }
    add(
        "values of an engine that is closed",
        RUNS,
        engine -> {
          var other = other(flavour);
          var table = map(other.engine().eval("return {f = function() return 1 end}"));
          var function = table.get("f");
          engine.put("before", table);
          other.close();
          attempt(() -> engine.put("t", table));
          attempt(() -> engine.put("f", function));
          attempt(() -> engine.eval("return tostring(before), before.f"));
          attempt(() -> engine.eval("return before.f()"));
          attempt(() -> engine.eval("return t.x, f()"));
        });
    if (flavour == Flavour.LUAJIT) {
      add(
          "engines that profile at the same time",
          RUNS,
          engine -> {
            var threads = new ArrayList<Thread>();
            for (int i = 0; i < 4; i++) {
              threads.add(
                  new Thread(
                      () -> {
                        for (int j = 0; j < 40; j++) {
                          try (var other = other(flavour)) {
                            attempt(
                                () ->
                                    other
                                        .engine()
                                        .eval(
                                            "local p, n = require 'jit.profile', 0 "
                                                + "p.start('i1', function(t, samples) n = n + samples end) "
                                                + "for i = 1, 300000 do n = n + #tostring(i) end p.stop()"));
                          }
                        }
                      }));
            }
            threads.forEach(Thread::start);
            for (var each : threads) {
              each.join();
            }
          });
    }
    add(
        "two hundred engines closed in any order",
        RUNS,
        engine -> {
          var engines = new ArrayList<Other>();
          for (int i = 0; i < 200; i++) {
            var other = other(flavour);
            other.engine().eval("x = {} for i = 1, 100 do x[i] = {} end");
            engines.add(other);
          }
          Collections.shuffle(engines, new Random(4));
          engines.forEach(Other::close);
        });
    add(
        "five hundred engines dropped",
        RUNS,
        engine -> {
          for (int i = 0; i < 500; i++) {
            var other = other(flavour);
            other.engine().put("other", other.engine());
            other
                .engine()
                .eval("f = function() return other end kept = {f, {}, coroutine.create(f)}");
            other.engine().get("f");
            if (i % 100 == 99) {
              System.gc();
            }
          }
        });
  }

  private void profiles() {
    if (flavour != Flavour.LUAJIT) {
      return;
    }
    add(
        "stack dumps of the profiler after another state, which is closed",
        RUNS,
        engine -> {
          var dump = "assert(require('jit.profile').dumpstack(('f;'):rep(50), 10) ~= '')";
          try (var lua = LuaRuntime.create(flavour, LuaOptions.defaults())) {
            for (int i = 0; i < 5; i++) {
              try (var other = LuaRuntime.create(flavour, LuaOptions.defaults())) {
                other.execute(dump);
              }
              lua.execute(dump);
            }
          }
        });
    add(
        "a profiler that a finalizer starts while its state is closed",
        RUNS,
        engine -> {
          // one state at a time can profile, and this one is not where the other was
          try (var lua = LuaRuntime.create(flavour, LuaOptions.defaults())) {
            var other = LuaRuntime.create(flavour, LuaOptions.defaults());
            other.execute(
                "local profile = require('jit.profile') kept = newproxy(true) "
                    + "getmetatable(kept).__gc = function() profile.start('i1', print) end");
            other.close();
            lua.execute(
                "local profile, called = require('jit.profile'), false "
                    + "jit.off() profile.start('i1', function() called = true end) "
                    + "local start = os.clock() "
                    + "while not called and os.clock() - start < 10 do end "
                    + "profile.stop() assert(called)");
          }
        });
  }

  private void threads() {
    add(
        "closed by another thread while a script runs",
        CLOSED,
        engine -> {
          var started = new CountDownLatch(1);
          engine.put("started", (Runnable) started::countDown);
          var closer =
              new Thread(
                  () -> {
                    attempt(started::await);
                    attempt(((AutoCloseable) engine)::close);
                  });
          closer.start();
          engine.eval(
              "started:run() for i = 1, 2e5 do local t = {} host:echo(i) end "
                  + "return host:echo(1)");
          closer.join(20_000);
        });
    add(
        "closed by eight threads at once",
        CLOSED,
        engine -> {
          engine.eval("x = {}");
          together(8, n -> ((AutoCloseable) engine).close());
        });
    add(
        "one engine in eight threads",
        RUNS,
        engine -> {
          var compiled =
              ((Compilable) engine)
                  .compile("local t = {} for i = 1, 100 do t[i] = {i} end return #t");
          var table = map(engine.eval("shared = {} function f(x) return {x} end return shared"));
          together(
              8,
              n -> {
                for (int i = 0; i < 200; i++) {
                  compiled.eval(new SimpleBindings());
                  compiled.eval();
                  engine.eval("shared[#shared + 1] = {}");
                  invoke(engine, "f", "x" + i);
                  table.put("k" + i, i);
                  engine.put("t" + n, table.get("k" + i));
                  List.copyOf(table.keySet().stream().limit(3).toList());
                }
              });
        });
    add(
        "a function called on another thread that is waited for",
        RUNS,
        engine -> {
          engine.put(
              "wait",
              (Consumer<Callable<?>>)
                  function ->
                      attempt(
                          () -> {
                            var thread = new Thread(() -> attempt(function::call));
                            thread.start();
                            thread.join(300);
                          }));
          attempt(() -> engine.eval("wait:accept(function() return host:echo({}) end) return 1"));
        });
    add(
        "a thread that is interrupted",
        RUNS,
        engine -> {
          Thread.currentThread().interrupt();
          attempt(() -> engine.eval("for i = 1, 1000 do host:echo({}) end"));
          Thread.interrupted();
        });
    add(
        "coroutines resumed in turn by two threads",
        RUNS,
        engine -> {
          engine.eval(
              "co = coroutine.wrap(function() "
                  + "while true do coroutine.yield(host:text(5)) end end)");
          together(
              2,
              n -> {
                for (int i = 0; i < 500; i++) {
                  attempt(() -> invoke(engine, "co"));
                }
              });
        });
  }

  private static void mix(ScriptEngine one, ScriptEngine other) throws Exception {
    var table =
        map(
            one.eval(
                "t = {f = function(...) return ... end, c = coroutine.create(function() end)} return t"));
    var own = map(other.eval("own = {} return own"));
    for (var value : new Object[] {table, table.get("f"), table.get("c")}) {
      attempt(() -> other.put("x", value));
      attempt(() -> other.eval("return x, tostring(x), x == own, type(x)"));
      attempt(() -> other.eval("return x.f(x), #x, x.y"));
      attempt(() -> other.eval("x.y = own return x.y"));
      attempt(() -> other.eval("return x(own)"));
      attempt(() -> own.put("x", value));
      attempt(() -> own.get(value));
      attempt(() -> own.equals(value));
      attempt(() -> invoke(other, "print", value));
      attempt(() -> ((Invocable) other).invokeMethod(value, "f", own));
      attempt(() -> ((Invocable) other).getInterface(value, Runnable.class));
    }
    attempt(
        () ->
            other
                .getBindings(ScriptContext.ENGINE_SCOPE)
                .putAll(one.getBindings(ScriptContext.ENGINE_SCOPE)));
    attempt(
        () ->
            other.setBindings(
                one.getBindings(ScriptContext.ENGINE_SCOPE), ScriptContext.GLOBAL_SCOPE));
    attempt(() -> other.eval("return t, t.f, f"));
    other.setBindings(new SimpleBindings(), ScriptContext.GLOBAL_SCOPE);
    attempt(() -> other.eval("t = own return t", one.getBindings(ScriptContext.ENGINE_SCOPE)));
    attempt(() -> other.eval("return t", one.getContext()));
    attempt(() -> ((Compilable) one).compile("return t").eval(other.getContext()));
  }
}
