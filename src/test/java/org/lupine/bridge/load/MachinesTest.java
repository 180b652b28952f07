package org.lupine.bridge.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.lupine.value.MissingNativeException;

/** The search for libraries on each operating system, with a file system like that one's. */
class MachinesTest {
  private static final String SUM = "00112233445566778899";
  private static final String TAG = "-0011223344556677";

  @TempDir Path temp;

  /** What is where. */
  enum Kind {
    WINDOWS(
        "windows-x86_64",
        temp -> FakeMachine.windows(temp, "amd64"),
        "lupine",
        ".dll",
        "C:\\Users\\Ana María\\AppData\\Local\\lupine\\natives",
        "C:\\Users\\Ana María\\AppData\\Local\\Temp\\lupine-Ana_Mar_a"),
    MACOS(
        "macos-x86_64",
        temp -> FakeMachine.macos(temp, "x86_64"),
        "liblupine",
        ".dylib",
        "/Users/ana maría/Library/Caches/lupine/natives",
        "/var/folders/x1/y2/T/lupine-Ana_Mar_a"),
    MACOS_ARM(
        "macos-aarch64",
        temp -> FakeMachine.macos(temp, "aarch64"),
        "liblupine",
        ".dylib",
        MACOS.cache,
        MACOS.next),
    LINUX(
        "linux-x86_64",
        temp -> FakeMachine.linux(temp, "amd64"),
        "liblupine",
        ".so",
        "/home/ana maría/.cache/lupine/natives",
        "/tmp/lupine-Ana_Mar_a"),
    LINUX_ARM(
        "linux-aarch64",
        temp -> FakeMachine.linux(temp, "aarch64"),
        "liblupine",
        ".so",
        LINUX.cache,
        LINUX.next),
    MUSL(
        "linux-x86_64-musl",
        temp -> FakeMachine.musl(temp, "amd64"),
        "liblupine",
        ".so",
        LINUX.cache,
        LINUX.next);

    private final String id;
    private final Function<Path, FakeMachine> start;
    private final String library;
    private final String suffix;
    private final String cache;
    private final String next;

    Kind(
        String id,
        Function<Path, FakeMachine> start,
        String library,
        String suffix,
        String cache,
        String next) {
      this.id = id;
      this.start = start;
      this.library = library;
      this.suffix = suffix;
      this.cache = cache;
      this.next = next;
    }

    /** Starts a machine, with a jar that has natives for it. */
    FakeMachine start(Path temp) throws IOException {
      var machine = start.apply(temp);
      machine.inJar(id, library + suffix, "binding");
      machine.inJar(id, library + "-lua54" + suffix, "five four");
      machine.inJar(id, "natives.properties", library + suffix + ".sha256=" + SUM);
      return machine;
    }

    Path stored(FakeMachine machine, String folder) {
      return machine.path(folder).resolve(library + TAG + suffix);
    }
  }

  @ParameterizedTest
  @EnumSource
  void storesTheLibraryWhereTheUsersCachesAre(Kind kind) throws IOException {
    try (var machine = kind.start(temp)) {
      assertEquals(kind.id, machine.platform.id());

      var flavour = machine.search().file("lua54");

      assertEquals(List.of(kind.stored(machine, kind.cache)), machine.loaded);
      assertEquals("binding", Files.readString(machine.loaded.get(0)));
      assertEquals("five four", Files.readString(flavour));
      assertEquals(machine.path(kind.cache), flavour.getParent());
      assertEquals(2, machine.names(machine.path(kind.cache)).size(), "nothing else is left");
    }
  }

  @ParameterizedTest
  @EnumSource
  void loadsTheStoredFileLaterOn(Kind kind) throws IOException {
    try (var machine = kind.start(temp)) {
      machine.search().load();
      var file = machine.loaded.get(0);
      var yesterday = FileTime.from(Instant.now().minus(Duration.ofHours(20)));
      Files.setLastModifiedTime(file, yesterday);

      machine.search().load();

      assertEquals(List.of(file, file), machine.loaded);
      assertEquals(yesterday, Files.getLastModifiedTime(file), "it was written anew");
      assertEquals(List.of(file.getFileName().toString()), machine.names(file.getParent()));
    }
  }

