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
    var command = ChildProcess.java(List.of("-Xmx24m", "-XX:+UseSerialGC"), StatesChild.class);
    var child = ChildProcess.run(Path.of("").toAbsolutePath(), Duration.ofMinutes(2), "", command);
    assertEquals("numbered\n", child.out(), child::toString);
  }
}
