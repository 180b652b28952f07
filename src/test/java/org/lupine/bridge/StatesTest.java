package org.lupine.bridge;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.lupine.support.ChildProcess;

class StatesTest {
  // in a JVM of its own, since it exhausts the heap
  @Test
  void canBeOpenedAfterTheHeapWasExhausted() {
    var child = ChildProcess.run(Path.of("").toAbsolutePath(), Duration.ofMinutes(2), "", List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx24m",
        "-XX:+UseSerialGC", "-cp", System.getProperty("java.class.path"),
        StatesChild.class.getName()));
    assertEquals("numbered\n", child.out(), child::toString);
  }
}
