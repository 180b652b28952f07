package org.lupine.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lupine.Flavour;
import org.lupine.support.ChildProcess;
import org.lupine.support.EachFlavour;

/** The command line, each time in a JVM of its own. */
class LauncherTest {
  @TempDir Path temp;

  @EachFlavour
  void runsTheTour(Flavour flavour) {
    var tour = Path.of("examples", "tour.lua").toAbsolutePath().toString();

    var child = lua("", "-f", flavour.id(), tour, "Ann");

    assertAll(
        () -> assertEquals(0, child.status(), child.err()),
        () -> assertTrue(child.out().contains("Hello, Ann!\n"), child.out()),
        () -> assertTrue(child.out().contains("initials: ü d F\n"), child.out()),
        () -> assertTrue(child.out().contains("by length: [Io, "), child.out()));
  }

  @Test
  void runsStatementsInOrderAndThenTheScript() throws IOException {
    var script = script("print(x, ...)");

    assertOut("first\n2\ta\tb\n", lua("", "-e", "print 'first'", "-e", "x = 2", script, "a", "b"));
  }

  @Test
  void readsTheScriptFromStandardInput() {
    assertOut("3\n", lua("print(1 + 2)"));
    assertOut("a\n", lua("print(...)", "-", "a"));
  }

  @Test
  void letsAScriptReadStandardInput() {
    assertOut("name? Ann", lua("Ann\n", "-e", "io.write('name? ') io.write(io.read())"));
  }

  @Test
  void takesAFlavourByAnyOfItsNames() {
    assertOut("Lua 5.4\n", lua("", "-f", "5.4", "-e", "print(_VERSION)"));
    assertOut("Lua 5.4\n", lua("", "-f", "lua5.4", "-e", "print(_VERSION)"));

    var child = lua("", "-f", "lua4", "-e", "");
    assertEquals(1, child.status());
    assertEquals(
        "lua: no engine 'lua4'; there are lua, lua51, lua52, lua53, lua54, lua55, luajit, "
            + "lua-sandbox\n",
        child.err());
  }

  @Test
  void namesFileAndLineAndFramesOfAnError() throws IOException {
    var script = script("local function f()\n  error('boom')\nend\nf()");

    var child = lua("", script);

    assertAll(
        () -> assertEquals(1, child.status()),
        () -> assertEquals("", child.out()),
        () ->
            assertTrue(
                child.err().startsWith("lua: boom in " + script + " at line number 2\n"),
                child.err()),
        () -> assertTrue(child.err().contains("\t" + script + ":2: in "), child.err()),
        () -> assertTrue(child.err().contains("\t" + script + ":4: in main chunk\n"), child.err()));
  }

  @Test
  void namesFileAndLineOfASyntaxError() throws IOException {
    var script = script("\nlocal = 1");

    var child = lua("", script);

    assertEquals(1, child.status());
    assertTrue(child.err().contains(" in " + script + " at line number 2\n"), child.err());
  }

  // Regression: only a line with "#!" was skipped
  @Test
  void skipsAnyFirstLineWithANumberSign() throws IOException {
    for (var first : List.of("#!/usr/bin/lua", "# a comment", "#", "\uFEFF# a comment")) {
      var child = lua("", script(first + "\nprint(1 + 2)\nerror('boom')"));

      assertEquals("3\n", child.out(), first);
      assertTrue(child.err().contains(" at line number 3\n"), child::err);
      assertOut("3\n", lua(first + "\nprint(1 + 2)"));
    }
    assertOut("", lua("", script("# all of it")));
    assertTrue(lua("", script("\n# a comment")).err().contains(" at line number 2\n"));
  }

  @EachFlavour
  void takesThePathsOfTheEnvironmentWithoutAPreset(Flavour flavour) throws IOException {
    var named = flavour != Flavour.LUA51 && flavour != Flavour.LUAJIT;
    var version = "_5_" + flavour.branch().substring(2);
    for (var folder : List.of("plain", "named")) {
      Files.createDirectories(temp.resolve(folder));
      Files.writeString(temp.resolve(folder).resolve("mine.lua"), "return '" + folder + "'");
    }
    var plain =
        Map.of(
            "LUA_PATH", template("plain", "?.lua") + ";;", "LUA_CPATH", template("plain", "?.so"));
    var both = new HashMap<>(plain);
    both.put("LUA_PATH" + version, template("named", "?.lua"));
    both.put("LUA_CPATH" + version, template("named", "?.so"));
    var print =
        new String[] {
          "-f",
          flavour.id(),
          "-e",
          "print((require 'mine'))",
          "-e",
          "print(package.cpath)",
          "-e",
          "print(package.path:find('.' .. package.config:sub(1, 1) .. '?.lua', 1, true) ~= nil)"
        };

    assertOut("plain\n" + template("plain", "?.so") + "\ntrue\n", lua(plain, List.of(), "", print));
    var folder = named ? "named" : "plain";
    assertOut(
        folder + "\n" + template(folder, "?.so") + "\n" + !named + "\n",
        lua(both, List.of(), "", print));
    for (var preset : List.of("constrained", "sandbox")) {
      assertOut(
          "nil\nfalse\nfalse\n",
          lua(
              both,
              List.of("-Dlupine.sandbox=" + preset),
              "",
              "-f",
              flavour.id(),
              "-e",
              "print(package)",
              "-e",
              "local ok, e = pcall(require or error, 'mine') print(ok) e = tostring(e)"
                  + " print(e:find('plain', 1, true) ~= nil or e:find('named', 1, true) ~= nil)"));
    }
  }

