package org.lupine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** What is used and dropped by the million leaves nothing behind. Each in a JVM of its own. */
class SoakTest {
  @EachFlavour
  void forgottenEnginesLeaveNothingIn256Megabytes(Flavour flavour) {
    assertFlat(flavour, "engines");
  }

  @EachFlavour
  void aMillionObjectsAndReferencesAndTenMillionCrossingsLeaveNothing(Flavour flavour) {
    assertFlat(flavour, "values");
  }

  private static void assertFlat(Flavour flavour, String what) {
    // The whole heap is there from the start: what the process grows by is not the collector's.
    var command = ChildProcess.java(List.of("-Xms256m", "-Xmx256m",
        "-XX:+AlwaysPreTouch", "-XX:+UseSerialGC"), SoakChild.class, flavour.name(), what);
    var child = ChildProcess.run(
        Path.of("").toAbsolutePath(), Duration.ofMinutes(4), "", command);
    assertEquals("flat\n", child.out(), child.err());
    assertEquals(0, child.status(), child.err());
  }
}
