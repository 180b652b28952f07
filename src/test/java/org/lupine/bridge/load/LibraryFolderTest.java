package org.lupine.bridge.load;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class LibraryFolderTest {
  private static final String HASH = "0123456789abcdef0123456789abcdef";
  private static final byte[] CONTENT = "a library".getBytes(UTF_8);

  @TempDir Path temp;

  @Test
  void namesAFileByItsContentAndWritesItOnce() throws IOException {
    var folder = folder(temp.resolve("a/b"));

    var file = folder.store("liblupine.so", HASH, new LibraryContent(CONTENT));
    var before = Files.getAttribute(file, "lastModifiedTime");
    var again = folder.store("liblupine.so", HASH, new LibraryContent(CONTENT));

    assertEquals(temp.resolve("a/b/liblupine-0123456789abcdef.so"), file);
    assertEquals(file, again);
    assertEquals(before, Files.getAttribute(file, "lastModifiedTime"));
    assertEquals("a library", Files.readString(file));
    assertEquals(List.of(file), files(folder));
  }

  @Test
  void replacesAFileWhoseContentDoesNotMatchItsName() throws IOException {
    var folder = folder(temp.resolve("a"));
    var file = folder.store("liblupine.so", HASH, new LibraryContent(CONTENT));
    Files.writeString(file, "a LIBRARY");

    folder.store("liblupine.so", HASH, new LibraryContent(CONTENT));

    assertEquals("a library", Files.readString(file));
  }

  @Test
  @DisabledOnOs(value = OS.WINDOWS, disabledReason = "it has no such permissions")
  void isReadableByItsOwnerOnly() throws IOException {
    folder(temp.resolve("a/b")).store("liblupine.so", HASH, new LibraryContent(CONTENT));

    assertEquals("rwx------", permissions(temp.resolve("a")));
    assertEquals("rwx------", permissions(temp.resolve("a/b")));
  }

  @Test
  @DisabledOnOs(value = OS.WINDOWS, disabledReason = "it has no such permissions")
  void refusesAFolderWhereOthersMayWrite() throws IOException {
    var path = Files.createDirectory(temp.resolve("open"));
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwxrwxrwx"));

    assertUnsafe("others may write there", path);
  }

  @Test
  @DisabledOnOs(value = OS.WINDOWS, disabledReason = "it has no such permissions")
  void refusesAFolderThatOthersMayReplace() throws IOException {
    var open = Files.createDirectory(temp.resolve("open"));
    Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxrwxrwx"));

    assertUnsafe("others may replace it", open.resolve("lupine"));
  }

  @Test
  @DisabledOnOs(value = OS.WINDOWS, disabledReason = "it has no such permissions")
  void refusesALinkInPlaceOfTheFolder() throws IOException {
    var real = Files.createDirectory(temp.resolve("real"));

    assertUnsafe("is not a folder", Files.createSymbolicLink(temp.resolve("link"), real));
    assertUnsafe("is not a folder", Files.createFile(temp.resolve("file")));
  }

  @Test
  void removesFilesUnusedForAMonthWhenItWrites() throws IOException {
    var folder = folder(temp.resolve("a"));
    var old = folder.store("liblupine-lua51.so", HASH, new LibraryContent(CONTENT));
    var recent = folder.store("liblupine-lua52.so", HASH, new LibraryContent(CONTENT));
    var foreign = Files.writeString(temp.resolve("a/notes.txt"), "not ours");
    age(old, 31);
    age(recent, 29);
    age(foreign, 31);

    var written = folder.store("liblupine-lua53.so", HASH, new LibraryContent(CONTENT));

    assertEquals(Stream.of(recent, written, foreign).sorted().toList(), files(folder));
  }

  @Test
  void keepsFilesThatAreUsed() throws IOException {
    var folder = folder(temp.resolve("a"));
    var old = folder.store("liblupine-lua51.so", HASH, new LibraryContent(CONTENT));
    age(old, 31);

    folder.store("liblupine-lua51.so", HASH, new LibraryContent(CONTENT));
    folder.store("liblupine-lua52.so", HASH, new LibraryContent(CONTENT));

    assertTrue(Files.exists(old));
  }

  @Test
  void makesCopiesWithUniqueNames() throws IOException {
    var folder = folder(temp.resolve("a"));
    var file = folder.store("liblupine.so", HASH, new LibraryContent(CONTENT));

    var one = folder.copy(file);
    var other = folder.copy(file);

    assertNotEquals(one, other);
    assertEquals("a library", Files.readString(one));
    assertTrue(one.getFileName().toString().endsWith(".so"), one.toString());
  }

  @Test
  void removesWhatAKilledProcessLeft() throws IOException {
    var folder = folder(temp.resolve("a"));
    var file = folder.store("liblupine.so", HASH, new LibraryContent(CONTENT));
    var left = folder.copy(file);
    var part = Files.createFile(temp.resolve("a/.liblupine.so123.part"));
    var loading = folder.copy(file);
    for (var each : List.of(file, left, part)) {
      Files.setLastModifiedTime(each, FileTime.from(Instant.now().minus(Duration.ofMinutes(11))));
    }

    folder.store("liblupine.so", HASH, new LibraryContent(CONTENT));

    assertEquals(Stream.of(file, loading).sorted().toList(), files(folder));
  }

  @Test
  void storesFromManyThreadsAtOnce() throws Exception {
    var content = new byte[1 << 20];
    var threads = Executors.newFixedThreadPool(8);
    Callable<Path> store =
        () -> folder(temp.resolve("a")).store("liblupine.so", HASH, new LibraryContent(content));
    try {
      for (var file : threads.invokeAll(Stream.generate(() -> store).limit(64).toList())) {
        assertEquals(content.length, Files.size(file.get()));
      }
    } finally {
      threads.shutdown();
    }
    assertEquals(1, files(folder(temp.resolve("a"))).size());
  }

  @Test
  void isWhereTheSystemKeepsCaches() {
    var home = Path.of("").toAbsolutePath().resolve("home");
    var set = home.resolveSibling("set");

    assertEquals(home.resolve(".cache/lupine/natives"), first("linux", home, Map.of()));
    assertEquals(home.resolve("Library/Caches/lupine/natives"), first("macos", home, Map.of()));
    assertEquals(home.resolve("AppData/Local/lupine/natives"), first("windows", home, Map.of()));
    assertEquals(
        set.resolve("lupine/natives"),
        first("linux", home, Map.of("XDG_CACHE_HOME", set.toString())));
    assertEquals(
        set.resolve("lupine/natives"),
        first("windows", home, Map.of("LOCALAPPDATA", set.toString())));
    assertEquals(
        home.resolve(".cache/lupine/natives"),
        first("linux", home, Map.of("XDG_CACHE_HOME", "relative, so of no account")));
  }

  @Test
  void ignoresAHomeThatIsNoPath() {
    var first = first("linux", "?", Map.of());

    assertTrue(first.isAbsolute());
    assertEquals("lupine-some_body", first.getFileName().toString());
  }

  private LibraryFolder folder(Path path) {
    return new LibraryFolder(path, temp, new Disk());
  }

  private static Path first(String os, Path home, Map<String, String> variables) {
    return first(os, home.toString(), variables);
  }

  private static Path first(String os, String home, Map<String, String> variables) {
    var properties =
        Map.of(
            "user.home",
            home,
            "user.name",
            "some/body",
            "java.io.tmpdir",
            System.getProperty("java.io.tmpdir"),
            "user.dir",
            System.getProperty("user.dir"));
    var platform = new Platform(os, "x86_64", false);
    return LibraryFolder.candidates(platform, new Disk(), properties::get, variables::get)
        .get(0)
        .path();
  }

  private void assertUnsafe(String why, Path path) {
    var thrown =
        assertThrows(
            FileSystemException.class,
            () -> folder(path).store("liblupine.so", HASH, new LibraryContent(CONTENT)));

    assertEquals(why, thrown.getReason());
    assertFalse(Files.exists(path.resolve("liblupine-0123456789abcdef.so")));
  }

  private static List<Path> files(LibraryFolder folder) throws IOException {
    try (var files = Files.list(folder.path())) {
      return files.sorted().collect(Collectors.toList());
    }
  }

  private static String permissions(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }

  private static void age(Path file, int days) throws IOException {
    Files.setLastModifiedTime(file, FileTime.from(Instant.now().minus(Duration.ofDays(days))));
  }
}
