package org.lupine.bridge.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.lang.module.ModuleFinder;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.spi.ToolProvider;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lupine.value.MissingNativeException;

/** The search in a simulated environment: a folder for the jar, another for the cache. */
class LibrarySearchTest {
  private static final Platform MUSL = new Platform("linux", "aarch64", true);

  private static final Platform PLATFORM = new Platform("linux", "aarch64", false);

  /** Splits a path of several folders as the system does on which the tests run. */
  private static final Platform HERE =
      new Platform(Platform.current().isWindows() ? "windows" : "linux", "aarch64", false);

  @TempDir Path temp;

  private final Map<String, String> properties = new HashMap<>();
  private final List<Path> loaded = new ArrayList<>();
  private final Map<Path, Boolean> opened = new HashMap<>();
  private Path jar;
  private Path cache;

  @BeforeEach
  void layOut() throws IOException {
    temp = temp.toRealPath(); // so is what the search names: macOS has its temporary files behind a
    // link
    Files.createDirectory(temp.resolve("tmp"));
    jar = temp.resolve("jar");
    cache = temp.resolve("cache");
    properties.put("lupine.native.cache", cache.toString());
    properties.put("java.io.tmpdir", temp.resolve("tmp").toString());
    properties.put("user.dir", temp.resolve("work").toString());
    properties.put("user.name", "somebody");
  }

  @Test
  void storesAndLoadsTheLibraryOfTheJar() throws IOException {
    inJar("linux-aarch64", "liblupine.so", "binding");
    inJar("linux-aarch64", "natives.properties", "liblupine.so.sha256=00112233445566778899");

    search(loaded::add).load();

    assertEquals(List.of(cache.resolve("liblupine-0011223344556677.so")), loaded);
    assertEquals("binding", Files.readString(loaded.get(0)));
  }

  @Test
  void hashesALibraryThatTheBuildDidNotHash() throws IOException {
    inJar("linux-aarch64", "liblupine.so", "");

    search(loaded::add).load();

    assertEquals(List.of(cache.resolve("liblupine-e3b0c44298fc1c14.so")), loaded);
  }

  @Test
  void loadsOnce() throws IOException {
    inJar("linux-aarch64", "liblupine.so", "binding");
    var search = search(loaded::add);

    search.load();
    search.load();

    assertEquals(1, loaded.size());
  }

  @Test
  void doesNotLoadAgainWhileItLoads() throws IOException {
    inJar("linux-aarch64", "liblupine.so", "binding");
    var search = new LibrarySearch[1];
    search[0] =
        search(
            file -> {
              loaded.add(file);
              search[0].load();
            });

    search[0].load();

    assertEquals(1, loaded.size());
  }

  @Test
  void namesTheFlavourThatIsWanted() {
    var message = missing(() -> search(loaded::add).file("lua54"));

    assertTrue(
        message.startsWith(
            "no native library for Lua 5.4 on linux-aarch64; looked in: "
                + "the class path (no META-INF/native/linux-aarch64/liblupine.so there), "),
        message);
  }

  /** There are platforms without the assembly that C modules need. */
  @Test
  void namesCModulesIfThereIsNoLibraryForThem() throws IOException {
    inJar("linux-aarch64", "liblupine.so", "binding");

    var message = missing(() -> search(loaded::add).file("modules"));

    assertTrue(
        message.startsWith(
            "no native library for C modules on linux-aarch64; looked in: "
                + "the class path (no META-INF/native/linux-aarch64/liblupine-modules.so there), "),
        message);
  }

  @Test
  void takesAFlavourFromTheFolderOfTheBinding() throws IOException {
    inJar("linux-aarch64", "liblupine.so", "binding");
    inJar("linux-aarch64", "liblupine-lua54.so", "five four");
    var search = search(loaded::add);

    var file = search.file("lua54");

    assertEquals(1, loaded.size());
    assertEquals("five four", Files.readString(file));
    assertEquals(loaded.get(0).getParent(), file.getParent());
    assertEquals(file, search.file("lua54"));
  }

