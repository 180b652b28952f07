package org.lupine.hosts;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The places of the real tools and of the jar that they get. */
final class Hosts {
  private Hosts() {}

  /** The jar as users get it; a test without it fails. */
  static Path jar() {
    var jar =
        Path.of(System.getProperty("lupine.test.jar", "target/no-lupine.jar")).toAbsolutePath();
    assertTrue(Files.isRegularFile(jar), "no jar at " + jar + "; run mvn verify");
    return jar;
  }

  /** The folder of this tree with the build file, plan or scripts of one tool. */
  static Path files(String tool) {
    return Path.of("src", "test", "hosts", tool).toAbsolutePath();
  }

  /** The installation of one tool, which the build has fetched; a test without it fails. */
  static Path home(String tool) {
    var home = Path.of("target", "hosts", tool, "home").toAbsolutePath();
    assertTrue(
        Files.isDirectory(home.resolve("lib")), "no " + tool + " at " + home + "; run mvn verify");
    return home;
  }

  /** The JDK that runs this test. */
  static Path jdk() {
    return Path.of(System.getProperty("java.home"));
  }

  /** One JDK for each Java version of this machine: the one that runs this test, and others. */
  static Stream<Path> jdks() {
    var byVersion = new TreeMap<String, Path>();
    byVersion.put(System.getProperty("java.specification.version"), jdk());
    var others = Path.of("/usr/lib/jvm");
    if (Files.isDirectory(others)) {
      try (var folders = Files.list(others)) {
        folders
            .filter(folder -> Files.isExecutable(folder.resolve("bin/jrunscript")))
            .filter(folder -> version(folder) >= 17)
            .forEach(folder -> byVersion.putIfAbsent(String.valueOf(version(folder)), folder));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return byVersion.values().stream();
  }

  /** The feature version of a JDK by its release file; 0 if it has none. */
  static int version(Path jdk) {
    try (var lines = Files.lines(jdk.resolve("release"))) {
      return lines
          .filter(line -> line.startsWith("JAVA_VERSION="))
          .map(line -> line.replaceAll("[^0-9.]", "").split("\\.")[0])
          .mapToInt(Integer::parseInt)
          .findFirst()
          .orElse(0);
    } catch (IOException e) {
      return 0;
    }
  }

  /** An environment in which tools find the JDK that runs this test. */
  static Map<String, String> environment() {
    return Map.of("JAVA_HOME", jdk().toString(), "LC_ALL", "C.UTF-8");
  }
}
