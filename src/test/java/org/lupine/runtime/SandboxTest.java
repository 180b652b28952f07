package org.lupine.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.lupine.support.Engines.engine;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import javax.script.ScriptEngineManager;
import javax.script.ScriptException;
import javax.script.SimpleBindings;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.lupine.Flavour;
import org.lupine.LuaOptions;
import org.lupine.LuaRuntime;
import org.lupine.Sandbox;
import org.lupine.access.HostAccess;
import org.lupine.access.LuaExport;
import org.lupine.jsr223.LuaSandboxEngineFactory;
import org.lupine.jsr223.LuaScriptEngine;
import org.lupine.support.EachFlavour;
import org.lupine.value.LuaException;
import org.lupine.value.LuaMemoryException;
import org.lupine.value.LuaString;
import org.lupine.value.LuaTimeoutException;

/** What the presets forbid. */
class SandboxTest {
  /** An object that scripts get. */
  public static final class Account {
    public int balance() {
      return 7;
    }

    @LuaExport
    public String owner() {
      return "Ada";
    }
  }

  private static LuaRuntime runtime(Flavour flavour, Sandbox sandbox) {
    return LuaRuntime.builder().flavour(flavour).sandbox(sandbox).build();
  }

  private static boolean has(LuaRuntime lua, String expression) {
    return lua.eval(expression).first() != null;
  }

  // BEHAVIOURS 22
  @EachFlavour
  void trustedScriptsHaveEverything(Flavour flavour) {
    try (var lua = runtime(flavour, Sandbox.TRUSTED)) {
      for (var name :
          List.of(
              "require",
              "table",
              "io",
              "os",
              "math",
              "string",
              "debug",
              "load",
              "io.open",
              "os.execute",
              "os.getenv",
              "string.dump",
              "dofile",
              "package.loadlib",
              "java",
              "coroutine")) {
        assertTrue(has(lua, name), name);
      }
    }
  }

  // BEHAVIOURS 22
  @EachFlavour
  void sandboxedScriptsHaveNoWayOut(Flavour flavour) {
    try (var lua = runtime(flavour, Sandbox.SANDBOX)) {
      for (var name :
          List.of(
              "io",
              "os.execute",
              "os.exit",
              "os.getenv",
              "os.remove",
              "os.rename",
              "os.tmpname",
              "os.setlocale",
              "debug",
              "package",
              "require",
              "module",
              "dofile",
              "loadfile",
              "load",
              "loadstring",
              "string.dump",
              "newproxy",
              "getfenv",
              "setfenv",
              "jit",
              "ffi",
              "luajava")) {
        assertFalse(has(lua, name), name);
      }
      for (var name :
          List.of(
              "string.rep",
              "table.concat",
              "math.floor",
              "coroutine.wrap",
              "os.time",
              "os.date",
              "os.clock",
              "pcall",
              "error",
              "print",
              "tostring",
              "setmetatable",
              "getmetatable",
              "pairs",
              "select",
              "rawget",
              "java")) {
        assertTrue(has(lua, name), name);
      }
      assertEquals("ABC", lua.eval("('abc'):upper()").first());
    }
  }

  // BEHAVIOURS 22
  @EachFlavour
  void constrainedScriptsReachNoFiles(Flavour flavour) {
    try (var lua = runtime(flavour, Sandbox.CONSTRAINED)) {
      for (var name :
          List.of(
              "io.open",
              "io.lines",
              "io.popen",
              "io.tmpfile",
              "os.execute",
              "os.exit",
              "os.remove",
              "debug",
              "package",
              "dofile",
              "loadfile",
              "string.dump",
              "jit",
              "ffi",
              "newproxy")) {
        assertFalse(has(lua, name), name);
      }
      for (var name : List.of("io.write", "io.read", "os.time", "require", "string.rep")) {
        assertTrue(has(lua, name), name);
      }
      var load = flavour == Flavour.LUA51 ? "loadstring" : "load";
      assertEquals(3L, lua.eval(load + "('return 1 + 2')()").first());
      for (var module : List.of("ffi", "os", "io", "package", "debug", "jit", "nowhere")) {
        var got =
            lua.execute(
                "local ok, m = pcall(require, ...) return ok and m ~= nil and "
                    + "(m.execute or m.open or m.getinfo or m.cdef or m.loadlib or m.on) ~= nil",
                module);
        assertEquals(false, got.first(), module);
      }
    }
  }

