package org.lupine.modules;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.lupine.Flavour;
import org.lupine.LuaRuntime;
import org.lupine.support.EachFlavour;
import org.lupine.support.Packages;
import org.lupine.value.LuaException;

/** C modules of the distribution, in every flavour that has them. */
@EnabledOnOs(value = OS.LINUX, disabledReason = "there are C modules on Linux alone")
class NativeModulesIT {
  /** The flavour's runtime, with this module; null if it is not packaged for it. */
  private static LuaRuntime with(Flavour flavour, String module, String file) {
    var lua = Packages.runtime(flavour);
    if (Files.exists(Packages.natives(flavour).resolve(file))) {
      lua.globals().put("m", lua.require(module));
      return lua;
    }
    try (lua) {
      assertFalse(hasToBe(flavour, module), flavour + " has no " + module);
      var thrown = assertThrows(LuaException.class, () -> lua.require(module));
      assertTrue(thrown.getMessage().contains("not found"), thrown::getMessage);
      return null;
    }
  }

  /** What the oldest distribution has that we know of. */
  private static boolean hasToBe(Flavour flavour, String module) {
    return flavour != Flavour.LUA55 && (!module.equals("posix") || flavour != Flavour.LUA54);
  }

  // BEHAVIOURS 195
  @EachFlavour
  void cjson(Flavour flavour) {
    try (var lua = with(flavour, "cjson", "cjson.so")) {
      if (lua != null) {
        assertEquals(
            List.of("ä€", 3L, true),
            lua.execute(
                "local t = m.decode('{\"a\": [\"\\\\u00e4€\", 2, null]}').a "
                    + "return t[1], #t, t[3] == m.null"));
        assertEquals("[1,\"a\",{}]", lua.eval("m.encode{1, 'a', {}}").first());
        assertTrue(
            assertThrows(LuaException.class, () -> lua.eval("m.decode('{')"))
                .getMessage()
                .contains("Expected object key string"));
      }
    }
  }

  @EachFlavour
  void lpeg(Flavour flavour) {
    try (var lua = with(flavour, "lpeg", "lpeg.so")) {
      if (lua != null) {
        assertEquals(
            List.of(1L, 22L, 333L),
            lua.execute(
                "local number = m.R'09'^1 / tonumber\n"
                    + "local list = m.Ct(number * (m.P',' * m.S' '^0 * number)^0)\n"
                    + "local t = list:match('1, 22,333') return t[1], t[2], t[3]"));
        assertEquals(
            "((a)(b))",
            lua.execute(
                    "local V, P = m.V, m.P\n"
                        + "local g = P{'list', list = m.C(P'(' * (V'list' + P(1) - P')')^0 * P')')}\n"
                        + "return (g:match('((a)(b))x'))")
                .first());
      }
    }
  }

  /** The distribution's buffers are larger than ours, and are filled by both sides. */
  @EachFlavour
  void lpegWithLongTexts(Flavour flavour) {
    try (var lua = with(flavour, "lpeg", "lpeg.so")) {
      if (lua != null) {
        for (int length = 100; length <= 100_000; length *= 10) {
          var text = "ab".repeat(length);
          assertEquals(
              text.replace("b", "<b>"),
              lua.eval("m.Cs((m.P'b' / '<%0>' + 1)^0):match((...))", text).first());
        }
        assertEquals(
            "ab".repeat(100).replace("b", "x".repeat(2000)),
            lua.eval("m.Cs((m.P'b' / ('x'):rep(2000) + 1)^0):match((...))", "ab".repeat(100))
                .first());
      }
    }
  }

  @EachFlavour
  void lfs(Flavour flavour, @TempDir Path folder) throws Exception {
    Files.writeString(folder.resolve("file"), "12345");
    try (var lua = with(flavour, "lfs", "lfs.so")) {
      if (lua != null) {
        lua.globals().put("folder", folder.toString());
        assertEquals(
            List.of("directory", 5L),
            lua.eval("m.attributes(folder, 'mode'), m.attributes(folder .. '/file', 'size')"));
        assertEquals(
            ". .. file",
            lua.execute(
                    "local names = {}\n"
                        + "for name in m.dir(folder) do names[#names + 1] = name end\n"
                        + "table.sort(names) return table.concat(names, ' ')")
                .first());
        assertEquals(true, lua.eval("m.mkdir(folder .. '/made')").first());
        assertTrue(Files.isDirectory(folder.resolve("made")));
      }
    }
  }

  /** A conversation over the loopback, C and text of one package together. */
  @EachFlavour
  void socket(Flavour flavour) {
    try (var lua = with(flavour, "socket", "socket/core.so")) {
      if (lua != null) {
        assertEquals(
            List.of("hello", "HELLO"),
            lua.execute(
                "local server = assert(m.bind('127.0.0.1', 0))\n"
                    + "server:settimeout(10)\n"
                    + "local _, port = server:getsockname()\n"
                    + "local client = assert(m.connect('127.0.0.1', port))\n"
                    + "client:settimeout(10)\n"
                    + "local peer = assert(server:accept())\n"
                    + "peer:settimeout(10)\n"
                    + "assert(client:send('hello\\n'))\n"
                    + "local line = assert(peer:receive())\n"
                    + "assert(peer:send(line:upper() .. '\\n'))\n"
                    + "local answer = assert(client:receive())\n"
                    + "client:close() peer:close() server:close()\n"
                    + "return line, answer"));
      }
    }
  }

  @EachFlavour
  void posix(Flavour flavour) {
    try (var lua = with(flavour, "posix", "posix.so")) {
      if (lua != null) {
        assertEquals(
            ProcessHandle.current().pid(),
            ((Number) lua.eval("m.getpid('pid')").first()).longValue());
        assertEquals(
            List.of("lua", "directory"), lua.eval("m.basename('/a/b/lua'), m.stat('/', 'type')"));
      }
    }
  }

  /** One JVM, one file for two flavours, and a state of each that calls the other's. */
  @Test
  void serveFlavoursSideBySide() {
    try (var old = Packages.runtime(Flavour.LUA51);
        var jit = Packages.runtime(Flavour.LUAJIT);
        var newer = Packages.runtime(Flavour.LUA54)) {
      for (var lua : List.of(old, jit, newer)) {
        lua.execute("cjson, lpeg = require 'cjson', require 'lpeg'");
      }
      old.globals()
          .put(
              "inner",
              (java.util.function.Function<Object, Object>)
                  text -> newer.eval("cjson.decode(...).n", text).first());
      jit.globals()
          .put(
              "inner",
              (java.util.function.Function<Object, Object>)
                  text -> old.eval("cjson.decode('[' .. inner(...) .. ']')[1] + 1", text).first());

      for (int i = 0; i < 100; i++) {
        assertEquals(
            i + 2L, ((Number) jit.eval("inner(cjson.encode{n = ... + 1})", i).first()).longValue());
      }
    }
  }
}