  @ParameterizedTest
  @EnumSource
  void replacesADamagedFile(Kind kind) throws IOException {
    try (var machine = kind.start(temp)) {
      machine.search().load();
      var file = machine.loaded.get(0);
      Files.writeString(file, "BINDING");

      machine.search().load();

      assertEquals(List.of(file, file), machine.loaded);
      assertEquals("binding", Files.readString(file));
      assertEquals(List.of(file.getFileName().toString()), machine.names(file.getParent()));
    }
  }

  @ParameterizedTest
  @EnumSource
  void goesOnToTheNextFolderIfTheFirstIsReadOnly(Kind kind) throws IOException {
    try (var machine = kind.start(temp)) {
      machine.files.makeReadOnly(machine.path(machine.properties.get("user.home")));
      var next = kind == Kind.WINDOWS ? machine.folder("C:\\Windows\\Temp") : null;
      if (next != null) {
        machine.properties.put("java.io.tmpdir", next.toString());
      }

      machine.search().load();

      assertEquals(
          next != null ? next.resolve("lupine-Ana_Mar_a") : machine.path(kind.next),
          machine.loaded.get(0).getParent());
    }
  }

  @ParameterizedTest
  @EnumSource
  void loadsAStoredFileFromAFolderThatHasBecomeReadOnly(Kind kind) throws IOException {
    try (var machine = kind.start(temp)) {
      machine.search().load();
      machine.files.makeReadOnly(machine.path(kind.cache));

      machine.search().load();

      assertEquals(kind.stored(machine, kind.cache), machine.loaded.get(1));
    }
  }

  @ParameterizedTest
  @EnumSource
  void refusesAFolderOfAnotherUser(Kind kind) throws IOException {
    try (var machine = kind.start(temp)) {
      machine.give(machine.folder(kind.cache), "mallory");

      machine.search().load();

      assertEquals(kind.stored(machine, kind.next), machine.loaded.get(0));
    }
  }

  @ParameterizedTest
  @EnumSource
  void saysWhyEachFolderIsRefused(Kind kind) throws IOException {
    try (var machine = kind.start(temp)) {
      var work = machine.path(machine.properties.get("user.dir")).resolve(".lupine").toString();
      var folders = new ArrayList<>(List.of(kind.cache, kind.next, work));
      if (machine.platform.os().equals("linux")) {
        folders.add("/dev/shm/lupine-Ana_Mar_a");
      }
      for (var folder : folders) {
        machine.give(machine.folder(folder), "mallory");
      }

      var message = missing(machine);

      for (var folder : folders) {
        assertTrue(message.contains(folder + " (belongs to mallory), "), message);
      }
      assertEquals(List.of(), machine.loaded);
    }
  }

  @ParameterizedTest
  @EnumSource(
      mode = EnumSource.Mode.EXCLUDE,
      names = {"WINDOWS"})
  void refusesAFolderThatOthersMayWrite(Kind kind) throws IOException {
    try (var machine = kind.start(temp)) {
      Files.setPosixFilePermissions(
          machine.folder(kind.cache), PosixFilePermissions.fromString("rwxrwxrwx"));

      machine.search().load();

      assertEquals(kind.stored(machine, kind.next), machine.loaded.get(0));
      assertEquals(List.of(), machine.names(machine.path(kind.cache)));
    }
  }

  @ParameterizedTest
  @EnumSource(
      mode = EnumSource.Mode.EXCLUDE,
      names = {"WINDOWS"})
  void makesAFolderForItsOwnerAlone(Kind kind) throws IOException {
    try (var machine = kind.start(temp)) {
      machine.search().load();

      assertEquals(
          "rwx------",
          PosixFilePermissions.toString(Files.getPosixFilePermissions(machine.path(kind.cache))));
    }
  }