  // BEHAVIOURS 177
  @ParameterizedTest
  @EnumSource(
      value = Sandbox.class,
      names = {"CONSTRAINED", "SANDBOX"})
  void theWellKnownWaysOutAreClosed(Sandbox sandbox) {
    for (var flavour : Flavour.values()) {
      try (var lua = runtime(flavour, sandbox)) {
        lua.globals().put("obj", new Account());
        for (var attempt :
            List.of(
                "obj:getClass()",
                "obj.class",
                "obj:wait()",
                "obj:notifyAll()",
                "java.type('java.lang.System')",
                "java.import('java.lang.System')",
                "java.import('java.io.File')('x')",
                "debug.getregistry()",
                "os.exit(0)",
                "string.dump(print)",
                "io.open('x')",
                "java.array('int', 3)")) {
          assertFalse(
              (Boolean)
                  lua.execute("return (pcall(function() return " + attempt + " end))").first(),
              flavour + " " + attempt);
        }
        assertEquals(false, lua.eval("getmetatable('')").first());
        assertEquals(false, lua.eval("(getmetatable(obj))").first());
        assertFalse((Boolean) lua.execute("return (pcall(setmetatable, obj, {}))").first());
        works(lua);
      }
    }
  }

  private static void works(LuaRuntime lua) {
    assertEquals(2L, lua.eval("1 + 1").first());
  }

  // BEHAVIOURS 177
  @EachFlavour
  void bytecodeIsNotLoaded(Flavour flavour) {
    byte[] dumped;
    try (var lua = runtime(flavour, Sandbox.TRUSTED)) {
      lua.globals().put("keep", new Object[1]);
      dumped = bytes(lua.eval("string.dump(function() return 1 end)").first());
    }
    try (var lua = runtime(flavour, Sandbox.CONSTRAINED)) {
      var load = flavour == Flavour.LUA51 ? "loadstring" : "load";
      var got = lua.execute("return " + load + "(...)", dumped);
      assertNull(got.get(0));
      assertNotNull(got.get(1));
    }
  }

  private static byte[] bytes(Object string) {
    return string instanceof String
        ? ((String) string).getBytes(StandardCharsets.UTF_8)
        : ((LuaString) string).bytes();
  }

  @EachFlavour
  void filesHideTheirMetatable(Flavour flavour) {
    try (var lua = runtime(flavour, Sandbox.CONSTRAINED)) {
      assertEquals(
          Arrays.asList(false, null, null, "file", true, true),
          lua.execute(
              "return getmetatable(io.stdout), io.stdout.__index, io.stdout.__gc, io.type(io.stderr),"
                  + " io.stdout:write('') ~= nil, io.stdout:flush()"));
      assertThrows(LuaException.class, () -> lua.execute("setmetatable(io.stdout, {})"));
      assertEquals(
          Arrays.asList(null, "Bad file descriptor", 9L), lua.execute("return io.stdout:read()"));
      assertEquals(
          Arrays.asList(null, "Illegal seek", 29L), lua.execute("return io.stdout:seek('end')"));
    }
    try (var lua = runtime(flavour, Sandbox.SANDBOX)) {
      assertNull(lua.eval("io").first());
    }
  }

  @EachFlavour
  void sandboxedScriptsMakeNoFinalizers(Flavour flavour) {
    try (var lua = runtime(flavour, Sandbox.SANDBOX)) {
      var script = "ran = false setmetatable({}, {__gc = function() ran = true end})";
      if (flavour == Flavour.LUA51 || flavour == Flavour.LUAJIT) { // tables have none there
        lua.execute(script + " for i = 1, 1e5 do local t = {} end");
        assertEquals(false, lua.eval("ran").first());
      } else {
        var thrown = assertThrows(LuaException.class, () -> lua.execute(script));
        assertTrue(thrown.getMessage().contains("finalizers are not allowed"), thrown::getMessage);
        assertThrows(LuaException.class, () -> lua.execute("setmetatable({}, {__gc = true})"));
      }

      assertEquals(
          5L,
          lua.execute(
                  "local ran = false local mt = {__index = {x = 5}}"
                      + " local t = setmetatable({}, mt) mt.__gc = function() ran = true end t2 = t"
                      + " t2 = nil collectgarbage() assert(not ran) return t.x")
              .first());
      assertThrows(LuaException.class, () -> lua.execute("setmetatable(1, {})"));
      assertThrows(
          LuaException.class,
          () -> lua.execute("setmetatable(setmetatable({}, {__metatable = 1}), {})"));
      assertTrue((Double) lua.eval("collectgarbage('count') + 0.5").first() > 1);
    }
  }

