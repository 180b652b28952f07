package org.lupine.bridge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lupine.value.MissingNativeException;

/** The search in made-up surroundings: a folder for the jar, another for the cache. */
class LibrarySearchTest {
  private static final Platform PLATFORM = new Platform("linux", "aarch64", false);

  @TempDir
  Path temp;

  private final Map<String, String> properties = new HashMap<>();
  private final List<Path> loaded = new ArrayList<>();
  private Path jar;
  private Path cache;

  @BeforeEach
  void layOut() {
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
  void hashesALibraryThatTheBuildSaidNothingAbout() throws IOException {
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
    search[0] = search(file -> {
      loaded.add(file);
      search[0].load();
    });

    search[0].load();

    assertEquals(1, loaded.size());
  }

  @Test
  void namesTheFlavourThatIsWanted() {
    var message = missing(() -> search(loaded::add).flavour("lua54"));

    assertTrue(message.startsWith("no native library for Lua 5.4 on linux-aarch64; looked in: "
        + "the jar (no META-INF/native/linux-aarch64/liblupine.so there), "), message);
  }

  /** As on platforms for which nobody wrote the jumps. */
  @Test
  void namesCModulesIfThereIsNoLibraryForThem() throws IOException {
    inJar("linux-aarch64", "liblupine.so", "binding");

    var message = missing(() -> search(loaded::add).flavour("modules"));

    assertTrue(message.startsWith("no native library for C modules on linux-aarch64; looked in: "
        + "the jar (no META-INF/native/linux-aarch64/liblupine-modules.so there), "), message);
  }

  @Test
  void givesAFlavourFromBesideTheBinding() throws IOException {
    inJar("linux-aarch64", "liblupine.so", "binding");
    inJar("linux-aarch64", "liblupine-lua54.so", "five four");
    var search = search(loaded::add);

    var file = search.flavour("lua54");

    assertEquals(1, loaded.size());
    assertEquals("five four", Files.readString(file));
    assertEquals(loaded.get(0).getParent(), file.getParent());
    assertEquals(file, search.flavour("lua54"));
  }

  @Test
  void prefersTheFolderThatTheUserNames() throws IOException {
    inJar("linux-aarch64", "liblupine.so", "binding");
    inJar("linux-aarch64", "liblupine-lua54.so", "five four");
    var own = own("liblupine.so", "liblupine-lua51.so");
    var search = search(loaded::add);

    assertEquals(own.resolve("liblupine-lua51.so"), search.flavour("lua51"));
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

    var message = missing(() -> search(loaded::add).flavour("lua54"));

    assertTrue(message.startsWith("no native library for Lua 5.4 on linux-aarch64; looked in: "
        + own + " (no liblupine-lua54.so there); "), message);
  }

  @Test
  void fallsBackToJavasLibraryPath() throws IOException {
    var installed = Files.createDirectory(temp.resolve("lib"));
    Files.createFile(installed.resolve("liblupine.so"));
    Files.createFile(installed.resolve("liblupine-luajit.so"));
    properties.put("java.library.path", temp.resolve("none") + File.pathSeparator + installed);
    var search = search(loaded::add);

    assertEquals(installed.resolve("liblupine-luajit.so"), search.flavour("luajit"));
    assertEquals(List.of(installed.resolve("liblupine.so")), loaded);
    assertTrue(search.present("luajit"));
  }

  @Test
  void namesEveryPlaceAndWhatTheJarHas() throws IOException {
    inJar("linux-x86_64", "natives.properties", "");
    inJar("macos-aarch64", "natives.properties", "");
    properties.put("java.library.path", temp.resolve("lib").toString());

    var message = missing(() -> search(loaded::add).load());

    assertEquals("no native library on linux-aarch64; looked in: the jar (no META-INF/native/"
        + "linux-aarch64/liblupine.so there), java.library.path " + temp.resolve("lib")
        + " (no liblupine.so there); the jar has: linux-x86_64, macos-aarch64; "
        + "set -Dlupine.native=DIR", message);
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
  void goesOnToAFolderWhereCodeMayRun() throws IOException {
    inJar("linux-aarch64", "liblupine.so", "binding");
    inJar("linux-aarch64", "liblupine-lua54.so", "five four");
    var search = search(file -> {
      if (file.startsWith(cache)) {
        throw new UnsatisfiedLinkError(file + ": failed to map segment from shared object");
      }
      loaded.add(file);
    });

    var flavour = search.flavour("lua54");

    var fallback = temp.resolve("tmp").resolve("lupine-somebody");
    assertEquals(fallback, loaded.get(0).getParent());
    assertEquals(fallback, flavour.getParent());
  }

  @Test
  void goesOnToAFolderThatCanBeWritten() throws IOException {
    inJar("linux-aarch64", "liblupine.so", "binding");
    Files.createFile(cache);

    search(loaded::add).load();

    assertEquals(temp.resolve("tmp").resolve("lupine-somebody"), loaded.get(0).getParent());
  }

  @Test
  void triesALibraryThatCannotLoadInOneFolderOnly() throws IOException {
    inJar("linux-aarch64", "liblupine.so", "binding");

    var message = missing(() -> search(file -> {
      loaded.add(file);
      throw new UnsatisfiedLinkError("version 'GLIBC_2.34' not found");
    }).load());

    assertEquals(1, loaded.size());
    assertTrue(message.contains(cache + " (version 'GLIBC_2.34' not found)"), message);
  }

  @Test
  void takesTheGlibcLibraryUnderMuslIfThatIsAllThereIs() throws IOException {
    inJar("linux-aarch64", "liblupine.so", "glibc");

    search(new Platform("linux", "aarch64", true), loaded::add).load();

    assertEquals("glibc", Files.readString(loaded.get(0)));
  }

  @Test
  void livesOnCopiesIfAnotherClassLoaderHasTheFiles() throws IOException {
    inJar("linux-aarch64", "liblupine.so", "binding");
    inJar("linux-aarch64", "liblupine-lua54.so", "five four");
    search(loaded::add).load();
    var shared = loaded.get(0);
    var search = search(file -> {
      if (file.equals(shared)) {
        throw new UnsatisfiedLinkError(
            "Native Library " + file + " already loaded in another classloader");
      }
      assertTrue(Files.exists(file));
      loaded.add(file);
    });

    var one = search.flavour("lua54");
    var other = search.flavour("lua54");

    assertEquals(2, loaded.size());
    assertFalse(Files.exists(loaded.get(1)), "a copy goes away once it is loaded");
    assertNotEquals(one, other);
    search.opened(one);
    assertFalse(Files.exists(one));
    assertEquals("five four", Files.readString(other));
    assertTrue(Files.exists(shared));
  }

  @Test
  void keepsTheFilesThatAreNoCopies() throws IOException {
    inJar("linux-aarch64", "liblupine.so", "binding");
    inJar("linux-aarch64", "liblupine-lua54.so", "five four");
    var search = search(loaded::add);
    var file = search.flavour("lua54");

    search.opened(file);

    assertTrue(Files.exists(file));
  }

  @Test
  void namesTheOptionIfJavaForbidsNativeCode() throws IOException {
    inJar("linux-aarch64", "liblupine.so", "binding");

    var message = missing(() -> search(file -> {
      throw new IllegalCallerException("Illegal native access");
    }).load());

    assertEquals("Java forbids native code; start it with --enable-native-access=ALL-UNNAMED",
        message);
  }

  @Test
  void readsWhatTheBuildWrote() throws IOException {
    assertEquals(Map.of(), search(loaded::add).properties());

    inJar("linux-aarch64", "natives.properties", "lua54.version=5.4.9\nlua54.provider=bundle\n");

    assertEquals(Map.of("lua54.version", "5.4.9", "lua54.provider", "bundle"),
        search(loaded::add).properties());
  }

  @Test
  void tellsWhatIsPresentWithoutStoringIt() throws IOException {
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
    return new LibrarySearch(platform, properties::get, name -> null, this::resource, loader);
  }

  private URL resource(String name) {
    var file = jar.resolve(name.substring(1));
    try {
      return Files.exists(file) ? file.toUri().toURL() : null;
    } catch (MalformedURLException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void inJar(String platform, String name, String content) throws IOException {
    var folder = Files.createDirectories(jar.resolve("META-INF/native").resolve(platform));
    Files.writeString(folder.resolve(name), content);
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