  @ParameterizedTest
  @EnumSource
  void saysWhatTheJarHas(Kind kind) throws IOException {
    try (var machine = kind.start.apply(temp)) {
      machine.inJar("linux-riscv64", "natives.properties", "");
      machine.properties.put("java.library.path", "");

      var message = missing(machine);

      var place = "META-INF/native/" + kind.id + "/" + kind.library + kind.suffix;
      assertTrue(message.startsWith("no native library on " + kind.id + "; looked in: "), message);
      assertTrue(message.contains(" (no " + place + " there)"), message);
      assertTrue(message.contains(": linux-riscv64"), message);
      assertTrue(message.contains("-Dlupine.native=DIR"), message);
    }
  }

  @ParameterizedTest
  @EnumSource
  void takesLibrariesFromTheFolderThatIsNamedAlone(Kind kind) throws IOException {
    try (var machine = kind.start(temp)) {
      var own = machine.path(machine.properties.get("user.dir")).resolve("own libraries");
      Files.createDirectories(own);
      var binding = Files.createFile(own.resolve(kind.library + kind.suffix));
      var flavour = Files.createFile(own.resolve(kind.library + "-lua51" + kind.suffix));
      Files.writeString(own.resolve("natives.properties"), "lua51.version=5.1.5\n");
      machine.properties.put("lupine.native", own.toString());

      var search = machine.search();

      assertEquals(flavour, search.file("lua51"));
      assertEquals(List.of(binding), machine.loaded);
      assertTrue(search.present("lua51"));
      assertFalse(search.present("lua54"));
      assertEquals("5.1.5", search.properties().get("lua51.version"));
      assertFalse(Files.exists(machine.path(kind.cache)));
    }
  }

  @ParameterizedTest
  @EnumSource
  void findsLibrariesInJavasLibraryPath(Kind kind) throws IOException {
    try (var machine = kind.start.apply(temp)) {
      var folder = machine.folder(kind == Kind.WINDOWS ? "C:\\Windows\\System32" : "/usr/lib64");
      machine.properties.computeIfPresent(
          "java.library.path", (name, path) -> path + machine.platform.pathSeparator() + folder);
      var installed = Files.createFile(folder.resolve(kind.library + kind.suffix));

      machine.search().load();

      assertEquals(List.of(installed), machine.loaded);
    }
  }

  @ParameterizedTest
  @EnumSource
  void storesWhereTheUserSays(Kind kind) throws IOException {
    try (var machine = kind.start(temp)) {
      var chosen = kind == Kind.WINDOWS ? "D:\\natives of Lua" : "/opt/natives of Lua";
      machine.properties.put("lupine.native.cache", chosen);

      machine.search().load();

      assertEquals(kind.stored(machine, chosen), machine.loaded.get(0));
    }
  }

  /** A flavour's library that is replaced while it is in use gets a name that tells its content. */
  @ParameterizedTest
  @EnumSource
  void opensAFlavourThatWasReplacedByAnotherName(Kind kind) throws IOException {
    try (var machine = kind.start(temp)) {
      var own = machine.folder(kind == Kind.WINDOWS ? "D:\\own" : "/own");
      Files.createFile(own.resolve(kind.library + kind.suffix));
      var flavour = Files.createFile(own.resolve(kind.library + "-lua54" + kind.suffix));
      machine.properties.put("lupine.native", own.toString());

      var side =
          machine.search().openFlavour("lua54", (file, byContent) -> file.equals(flavour) ? 0 : 8);

      assertEquals(8, side);
      assertEquals(
          List.of(kind.library + "-lua54-e3b0c44298fc1c14" + kind.suffix),
          machine.names(machine.path(kind.cache)));
    }
  }

  // Windows