  @Test
  void prefersTheFolderThatTheUserNames() throws IOException {
    inJar("linux-aarch64", "liblupine.so", "binding");
    inJar("linux-aarch64", "liblupine-lua54.so", "five four");
    var own = own("liblupine.so", "liblupine-lua51.so");
    var search = search(loaded::add);

    assertEquals(own.resolve("liblupine-lua51.so"), search.file("lua51"));
    assertEquals(List.of(own.resolve("liblupine.so")), loaded);
    assertTrue(search.present("lua51"));
    assertFalse(search.present("lua54"));
    assertFalse(Files.exists(cache));
  }

  @Test
  void looksNowhereElseIfTheUserNamesAFolder() throws IOException {
    inJar("linux-aarch64", "liblupine.so", "binding");
    inJar("linux-aarch64", "liblupine-lua54.so", "five four");
    var own = own("liblupine.so");

    var message = missing(() -> search(loaded::add).file("lua54"));

    assertTrue(
        message.startsWith(
            "no native library for Lua 5.4 on linux-aarch64; looked in: "
                + own
                + " (no liblupine-lua54.so there); "),
        message);
  }

  @Test
  void fallsBackToJavasLibraryPath() throws IOException {
    var installed = Files.createDirectory(temp.resolve("lib"));
    var binding = Files.createFile(installed.resolve(HERE.file("lupine")));
    var flavour = Files.createFile(installed.resolve(HERE.file("lupine-luajit")));
    properties.put("java.library.path", temp.resolve("none") + File.pathSeparator + installed);
    var search = search(HERE, loaded::add);

    assertEquals(flavour, search.file("luajit"));
    assertEquals(List.of(binding), loaded);
    assertTrue(search.present("luajit"));
  }

  @Test
  void namesEveryPlaceAndWhatTheJarHas() throws IOException {
    inJar("linux-x86_64", "natives.properties", "");
    inJar("macos-aarch64", "natives.properties", "");
    properties.put("java.library.path", temp.resolve("lib").toString());

    var message = missing(() -> search(loaded::add).load());

    assertEquals(
        "no native library on linux-aarch64; looked in: the class path (no META-INF/"
            + "native/"
            + "linux-aarch64/liblupine.so there), java.library.path "
            + temp.resolve("lib")
            + " (no liblupine.so there); the jars have those of: "
            + "linux-x86_64, macos-aarch64; "
            + "set -Dlupine.native=DIR",
        message);
  }

  @Test
  void namesTheArtifactThatHasTheNativesOfThisPlatform() throws IOException {
    release("linux-x86_64 linux-aarch64");
    properties.put("java.library.path", "");

    assertEquals(
        "no native library for Lua 5.4 on linux-aarch64; looked in: the class path (no META-INF/"
            + "native/linux-aarch64/liblupine.so there), java.library.path  (no liblupine.so there)"
            + "; the jars have no natives; add the artifact org.lupine:lupine:1.2.3:natives-linux-"
            + "aarch64, or set -Dlupine.native=DIR",
        missing(() -> search(loaded::add).file("lua54")));
  }

  @Test
  void namesTheArtifactForMuslIfThatForGlibcDoesNotServe() throws IOException {
    release("linux-aarch64 linux-aarch64-musl");
    inJar("linux-aarch64", "liblupine.so", "glibc");
    inJar("linux-aarch64", "natives.properties", "");

    var message =
        missing(
            search(
                    MUSL,
                    file -> {
                      throw new UnsatisfiedLinkError("symbol not found");
                    })
                ::load);

    assertTrue(message.contains("(symbol not found)"), message);
    assertTrue(
        message.endsWith(
            "; the jars have those of: linux-aarch64; add the artifact"
                + " org.lupine:lupine:1.2.3:natives-linux-aarch64-musl, or set"
                + " -Dlupine.native=DIR"),
        message);
  }

  @Test
  void saysIfNoArtifactHasTheNativesOfThisPlatform() throws IOException {
    release("linux-x86_64 windows-x86_64");

    var message = missing(search(loaded::add)::load);

    assertTrue(
        message.endsWith(
            "; the jars have no natives; org.lupine:lupine:1.2.3 has none for this platform:"
                + " build Lupine there, or set -Dlupine.native=DIR"),
        message);
  }

