package org.lupine.crash;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.junit.jupiter.api.DynamicContainer.dynamicContainer;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.TestFactory;
import org.lupine.Flavour;
import org.lupine.support.ChildProcess;
import org.lupine.support.SampleModule;

/**
 * Cases that must not end the JVM, on any flavour. Each runs in a child JVM, on a thread of the
 * default stack and on one of 512 KiB, and the engine must work afterwards. A child runs all cases
 * of one flavour; if it dies or hangs, another child continues after that case.
 */
class CrashTest {
  private static final List<Long> STACKS = List.of(0L, 512L * 1024);
  private static final ExecutorService TWO_AT_A_TIME = Executors.newFixedThreadPool(2);

  @AfterAll
  static void ends() {
    TWO_AT_A_TIME.shutdownNow();
  }

  /** The result of each case of one child: null, or what went wrong. */
  private record Fates(List<CrashCase> cases, Map<String, String> wrong) {}

  @TestFactory
  Stream<DynamicContainer> neverEndsTheJvm() {
    var containers = new ArrayList<DynamicContainer>();
    for (var flavour : Flavour.values()) {
      for (var stack : STACKS) {
        var name = flavour.id() + (stack == 0 ? ", default stack" : ", 512 KiB");
        var built = flavour.present() || "all".equals(System.getProperty("lupine.test.flavours"));
        var fates = built ? TWO_AT_A_TIME.submit(() -> run(flavour, stack)) : null;
        containers.add(
            dynamicContainer(
                name,
                CrashCase.of(flavour).stream()
                    .map(one -> dynamicTest(one.name(), () -> assertLives(one, fates)))));
      }
    }
    return containers.stream();
  }

  private static void assertLives(CrashCase one, Future<Fates> fates) throws Exception {
    assumeTrue(fates != null, "not built");
    var wrong = fates.get().wrong;
    assertEquals(
        fates.get().cases.stream().map(CrashCase::name).distinct().count(),
        wrong.size(),
        "every case was tried");
    if (!wrong.get(one.name()).isEmpty()) {
      fail(wrong.get(one.name()));
    }
  }

  private static Fates run(Flavour flavour, long stack) {
    var cases = CrashCase.of(flavour);
    var wrong = new HashMap<String, String>();
    while (wrong.size() < cases.size()) {
      var child = child(flavour, stack, wrong.size());
      note(child, wrong, cases.get(wrong.size()).name());
      if (child.status() == 0 && wrong.size() < cases.size()) {
        throw new AssertionError("left after " + wrong.size() + " cases: " + child);
      }
    }
    return new Fates(cases, wrong);
  }

  /** Records what a child reports of its cases; the one during which it died is fatal. */
  private static void note(ChildProcess child, Map<String, String> wrong, String first) {
    var at = first;
    for (var line : child.out().lines().toList()) {
      if (line.startsWith("case ")) {
        at = line.substring(5);
      } else if (line.startsWith("fine")) {
        wrong.put(at, "");
      } else if (line.startsWith("bad ")) {
        wrong.put(at, line.substring(4));
      }
    }
    if (child.status() != 0 && wrong.getOrDefault(at, "").isEmpty()) {
      wrong.put(at, "the JVM ended with status " + child.status() + "\n" + child.err());
    }
  }

  private static ChildProcess child(Flavour flavour, long stack, int from) {
    try {
      var folder =
          Files.createDirectories(
              Path.of("target", "crash", flavour.id() + "-" + stack).toAbsolutePath());
      var report = folder.resolve("hs_err-" + from + ".log");
      Files.deleteIfExists(report);
      var child =
          ChildProcess.run(
              folder, Duration.ofMinutes(15), "", command(report, flavour, stack, from));
      var found = Files.exists(report) ? frames(report) : "";
      return new ChildProcess(
          child.status() == 0 && !found.isEmpty() ? 134 : child.status(),
          child.out(),
          found + "\n" + child.err());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<String> command(Path report, Flavour flavour, long stack, int from) {
    return ChildProcess.java(
        List.of(
            "-Xmx2g",
            "-XX:+UseSerialGC",
            "-XX:-CreateCoredumpOnCrash",
            "-XX:ErrorFile=" + report,
            "-Dlupine.bigNumbers=exact_as_number", // so that overflow handlers are asked
            "-Dlupine.upcalls=stub", // a stub's exception would end the JVM; JNI's would not
            "-Dlupine.test.modules=" + SampleModule.FOLDER),
        CrashChild.class,
        flavour.name(),
        String.valueOf(stack),
        String.valueOf(from));
  }

  /** Returns the place of a crash, from the JVM's own report. */
  private static String frames(Path report) throws IOException {
    try (var lines = Files.lines(report)) {
      return lines
          .filter(line -> line.matches("(# +SIG|# [CVJ] |[CVJjv] +[\\[~].*).*|.*si_addr.*"))
          .limit(25)
          .collect(Collectors.joining("\n"));
    }
  }
}
