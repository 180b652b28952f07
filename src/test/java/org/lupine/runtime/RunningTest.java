package org.lupine.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.lupine.support.Runtimes.runtime;

import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.io.TempDir;
import org.lupine.Flavour;
import org.lupine.LuaChunk;
import org.lupine.LuaRuntime;
import org.lupine.support.EachFlavour;
import org.lupine.value.ChunkMode;
import org.lupine.value.LuaException;
import org.lupine.value.LuaFunction;
import org.lupine.value.LuaString;
import org.lupine.value.LuaSyntaxException;
import org.lupine.value.LuaTable;

/** Chunks and expressions that a runtime runs. */
class RunningTest {
  // BEHAVIOURS 1, 2, 3
  @EachFlavour
  void returnsTheValuesOfAnExpression(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      assertEquals(List.of(42L), lua.eval("6*7"));
      var values = lua.eval("3, 'a', nil");
      assertEquals(Arrays.asList(3L, "a", null), values);
      assertEquals(3, values.size());
      assertEquals(3L, lua.eval("select('#', ...)", 1, null, "x").first());
      assertEquals(1L, lua.eval("select('#', ...)", (Object[]) null).first());
    }
  }

  // BEHAVIOURS 4, 5
  @EachFlavour
  void executesStatements(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      assertEquals(List.of(2L, 1L), lua.execute("local a, b = ... return b, a", 1, 2));
      assertEquals(List.of(), lua.execute("x = 1"));
      assertEquals(1L, lua.globals().get("x"));
    }
  }

  // BEHAVIOURS 7
  @EachFlavour
  void evaluatesExpressionsOnly(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      assertThrows(LuaSyntaxException.class, () -> lua.eval("x=1"));
      assertThrows(LuaSyntaxException.class, () -> lua.eval("1 x = 2"));
      assertEquals(1L, lua.eval("1 -- c").first());
      assertEquals(1L, lua.eval("1;").first());
      assertNull(lua.eval("").first());
      assertEquals(2L, lua.eval("#'ab'").first());
      assertNull(lua.globals().get("x"));
    }
  }

  // BEHAVIOURS 8
  @EachFlavour
  void worksAfterEachError(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      for (int i = 1; i <= 5; i++) {
        assertThrows(LuaSyntaxException.class, () -> lua.eval("1 +* 2"));
        assertThrows(LuaException.class, () -> lua.execute("error('no')"));
        assertEquals((long) i * 2, lua.eval("... * 2", i).first());
      }
    }
  }

  // BEHAVIOURS 10
  @EachFlavour
  void namesItsChunksAsLuaDoes(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      assertMessageBegins("m.lua:1:", () -> lua.compile("x = = 1", "@m.lua"));
      assertMessageBegins("cfg:1:", () -> lua.compile("x = = 1", "=cfg"));
      assertMessageBegins("[string \"p\"]:1:", () -> lua.compile("p p", "p"));
      assertMessageBegins("[string \"p p\"]:1:", () -> lua.compile("p p"));
      assertMessageBegins("m.lua:2:", () -> lua.eval(LuaChunk.of("1\n+ *").named("@m.lua")));
      var thrown =
          assertThrows(
              LuaSyntaxException.class,
              () -> lua.execute(LuaChunk.of("\nx = = 1").named("@m.lua")));
      assertEquals("m.lua", thrown.chunk());
      assertEquals(2, thrown.line());
    }
  }

  private static void assertMessageBegins(String begin, Runnable run) {
    var thrown = assertThrows(LuaSyntaxException.class, run::run);
    assertTrue(thrown.getMessage().startsWith(begin), thrown::getMessage);
  }

  private static byte[] dumped(LuaRuntime lua, String code) {
    var dumped = lua.eval("string.dump(...)", lua.compile(code)).first();
    return dumped instanceof LuaString bytes
        ? bytes.bytes()
        : ((String) dumped).getBytes(StandardCharsets.UTF_8);
  }

  // BEHAVIOURS 11, 12
  @EachFlavour
  void loadsOnlyWhatTheModeAllows(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      var text = LuaChunk.of("return 1");
      var binary = LuaChunk.of(dumped(lua, "return 2"));

      assertEquals(1L, lua.execute(text).first());
      assertEquals(1L, lua.execute(text.mode(ChunkMode.ANY)).first());
      assertEquals(2L, lua.execute(binary.mode(ChunkMode.BINARY)).first());
      assertEquals(2L, lua.execute(binary.mode(ChunkMode.ANY)).first());
      assertMessageHas("text chunk", () -> lua.execute(text.mode(ChunkMode.BINARY)));
      assertMessageHas("text chunk", () -> lua.compile(text.mode(ChunkMode.BINARY)));
      assertMessageHas("binary chunk", () -> lua.execute(binary));
      assertMessageHas("binary chunk", () -> lua.compile(binary.mode(ChunkMode.TEXT)));
      assertThrows(
          LuaSyntaxException.class, () -> lua.eval(LuaChunk.of("1").mode(ChunkMode.BINARY)));
      if (flavour != Flavour.LUA51) {
        assertEquals(true, lua.eval("load('return 1', '=x', 'b') == nil").first());
      }
    }
  }

  private static void assertMessageHas(String part, Runnable run) {
    var thrown = assertThrows(LuaSyntaxException.class, run::run);
    assertTrue(thrown.getMessage().contains(part), thrown::getMessage);
  }

  // BEHAVIOURS 13
  @EachFlavour
  void compilesToAFunction(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      var function = lua.compile("return ...+1");

      assertEquals(2L, function.call(1).first());
      assertEquals(6L, function.call(5).first());
    }
  }

  // BEHAVIOURS 14
  @EachFlavour
  void runsItsOwnBytecodeOnly(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      var code = dumped(lua, "return ... + 1");

      assertEquals(6L, lua.compile(code, "dumped").call(5).first());
      for (var other : Flavour.values()) {
        if (other != flavour) {
          try (var stranger = runtime(other)) {
            assertThrows(LuaSyntaxException.class, () -> stranger.compile(code, "dumped"));
            assertEquals(1L, stranger.eval("1").first());
          }
        }
      }
    }
  }

  // BEHAVIOURS 15
  @EachFlavour
  void keepsGlobalsAndDropsLocals(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      lua.execute("g=1; local l=2");

      assertEquals(1L, lua.eval("g").first());
      assertNull(lua.eval("l").first());
    }
  }

  // BEHAVIOURS 16, 17
  @EachFlavour
  void recursesInLuaAndThroughJava(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      lua.execute("function fib(n) if n < 2 then return n end return fib(n - 1) + fib(n - 2) end");
      assertEquals(610L, ((LuaFunction) lua.globals().get("fib")).call(15).first());

      lua.globals().put("less", (Function<Long, Object>) n -> n - 1);
      lua.execute(
          "function fib(n) if n < 2 then return n end"
              + " return fib(less(n)) + fib(less(less(n))) end");
      assertEquals(610L, lua.eval("fib(15)").first());
    }
  }

  // BEHAVIOURS 20, 21
  @EachFlavour
  void showsItsGlobals(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      lua.globals().put("k", 5);

      assertEquals(5L, lua.eval("k").first());
      assertEquals(true, lua.eval("rawequal(..., _G)", lua.globals()).first());
      var string = (LuaTable) lua.globals().get("string");
      assertEquals("AB", ((LuaFunction) string.get("upper")).call("ab").first());
    }
  }

  // BEHAVIOURS 24
  @EachFlavour
  void skipsAByteOrderMarkAndAShebang(Flavour flavour, @TempDir Path folder) throws Exception {
    var shell = "#!/usr/bin/env lua\nlocal x = 1\nerror('here')";
    var marked = "\uFEFF" + shell;
    try (var lua = runtime(flavour)) {
      for (var text : List.of(shell, marked)) {
        var file = Files.writeString(folder.resolve("m.lua"), text);
        for (var chunk :
            List.of(
                LuaChunk.of(text).named("@m.lua"),
                LuaChunk.of(new StringReader(text)).named("@m.lua"),
                LuaChunk.of(text.getBytes(StandardCharsets.UTF_8)).named("@m.lua"),
                LuaChunk.of(file))) {
          var thrown = assertThrows(LuaException.class, () -> lua.execute(chunk));
          assertEquals(3, thrown.line());
          assertTrue(thrown.chunk().endsWith("m.lua"), thrown::chunk);
        }
      }
      assertEquals(2L, lua.execute("\uFEFFreturn 2").first());
      assertEquals(2L, lua.eval("\uFEFF2").first());
      assertEquals(2L, lua.eval("#!lua\n2").first());
      assertEquals(List.of(), lua.execute("#"));

      var code = dumped(lua, "return 3");
      var behind = Arrays.copyOf("#!lua\n".getBytes(StandardCharsets.US_ASCII), 6 + code.length);
      System.arraycopy(code, 0, behind, 6, code.length);
      assertEquals(3L, lua.execute(LuaChunk.of(behind).mode(ChunkMode.BINARY)).first());
    }
  }

  // BEHAVIOURS 207
  @EachFlavour
  void readsSourcesOfAllKinds(Flavour flavour, @TempDir Path folder) throws Exception {
    var text = "local a = ... return a, 'ä€'";
    var file = Files.writeString(folder.resolve("source.lua"), text);
    try (var lua = runtime(flavour)) {
      for (var chunk :
          List.of(
              LuaChunk.of(text),
              LuaChunk.of(new StringReader(text)),
              LuaChunk.of(text.getBytes(StandardCharsets.UTF_8)),
              LuaChunk.of(file))) {
        assertEquals(List.of(7L, "ä€"), lua.execute(chunk, 7));
        assertEquals(List.of(8L, "ä€"), lua.compile(chunk).call(8));
      }
      assertEquals("@" + file, lua.compile(LuaChunk.of(file)).info().source());
      assertThrows(java.io.IOException.class, () -> LuaChunk.of(folder.resolve("none.lua")));
    }
  }

  // BEHAVIOURS 25
  @EachFlavour
  void runsInAnEnvironment(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      var environment = (LuaTable) lua.eval("{y = 5}").first();
      var chunk =
          LuaChunk.of("x = y + (...) function f() z = x return z end return print")
              .environment(environment);

      assertNull(lua.execute(chunk, 1).first());
      assertEquals(6L, environment.get("x"));
      assertEquals(6L, ((LuaFunction) environment.get("f")).call().first());
      assertEquals(6L, environment.get("z"));
      for (var name : List.of("x", "y", "z", "f")) {
        assertNull(lua.globals().get(name), name);
      }
      assertEquals(6L, lua.eval(LuaChunk.of("x").environment(environment)).first());
      assertNull(lua.eval("x").first());
    }
  }

  // BEHAVIOURS 25
  @EachFlavour
  void compilesInAnEnvironment(Flavour flavour) {
    try (var lua = runtime(flavour);
        var other = runtime(flavour)) {
      var source = LuaChunk.of("n = (n or 0) + 1 return n");
      var first = (LuaTable) lua.eval("{}").first();
      var second = (LuaTable) lua.eval("setmetatable({}, {__index = _G})").first();
      lua.globals().put("n", 40);
      var a = lua.compile(source.environment(first));
      var b = lua.compile(source.environment(second));
      var plain = lua.compile(source);

      assertEquals(1L, a.call().first());
      assertEquals(2L, a.call().first());
      assertEquals(41L, b.call().first());
      assertEquals(41L, plain.call().first());
      assertEquals(2L, first.get("n"));
      assertEquals(41L, second.rawGet("n"));
      assertThrows(LuaException.class, () -> other.execute(source.environment(first)));
      assertThrows(LuaException.class, () -> other.compile(source.environment(first)));
      assertEquals(1L, other.execute(source).first());
    }
  }

  // BEHAVIOURS 25: one chunk with different globals in turn
  @EachFlavour
  void forgetsAnEnvironmentAfterTheRun(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      var environment = (LuaTable) lua.eval("{}").first();
      for (int i = 0; i < 3; i++) {
        lua.execute("v = ...", i);
        lua.execute(LuaChunk.of("v = ...").environment(environment), "other");
        assertEquals((long) i, lua.eval("v").first());
      }
      assertEquals("other", environment.get("v"));
      assertThrows(
          LuaSyntaxException.class,
          () -> lua.execute(LuaChunk.of("v = = 1").environment(environment)));
    }
  }

  // BEHAVIOURS 37
  @EachFlavour
  void knowsTheSyntaxOfItsVersion(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      assertSpeaks(lua, flavour.integers(), "return 7 // 2 == 3 and 6 & 3 == 2");
      assertSpeaks(lua, flavour != Flavour.LUA51, "goto done ::done:: return true");
      assertSpeaks(
          lua,
          flavour == Flavour.LUA54 || flavour == Flavour.LUA55,
          "local x <const> = 1 local y <close> = nil return true");
      assertSpeaks(lua, flavour == Flavour.LUA55, "global x x = 1 return x == 1");
    }
  }

  private static void assertSpeaks(LuaRuntime lua, boolean speaks, String text) {
    if (speaks) {
      assertEquals(true, lua.execute(text).first(), text);
    } else {
      assertThrows(LuaSyntaxException.class, () -> lua.execute(text), text);
    }
  }
}
