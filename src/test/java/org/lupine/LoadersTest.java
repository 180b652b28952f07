package org.lupine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * Class loaders in numbers, each with all flavours, as servers have them that deploy applications
 * again and again. {@code -Dlupine.test.loaders=1000} makes so many of them; see {@code ci/loaders}.
 */
@EnabledOnOs(OS.LINUX)
class LoadersTest {
  private static final int COUNT = Integer.getInteger("lupine.test.loaders", 300);
  private static final long FLAVOURS =
      Stream.of(Flavour.values()).filter(Flavour::present).count();

  @TempDir
  Path temp;

  /** Closed, forgotten or held by a class of theirs: nothing stays of them. */
  @Test
  void leaveNothingOneAfterAnother() throws IOException {
    var left = leftByAProcessThatWasKilled();

    // a class loader takes megabytes of these
    var after = run(COUNT, 1, "-Xmx48m", "-XX:MaxMetaspaceSize=64m");

    assertTrue(after.get("end kilobytes") <= after.get("warm kilobytes") * 1.12, after::toString);
    assertTrue(after.get("end threads") <= after.get("warm threads") + 1, after::toString);
    assertEquals(List.of(), left.stream().filter(Files::exists).toList());
  }

  @Test
  void standBesideEachOther() throws IOException {
    run(120, 100, "-Xmx512m");
  }

  /** Runs that many class loaders, so many at a time; what the process held. */
  private Map<String, Long> run(int count, int atOnce, String... options) throws IOException {
    var cache = temp.resolve("cache");
    var tmp = Files.createDirectories(temp.resolve("tmp"));
    var command = new ArrayList<>(List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Djava.io.tmpdir=" + tmp,
        "-Dlupine.native.cache=" + cache));
    command.addAll(List.of(options));
    if (Runtime.version().feature() >= 22) {
      command.add("--enable-native-access=ALL-UNNAMED");
    }
    command.addAll(List.of("-cp", System.getProperty("java.class.path"),
        LoadersChild.class.getName(), "" + count, "" + atOnce));
    var child = ChildProcess.run(temp, Duration.ofMinutes(count >= 1000 ? 30 : 5), "", command);
    assertEquals(0, child.status(), child::toString);
    if (COUNT >= 1000) {
      System.out.print(count + " class loaders, " + atOnce + " at a time\n" + child.out());
    }
    var after = new TreeMap<String, Long>();
    child.out().lines().forEach(line -> after.put(
        line.substring(0, line.lastIndexOf(' ')),
        Long.valueOf(line.substring(line.lastIndexOf(' ') + 1))));
    assertTrue(after.get("end libraries") <= FLAVOURS + 1, child::toString);
    assertEquals(List.of(), files(tmp).filter(file -> !Files.isDirectory(file)).toList());
    assertEquals(FLAVOURS + 1, files(cache).count(), () -> "one each is kept: " + after);
    return after;
  }

  private static Stream<Path> files(Path folder) throws IOException {
    try (var files = Files.list(folder)) {
      return files.toList().stream();
    }
  }

  /** A copy that was to be loaded, and a file half written, of some time ago. */
  private List<Path> leftByAProcessThatWasKilled() throws IOException {
    var cache = Files.createDirectories(temp.resolve("cache"));
    var left = List.of(cache.resolve(".liblupine-0123456789abcdef-1234567.so"),
        cache.resolve(".liblupine-lua54.so1234567.part"));
    for (var file : left) {
      Files.createFile(file);
      Files.setLastModifiedTime(file, FileTime.from(Instant.now().minus(Duration.ofMinutes(11))));
    }
    return left;
  }
}
