package org.lupine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A stack trace that is cut off does not tell that a thread is outside of a runtime. */
class ShortTracesTest {
  @EachFlavour
  void leaveARuntimeToWhoIsInside(Flavour flavour) {
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:MaxJavaStackTraceDepth=12", "-XX:-CreateCoredumpOnCrash",
        "-XX:ErrorFile=/dev/null"));
    if (Runtime.version().feature() >= 22) {
      command.add("--enable-native-access=ALL-UNNAMED");
    }
    for (var name : List.of("lupine.native", "lupine.native.cache")) {
      if (System.getProperty(name) != null) {
        command.add("-D" + name + "=" + Path.of(System.getProperty(name)).toAbsolutePath());
      }
    }
    command.addAll(List.of("-cp", System.getProperty("java.class.path"),
        ShortTracesChild.class.getName(), flavour.name()));
    var child = ChildProcess.run(
        Path.of("").toAbsolutePath(), Duration.ofMinutes(2), "", command);
    assertEquals("done\n", child.out(), child::toString);
    assertEquals(0, child.status(), child::toString);
  }
}