  /** The artifact would not be searched, or is there. */
  @Test
  void namesNoArtifactIfThatWouldNotHelp() throws IOException {
    release("linux-aarch64");
    inJar("linux-aarch64", "natives.properties", "");

    var lacking = missing(search(loaded::add)::load);
    assertTrue(
        lacking.endsWith("; the jars have those of: linux-aarch64; set -Dlupine.native=DIR"),
        lacking);

    Files.delete(jar.resolve("META-INF/native/linux-aarch64/natives.properties"));
    own();
    var chosen = missing(search(loaded::add)::load);
    assertTrue(chosen.endsWith("; the jars have no natives; set -Dlupine.native=DIR"), chosen);
  }

  // BEHAVIOURS 270
  @Test
  void loadsNoNativesOfAnotherBuildFromTheJar() throws IOException {
    release("linux-aarch64", "1.2.3+aa");
    inJar("linux-aarch64", "liblupine.so", "binding");
    inJar("linux-aarch64", "natives.properties", "version=1.2.2+bb");
    properties.put("java.library.path", "");

    assertEquals(
        "no native library for Lua 5.4 on linux-aarch64; looked in: "
            + resource("/META-INF/native/linux-aarch64/liblupine.so")
            + " (of Lupine 1.2.2+bb; expected 1.2.3+aa), java.library.path  (no liblupine.so there);"
            + " the jars have those of: linux-aarch64; natives and classes must be of the same"
            + " build; use the artifact org.lupine:lupine:1.2.3:natives-linux-aarch64, or set"
            + " -Dlupine.native=DIR",
        missing(() -> search(loaded::add).file("lua54")));
    assertEquals(List.of(), loaded);
    assertFalse(Files.exists(cache));
  }

  @Test
  void loadsNoNativesOfAnotherBuildFromAFolder() throws IOException {
    release("linux-aarch64", "1.2.3+aa");
    var own = own("liblupine.so", "liblupine-lua54.so");
    Files.writeString(own.resolve("natives.properties"), "version=1.2.3+bb");

    var message = missing(() -> search(loaded::add).file("lua54"));

    assertTrue(
        message.startsWith(
            "no native library for Lua 5.4 on linux-aarch64; looked in: "
                + own.resolve("liblupine.so")
                + " (of Lupine 1.2.3+bb; expected 1.2.3+aa); "),
        message);
    assertTrue(
        message.endsWith(
            "; natives and classes must be of the same build; leave out -Dlupine.native, or set"
                + " -Dlupine.native=DIR"),
        message);
    assertEquals(List.of(), loaded);
  }

  @Test
  void loadsNoNativesOfAVersionThatIsNotKnown() throws IOException {
    release("linux-aarch64", "1.2.3+aa");
    var own = own("liblupine.so");

    var without = missing(search(loaded::add)::load);
    Files.writeString(own.resolve("natives.properties"), "lua54.version=5.4.9\n");
    var before = missing(search(loaded::add)::load);

    assertTrue(
        without.contains(
            " (no natives.properties beside it, so its version is not known; expected 1.2.3+aa); "),
        without);
    assertTrue(before.contains(" (of an unknown version of Lupine; expected 1.2.3+aa); "), before);
    assertEquals(List.of(), loaded);
  }

  @Test
  void loadsNativesOfItsOwnBuildFromEachPlace() throws IOException {
    release(HERE.id(), "1.2.3+aa");
    var own = own(HERE.file("lupine"));
    var installed = installed("lib", "1.2.3+aa");
    Files.writeString(own.resolve("natives.properties"), "version=1.2.3+aa");
    search(HERE, loaded::add).load();

    properties.remove("lupine.native");
    properties.put("java.library.path", "" + installed);
    search(HERE, loaded::add).load();

    inJar(HERE.id(), HERE.file("lupine"), "binding");
    inJar(HERE.id(), "natives.properties", "version=1.2.3+aa");
    search(HERE, loaded::add).load();

    assertEquals(List.of(own, installed, cache), loaded.stream().map(Path::getParent).toList());
  }

