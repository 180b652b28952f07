package org.lupine.hosts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.lupine.support.ChildProcess;

/** Apache Ant, started by its own launcher; its build file says what each target tests. */
class AntIT {
  private static final String LANGUAGE = System.getProperty("lupine.language", "lua");
  private static final Path FILES = Hosts.files("ant");

  /** The jar on Ant's own class path, as {@code ant -lib} puts it there. */
  private static ChildProcess ant(String language, String target) {
    return ant(List.of("-lib", Hosts.jar().toString(), "-Dlanguage=" + language, target));
  }

  private static ChildProcess ant(List<String> arguments) {
    var command =
        new ArrayList<>(
            List.of(
                ChildProcess.java(),
                "-Dfile.encoding=UTF-8",
                "-cp",
                Hosts.home("ant").resolve("lib/ant-launcher.jar").toString(),
                "org.apache.tools.ant.launch.Launcher",
                "-f",
                FILES.resolve("build.xml").toString(),
                "-Dscript.file=" + FILES.resolve("script.lua"),
                "-Dlupine.jar=" + Hosts.jar()));
    command.addAll(arguments);
    return ChildProcess.run(FILES, Hosts.environment(), Duration.ofMinutes(2), "", command);
  }

  private static void assertPrints(ChildProcess ant, String... lines) {
    assertEquals(0, ant.status(), ant::toString);
    for (var line : lines) {
      assertTrue(ant.out().lines().anyMatch(line::equals), () -> "no '" + line + "' in " + ant);
    }
  }

  @ParameterizedTest(name = "{0}")
  @ValueSource(strings = {"lua", "lua51", "luajit"})
  void runsEveryKindOfScript(String language) {
    var ant = ant(language.equals("lua") ? LANGUAGE : language, "all");

    assertPrints(
        ant,
        "   [script] printed by\tuserdata\tlua\tscript",
        "   [script] written without a newline and with one",
        "   [script] logged through self",
        "     [echo] echo one",
        "     [echo] echo two",
        "     [echo] the property is by Lua",
        "   [script] from a file:\ta plain one\tone with dots",
        "     [echo] set by Lua, a plain one",
        "    [shout] FIRST\trun 1",
        "    [shout] files: 1",
        "    [shout] SECOND\trun 1",
        "     [echo] shouted: SECOND",
        "     [echo] sums: 3 7 11 12 13 14",
        "     [echo] conditions: true no",
        "     [echo] filtered: QUIET WORDS",
        "     [echo] selected: build.xml pom.xml");
    assertEquals(2, ant.out().lines().filter("     [echo] again and"::equals).count());
  }

  @Test
  void printsInOrderWithItsOwnTasks() {
    var ant = ant(LANGUAGE, "script");

    assertPrints(ant);
    var lines = ant.out().lines().toList();
    assertTrue(
        lines.indexOf("   [script] logged through self")
            > lines.indexOf("   [script] written without a newline and with one"),
        ant::toString);
    assertTrue(
        lines.indexOf("     [echo] echo two") > lines.indexOf("   [script] logged through self"),
        ant::toString);
  }

  @ParameterizedTest(name = "{0} and {1}")
  @CsvSource({"lua, lua", "lua, lua51", "luajit, luajit"})
  void loadsTheEngineInTwoClassLoadersAtOnce(String one, String other) {
    var ant =
        ant(
            List.of(
                "-Dlanguage=" + (one.equals("lua") ? LANGUAGE : one),
                "-Dother.language=" + (other.equals("lua") ? LANGUAGE : other),
                "loaders"));

    assertPrints(
        ant,
        "   [script] first met the second",
        "   [script] second met the first",
        "    [again] third loader works");
  }

  @Test
  void makesAnEngineForEachOfAHundredTasks() {
    assertPrints(ant(LANGUAGE, "many"), "     [echo] a hundred tasks");
  }

  @Test
  void failsTheBuildWithTheMessageAndTheLine() {
    var ant = ant(LANGUAGE, "raises");

    assertNotEquals(0, ant.status());
    assertTrue(ant.err().contains("build.xml"), ant::toString);
    assertTrue(ant.err().contains("2: no luck today"), ant::toString);
  }

  @Test
  void failsTheBuildOnASyntaxError() {
    var ant = ant(LANGUAGE, "misspelt");

    assertNotEquals(0, ant.status());
    assertTrue(ant.err().contains("near '1'"), ant::toString);
  }

  @Test
  void leavesTheFailureOfAnInnerTargetAsItIs() {
    var ant = ant(LANGUAGE, "told");

    assertNotEquals(0, ant.status());
    assertTrue(ant.err().lines().anyMatch(line -> line.endsWith(": told so")), ant::toString);
    assertFalse(ant.err().contains("ScriptException"), ant::toString);
  }

  @Test
  void isNotEndedByAScriptThatExits() {
    var ant = ant(LANGUAGE, "leaves");

    assertEquals(1, ant.status(), ant::toString);
    assertTrue(ant.err().contains("BUILD FAILED"), ant::toString);
    assertTrue(ant.err().contains("LuaExitException"), ant::toString);
  }
}