  // Regression: the message named a line of ours, "sandbox at line number 54"
  @EachFlavour
  void refusalsNameTheLineOfTheScript(Flavour flavour) throws Exception {
    var refused =
        flavour == Flavour.LUA51 || flavour == Flavour.LUAJIT
            ? "setmetatable(1, {})"
            : "setmetatable({}, {__gc = print})";
    var options = LuaOptions.builder().sandbox(Sandbox.SANDBOX).build();
    try (var engine = engine(flavour, options)) {
      engine.put(javax.script.ScriptEngine.FILENAME, "rules.lua");
      engine.put("account", new Account());
      for (var call :
          List.of(
              refused,
              "account:balance()",
              "account:getClass()",
              "setmetatable(account, {})",
              "java.import('java.lang.System')")) {
        var thrown = assertThrows(ScriptException.class, () -> engine.eval("\n\n" + call));
        assertEquals("rules.lua", thrown.getFileName(), thrown::getMessage);
        assertEquals(3, thrown.getLineNumber(), thrown::getMessage);
        assertEquals(
            "rules.lua:3: ",
            engine.eval(
                "local ok, e = pcall(function()\n\n"
                    + call
                    + " end) return tostring(e):match('^[^:]*:%d+: ')"),
            call);
      }
      // a tail call of a C function leaves its caller on the stack, but not in LuaJIT
      if (flavour != Flavour.LUAJIT) {
        var thrown = assertThrows(ScriptException.class, () -> engine.eval("\nreturn " + refused));
        assertEquals(2, thrown.getLineNumber(), thrown::getMessage);
      }
    }
  }

  @EachFlavour
  void objectsShowWhatHostAccessAllows(Flavour flavour) {
    try (var lua = runtime(flavour, Sandbox.SANDBOX)) {
      lua.globals().put("account", new Account());
      assertEquals("Ada", lua.eval("account:owner()").first());
      assertThrows(LuaException.class, () -> lua.eval("account:balance()"));
    }
    try (var lua = runtime(flavour, Sandbox.CONSTRAINED)) {
      lua.globals().put("account", new Account());
      assertEquals(7L, lua.eval("account:balance()").first());
    }
    try (var lua =
        LuaRuntime.builder()
            .flavour(flavour)
            .sandbox(Sandbox.SANDBOX)
            .hostAccess(access -> true)
            .build()) {
      lua.globals().put("account", new Account());
      assertEquals(7L, lua.eval("account:balance()").first());
      assertThrows(LuaException.class, () -> lua.eval("java.import('java.lang.Math')"));
    }
  }

  @EachFlavour
  void limitsHold(Flavour flavour) {
    try (var lua =
        LuaRuntime.builder()
            .flavour(flavour)
            .sandbox(Sandbox.SANDBOX)
            .timeLimit(Duration.ofMillis(50))
            .build()) {
      assertThrows(LuaTimeoutException.class, () -> lua.execute("while true do end"));
      lua.timeLimit(Duration.ofSeconds(5));
      works(lua);
    }
    try (var lua = runtime(flavour, Sandbox.SANDBOX)) {
      assertThrows(
          LuaMemoryException.class,
          () -> lua.execute("local s = 'x' while true do s = s .. s end"));
      assertEquals(64L << 20, lua.memory().limit());
      assertEquals(Duration.ofSeconds(5), lua.timeLimit());
      works(lua);
    }
  }

  // BEHAVIOURS 245
  @EachFlavour
  void librariesCanBeChosen(Flavour flavour) {
    try (var lua = LuaRuntime.builder().flavour(flavour).libraries("table", "math").build()) {
      assertTrue(has(lua, "table.concat"));
      assertTrue(has(lua, "math.floor"));
      assertTrue(has(lua, "pcall"));
      for (var name :
          List.of(
              "string",
              "os",
              "io",
              "debug",
              "package",
              "require",
              "coroutine",
              "java",
              "jit",
              "utf8")) {
        assertFalse(has(lua, name), name);
      }
      assertThrows(LuaException.class, () -> lua.eval("('x'):upper()"));
    }
    try (var lua = LuaRuntime.builder().flavour(flavour).libraries("string", "package").build()) {
      assertTrue(has(lua, "require('string').rep"));
      assertThrows(LuaException.class, () -> lua.eval("require('os')"));
      assertEquals("X", lua.eval("('x'):upper()").first());
    }
  }

  // BEHAVIOURS 245
  @Test
  void anUnknownLibraryIsRefused() {
    var thrown =
        assertThrows(
            IllegalArgumentException.class,
            () -> LuaOptions.builder().libraries("string", "sockets"));
    assertTrue(thrown.getMessage().contains("'sockets'"), thrown::getMessage);
    assertTrue(thrown.getMessage().contains("coroutine"), thrown::getMessage);
  }

