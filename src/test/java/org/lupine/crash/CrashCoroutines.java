package org.lupine.crash;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import java.util.function.Function;
import javax.script.ScriptEngine;
import javax.script.ScriptException;
import org.lupine.Flavour;
import org.lupine.LuaOptions;
import org.lupine.LuaRuntime;
import org.lupine.crash.CrashCase.Expected;
import org.lupine.value.LuaCoroutine;
import org.lupine.value.LuaException;
import org.lupine.value.LuaFunction;
import org.lupine.value.Yield;

/** Coroutines that Java uses at bad moments. */
final class CrashCoroutines extends CrashCalls {
  CrashCoroutines(Flavour flavour) {
    super(flavour);
    closing();
    closingThemselves();
    continuing();
    yielding();
    idle();
  }

  private static LuaFunction function(ScriptEngine engine, String text) throws ScriptException {
    return (LuaFunction) engine.eval("return " + text);
  }

  private static LuaCoroutine coroutine(ScriptEngine engine, String text) throws ScriptException {
    return function(engine, text).coroutine();
  }

  private void closing() {
    add(
        "a coroutine closed in its own loop of pcall",
        Expected.RUNS,
        engine -> {
          // Lua 5.1 cannot yield in pcall: the loop would not end there
          var loops =
              flavour == Flavour.LUA51
                  ? "while true do coroutine.yield() end"
                  : "while true do pcall(function() while true do coroutine.yield() end end) end";
          for (int i = 0; i < 50; i++) {
            var coroutine = coroutine(engine, "function() " + loops + " end");
            coroutine.resume();
            coroutine.close();
            mustThrow(LuaException.class, coroutine::resume);
          }
        });
    add(
        "a coroutine closed deep in calls and coroutines",
        Expected.RUNS,
        engine -> {
          var coroutine =
              coroutine(
                  engine,
                  "function() local function down(n)"
                      + " if n == 0 then coroutine.yield(1) else down(n - 1) end return n end down(1000)"
                      + " error('goes on') end");
          coroutine.resume();
          coroutine.close();
          var outer =
              coroutine(
                  engine,
                  "function() local co = coroutine.create(function()"
                      + " coroutine.yield() end) coroutine.resume(co) coroutine.yield(co) end");
          var inner = (LuaCoroutine) outer.next();
          inner.close();
          outer.close();
          mustThrow(LuaException.class, inner::resume);
          engine.eval("collectgarbage() collectgarbage()");
        });
    add(
        "a coroutine closed from within, by another, in a finalizer",
        Expected.ANY,
        engine -> {
          var all = new ArrayList<LuaCoroutine>();
          engine.put("keep", (Consumer<LuaCoroutine>) all::add);
          engine.put("close", (Runnable) () -> all.forEach(each -> attempt(each::close)));
          engine.eval(
              "local co = coroutine.create(function() close() coroutine.yield()"
                  + " end) keep(co) coroutine.resume(co) close()"
                  + " local p = newproxy and newproxy(true) or setmetatable({}, {__gc = close})"
                  + " if newproxy then getmetatable(p).__gc = function() close() end end p = nil"
                  + " keep(coroutine.create(function() coroutine.yield() end))"
                  + " collectgarbage() collectgarbage()");
          all.forEach(each -> attempt(each::close));
        });
    add(
        "a coroutine closed while a hook runs",
        Expected.ANY,
        engine -> {
          var all = new ArrayList<LuaCoroutine>();
          engine.put("close", (Runnable) () -> all.forEach(each -> attempt(each::close)));
          all.add(coroutine(engine, "function() for i = 1, 3 do coroutine.yield() end end"));
          all.get(0).resume();
          engine.eval("debug.sethook(close, 'l') local x = 1\nx = 2\ndebug.sethook()");
          attempt(all.get(0)::resume);
        });
  }

  private void closingThemselves() {
    add(
        "a coroutine of Java's that closes itself",
        Expected.RUNS,
        engine -> {
          // no other version allows it
          var closes = flavour == Flavour.LUA55;
          for (int i = 0; i < 20; i++) {
            var coroutine =
                coroutine(
                    engine,
                    "function() host:call(function() assert(not "
                        + "pcall(coroutine.close or error, (coroutine.running()))) end) "
                        + (closes ? "coroutine.close()" : "do return end")
                        + " host:fail() end");
            coroutine.resume();
            mustThrow(LuaException.class, coroutine::resume);
          }
        });
    add(
        "a coroutine closed by itself in a hook and a finaliser",
        Expected.ANY,
        engine ->
            engine.eval(
                "local close = coroutine.close if not close then return end "
                    + "local co = coroutine.create(function() debug.sethook(function() close("
                    + "(coroutine.running())) end, 'c') host:call(print) end) coroutine.resume(co) "
                    + "co = coroutine.create(function() setmetatable({}, {__gc = function() "
                    + "host:call(function() close((coroutine.running())) end) end}) collectgarbage() "
                    + "collectgarbage() host:echo(1) end) coroutine.resume(co) debug.sethook()"));
  }