  @Test
  void continuesToNativesOfItsOwnBuild() throws IOException {
    release(HERE.id(), "1.2.3+aa");
    inJar(HERE.id(), HERE.file("lupine"), "binding");
    inJar(HERE.id(), "natives.properties", "version=1.2.2+bb");
    var old = installed("old", "1.2.1+cc");
    var fitting = installed("fitting", "1.2.3+aa");
    properties.put("java.library.path", old + File.pathSeparator + fitting);

    search(HERE, loaded::add).load();

    assertEquals(List.of(fitting.resolve(HERE.file("lupine"))), loaded);
  }

  /** Makes a folder for Java's library path with natives of that version. */
  private Path installed(String name, String version) throws IOException {
    var folder = Files.createDirectory(temp.resolve(name));
    Files.createFile(folder.resolve(HERE.file("lupine")));
    Files.writeString(folder.resolve("natives.properties"), "version=" + version);
    return folder;
  }

  @Test
  void looksAgainAfterAFailure() throws IOException {
    var search = search(loaded::add);
    missing(search::load);

    inJar("linux-aarch64", "liblupine.so", "binding");
    search.load();

    assertEquals(1, loaded.size());
  }

  @Test
  void continuesToAFolderWhereCodeMayRun() throws IOException {
    inJar("linux-aarch64", "liblupine.so", "binding");
    inJar("linux-aarch64", "liblupine-lua54.so", "five four");
    var search =
        search(
            file -> {
              if (file.startsWith(cache)) {
                throw new UnsatisfiedLinkError(file + ": failed to map segment from shared object");
              }
              loaded.add(file);
            });

    var flavour = search.file("lua54");

    var fallback = temp.resolve("tmp").resolve("lupine-somebody");
    assertEquals(fallback, loaded.get(0).getParent());
    assertEquals(fallback, flavour.getParent());
  }

  @Test
  void continuesToAWritableFolder() throws IOException {
    inJar("linux-aarch64", "liblupine.so", "binding");
    Files.createFile(cache);

    search(loaded::add).load();

    assertEquals(temp.resolve("tmp").resolve("lupine-somebody"), loaded.get(0).getParent());
  }

  @Test
  void triesALibraryThatCannotLoadInOneFolderOnly() throws IOException {
    inJar("linux-aarch64", "liblupine.so", "binding");

    var message =
        missing(
            () ->
                search(
                        file -> {
                          loaded.add(file);
                          throw new UnsatisfiedLinkError("version 'GLIBC_2.34' not found");
                        })
                    .load());

    assertEquals(1, loaded.size());
    assertTrue(message.contains(cache + " (version 'GLIBC_2.34' not found)"), message);
  }

  @Test
  void takesTheGlibcLibraryUnderMuslIfThereIsNoOther() throws IOException {
    inJar("linux-aarch64", "liblupine.so", "glibc");

    assertEquals("glibc", contentLoadedBy(search(MUSL, loaded::add)));
  }

  @Test
  void takesTheMuslLibraryUnderMuslIfTheJarHasBoth() throws IOException {
    inJar("linux-aarch64", "liblupine.so", "glibc");
    inJar("linux-aarch64", "liblupine-lua54.so", "glibc, five four");
    inJar("linux-aarch64-musl", "liblupine.so", "musl");
    inJar("linux-aarch64-musl", "liblupine-lua54.so", "musl, five four");

    var search = search(MUSL, loaded::add);

    assertEquals("musl, five four", Files.readString(search.file("lua54")));
    assertEquals("musl", Files.readString(loaded.get(0)));
  }

  @Test
  void takesTheGlibcLibraryUnderGlibcIfTheJarHasBoth() throws IOException {
    inJar("linux-aarch64", "liblupine.so", "glibc");
    inJar("linux-aarch64-musl", "liblupine.so", "musl");

    assertEquals("glibc", contentLoadedBy(search(loaded::add)));
  }

