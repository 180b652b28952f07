package org.lupine.modules;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.lupine.support.SampleModule.file;
import static org.lupine.support.SampleModule.runtime;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.lupine.Flavour;
import org.lupine.LuaRuntime;
import org.lupine.bridge.load.NativeLibrary;
import org.lupine.support.EachFlavour;
import org.lupine.value.LuaException;
import org.lupine.value.LuaExitException;
import org.lupine.value.LuaTimeoutException;

/** C modules for Lua, tested with src/test/c/sample.c; see README for the platforms. */
@EnabledOnOs(value = OS.LINUX, disabledReason = "there are C modules on Linux alone")
class NativeModulesTest {
  private static void assumeBuilt(Flavour... flavours) {
    for (var each : flavours) {
      assumeTrue(
          each.present() || "all".equals(System.getProperty("lupine.test.flavours")),
          () -> each + " was not built");
    }
  }

  private static long version(Flavour flavour) {
    return flavour == Flavour.LUAJIT ? 501 : 500 + flavour.id().charAt(4) - '0';
  }

  // BEHAVIOURS 195
  @EachFlavour
  void loadsAModule(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      assertEquals(version(flavour), lua.eval("sample.version").first());
      assertEquals(3.5, lua.eval("sample.add(1, 2.5)").first());
      assertEquals(
          List.of(6L, "x"),
          lua.eval(
                  "sample.call(function(...) "
                      + "return select('#', ...) * 2, ... end, 'x', nil, nil)")
              .subList(0, 2));
      assertEquals("ab".repeat(10_000), lua.eval("sample.rep('ab', 10000)").first());
      assertEquals(
          List.of(true, 1L, 2L),
          lua.execute(
              "local c = sample.counter() return type(c) == 'userdata', "
                  + "c:count(), c:count()"));
      assertTrue(
          assertThrows(LuaException.class, () -> lua.eval("sample.fail('now')"))
              .getMessage()
              .endsWith("failed: now"));
      assertEquals(List.of(false, "boom"), lua.eval("sample.try(function() error('boom', 0) end)"));
      assertEquals(
          List.of(true, 1L, true, 2L),
          lua.execute(
              "local co = coroutine.create(function() return sample.yield(1) end)\n"
                  + "local a, b = coroutine.resume(co) return a, b, coroutine.resume(co, 2)"));
    }
  }

  @EachFlavour
  void seesTheCFilesBehindStandardStreams(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      assertEquals(
          List.of(true, false),
          lua.execute(
              "local file = io.tmpfile()"
                  + " return sample.is_stdout(io.stdout), sample.is_stdout(file)"));
      assertThrows(LuaException.class, () -> lua.eval("sample.is_stdout({})"));
    }
  }

  @EachFlavour
  void findsAModuleByLoadlibToo(Flavour flavour) {
    try (var lua = LuaRuntime.builder().flavour(flavour).nativeModules(true).build()) {
      assertEquals(
          version(flavour),
          lua.eval("package.loadlib(..., 'luaopen_sample')().version", file(flavour).toString())
              .first());
      assertNull(
          lua.eval("package.loadlib(..., 'luaopen_other')", file(flavour).toString()).first());
    }
  }

  @EachFlavour
  void runsFinalizersOfModulesWhenItCloses(Flavour flavour) {
    try (var witness = runtime(flavour)) {
      var before = (Long) witness.eval("sample.collected()").first();
      var lua = runtime(flavour);
      lua.execute("for i = 1, 3 do _G[i] = sample.counter() end");
      lua.close();

      assertEquals(before + 3, witness.eval("sample.collected()").first());
    }
  }

  @EachFlavour
  void carriesJavaExceptionsThroughModules(Flavour flavour) {
    var boom = new IOException("boom");
    Callable<Object> thrower =
        () -> {
          throw boom;
        };
    try (var lua = runtime(flavour)) {
      var thrown =
          assertThrows(
              LuaException.class, () -> lua.eval("sample.call(function(f) f() end, ...)", thrower));

      assertSame(boom, thrown.getCause());
      assertEquals(
          List.of(false, true),
          lua.execute(
              "local f, e = ... local ok, what = sample.try(f) return ok, what == e",
              thrower,
              boom));
    }
  }

  /** A fatal error stays fatal if a module catches it by lua_pcall. */
  @EachFlavour
  void endsAScriptThoughAModuleCatchesTheExit(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      var thrown =
          assertThrows(LuaExitException.class, () -> lua.execute("sample.try(os.exit, 7)"));

      assertEquals(7, thrown.status());
      assertEquals(2L, lua.eval("1 + 1").first());
    }
  }

  /** As with Lua's own pcall. */
  @EachFlavour
  @Timeout(60)
  void endsByItsTimeLimitThoughAModuleCatchesIt(Flavour flavour) {
    var cpath = file(flavour).toString().replace("sample", "?");
    try (var lua = LuaRuntime.builder().flavour(flavour).nativeModules(true).build()) {
      lua.execute("package.cpath = ... sample = require 'sample'", cpath);

      assertThrows(
          LuaTimeoutException.class,
          () ->
              lua.withTimeLimit(
                  Duration.ofMillis(200),
                  () ->
                      lua.execute(
                          "while true do sample.try(function() while true do end end) end")));
      assertEquals(3.0, ((Number) lua.eval("sample.add(1, 2)").first()).doubleValue());
    }
  }

  /** A name that the flavour lacks is the module's own, by call and by tail call. */
  @EachFlavour
  void leavesNamesToModulesThatDefineThem(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      assertEquals(1002L, lua.eval("sample.own('ab')").first());
      assertEquals("own at 1", lua.eval("sample.own_last('ab')").first());
    }
  }

  @EachFlavour
  void raisesIfAModuleIsForAnotherVersion(Flavour flavour) {
    assumeBuilt(version(flavour) >= 502 ? Flavour.LUA51 : Flavour.LUA54);
    try (var lua = runtime(flavour)) {
      var name = version(flavour) >= 502 ? "lua_getfenv" : "lua_rotate";
      var thrown = assertThrows(LuaException.class, () -> lua.eval("sample.lacking(1)"));

      assertTrue(
          thrown
              .getMessage()
              .endsWith("no '" + name + "' in this Lua: the C module is for another version"),
          thrown::getMessage);
      assertEquals(2L, lua.eval("1 + 1").first());
    }
  }

  private static Map<Flavour, LuaRuntime> all() {
    var all = new EnumMap<Flavour, LuaRuntime>(Flavour.class);
    for (var flavour : Flavour.values()) {
      if (flavour.present()) {
        all.put(flavour, runtime(flavour));
      }
    }
    return all;
  }

  @Test
  void servesAllFlavoursAtOnce() {
    var all = all();
    try {
      for (int round = 0; round < 3; round++) {
        all.forEach(
            (flavour, lua) -> {
              assertEquals(version(flavour), lua.eval("sample.version").first());
              assertEquals("abab", lua.eval("sample.rep('ab', 2)").first());
              assertEquals(3.5, lua.eval("sample.add(1, 2.5)").first());
            });
      }
    } finally {
      all.values().forEach(LuaRuntime::close);
    }
  }

  /** A module of each flavour calls Java, which calls a module of the next, and back. */
  @Test
  void servesAFlavourInsideAnother() {
    var all = all();
    try {
      Callable<Object> chain = () -> "end";
      for (var lua : all.values()) {
        var inner = chain;
        lua.globals().put("inner", inner);
        chain =
            () ->
                lua.execute(
                        "local a = sample.rep('<', 2)\n"
                            + "local b = sample.call(function() return inner() end)\n"
                            + "return sample.rep(a .. b .. sample.rep('>', 2), 1)")
                    .first();
      }
      int depth = all.size();

      assertEquals("<<".repeat(depth) + "end" + ">>".repeat(depth), chain.call());
    } catch (Exception e) {
      throw new AssertionError(e);
    } finally {
      all.values().forEach(LuaRuntime::close);
    }
  }

  @Test
  void servesFlavoursInParallelThreads() throws Exception {
    var all = all();
    var threads = Executors.newFixedThreadPool(all.size());
    try {
      var start = new CyclicBarrier(all.size());
      var futures = new ArrayList<java.util.concurrent.Future<Object>>();
      for (var lua : all.values()) {
        futures.add(
            threads.submit(
                () -> {
                  start.await(10, TimeUnit.SECONDS);
                  return lua.execute(
                          "local n = 0 for i = 1, 20000 do n = sample.add(n, 1) "
                              + "local c = sample.counter() n = n + c:count() - 1 end return n")
                      .first();
                }));
      }
      for (var each : futures) {
        assertEquals(20_000.0, ((Number) each.get(60, TimeUnit.SECONDS)).doubleValue());
      }
    } finally {
      threads.shutdownNow();
      all.values().forEach(LuaRuntime::close);
    }
  }

  /** Distributions have one file for both flavours. */
  @Test
  void sharesAFileBetweenLua51AndLuaJit() {
    assumeBuilt(Flavour.LUA51, Flavour.LUAJIT);
    try (var plain = runtime(Flavour.LUA51);
        var jit = runtime(Flavour.LUAJIT, file(Flavour.LUA51));
        var again = runtime(Flavour.LUA51)) {
      for (var lua : List.of(plain, jit, again, jit, plain)) {
        assertEquals(
            List.of(3.5, "xx", 1002L),
            lua.eval("sample.add(1, 2.5), sample.rep('x', 2), sample.own('ab')"));
      }
      assertInstanceOf(String.class, jit.eval("jit.version").first());
    }
  }

  /** Runs in a second class loader, which does not reach the classes of this one. */
  public static final class Second implements Function<String, Object> {
    @Override
    public Object apply(String file) {
      try (var lua = LuaRuntime.builder().flavour(Flavour.LUA54).nativeModules(true).build()) {
        lua.execute("package.cpath = ...", file.replace("sample", "?"));
        return lua.eval("require('sample').rep('ab', 2)").first();
      }
    }
  }

  @Test
  void servesASecondClassLoader() throws Exception {
    assumeBuilt(Flavour.LUA54);
    assumeFalse("system".equals(NativeLibrary.properties().get("lua54.provider")), "installed");
    var own = LuaRuntime.class.getProtectionDomain().getCodeSource().getLocation();
    var tests = Second.class.getProtectionDomain().getCodeSource().getLocation();
    try (var lua = runtime(Flavour.LUA54);
        var loader =
            new URLClassLoader(new URL[] {own, tests}, ClassLoader.getPlatformClassLoader())) {
      @SuppressWarnings("unchecked")
      var second =
          (Function<String, Object>)
              loader.loadClass(Second.class.getName()).getConstructor().newInstance();

      assertEquals("abab", second.apply(file(Flavour.LUA54).toString()));
      assertEquals("abab", lua.eval("sample.rep('ab', 2)").first());
    }
  }

  @EachFlavour
  void isOffByDefaultThoughAnotherRuntimeHasIt(Flavour flavour) {
    try (var other = runtime(flavour);
        var lua = LuaRuntime.builder().flavour(flavour).build()) {
      lua.execute("package.cpath = ...", file(flavour).toString().replace("sample", "?"));

      var thrown = assertThrows(LuaException.class, () -> lua.require("sample"));
      assertTrue(
          thrown.getMessage().contains("no C modules: they are off in this runtime"),
          thrown::getMessage);
      assertNull(
          lua.eval("package.loadlib(..., 'luaopen_sample')", file(flavour).toString()).first());
      assertEquals(version(flavour), other.eval("sample.version").first());
    }
  }
}