  @Test
  void doesNotTouchAFileThatWindowsUses() throws IOException {
    try (var machine = Kind.WINDOWS.start(temp)) {
      machine.search().load();
      var file = machine.loaded.get(0);
      machine.files.use(file);

      machine.search().load();

      assertEquals(List.of(file, file), machine.loaded);
    }
  }

  @Test
  void goesOnIfADamagedFileIsInUseOnWindows() throws IOException {
    try (var machine = Kind.WINDOWS.start(temp)) {
      machine.search().load();
      var file = machine.loaded.get(0);
      Files.writeString(file, "BINDING");
      machine.files.use(file);

      machine.search().load();

      assertEquals(machine.path(Kind.WINDOWS.next), machine.loaded.get(1).getParent());
      assertEquals(List.of(file.getFileName().toString()), machine.names(file.getParent()));
    }
  }

  @Test
  void removesOldFilesThatWindowsDoesNotUse() throws IOException {
    try (var machine = Kind.WINDOWS.start(temp)) {
      var cache = machine.folder(Kind.WINDOWS.cache);
      var used = Files.createFile(cache.resolve("lupine-0000000000000001.dll"));
      var unused = Files.createFile(cache.resolve("lupine-0000000000000002.dll"));
      for (var file : List.of(used, unused)) {
        Files.setLastModifiedTime(file, FileTime.from(Instant.now().minus(Duration.ofDays(31))));
      }
      machine.files.use(used);

      machine.search().load();

      assertEquals(
          List.of("lupine-0000000000000001.dll", "lupine" + TAG + ".dll"), machine.names(cache));
    }
  }

  /** Windows keeps the copy for a second class loader until that one is gone. */
  @Test
  void removesTheCopyOfAClassLoaderLaterOnWindows() throws IOException {
    try (var machine = Kind.WINDOWS.start(temp)) {
      machine.search().load();
      var shared = machine.loaded.get(0);
      machine
          .search(
              file -> {
                if (file.equals(shared)) {
                  throw new UnsatisfiedLinkError(
                      "Native Library " + file + " already loaded in another classloader");
                }
                machine.loaded.add(file);
                machine.files.use(file);
              })
          .load();
      var copy = machine.loaded.get(1);
      assertTrue(copy.getFileName().toString().matches("\\.lupine-.*\\.dll"), copy.toString());
      assertEquals("binding", Files.readString(copy));
      Files.setLastModifiedTime(copy, FileTime.from(Instant.now().minus(Duration.ofMinutes(11))));
      machine.search().load();
      assertTrue(Files.exists(copy), "Windows does not permit it yet");

      machine.files.release(copy);
      machine.search().load();

      assertEquals(List.of(shared.getFileName().toString()), machine.names(shared.getParent()));
    }
  }

  /** As in a folder below {@code C:\Windows\Temp}, in which Windows lets others create files. */
  @Test
  void replacesAFileThatAnotherUserHasPlantedOnWindows() throws IOException {
    try (var machine = Kind.WINDOWS.start(temp)) {
      machine.search().load();
      var file = machine.loaded.get(0);
      machine.give(file, "mallory");

      machine.search().load();

      assertEquals("ana", Files.getOwner(file).getName());
      assertEquals(List.of(file, file), machine.loaded);
    }
  }

  /** System.load of Java 17 takes a path in the code page of Windows, which lacks other letters. */
  @Test
  void goesOnToAPathThatJavaCanLoadFromOnWindows() throws IOException {
    try (var machine = Kind.WINDOWS.start(temp)) {
      machine
          .search(
              file -> {
                if (file.toString().contains("í")) {
                  throw new UnsatisfiedLinkError(
                      file.toString().replace('í', '?') + ": Can't find dependent libraries");
                }
                machine.loaded.add(file);
              })
          .load();

      assertEquals(
          List.of(Kind.WINDOWS.stored(machine, "D:\\apps\\service\\.lupine")), machine.loaded);
    }
  }