  @Test
  void namesAFileByTheChecksumOfItsOwnFolder() throws IOException {
    inJar("linux-aarch64", "liblupine.so", "glibc");
    inJar("linux-aarch64", "natives.properties", "liblupine.so.sha256=00112233445566778899");
    inJar("linux-aarch64-musl", "liblupine.so", "musl");
    inJar("linux-aarch64-musl", "natives.properties", "liblupine.so.sha256=99887766554433221100");
    var names = new ArrayList<String>();
    var search =
        search(
            MUSL,
            file -> {
              names.add(file.getFileName().toString());
              if (names.size() == 1) {
                throw new UnsatisfiedLinkError("damaged");
              }
            });

    search.load();

    assertEquals(List.of("liblupine-9988776655443322.so", "liblupine-0011223344556677.so"), names);
  }

  @Test
  void namesThePlatformsOfTheJarIfItHasOthers() throws IOException {
    inJar("linux-x86_64", "natives.properties", "");
    inJar("linux-x86_64-musl", "natives.properties", "");

    var message = missing(() -> search(new Platform("linux", "x86_64", true), loaded::add).load());

    assertTrue(message.startsWith("no native library on linux-x86_64-musl; looked in: "), message);
    assertTrue(
        message.contains("; the jars have those of: linux-x86_64, linux-x86_64-musl; "), message);
  }

  @Test
  void loadsACopyIfAnotherClassLoaderHasTheFile() throws IOException {
    inJar("linux-aarch64", "liblupine.so", "binding");
    inJar("linux-aarch64", "liblupine-lua54.so", "five four");
    search(loaded::add).load();
    var shared = loaded.get(0);
    var search = search(having(shared));

    var flavour = search.file("lua54");

    assertEquals(2, loaded.size());
    assertFalse(Files.exists(loaded.get(1)), "a copy goes away once it is loaded");
    assertTrue(Files.exists(shared));
    assertEquals(search(loaded::add).file("lua54"), flavour, "flavours are for all class loaders");
    assertEquals(Set.of(shared, flavour), Set.copyOf(files(cache)));
  }

  @Test
  void removesACopyThatCannotBeLoaded() throws IOException {
    inJar("linux-aarch64", "liblupine.so", "binding");
    search(loaded::add).load();
    var shared = loaded.get(0);

    missing(
        search(
                having(shared)
                    .andThen(
                        file -> {
                          throw new UnsatisfiedLinkError("cannot allocate memory");
                        }))
            ::load);

    assertEquals(List.of(shared), files(cache));
  }

  @Test
  void takesACopyToAFolderWhereCodeMayRun() throws IOException {
    var own = own("liblupine.so").resolve("liblupine.so");
    search(
            having(own)
                .andThen(
                    file -> {
                      if (file.startsWith(cache)) {
                        loaded.remove(file);
                        throw new UnsatisfiedLinkError(
                            file + ": failed to map segment from shared object");
                      }
                    }))
        .load();

    assertEquals(temp.resolve("tmp").resolve("lupine-somebody"), loaded.get(0).getParent());
    assertEquals(List.of(), files(cache));
    assertEquals(List.of(), files(loaded.get(0).getParent()));
  }

  @Test
  void opensAFlavourByTheNameOfItsFile() throws IOException {
    var own = own("liblupine.so", "liblupine-lua54.so");
    var search = search(loaded::add);

    assertEquals(7, search.openFlavour("lua54", opener(7)));

    assertEquals(Map.of(own.resolve("liblupine-lua54.so"), false), opened);
    assertFalse(Files.exists(cache));
  }

  @Test
  void opensAFlavourOfTheJarByItsContent() throws IOException {
    inJar("linux-aarch64", "liblupine.so", "binding");
    inJar("linux-aarch64", "liblupine-lua54.so", "five four");
    var search = search(loaded::add);

    assertEquals(7, search.openFlavour("lua54", opener(7)));

    assertEquals(Map.of(search.file("lua54"), true), opened);
  }

