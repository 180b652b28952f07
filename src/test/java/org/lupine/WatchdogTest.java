package org.lupine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Limits hold whatever became of the thread that sees to them. Each in a JVM of its own. */
class WatchdogTest {
  @EachFlavour
  void limitsHoldAfterTheHeapWasExhausted(Flavour flavour) {
    assertHolds(List.of("-Xmx64m"), "heap", flavour);
  }

  @EachFlavour
  void limitsHoldAfterTheWatchdogWasInterrupted(Flavour flavour) {
    assertHolds(List.of(), "interrupt", flavour);
  }

  @EachFlavour
  void limitsHoldAfterTheWatchdogDied(Flavour flavour) {
    assertHolds(List.of(), "death", flavour);
  }

  @EachFlavour
  void limitsHoldAfterTheWatchdogCouldNotBegin(Flavour flavour) {
    assertHolds(List.of("-Xmx64m"), "begin", flavour);
  }

  private static void assertHolds(List<String> options, String what, Flavour flavour) {
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(options);
    command.addAll(List.of("-XX:+UseSerialGC", "-XX:-CreateCoredumpOnCrash"));
    if (Runtime.version().feature() >= 22) {
      command.add("--enable-native-access=ALL-UNNAMED");
    }
    for (var name : List.of("lupine.native", "lupine.native.cache")) {
      if (System.getProperty(name) != null) {
        command.add("-D" + name + "=" + Path.of(System.getProperty(name)).toAbsolutePath());
      }
    }
    command.addAll(List.of("-cp", System.getProperty("java.class.path"),
        WatchdogChild.class.getName(), what, flavour.name()));
    var child = ChildProcess.run(
        Path.of("").toAbsolutePath(), Duration.ofMinutes(2), "", command);
    assertEquals("held\n", child.out(), child::toString);
    assertEquals(0, child.status(), child::toString);
  }
}
