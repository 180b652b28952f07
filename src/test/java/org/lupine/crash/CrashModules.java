package org.lupine.crash;

import static org.lupine.crash.CrashCase.Expected.RUNS;

import org.lupine.Flavour;
import org.lupine.support.SampleModule;

/** C modules in the places where scripts go wrong. */
final class CrashModules extends CrashCalls {
  CrashModules(Flavour flavour) {
    super(flavour);
    if (System.getProperty("os.name").equals("Linux")) {
      script(
          "recursion through a C module's lua_call",
          "local function f() return sample.call(f) end assert(not pcall(f))");
      script(
          "recursion through a C module's lua_pcall",
          "local function f() return (sample.try(f)) end f()");
      script(
          "recursion through a C module and gsub",
          "local function f() return (('a'):gsub('a', function() return sample.call(f) end)) end "
              + "assert(not pcall(f))");
      script(
          "recursion through a C module and Java",
          "local Callable = java.import('java.util.concurrent.Callable') local function f() "
              + "return sample.call(function() return Callable(f):call() end) end "
              + "assert(not pcall(f))");
      script(
          "values that a C module takes for its own",
          "local count = sample.counter().count for _, each in pairs{io.stdout, {}, 'x', "
              + "java.import('java.util.ArrayList')(), coroutine.create(print)} do "
              + "assert(not pcall(count, each)) end");
      script(
          "a C module for another version in a coroutine",
          "for i = 1, 100 do local co = coroutine.create(function() sample.lacking(1) end) "
              + "assert(not coroutine.resume(co)) end");
      script(
          "a C module's yield across what cannot be yielded across",
          "local co = coroutine.create(function() return sample.call(sample.yield, 1) end) "
              + "assert(not coroutine.resume(co))");
      jumping();
      closing();
    }
  }

  private void jumping() {
    var inside =
        "local Callable = java.import('java.util.concurrent.Callable') local co co = "
            + "coroutine.create(function() return Callable(function() %s end):call() end) "
            + "local ok, e = coroutine.resume(co) assert(not ok and tostring(e):find('%s'), e)";
    script(
        "an error of a C module in a coroutine that waits for Java",
        String.format(inside, "coroutine.wrap(function() sample.raise_in(co) end)()", "raised"));
    script(
        "an error of a C module in a coroutine that does not run",
        String.format(inside, "sample.raise_in(coroutine.create(print))", "raised"));
    script(
        "a C module that closes a coroutine that waits for Java",
        String.format(
            inside,
            "(sample.close or error)(sample.close and co or 'cannot close')",
            "cannot close"));
    script(
        "a C module that closes a coroutine above one that waits for Java",
        String.format(
            inside,
            "coroutine.wrap(function() (sample.close or error)(sample.close "
                + "and co or 'cannot close') end)()",
            "cannot close"));
  }

  private void script(String name, String script) {
    add(
        name,
        RUNS,
        engine -> {
          try (var lua = SampleModule.runtime(flavour)) {
            lua.execute(script);
            lua.execute("assert(sample.add(1, 2) == 3)");
          }
        });
  }

  private void closing() {
    add(
        "a runtime closed inside a C module's call",
        RUNS,
        engine -> {
          var lua = SampleModule.runtime(flavour);
          lua.globals().put("close", (Runnable) lua::close);
          lua.execute("sample.call(function() close() return sample.counter():count() end)");
          mustThrow(IllegalStateException.class, () -> lua.eval("1"));
        });
    add(
        "a runtime with C modules closed by a thread without Lua",
        RUNS,
        engine -> {
          var lua = SampleModule.runtime(flavour);
          lua.execute("kept = {} for i = 1, 100 do kept[i] = sample.counter() end");
          var thread = new Thread(lua::close);
          thread.start();
          thread.join();
          mustThrow(IllegalStateException.class, () -> lua.eval("1"));
        });
  }
}