  @Test
  void opensAFlavourThatWasReplacedByAnotherName() throws IOException {
    var own = own("liblupine.so", "liblupine-lua54.so").resolve("liblupine-lua54.so");
    Files.writeString(own, "five four, anew");
    var search = search(loaded::add);

    assertEquals(
        8,
        search.openFlavour(
            "lua54", (file, byContent) -> opener(file.equals(own) ? 0 : 8).open(file, byContent)));

    opened.remove(own, false);
    var file = opened.keySet().iterator().next();
    assertEquals(Map.of(file, true), opened);
    assertEquals(cache, file.getParent());
    assertEquals("five four, anew", Files.readString(file));
    assertEquals(
        8,
        search(loaded::add).openFlavour("lua54", (again, byContent) -> again.equals(file) ? 8 : 0),
        "the same for all");
  }

  @Test
  void saysWhyAFlavourThatWasReplacedCannotBeOpened() throws IOException {
    own("liblupine.so", "liblupine-lua54.so");
    var search = search(loaded::add);

    var message =
        missing(
            () ->
                search.openFlavour(
                    "lua54",
                    (file, byContent) -> {
                      if (byContent) {
                        throw new UnsatisfiedLinkError("no memory");
                      }
                      return 0;
                    }));

    assertTrue(message.contains("has been replaced since it was opened"), message);
    assertTrue(message.contains(cache + " (no memory)"), message);
  }

  @Test
  void findsTheLibrariesOfWindows() throws IOException {
    inJar("windows-x86_64", "lupine.dll", "binding");
    inJar("windows-x86_64", "lupine-lua54.dll", "five four");
    inJar(
        "windows-x86_64",
        "natives.properties",
        "lupine.dll.sha256=00112233445566778899\n"
            + "lupine-lua54.dll.sha256=99887766554433221100\n");
    var search = search(new Platform("windows", "x86_64", false), loaded::add);

    assertTrue(search.present("lua54"));
    assertFalse(search.present("lua55"));
    assertEquals(7, search.openFlavour("lua54", opener(7)));

    assertEquals(List.of(cache.resolve("lupine-0011223344556677.dll")), loaded);
    assertEquals(Map.of(cache.resolve("lupine-lua54-9988776655443322.dll"), true), opened);
  }

  /** Windows deletes no file that is loaded; the copy goes when the JVM ends. */
  @Test
  void loadsACopyOnWindowsIfAnotherClassLoaderHasTheLibrary() throws IOException {
    var own = own("lupine.dll").resolve("lupine.dll");

    search(new Platform("windows", "x86_64", false), having(own)).load();

    var copy = loaded.get(0);
    assertEquals(cache, copy.getParent());
    assertTrue(copy.getFileName().toString().matches("\\.lupine-.*\\.dll"), copy.toString());
  }

  @Test
  void saysWhatIsMissingOnWindows() throws IOException {
    inJar("windows-x86_64", "natives.properties", "");
    properties.put("java.library.path", "");
    var search = search(new Platform("windows", "aarch64", false), loaded::add);

    assertEquals(
        "no native library on windows-aarch64; looked in: "
            + "the class path (no META-INF/native/windows-aarch64/lupine.dll there), java.library.path "
            + " (no lupine.dll there); the jars have those of: "
            + "windows-x86_64; set -Dlupine.native=DIR",
        missing(search::load));
  }

  /** Loads the library that binds the native methods, and returns what its file contains. */
  private String contentLoadedBy(LibrarySearch search) throws IOException {
    search.load();
    return Files.readString(loaded.get(0));
  }

  /** Returns a loader of libraries that fails for the file of another class loader. */
  private Consumer<Path> having(Path file) {
    return wanted -> {
      if (wanted.equals(file)) {
        throw new UnsatisfiedLinkError(
            "Native Library " + file + " already loaded in another classloader");
      }
      assertTrue(Files.exists(wanted));
      loaded.add(wanted);
    };
  }

  /** Returns an opener that records each file, and whether its name tells its content. */
  private NativeLibrary.Opener opener(long backend) {
    return (file, byContent) -> {
      opened.put(file, byContent);
      return backend;
    };
  }

