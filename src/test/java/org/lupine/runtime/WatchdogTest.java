package org.lupine.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.lupine.Flavour;
import org.lupine.support.ChildProcess;
import org.lupine.support.EachFlavour;

/** Limits hold whatever happens to the watchdog thread. Each test has its own JVM. */
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

  @EachFlavour
  void limitsHoldWhileTheHeapIsFull(Flavour flavour) {
    assertHolds(List.of("-Xmx16m"), "full", flavour);
  }

  private static void assertHolds(List<String> options, String what, Flavour flavour) {
    var all = new ArrayList<>(options);
    all.addAll(List.of("-XX:+UseSerialGC", "-XX:-CreateCoredumpOnCrash"));
    var command = ChildProcess.java(all, WatchdogChild.class, what, flavour.name());
    var child = ChildProcess.run(Path.of("").toAbsolutePath(), Duration.ofMinutes(5), "", command);
    assertEquals("held\n", child.out(), child::toString);
    assertEquals(0, child.status(), child::toString);
  }
}