  @Test
  void ignoresWhatIsNoFolderInThePathOfWindows() throws IOException {
    try (var machine = Kind.WINDOWS.start(temp)) {
      machine.properties.put(
          "java.library.path", "\"C:\\Program Files\\quoted\";C:\\a|b;;%SystemRoot%;D:\\natives");
      var folder = machine.folder("D:\\natives");
      Files.createFile(folder.resolve("lupine-lua51.dll"));
      var search = machine.search();

      assertTrue(search.present("lua51"));
      assertEquals(folder.resolve("lupine-lua51.dll"), search.file("lua51"));
    }
  }

  @Test
  void asksTheHomeFolderIfWindowsDoesNotSayWhereCachesAre() throws IOException {
    for (var variable : List.of("", "Local", "C:Local", "<none>")) {
      try (var machine = Kind.WINDOWS.start(temp)) {
        machine.variables.put("LOCALAPPDATA", variable);

        machine.search().load();

        assertEquals(
            Kind.WINDOWS.stored(machine, Kind.WINDOWS.cache), machine.loaded.get(0), variable);
      }
    }
  }

  // macOS

  /** Under Rosetta the JVM says what it was built for. */
  @Test
  void takesTheLibrariesForTheProcessorOfTheJvmOnMacos() throws IOException {
    for (var kind : List.of(Kind.MACOS, Kind.MACOS_ARM)) {
      try (var machine = kind.start(temp)) {
        machine.inJar("macos-x86_64", "liblupine.dylib", "x86");
        machine.inJar("macos-aarch64", "liblupine.dylib", "arm");
        machine.properties.put("lupine.native.cache", "/caches of " + kind);

        machine.search().load();

        assertEquals(kind == Kind.MACOS ? "x86" : "arm", Files.readString(machine.loaded.get(0)));
      }
    }
  }

  @Test
  void saysWhichProcessorTheJarHasForMacos() throws IOException {
    try (var machine = Kind.MACOS.start.apply(temp)) {
      machine.inJar("macos-aarch64", "natives.properties", "");

      var message = missing(machine);

      assertTrue(message.startsWith("no native library on macos-x86_64; "), message);
      assertTrue(message.contains(": macos-aarch64"), message);
    }
  }

  // Linux

  @Test
  void takesTheLibrariesForGlibcUnderMuslIfTheirsDoNotLoad() throws IOException {
    try (var machine = Kind.MUSL.start(temp)) {
      machine.inJar("linux-x86_64", "liblupine.so", "glibc");
      machine
          .search(
              file -> {
                machine.loaded.add(file);
                if (machine.loaded.size() == 1) {
                  throw new UnsatisfiedLinkError("Error relocating " + file);
                }
              })
          .load();

      assertEquals("binding", Files.readString(machine.loaded.get(0)));
      assertEquals("glibc", Files.readString(machine.loaded.get(1)));
    }
  }

  @Test
  void storesInMemoryIfNoFolderMayBeExecutedOnLinux() throws IOException {
    try (var machine = Kind.LINUX.start(temp)) {
      machine
          .search(
              file -> {
                if (!file.startsWith(machine.path("/dev/shm"))) {
                  throw new UnsatisfiedLinkError(
                      file + ": failed to map segment from shared object");
                }
                machine.loaded.add(file);
              })
          .load();

      assertEquals(
          List.of(Kind.LINUX.stored(machine, "/dev/shm/lupine-Ana_Mar_a")), machine.loaded);
    }
  }

  @Test
  void refusesAFolderThatOthersMayReplaceOnLinux() throws IOException {
    try (var machine = Kind.LINUX.start(temp)) {
      var parent = machine.folder(Kind.LINUX.cache).getParent();
      Files.setPosixFilePermissions(parent, PosixFilePermissions.fromString("rwxrwxrwx"));

      machine.search().load();

      assertEquals(machine.path(Kind.LINUX.next), machine.loaded.get(0).getParent());
    }
  }

  private static String missing(FakeMachine machine) {
    return assertThrows(MissingNativeException.class, machine.search()::load).getMessage();
  }
}