  private static List<Path> files(Path folder) throws IOException {
    try (var files = Files.list(folder)) {
      return files.toList();
    }
  }

  @Test
  void namesTheOptionIfJavaForbidsNativeCode() throws IOException {
    inJar("linux-aarch64", "liblupine.so", "binding");

    var message =
        missing(
            () ->
                search(
                        file -> {
                          throw new IllegalCallerException("Illegal native access");
                        })
                    .load());

    assertEquals(
        "Java forbids native code; start it with --enable-native-access=ALL-UNNAMED", message);
  }

  /** The option is for modules of the boot layer; other layers need their controllers. */
  @Test
  void namesTheControllerToAModuleOfAnotherLayer() throws Exception {
    assertEquals(
        "Java forbids native code; start it with --enable-native-access=java.logging",
        LibrarySearch.forbidden(ModuleLayer.boot().findModule("java.logging").orElseThrow()));
    var folder = Files.createDirectories(temp.resolve("layered"));
    Files.writeString(folder.resolve("module-info.java"), "module layered {}");
    assertEquals(
        0,
        ToolProvider.findFirst("javac")
            .orElseThrow()
            .run(
                System.out,
                System.err,
                folder.resolve("module-info.java").toString(),
                "-d",
                folder.toString()));
    var boot = ModuleLayer.boot();
    var controller =
        ModuleLayer.defineModulesWithOneLoader(
            boot.configuration()
                .resolve(ModuleFinder.of(folder), ModuleFinder.of(), Set.of("layered")),
            List.of(boot),
            null);

    var message = LibrarySearch.forbidden(controller.layer().findModule("layered").orElseThrow());

    assertEquals(
        "Java forbids native code; module layered is in a layer that no option reaches:"
            + " the code that creates the layer must call"
            + " ModuleLayer.Controller.enableNativeAccess for it",
        message);
  }

  @Test
  void readsWhatTheBuildWrote() throws IOException {
    assertEquals(Map.of(), search(loaded::add).properties());

    inJar("linux-aarch64", "natives.properties", "lua54.version=5.4.9\nlua54.provider=bundle\n");

    assertEquals(
        Map.of("lua54.version", "5.4.9", "lua54.provider", "bundle"),
        search(loaded::add).properties());
  }

  @Test
  void listsWhatIsPresentWithoutStoringIt() throws IOException {
    inJar("linux-aarch64", "liblupine-lua54.so", "five four");
    var search = search(loaded::add);

    assertTrue(search.present("lua54"));
    assertFalse(search.present("lua55"));
    assertFalse(Files.exists(cache));
  }

  private LibrarySearch search(Consumer<Path> loader) {
    return search(PLATFORM, loader);
  }

  private LibrarySearch search(Platform platform, Consumer<Path> loader) {
    return new LibrarySearch(
        platform, new Disk(), properties::get, name -> null, this::resource, loader);
  }

  private URL resource(String name) {
    return FakeMachine.resource(jar, name);
  }

  private void inJar(String platform, String name, String content) throws IOException {
    var folder = Files.createDirectories(jar.resolve("META-INF/native").resolve(platform));
    Files.writeString(folder.resolve(name), content);
  }

  /** Has the jar be of a release with the natives of these platforms, whose build is not known. */
  private void release(String natives) throws IOException {
    writeRelease("natives=" + natives + "\n");
  }

  private void release(String natives, String version) throws IOException {
    writeRelease("natives=" + natives + "\nversion=" + version + "\n");
  }

  private void writeRelease(String lines) throws IOException {
    var folder = Files.createDirectories(jar.resolve("org/lupine/bridge/load"));
    Files.writeString(
        folder.resolve("release.properties"), "artifact=org.lupine:lupine:1.2.3\n" + lines);
  }

  private Path own(String... names) throws IOException {
    var own = Files.createDirectory(temp.resolve("own"));
    for (var name : names) {
      Files.createFile(own.resolve(name));
    }
    properties.put("lupine.native", own.toString());
    return own;
  }

  private static String missing(Runnable search) {
    return assertThrows(MissingNativeException.class, search::run).getMessage();
  }
}
