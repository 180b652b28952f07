package org.lupine.bridge.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.lang.ref.WeakReference;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import javax.script.Invocable;
import javax.script.ScriptEngine;
import javax.script.ScriptEngineManager;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;
import org.junit.jupiter.api.io.TempDir;
import org.lupine.Flavour;
import org.lupine.support.ChildProcess;
import org.lupine.support.EachFlavour;
import org.lupine.support.Garbage;

/** The real libraries, in JVMs of their own and in several class loaders of this one. */
class NativeLibraryTest {
  private static final URL CLASSES =
      NativeLibrary.class.getProtectionDomain().getCodeSource().getLocation();

  @TempDir Path temp;

  @EachFlavour
  void servesSeveralClassLoaders(Flavour flavour) throws Exception {
    try (var one = loader();
        var other = loader()) {
      var first = engine(one, flavour);
      var second = engine(other, flavour);
      assertNotSame(first.getClass(), second.getClass());

      first.put("list", new ArrayList<>(List.of("first")));
      second.put("list", new ArrayList<>(List.of("second")));
      first.eval("function get(i) return list:get(i) end");
      second.eval("function get(i) return list:get(i) end");

      for (int i = 0; i < 3; i++) {
        assertEquals("first", ((Invocable) first).invokeFunction("get", 0));
        assertEquals("second", ((Invocable) second).invokeFunction("get", 0));
      }
      ((AutoCloseable) first).close();
      assertEquals("second", ((Invocable) second).invokeFunction("get", 0));
      ((AutoCloseable) second).close();
    }
  }

  @Test
  void doesNotHoldAClassLoader() throws Exception {
    var loader = used();

    Garbage.collectUntil(() -> loader.get() == null, () -> "still there");
  }

  private static WeakReference<ClassLoader> used() throws Exception {
    try (var loader = loader()) {
      var engine = engine(loader, Flavour.newest());
      engine.put("list", new ArrayList<>(List.of("a")));
      engine.eval("return list:size(), pcall(list.get, list, 7)");
      ((AutoCloseable) engine).close();
      return new WeakReference<>(loader);
    }
  }

  @Test
  void namesTheFolderThatHasNoLibrary() {
    var child = launch("-Dlupine.native=" + temp.resolve("none"));

    assertEquals(1, child.status());
    assertTrue(child.err().contains("no native library for Lua 5.5 on "), child.err());
    assertTrue(child.err().contains("looked in: " + temp.resolve("none") + " (no "), child.err());
    assertTrue(child.err().contains("; set -Dlupine.native=DIR"), child.err());
  }

  @Test
  void runsWhereTheCacheCannotBeWritten() throws IOException {
    var file = Files.createFile(temp.resolve("file"));

    var child = launch("-Dlupine.native.cache=" + file.resolve("none"), "-Djava.io.tmpdir=" + temp);

    assertEquals("hello\n", child.out(), child.err());
    assertEquals(0, child.status());
  }

  @Test
  void runsWhereTheCacheMayNotBeExecuted() throws IOException {
    var folder = Files.createTempDirectory(noexec(), "lupine");
    try {
      var child = launch("-Dlupine.native.cache=" + folder, "-Djava.io.tmpdir=" + temp);

      assertEquals("hello\n", child.out(), child.err());
    } finally {
      try (var files = Files.list(folder)) {
        for (var file : files.toList()) {
          Files.delete(file);
        }
      }
      Files.delete(folder);
    }
  }

  /** A folder of this machine that is mounted noexec and can be written. */
  private static Path noexec() throws IOException {
    var mounts = Path.of("/proc/self/mounts");
    assumeTrue(Files.exists(mounts), "nothing tells how folders are mounted");
    var found =
        Files.readAllLines(mounts).stream()
            .map(line -> line.split(" "))
            .filter(mount -> List.of(mount[3].split(",")).containsAll(List.of("rw", "noexec")))
            .filter(mount -> mount[2].equals("tmpfs"))
            .map(mount -> Path.of(mount[1]))
            .filter(Files::isWritable)
            .findFirst();
    assumeTrue(found.isPresent(), "no folder here is mounted noexec");
    return found.get();
  }

  @Test
  @EnabledForJreRange(min = JRE.JAVA_24, disabledReason = "Java forbids nothing before 24")
  void namesTheOptionWhereNativeCodeIsForbidden() {
    var child = launch("--illegal-native-access=deny");

    assertEquals(1, child.status());
    assertTrue(child.err().contains("--enable-native-access=ALL-UNNAMED"), child.err());
  }

  private ChildProcess launch(String... options) {
    var command = new ArrayList<String>();
    command.add(ChildProcess.java());
    command.addAll(List.of(options));
    command.addAll(
        List.of(
            "-cp",
            ChildProcess.location(NativeLibrary.class).toString(),
            "org.lupine.cli.Launcher",
            "-e",
            "print 'hello'"));
    return ChildProcess.run(temp, Duration.ofMinutes(1), "", command);
  }

  /** A loader of the same classes that shares none of them. */
  private static URLClassLoader loader() {
    return new URLClassLoader(new URL[] {CLASSES}, ClassLoader.getPlatformClassLoader());
  }

  private static ScriptEngine engine(ClassLoader loader, Flavour flavour) {
    return new ScriptEngineManager(loader).getEngineByName(flavour.id());
  }
}
