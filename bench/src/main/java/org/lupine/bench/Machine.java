package org.lupine.bench;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** What the figures depend on besides the code. */
final class Machine {
  private static final Path GOVERNOR =
      Path.of("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor");

  private Machine() {}

  /** Returns the state of the machine at this time, in a line. */
  static String state() {
    var system = ManagementFactory.getOperatingSystemMXBean();
    return String.format(
        Locale.ROOT,
        "JDK %s (%s), %d processors %s, governor %s, %s, load %.2f",
        System.getProperty("java.version"),
        System.getProperty("java.vendor"),
        system.getAvailableProcessors(),
        processor(),
        governor(),
        String.join(
            " ",
            ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(each -> each.startsWith("-X"))
                .toList()),
        system.getSystemLoadAverage());
  }

  private static String processor() {
    try (var lines = Files.lines(Path.of("/proc/cpuinfo"))) {
      return lines
          .filter(line -> line.startsWith("model name"))
          .map(line -> line.substring(line.indexOf(':') + 1).strip())
          .findFirst()
          .orElse("unknown");
    } catch (IOException e) {
      return "unknown";
    }
  }

  private static String governor() {
    try {
      return Files.readString(GOVERNOR).strip();
    } catch (IOException e) {
      return "unknown";
    }
  }
}
