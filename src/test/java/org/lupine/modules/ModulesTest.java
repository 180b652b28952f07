package org.lupine.modules;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.lupine.support.Runtimes.state;

import java.io.File;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.lupine.Flavour;
import org.lupine.LuaModule;
import org.lupine.LuaRuntime;
import org.lupine.ModuleSource;
import org.lupine.Sandbox;
import org.lupine.access.HostAccess;
import org.lupine.support.EachFlavour;
import org.lupine.value.LuaException;
import org.lupine.value.LuaString;
import org.lupine.value.LuaTable;

/** How require finds modules. */
class ModulesTest {
  @TempDir private Path folder;

  private static LuaRuntime runtime(Flavour flavour, ModuleSource... sources) {
    return LuaRuntime.builder().flavour(flavour).modules(sources).build();
  }

  private Path write(String file, String text) throws IOException {
    var path = folder.resolve(file);
    Files.createDirectories(path.getParent());
    return Files.writeString(path, text);
  }

  private static ModuleSource texts(Map<String, String> texts) {
    return ModuleSource.function("texts", texts::get);
  }

  private static boolean atLeast(Flavour flavour, Flavour other) {
    return flavour != Flavour.LUAJIT && flavour.compareTo(other) >= 0;
  }

  // BEHAVIOURS 18
  @EachFlavour
  void returnsTheLibraryTable(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      assertEquals(true, lua.eval("rawequal(math, ...)", lua.require("math")).first());
    }
  }

  // BEHAVIOURS 18
  @EachFlavour
  void returnsTheModuleAlone(Flavour flavour) throws IOException {
    write("sum.lua", "return {two = 1 + 1}");
    try (var lua = runtime(flavour, ModuleSource.folder(folder))) {
      var first = lua.require("sum");
      var later = lua.require("sum");

      assertEquals(2L, assertInstanceOf(LuaTable.class, first).get("two"));
      assertEquals(first, later);
      assertEquals(true, lua.eval("require 'sum' == ...", first).first());
    }
  }

  @EachFlavour
  void returnsTheModuleAloneFromLuasOwnPlaces(Flavour flavour) throws IOException {
    write("own.lua", "return {...}");
    try (var lua = runtime(flavour)) {
      lua.execute("package.path = ...", folder + File.separator + "?.lua");

      assertEquals("own", ((LuaTable) lua.require("own")).get(1));
    }
  }

  /** Returns the message for a missing file, or one whose name this platform cannot encode. */
  private String noFile(String name) {
    try {
      return "no file '" + folder.resolve(name) + "'";
    } catch (InvalidPathException e) {
      return "no file '" + name + "' below '" + folder.toAbsolutePath().normalize() + "'";
    }
  }

  // BEHAVIOURS 19
  @EachFlavour
  void namesTheModuleAndEveryPlaceSearched(Flavour flavour) {
    try (var lua =
        runtime(
            flavour,
            ModuleSource.classPath(),
            ModuleSource.folder(folder),
            ModuleSource.function("the attic", name -> null))) {
      var thrown = assertThrows(LuaException.class, () -> lua.require("nö.such"));

      var lines = thrown.getMessage().lines().map(String::strip).toList();
      assertEquals("module 'nö.such' not found:", lines.get(0));
      for (var place :
          List.of(
              "no field package.preload['nö.such']",
              "no resource 'nö/such.lua' on the class path",
              "no resource 'nö/such/init.lua' on the class path",
              noFile("nö/such.lua"),
              noFile("nö/such/init.lua"),
              "no module 'nö.such' of the attic",
              "no file './nö/such.lua'".replace("/", File.separator),
              "no C modules: they are off in this runtime")) {
        assertTrue(lines.contains(place), () -> "no '" + place + "' in " + thrown.getMessage());
      }
      assertEquals(lines.size(), lines.stream().distinct().count(), thrown::getMessage);
      assertFalse(lines.contains(""), thrown::getMessage);
    }
  }

  // BEHAVIOURS 19
  @EachFlavour
  void keepsNamesIntactInEveryCharset(Flavour flavour) {
    for (var charset : new java.nio.charset.Charset[] {StandardCharsets.ISO_8859_1, null}) {
      try (var lua =
          LuaRuntime.builder()
              .flavour(flavour)
              .charset(charset)
              .modules(texts(Map.of("nö", "return ...")))
              .build()) {
        assertEquals(
            charset == null ? LuaString.of("nö".getBytes(StandardCharsets.UTF_8)) : "nö",
            lua.require("nö"));
        var thrown = assertThrows(LuaException.class, () -> lua.require("ä"));
        assertTrue(thrown.getMessage().contains("no module 'ä' of texts"), thrown::getMessage);
      }
    }
  }

  // BEHAVIOURS 249
  @EachFlavour
  void asksLoadedThenPreloadThenTheSourcesThenLua(Flavour flavour) throws IOException {
    write("a.lua", "return 'Lua'");
    write("e.lua", "return 'Lua'");
    try (var lua =
        runtime(
            flavour,
            texts(Map.of("a", "return 'first'", "c", "return 'first'", "d", "return 'first'")),
            texts(Map.of("a", "return 'second'", "b", "return 'second'")))) {
      lua.execute(
          "package.path = ... .. '/?.lua'\n"
              + "package.loaded.c = 'loaded' package.preload.c = function() return 'no' end\n"
              + "package.preload.d = function() return 'preloaded' end",
          folder.toString());

      assertEquals("first", lua.require("a"));
      assertEquals("second", lua.require("b"));
      assertEquals("loaded", lua.require("c"));
      assertEquals("preloaded", lua.require("d"));
      assertEquals("Lua", lua.require("e"));
    }
  }

  @EachFlavour
  void loadsAModuleOnceUntilItIsForgotten(Flavour flavour) {
    var asked = new ArrayList<String>();
    ModuleSource source =
        (name, places) -> {
          asked.add(name);
          return name.startsWith("m") ? LuaModule.text("return {}", name) : null;
        };
    try (var lua = runtime(flavour, source)) {
      assertEquals(lua.require("m1"), lua.require("m1"));
      assertEquals(List.of("m1"), asked);

      lua.execute("package.loaded.m1 = nil require 'm1' require 'm2'");

      assertEquals(List.of("m1", "m1", "m2"), asked);
    }
  }

  // BEHAVIOURS 249
  @EachFlavour
  void findsDottedNamesInFolders(Flavour flavour) throws IOException {
    write("a/b.lua", "return 'a/b.lua'");
    write("a/init.lua", "return 'a/init.lua'");
    write("a/b/init.lua", "return 'a/b/init.lua'");
    try (var loader = new URLClassLoader(new URL[] {folder.toUri().toURL()}, null);
        var files = runtime(flavour, ModuleSource.folder(folder));
        var resources = runtime(flavour, ModuleSource.classPath(loader))) {
      for (var lua : List.of(files, resources)) {
        assertEquals("a/b.lua", lua.require("a.b"));
        assertEquals("a/init.lua", lua.require("a"));
        assertThrows(LuaException.class, () -> lua.require("a.c"));
      }
    }
  }

  @EachFlavour
  void neverLeavesItsFolder(Flavour flavour) throws IOException {
    var inner = Files.createDirectories(folder.resolve("inner"));
    var secret = write("secret.lua", "return 'secret'");
    var name = secret.toString().replaceFirst("\\.lua$", "");
    try (var lua = runtime(flavour, ModuleSource.folder(inner))) {
      lua.execute("package.path = ''");

      for (var each : List.of("../secret", name, "x/../../secret", "\0")) {
        assertThrows(LuaException.class, () -> lua.require(each));
      }
    }
  }

  /** The loader gets name and origin since 5.2, the caller of require the origin since 5.4. */
  @EachFlavour
  void tellsWhereAModuleCameFromAsTheVersionDoes(Flavour flavour) throws IOException {
    var file = write("m.lua", "return {...}");
    try (var lua = runtime(flavour, ModuleSource.folder(folder))) {
      var given = (LuaTable) lua.require("m");

      assertEquals("m", given.get(1));
      assertEquals(atLeast(flavour, Flavour.LUA52) ? file.toString() : null, given.get(2));
      lua.execute("package.loaded.m = nil");
      var results = lua.eval("require 'm'");
      assertEquals(atLeast(flavour, Flavour.LUA54) ? 2 : 1, results.size());
      assertEquals(
          atLeast(flavour, Flavour.LUA54) ? file.toString() : null,
          results.size() == 2 ? results.get(1) : null);
    }
  }

  @EachFlavour
  void takesJavaObjectsAsModules(Flavour flavour) {
    var config = new StringBuilder("a");
    ModuleSource source =
        (name, places) -> name.equals("config") ? LuaModule.value(config, "the program") : null;
    try (var lua = runtime(flavour, source)) {
      assertSame(config, lua.require("config"));
      assertEquals("ab", lua.eval("require('config'):append('b'):toString()").first());
    }
  }

  @EachFlavour
  void saysWhatIsWrongWithAModule(Flavour flavour) {
    try (var lua =
        runtime(
            flavour, texts(Map.of("misspelt", "local a\n= = 1", "raises", "\nerror 'no luck'")))) {
      var syntax = assertThrows(LuaException.class, () -> lua.require("misspelt"));
      assertTrue(
          syntax
              .getMessage()
              .startsWith(
                  "error loading module 'misspelt' from "
                      + "'texts:misspelt':\n\ttexts:misspelt:2:"),
          syntax::getMessage);

      var raised = assertThrows(LuaException.class, () -> lua.require("raises"));
      assertTrue(raised.getMessage().startsWith("texts:raises:2: no luck"), raised::getMessage);
      assertEquals(2, raised.line());
      assertEquals(1L, lua.eval("1").first());
    }
  }

  @EachFlavour
  void failsWithWhatASourceThrows(Flavour flavour) {
    var boom = new IOException("boom");
    ModuleSource source =
        (name, places) -> {
          throw boom;
        };
    try (var lua = runtime(flavour, source)) {
      assertSame(boom, assertThrows(LuaException.class, () -> lua.require("m")).getCause());
      assertEquals(true, lua.eval("select(2, pcall(require, 'm')) == ...", boom).first());
    }
  }

  @EachFlavour
  void loadsSourceWithAMarkOrAHashLineButNoBytecode(Flavour flavour) throws IOException {
    write("mark.lua", "\uFEFF#!/bin/lua\nreturn 'marked'");
    try (var lua = runtime(flavour, ModuleSource.folder(folder));
        var bytes = LuaRuntime.builder().flavour(flavour).charset(null).build()) {
      var code = bytes.eval("string.dump((loadstring or load)('return 1'))").first();
      Files.write(folder.resolve("code.lua"), ((LuaString) code).bytes());

      assertEquals("marked", lua.require("mark"));
      var thrown = assertThrows(LuaException.class, () -> lua.require("code"));
      assertTrue(
          thrown.getMessage().contains("attempt to load a binary chunk"), thrown::getMessage);
    }
  }

  /** One crossing for require, one upcall for the search. */
  @EachFlavour
  void searchesInOneCrossing(Flavour flavour) {
    try (var lua = runtime(flavour, texts(Map.of()), texts(Map.of("m", "return 1")))) {
      lua.require("math");
      lua.require("math"); // Lua gets to know the name "require"
      int before = state(lua).crossings();

      lua.require("m");

      assertEquals(before + 2, state(lua).crossings());
    }
  }

  @EachFlavour
  void usesTheClassPathByDefault(Flavour flavour) throws IOException {
    write("resource.lua", "return 'found'");
    try (var loader = new URLClassLoader(new URL[] {folder.toUri().toURL()}, null);
        var lua = LuaRuntime.builder().flavour(flavour).classLoader(loader).build();
        var none =
            LuaRuntime.builder()
                .flavour(flavour)
                .classLoader(loader)
                .hostAccess(HostAccess.NONE)
                .build();
        var own = LuaRuntime.builder().flavour(flavour).classLoader(loader).modules().build()) {
      assertEquals("found", lua.require("resource"));
      for (var each : List.of(none, own)) {
        var thrown = assertThrows(LuaException.class, () -> each.require("resource"));
        assertFalse(thrown.getMessage().contains("class path"), thrown::getMessage);
      }
    }
  }

  /** A preset with require but without files searches the sources of the program only. */
  @EachFlavour
  void findsOnlyTheSourcesUnderAPreset(Flavour flavour) {
    try (var lua =
        LuaRuntime.builder()
            .flavour(flavour)
            .sandbox(Sandbox.CONSTRAINED)
            .modules(texts(Map.of("m", "return 'found'")))
            .build()) {
      assertEquals("found", lua.require("m"));
      var thrown = assertThrows(LuaException.class, () -> lua.require("other"));
      assertTrue(thrown.getMessage().contains("no module 'other' of texts"), thrown::getMessage);
      assertFalse(thrown.getMessage().contains(".lua"), thrown::getMessage);
    }
    var builder =
        LuaRuntime.builder().flavour(flavour).sandbox(Sandbox.CONSTRAINED).nativeModules(true);
    assertThrows(IllegalArgumentException.class, builder::build);
  }

  @EachFlavour
  void loadsNoNativeCodeUnlessAllowed(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      var loaded = lua.eval("package.loadlib('libc.so.6', 'printf')");
      assertNull(loaded.get(0));
      assertEquals(List.of("C modules are off in this runtime", "absent"), loaded.subList(1, 3));
    }
  }

  @EachFlavour
  void needsTheLibraryPackage(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      lua.execute("require = nil");

      var thrown = assertThrows(LuaException.class, () -> lua.require("math"));
      assertEquals("no function 'require' in this runtime", thrown.getMessage());
    }
  }
}
