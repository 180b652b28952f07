package org.lupine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
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
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    // The whole heap is there from the start: what the process grows by is not the collector's.
    command.addAll(
        List.of("-Xms256m", "-Xmx256m", "-XX:+AlwaysPreTouch", "-XX:+UseSerialGC"));
    if (Runtime.version().feature() >= 22) {
      command.add("--enable-native-access=ALL-UNNAMED");
    }
    for (var name : List.of("lupine.native", "lupine.native.cache")) {
      if (System.getProperty(name) != null) {
        command.add("-D" + name + "=" + Path.of(System.getProperty(name)).toAbsolutePath());
      }
    }
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), SoakChild.class.getName(),
        flavour.name(), what));
    var child = ChildProcess.run(
        Path.of("").toAbsolutePath(), Duration.ofMinutes(4), "", command);
    assertEquals("flat\n", child.out(), child.err());
    assertEquals(0, child.status(), child.err());
  }
}
