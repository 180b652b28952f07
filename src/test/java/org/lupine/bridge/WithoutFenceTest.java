package org.lupine.bridge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lupine.support.ChildProcess;
import org.lupine.support.SampleModule;

/**
 * What depends on the lock of a state, where there is no fence across processors: as on macOS, on
 * old kernels, and where a sandbox denies it. No lock is biased then.
 */
@EnabledOnOs(value = OS.LINUX, disabledReason = "the system call of Linux is taken away")
class WithoutFenceTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "bridge.StateLockTest",
        "bridge.ThreadStatesTest",
        "runtime.RuntimeThreadsTest",
        "runtime.InterruptTest",
        "jsr223.ThreadsTest"
      })
  void passes(String tests) {
    var command = new ArrayList<>(List.of("" + SampleModule.FOLDER.resolve("without_fence")));
    var options =
        Stream.of("lupine.test.flavours", "lupine.test.modules")
            .filter(each -> System.getProperty(each) != null)
            .map(each -> "-D" + each + "=" + System.getProperty(each))
            .toList();
    command.addAll(ChildProcess.java(options, WithoutFenceChild.class, "org.lupine." + tests));

    var child = ChildProcess.run(Path.of("").toAbsolutePath(), Duration.ofMinutes(10), "", command);

    assumeTrue(child.status() != 77, child::err);
    assertTrue(child.out().startsWith("fence: false\n"), child::toString);
    assertEquals(0, child.status(), child::toString);
    assertTrue(child.out().contains("\nfailed: 0\nsucceeded: "), child::toString);
    assertTrue(!child.out().endsWith("succeeded: 0\n"), child::toString);
  }
}