  // BEHAVIOURS 244
  @Test
  void aPresetIsAFloor() {
    for (var sandbox : List.of(Sandbox.CONSTRAINED, Sandbox.SANDBOX, Sandbox.UNTRUSTED)) {
      refuses(sandbox, options -> options.timeLimit(Duration.ZERO), "time limit");
      refuses(sandbox, options -> options.timeLimit(Duration.ofHours(1)), "time limit");
      refuses(sandbox, options -> options.maxMemory(0), "memory limit");
      refuses(sandbox, options -> options.maxMemory(1L << 30), "memory limit");
      refuses(sandbox, options -> options.libraries("debug"), "library 'debug'");
      refuses(sandbox, options -> options.hostAccess(HostAccess.ALL), "reflection");
      refuses(sandbox, options -> options.binaryChunks(true), "bytecode");
      refuses(sandbox, options -> options.nativeModules(true), "C modules");
    }
    refuses(Sandbox.SANDBOX, options -> options.libraries("io"), "library 'io'");

    var tight =
        LuaOptions.builder()
            .sandbox(Sandbox.SANDBOX)
            .timeLimit(Duration.ofMillis(10))
            .maxMemory(1 << 20)
            .libraries("string")
            .hostAccess(HostAccess.NONE)
            .build();
    assertEquals(Duration.ofMillis(10), tight.timeLimit());
    assertEquals(1 << 20, tight.maxMemory());
    assertEquals(Set.of("string"), tight.libraries());
  }

  private static void refuses(
      Sandbox sandbox, UnaryOperator<LuaOptions.Builder> weaken, String what) {
    var thrown =
        assertThrows(
            IllegalArgumentException.class,
            () -> weaken.apply(LuaOptions.builder().sandbox(sandbox)).build());
    assertTrue(thrown.getMessage().contains(what), thrown::getMessage);
    assertTrue(thrown.getMessage().contains(sandbox.name()), thrown::getMessage);
  }

  @EachFlavour
  void untrustedNeedsAProcessOfItsOwn(Flavour flavour) {
    var thrown =
        assertThrows(
            UnsupportedOperationException.class, () -> runtime(flavour, Sandbox.UNTRUSTED));
    assertTrue(thrown.getMessage().contains("process"), thrown::getMessage);
  }

  @Test
  void anEngineNameIsEnoughForASandbox() throws Exception {
    try (var engine = (LuaScriptEngine) new ScriptEngineManager().getEngineByName("lua-sandbox")) {
      assertInstanceOf(LuaSandboxEngineFactory.class, engine.getFactory());
      assertEquals("lua-sandbox", engine.getFactory().getLanguageName());
      assertEquals(List.of(), engine.getFactory().getExtensions());
      assertEquals(List.of(), engine.getFactory().getMimeTypes());
      engine.put("n", 20);
      assertEquals(42L, engine.eval("m = n * 2 + 2 return m"));
      assertEquals(42L, engine.get("m"));
      assertNull(engine.eval("return io"));
      assertThrows(ScriptException.class, () -> engine.eval("os.exit(1)"));
      assertThrows(ScriptException.class, () -> engine.eval("java.import('java.lang.System')"));

      var bindings = new SimpleBindings();
      bindings.put("n", 1);
      assertEquals(3L, engine.eval("m = n + 2 return m", bindings));
      assertNull(engine.eval("return io or require or load", bindings));
      assertEquals(3L, bindings.get("m"));
      var again = engine.getFactory().getScriptEngine();
      assertNull(again.eval("return io"));
      again.close();
    }
  }

  @Test
  void theSandboxEngineTakesNoWeakerOptions() {
    var factory = new LuaSandboxEngineFactory();
    assertThrows(
        IllegalArgumentException.class, () -> factory.getScriptEngine(LuaOptions.defaults()));
  }

  /** A literal of a C type opens the library inside; no script gets it by that. */
  @EachFlavour
  void literalsOpenNoLibrary(Flavour flavour) {
    var literals = List.of("1LL", "1ULL", "2i", "0x1LL", "(loadstring or load)('return 1LL')()");
    for (var literal : literals) {
      for (var preset : Sandbox.values()) {
        if (preset == Sandbox.UNTRUSTED || preset == Sandbox.TRUSTED) {
          continue;
        }
        try (var lua = LuaRuntime.builder().flavour(flavour).sandbox(preset).build()) {
          assertNoFfi(lua, literal);
        }
      }
      try (var lua =
          LuaRuntime.builder()
              .flavour(flavour)
              .libraries("java", "package", "jit", "string", "table")
              .build()) {
        assertNoFfi(lua, literal);
        lua.execute("pcall(require, 'string.buffer') pcall(java.buffer, 'int', 1)");
        assertNoFfi(lua, literal);
      }
    }
  }

  private static void assertNoFfi(LuaRuntime lua, String literal) {
    try {
      lua.execute("number = " + literal);
    } catch (LuaException e) {
      // not a literal of this version, or there is no loadstring
    }
    assertEquals(
        "nil nil false",
        lua.execute(
                "local p = package or {} "
                    + "return tostring(ffi) .. ' ' .. tostring((p.loaded or {}).ffi) .. ' ' "
                    + ".. tostring(require ~= nil and (pcall(require, 'ffi')))")
            .first(),
        literal);
  }
}
