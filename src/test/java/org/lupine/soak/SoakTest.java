package org.lupine.soak;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.lupine.Flavour;
import org.lupine.support.ChildProcess;
import org.lupine.support.EachFlavour;

/** Millions of used and dropped objects leave nothing behind. Each test has its own JVM. */
class SoakTest {
  @EachFlavour
  void forgottenEnginesLeaveNothingIn256Megabytes(Flavour flavour) {
    assertFlat(flavour, "engines");
  }

  @EachFlavour
  void aMillionObjectsAndTenMillionCrossingsLeaveNothing(Flavour flavour) {
    assertFlat(flavour, "values");
  }

  private static void assertFlat(Flavour flavour, String what) {
    // The heap has its full size from the start, so the process grows by other memory only.
    var command =
        ChildProcess.java(
            List.of("-Xms256m", "-Xmx256m", "-XX:+AlwaysPreTouch", "-XX:+UseSerialGC"),
            SoakChild.class,
            flavour.name(),
            what);
    var child = ChildProcess.run(Path.of("").toAbsolutePath(), Duration.ofMinutes(4), "", command);
    assertEquals("flat\n", child.out(), child.err());
    assertEquals(0, child.status(), child.err());
  }
}