  private void continuing() {
    add(
        "a coroutine resumed by what it calls",
        Expected.ANY,
        engine -> {
          var all = new ArrayList<LuaCoroutine>();
          engine.put("again", (Function<Object, Object>) any -> all.get(0).resume(any));
          all.add(coroutine(engine, "function(...) again(1) coroutine.yield() again(2) end"));
          for (int i = 0; i < 4; i++) {
            attempt(() -> all.get(0).resume(1, 2, 3));
          }
          attempt(all.get(0)::spawn);
        });
    add(
        "the main thread in the hands of Java",
        Expected.ANY,
        engine -> {
          var main = engine.eval("return (coroutine.running())");
          if (main instanceof LuaCoroutine) {
            for (int i = 0; i < 3; i++) {
              mustThrow(LuaException.class, () -> ((LuaCoroutine) main).resume(1));
              mustThrow(LuaException.class, ((LuaCoroutine) main)::close);
              mustThrow(LuaException.class, ((LuaCoroutine) main)::spawn);
            }
          }
        });
    add(
        "coroutines of coroutines that Java resumes",
        Expected.ANY,
        engine -> {
          engine.put("go", (Function<LuaFunction, Object>) f -> f.coroutine(f).next());
          engine.eval("local function f(self) return go(self) end return go(f)");
        });
    add(
        "coroutines with too many values",
        Expected.RUNS,
        engine -> {
          var many = new Object[1_500_000];
          var take = function(engine, "function(...) coroutine.yield(...) return ... end");
          mustThrow(LuaException.class, () -> take.coroutine(many).resume());
          mustThrow(LuaException.class, () -> take.coroutine().resume(many));
          var give =
              coroutine(
                  engine,
                  "function() local t = {} for i = 1, 2e5 do t[i] = i end"
                      + " coroutine.yield((table.unpack or unpack)(t)) end");
          attempt(give::next);
          attempt(give::next);
        });
    add(
        "ten thousand coroutines that Java holds",
        Expected.RUNS,
        engine -> {
          var all = new ArrayList<LuaCoroutine>();
          var count = function(engine, "function(n) for i = n, 1e9 do coroutine.yield(i) end end");
          for (int i = 0; i < 10_000; i++) {
            all.add(count.coroutine(i));
            all.get(i).next();
          }
          for (int i = 0; i < 10_000; i += 2) {
            all.get(i).close();
          }
          engine.eval("collectgarbage()");
          for (int i = 1; i < 10_000; i += 1_000) {
            all.get(i).next();
          }
        });
  }

  private void yielding() {
    add(
        "Java that goes on after yields for ever",
        Expected.ANY,
        engine -> {
          engine.put("ask", (Function<Object, Object>) CrashCoroutines::forEver);
          var coroutine = coroutine(engine, "function() ask(1) end");
          for (int i = 0; i < 2_000; i++) {
            if (attempt(() -> coroutine.resume(1)) != null) {
              return;
            }
          }
          coroutine.close();
        });
    add(
        "Java that fails after a yield",
        Expected.ANY,
        engine -> {
          engine.put(
              "ask",
              (Function<Object, Object>)
                  any ->
                      Yield.of(any)
                          .then(
                              next -> {
                                throw new StackOverflowError();
                              }));
          var coroutine = coroutine(engine, "function() pcall(ask, 1) ask(2) end");
          for (int i = 0; i < 4; i++) {
            attempt(() -> coroutine.resume(1));
          }
        });
    add(
        "Java that yields a Lua value of another engine",
        Expected.ANY,
        engine -> {
          try (var other = LuaRuntime.create(flavour, LuaOptions.defaults())) {
            engine.put("ask", (Function<Object, Object>) any -> Yield.of(other.globals(), any));
            var coroutine = coroutine(engine, "function() ask({}) end");
            mustThrow(LuaException.class, coroutine::resume);
          }
        });
  }

  private void idle() {
    // BEHAVIOURS 295
    add(
        "the main thread used by a callback of another thread, while nothing runs on it",
        Expected.RUNS,
        engine -> {
          for (var use :
              List.of(
                  "pcall(coroutine.resume, main, 1, 2)",
                  "coroutine.resume(main)",
                  "pcall(coroutine.close or type, main)",
                  "coroutine.wrap(function() pcall(coroutine.resume, main, main, {}) end)()")) {
            try (var lua = LuaRuntime.builder().flavour(flavour).build()) {
              useIdle(lua, use);
            }
          }
        });
  }

  /** Runs code by another thread while the first one is outside of the runtime. */
  private static void useIdle(LuaRuntime lua, String use) throws Exception {
    var begun = new CountDownLatch(1);
    var inside = new CountDownLatch(1);
    var over = new CountDownLatch(1);
    lua.globals().put("begin", (Runnable) begun::countDown);
    lua.globals().put("await", (Runnable) () -> attempt(inside::await));
    lua.globals()
        .put(
            "pause",
            (Runnable)
                () -> {
                  inside.countDown();
                  attempt(over::await);
                });
    lua.execute("main = coroutine.running() f = function(...) return ... end");
    var callback =
        (LuaFunction)
            lua.execute(
                    "return function() pause() if not main then return end for i = 1, 3 do "
                        + use
                        + " end collectgarbage() end")
                .first();
    var other =
        new Thread(
            () -> {
              attempt(begun::await);
              attempt(callback::call);
            });
    other.start();
    lua.execute("begin() await()");
    over.countDown();
    other.join();
    var again = (LuaFunction) lua.globals().get("f");
    for (int i = 0; i < 20; i++) {
      lua.execute("x = " + i);
      lua.globals().put("x", 1.5 + i);
      if (!lua.globals().get("x").equals(1.5 + i) || !again.call(2.5).first().equals(2.5)) {
        throw new AssertionError("the runtime is damaged");
      }
      mustThrow(LuaException.class, () -> lua.execute("error({})"));
      mustThrow(LuaException.class, () -> again.call(lua.eval("nil + 1")));
    }
  }

  private static Object forEver(Object any) {
    return Yield.of(any, new Object()).then(CrashCoroutines::forEver);
  }
}
