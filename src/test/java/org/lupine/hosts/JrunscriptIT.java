package org.lupine.hosts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.lupine.support.ChildProcess;

/** The JDK's own shell for scripts, of each JDK of this machine. */
class JrunscriptIT {
  private static final String LANGUAGE = System.getProperty("lupine.language", "lua");
  private static final Path FILES = Hosts.files("jrunscript");

  static Stream<Path> jdks() {
    return Hosts.jdks();
  }

  /** A letter beyond ASCII, if this platform's locale lets one stand in a command line. */
  private static final String LETTER =
      Charset.forName(System.getProperty("sun.jnu.encoding")).newEncoder().canEncode('ü')
          ? "ü"
          : "u";

  private static ChildProcess jrunscript(Path jdk, String input, String... arguments) {
    var command = new ArrayList<String>();
    command.add(jdk.resolve("bin/jrunscript").toString());
    command.add("-J-Dfile.encoding=UTF-8");
    if (Hosts.version(jdk) >= 24) {
      command.add("-J--enable-native-access=ALL-UNNAMED");
    }
    command.addAll(List.of("-cp", Hosts.jar().toString()));
    command.addAll(List.of(arguments));
    return ChildProcess.run(FILES, Hosts.environment(), Duration.ofMinutes(1), input, command);
  }

  private static void assertPrints(ChildProcess child, String... lines) {
    assertEquals(0, child.status(), child::toString);
    assertEquals(List.of(lines), child.out().lines().toList(), child::toString);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("jdks")
  void runsAStatement(Path jdk) {
    assertPrints(
        jrunscript(jdk, "", "-l", LANGUAGE, "-e", "print(6 * 7, '" + LETTER + "')"),
        "42\t" + LETTER);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("jdks")
  void readsStandardInput(Path jdk) {
    var child =
        jrunscript(
            jdk,
            "eins\n2\nrest",
            "-l",
            LANGUAGE,
            "-e",
            "print(io.read()) local n = io.read('*n') print(n + 1) print(io.read('*a'))");

    assertPrints(child, "eins", "3", "", "rest");
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("jdks")
  void runsEveryFlavour(Path jdk) {
    for (var language : List.of("lua51", "lua52", "lua53", "lua54", "lua55", "luajit")) {
      var child = jrunscript(jdk, "", "-l", language, "-e", "print(jit and 'jit' or _VERSION)");

      var version = language.replaceAll("lua(\\d)(\\d)", "Lua $1.$2").replace("luajit", "jit");
      assertPrints(child, version);
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("jdks")
  void runsFilesWithArgumentsInOneEngine(Path jdk) {
    var child =
        jrunscript(
            jdk,
            "",
            "-l",
            LANGUAGE,
            "-f",
            "arguments.lua",
            "-f",
            "second.lua",
            "one",
            "zwei " + LETTER);

    assertPrints(
        child,
        "arguments:\t2\tone\tzwei " + LETTER,
        "file:\targuments.lua",
        "integers: 3",
        "to standard output",
        "hello from the first file");
    assertTrue(child.err().contains("to standard error"), child::toString);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("jdks")
  void runsAFileWithArguments(Path jdk) {
    var child = jrunscript(jdk, "", "-l", LANGUAGE, "arguments.lua", "one", "two");

    assertEquals(0, child.status(), child::toString);
    assertTrue(child.out().startsWith("arguments:\t2\tone\ttwo\n"), child::toString);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("jdks")
  void answersAtThePrompt(Path jdk) throws IOException {
    var input = Files.readString(FILES.resolve("prompt.lua"));

    var child = jrunscript(jdk, input, "-l", LANGUAGE);

    assertEquals(0, child.status(), child::toString);
    assertEquals(List.of("42"), child.out().lines().toList(), child::toString);
    var answers =
        child
            .err()
            .replace(LANGUAGE + "> ", "")
            .lines()
            .filter(line -> !line.isBlank() && !line.startsWith("Warning"))
            .toList();
    assertEquals(
        List.of("7", "aü", "[one]", "3628800"),
        answers.stream().filter(line -> !line.contains("error")).toList(),
        child::toString);
    assertTrue(answers.get(2).contains("near <eof>"), child::toString);
    assertTrue(answers.get(3).contains("kept going"), child::toString);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("jdks")
  void namesTheFileAndTheLineOfAnError(Path jdk) {
    var child = jrunscript(jdk, "", "-l", LANGUAGE, "-f", "raises.lua");

    assertNotEquals(0, child.status(), child::toString);
    assertTrue(child.err().contains("no luck today"), child::toString);
    assertTrue(child.err().matches("(?s).*raises\\.lua.*line number 3.*"), child::toString);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("jdks")
  void listsTheEngines(Path jdk) {
    var child = jrunscript(jdk, "", "-q");

    assertEquals(0, child.status(), child::toString);
    var listed = (child.out() + child.err()).lines().filter(line -> line.startsWith("Language"));
    assertTrue(listed.count() >= 7, child::toString);
  }
}
