package org.lupine.soak;

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
import org.lupine.Flavour;
import org.lupine.LuaRuntime;
import org.lupine.support.ChildProcess;

/**
 * Class loaders in numbers, each with all flavours, as servers have them that deploy applications
 * again and again. {@code -Dlupine.test.loaders=1000} makes as many; see {@code ci/loaders}.
 */
@EnabledOnOs(value = OS.LINUX, disabledReason = "it reads /proc")
class LoadersTest {
  private static final int COUNT = Integer.getInteger("lupine.test.loaders", 300);
  private static final long FLAVOURS = Stream.of(Flavour.values()).filter(Flavour::present).count();

  @TempDir Path temp;

  /** Runtimes that were closed, dropped or held by a class of the loader leave nothing behind. */
  @Test
  void leaveNothingBehindOneAfterAnother() throws IOException {
    var left = leftByAProcessThatWasKilled();

    // a class loader takes megabytes of these
    var after = run(COUNT, 1, "-Xmx48m", "-XX:MaxMetaspaceSize=64m");

    assertTrue(after.get("end kilobytes") <= after.get("warm kilobytes") * 1.12, after::toString);
    assertTrue(after.get("end threads") <= after.get("warm threads") + 1, after::toString);
    assertEquals(List.of(), left.stream().filter(Files::exists).toList());
  }

  @Test
  void shareTheSameFilesSideBySide() throws IOException {
    run(120, 100, "-Xmx512m");
  }

  /** A second class loader shares the same files, and does not share others. */
  @Test
  void useAFileThatWasReplaced() throws IOException {
    var child = child("" + natives("natives"), "" + natives("newer"));

    assertEquals(
        Map.of(
            "before", FLAVOURS + 1, "after", 2 * (FLAVOURS + 1), "later", 2 * (FLAVOURS + 1) + 1),
        figures(child));
  }

  private Path natives(String name) throws IOException {
    var folder = Files.createDirectory(temp.resolve(name));
    var files = new ArrayList<>(List.of("natives.properties", System.mapLibraryName("lupine")));
    for (var flavour : Flavour.values()) {
      if (flavour.present()) {
        files.add(System.mapLibraryName("lupine-" + flavour.id()));
      }
    }
    for (var file : files) {
      try (var in =
          LuaRuntime.class.getResourceAsStream("/META-INF/native/linux-" + arch() + "/" + file)) {
        Files.copy(in, folder.resolve(file));
      }
    }
    return folder;
  }

  private static String arch() {
    var arch = System.getProperty("os.arch");
    return arch.equals("amd64") ? "x86_64" : arch;
  }

  /** Runs class loaders, some at a time; returns what the process held. */
  private Map<String, Long> run(int count, int atOnce, String... options) throws IOException {
    var child =
        child(
            Stream.concat(Stream.of(options), Stream.of("" + count, "" + atOnce))
                .toArray(String[]::new));
    if (COUNT >= 1000) {
      System.out.print(count + " class loaders, " + atOnce + " at a time\n" + child.out());
    }
    var after = figures(child);
    assertTrue(after.get("end libraries") <= FLAVOURS + 1, child::toString);
    assertEquals(
        List.of(), files(temp.resolve("tmp")).filter(file -> !Files.isDirectory(file)).toList());
    assertEquals(FLAVOURS + 1, files(temp.resolve("cache")).count(), "one of each is kept");
    return after;
  }

  /** Runs {@link LoadersChild} with options of the JVM and the program's two arguments. */
  private ChildProcess child(String... arguments) throws IOException {
    var tmp = Files.createDirectories(temp.resolve("tmp"));
    var options =
        new ArrayList<>(
            List.of(
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Dlupine.upcalls=stub", // one for each class loader
                "-Djava.io.tmpdir=" + tmp,
                "-Dlupine.native.cache=" + temp.resolve("cache")));
    int own = arguments.length - 2;
    options.addAll(List.of(arguments).subList(0, own));
    var command =
        ChildProcess.java(options, LoadersChild.class, arguments[own], arguments[own + 1]);
    var child = ChildProcess.run(temp, Duration.ofMinutes(COUNT >= 1000 ? 30 : 5), "", command);
    assertEquals(0, child.status(), child::toString);
    return child;
  }

  private static Map<String, Long> figures(ChildProcess child) {
    var figures = new TreeMap<String, Long>();
    child
        .out()
        .lines()
        .forEach(
            line ->
                figures.put(
                    line.substring(0, line.lastIndexOf(' ')),
                    Long.valueOf(line.substring(line.lastIndexOf(' ') + 1))));
    return figures;
  }

  private static Stream<Path> files(Path folder) throws IOException {
    try (var files = Files.list(folder)) {
      return files.toList().stream();
    }
  }

  /** Makes an old copy of a library and an old temporary file. */
  private List<Path> leftByAProcessThatWasKilled() throws IOException {
    var cache = Files.createDirectories(temp.resolve("cache"));
    var left =
        List.of(
            cache.resolve(".liblupine-0123456789abcdef-1234567.so"),
            cache.resolve(".liblupine-lua54.so1234567.part"));
    for (var file : left) {
      Files.createFile(file);
      Files.setLastModifiedTime(file, FileTime.from(Instant.now().minus(Duration.ofMinutes(11))));
    }
    return left;
  }
}
