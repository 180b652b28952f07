package org.lupine.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.lupine.Flavour;
import org.lupine.support.ChildProcess;
import org.lupine.support.EachFlavour;

/** A truncated stack trace does not prove that a thread is outside of a runtime. */
class ShortTracesTest {
  @EachFlavour
  void doNotReleaseTheLockOfARunningThread(Flavour flavour) {
    var command =
        ChildProcess.java(
            List.of(
                "-XX:MaxJavaStackTraceDepth=12",
                "-XX:-CreateCoredumpOnCrash",
                "-XX:ErrorFile=/dev/null"),
            ShortTracesChild.class,
            flavour.name());
    var child = ChildProcess.run(Path.of("").toAbsolutePath(), Duration.ofMinutes(2), "", command);
    assertEquals("done\n", child.out(), child::toString);
    assertEquals(0, child.status(), child::toString);
  }
}
