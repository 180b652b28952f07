package org.lupine.hosts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lupine.support.ChildProcess;

/** Apache JMeter without a window, started by its own launcher, with the jar in its lib folder. */
class JMeterIT {
  private static final String LANGUAGE = System.getProperty("lupine.language", "lua");

  private final Path home = Hosts.home("jmeter");

  @TempDir private Path work;

  /** The results file of one run, a line a sample. */
  private record Results(List<String> lines) {
    long matching(String pattern) {
      return lines.stream().filter(line -> line.matches(pattern)).count();
    }
  }

  @BeforeEach
  void putsTheJarWhereUsersPutIt() throws IOException {
    Files.copy(Hosts.jar(), home.resolve("lib/lupine.jar"), StandardCopyOption.REPLACE_EXISTING);
  }

  @ParameterizedTest(name = "{0}, compiled scripts cached: {1}")
  @CsvSource({"lua, true", "lua, false", "luajit, true", "lua51, true"})
  void runsScriptsInTwentyThreads(String language, boolean cache) throws IOException {
    var results = run("plan.jmx", language.equals("lua") ? LANGUAGE : language, cache);

    assertEquals(1000, results.lines.size());
    assertEquals(1000, results.matching(".*,200,checked,threads .*,text,true,,.*"), "no errors");
    assertEquals(
        sums(),
        results.lines.stream().map(line -> line.split(",")[2]).collect(Collectors.toSet()),
        "each sample had its own variables");
  }

  @ParameterizedTest(name = "compiled scripts cached: {0}")
  @CsvSource({"true", "false"})
  void goesOnAfterAnErrorAndStopsWhenAScriptSaysSo(boolean cache) throws IOException {
    var results = run("failures.jmx", LANGUAGE, cache);

    assertEquals(3, results.matching(".*,raises,500,.*no luck today.*,raising 1-1,.*,false,.*"));
    assertEquals(3, results.matching(".*,misspelt,500,.*ScriptException.*"));
    assertEquals(1, results.matching(".*,counts,200,OK,stopping 2-1,.*,true,.*"));
    assertEquals(0, results.matching(".*,stops,.*"));
  }

  private Results run(String plan, String language, boolean cache) throws IOException {
    var samples = work.resolve("samples.csv");
    var log = work.resolve("jmeter.log");
    var jmeter =
        ChildProcess.run(
            work,
            Hosts.environment(),
            Duration.ofMinutes(3),
            "",
            List.of(
                ChildProcess.java(),
                "-Xmx512m",
                "-Djava.util.prefs.userRoot=" + work,
                "-jar",
                home.resolve("bin/ApacheJMeter.jar").toString(),
                "-n",
                "-t",
                Hosts.files("jmeter").resolve(plan).toString(),
                "-l",
                samples.toString(),
                "-j",
                log.toString(),
                "-Jjmeterengine.nongui.port=0",
                "-Jlanguage=" + language,
                "-Jcache=" + cache));

    assertEquals(0, jmeter.status(), jmeter::toString);
    assertTrue(Files.exists(samples), () -> jmeter + "\n" + log(log));
    var lines = Files.readAllLines(samples);
    assertTrue(lines.size() > 1, () -> jmeter + "\n" + log(log));
    return new Results(lines.subList(1, lines.size()));
  }

  private static String log(Path file) {
    try (var lines = Files.lines(file)) {
      return lines
          .filter(line -> line.contains("ERROR"))
          .limit(5)
          .collect(Collectors.joining("\n"));
    } catch (IOException e) {
      return "no log";
    }
  }

  /** What the samplers call themselves: thread * 50 + iteration, 20 threads, 50 iterations. */
  private static Set<String> sums() {
    return IntStream.range(0, 20)
        .boxed()
        .flatMap(thread -> IntStream.rangeClosed(1, 50).mapToObj(loop -> thread * 50 + loop))
        .map(n -> "sum of 1 to " + n + " is " + n * (n + 1) / 2)
        .collect(Collectors.toSet());
  }
}