  /** Returns a template of Lua's path; on Windows it is no path itself. */
  private String template(String folder, String file) {
    return temp.resolve(folder) + File.separator + file;
  }

  @Test
  void exitsAsTheScriptSays() {
    var child = lua("", "-e", "io.write('out') os.exit(7)");

    assertEquals(7, child.status());
    assertEquals("out", child.out());
    assertEquals("", child.err());
    assertEquals(0, lua("", "-e", "os.exit(true) error('not reached')").status());
  }

  @Test
  void saysWhatIsWrongWithTheArguments() {
    var none = lua("", temp.resolve("none.lua").toString());
    assertEquals(1, none.status());
    assertEquals("lua: cannot read " + temp.resolve("none.lua") + "\n", none.err());

    assertTrue(lua("", "-x").err().startsWith("lua: no option '-x'\nusage: "));
    assertTrue(lua("", "-e").err().startsWith("lua: '-e' needs an argument\nusage: "));
    assertTrue(lua("", "--help").out().startsWith("usage: "));
  }

  @EachFlavour
  void passesBytesAsTheyAre(Flavour flavour) throws Exception {
    var bytes = new byte[] {'a', (byte) 0xE9, (byte) 0xC3, '\n', 0, (byte) 0xFF, (byte) 0xE9};
    var script =
        Files.write(
            temp.resolve("raw.lua"),
            concatenated(
                "# for the shell\nlocal s = '".getBytes(ISO_8859_1),
                new byte[] {(byte) 0xE9},
                "' io.write(#s, s, io.read('*l'), '|', io.read('*a')) io.stderr:write(s)"
                    .getBytes(ISO_8859_1)));
    var process = start(temp.resolve("err"), "-f", flavour.id(), script.toString());
    try (var in = process.getOutputStream()) {
      in.write(bytes);
    }

    assertArrayEquals(
        concatenated(
            new byte[] {'1', (byte) 0xE9},
            Arrays.copyOf(bytes, 3),
            new byte[] {'|'},
            Arrays.copyOfRange(bytes, 4, 7)),
        process.getInputStream().readAllBytes());
    assertEquals(0, process.waitFor());
    assertArrayEquals(new byte[] {(byte) 0xE9}, Files.readAllBytes(temp.resolve("err")));
  }

  @EachFlavour
  void endsQuietlyOnABrokenPipe(Flavour flavour) throws Exception {
    for (var loop :
        List.of(
            "while true do pcall(print, 'x') end",
            "while true do pcall(io.write, 'x', '\\n') end")) {
      var process = start(temp.resolve("err"), "-f", flavour.id(), "-e", loop);
      process.getOutputStream().close();
      assertEquals('x', process.getInputStream().read());
      process.getInputStream().close();

      assertTrue(process.waitFor(60, TimeUnit.SECONDS), loop);
      assertEquals(128 + 13, process.exitValue(), loop);
      assertEquals("", Files.readString(temp.resolve("err")), loop);
    }
  }

  private static byte[] concatenated(byte[]... parts) {
    var all = new ByteArrayOutputStream();
    for (var each : parts) {
      all.writeBytes(each);
    }
    return all.toByteArray();
  }

  private static void assertOut(String expected, ChildProcess child) {
    assertEquals(expected, child.out(), child.err());
    assertEquals(0, child.status(), child.err());
  }

  private String script(String text) throws IOException {
    return Files.writeString(temp.resolve("script.lua"), text).toString();
  }

  private ChildProcess lua(String input, String... args) {
    return lua(Map.of(), List.of(), input, args);
  }

  private ChildProcess lua(
      Map<String, String> environment, List<String> options, String input, String... args) {
    return ChildProcess.run(
        temp, environment, Duration.ofMinutes(1), input, command(options, args));
  }

  private Process start(Path errors, String... args) throws IOException {
    return new ProcessBuilder(command(List.of(), args))
        .directory(temp.toFile())
        .redirectError(errors.toFile())
        .start();
  }

  private static List<String> command(List<String> options, String... args) {
    var all = new ArrayList<>(List.of("-XX:TieredStopAtLevel=1"));
    all.addAll(options);
    var classes = ChildProcess.location(Launcher.class).toString();
    return ChildProcess.java(all, classes, Launcher.class.getName(), args);
  }
}
