package org.lupine.bridge.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PlatformTest {
  @TempDir File root;

  @ParameterizedTest
  @CsvSource({
    "Linux, linux",
    "Mac OS X, macos",
    "Darwin, macos",
    "Windows 11, windows",
    "Windows Server 2022, windows",
    "FreeBSD, freebsd",
    "SunOS, sunos"
  })
  void knowsTheSystemByJavasName(String name, String os) {
    assertEquals(os, Platform.os(name));
  }

  @ParameterizedTest
  @CsvSource({
    "amd64, x86_64",
    "x86_64, x86_64",
    "aarch64, aarch64",
    "arm64, aarch64",
    "i386, x86",
    "arm, arm",
    "armv7l, arm",
    "riscv64, riscv64",
    "ppc64le, ppc64le"
  })
  void knowsTheProcessorByJavasName(String name, String arch) {
    assertEquals(arch, Platform.arch(name));
  }

  @Test
  void looksForMuslBeforeGlibc() {
    var platform = new Platform("linux", "aarch64", true);

    assertEquals("linux-aarch64-musl", platform.id());
    assertEquals(List.of("linux-aarch64-musl", "linux-aarch64"), platform.folders());
  }

  @Test
  void knowsMuslByTheLoaderThatRunsTheProcess() throws IOException {
    layOut("lib/ld-musl-x86_64.so.1", "");
    layOut(
        "proc/self/maps",
        """
        55c1-55c2 r-xp 00000000 fe:01 17 /usr/lib/jvm/java-17-openjdk/bin/java
        7f01-7f02 r-xp 00014000 fe:01 12 /lib/ld-musl-x86_64.so.1
        7f03-7f04 r-xp 00000000 fe:01 19 /usr/lib/jvm/java-17-openjdk/lib/server/libjvm.so
        """);

    assertTrue(Platform.runsOnMusl(root));
  }

  /** As on Debian with the package musl. */
  @Test
  void knowsGlibcBesideALoaderOfMusl() throws IOException {
    layOut("lib/ld-musl-x86_64.so.1", "");
    layOut("lib/ld-linux-x86-64.so.2", "");
    layOut("proc/self/maps", "7f01-7f02 r-xp 00028000 fe:01 12 /lib/x86_64-linux-gnu/libc.so.6\n");

    assertFalse(Platform.runsOnMusl(root));
  }

  @Test
  void takesASystemForGlibcThatHasNoLoaderOfMusl() throws IOException {
    assertFalse(Platform.runsOnMusl(root));

    layOut("lib/ld-linux-aarch64.so.1", "");

    assertFalse(Platform.runsOnMusl(root));
  }

  /** As where /proc is not mounted. */
  @Test
  void takesASystemForGlibcThatShowsNothingOfTheProcess() throws IOException {
    layOut("lib/ld-musl-aarch64.so.1", "");

    assertFalse(Platform.runsOnMusl(root));
  }

  private void layOut(String file, String content) throws IOException {
    var path = root.toPath().resolve(file);
    Files.createDirectories(path.getParent());
    Files.writeString(path, content);
  }

  @Test
  void namesFilesAsTheSystemDoes() {
    assertEquals("liblupine-lua54.so", new Platform("linux", "arm", false).file("lupine-lua54"));
    assertEquals("liblupine.dylib", new Platform("macos", "aarch64", false).file("lupine"));
    var windows = new Platform("windows", "x86_64", false);
    assertEquals("lupine.dll", windows.file("lupine"));
    assertEquals("lupine-luajit.dll", windows.file("lupine-luajit"));
    assertEquals(List.of("windows-x86_64"), windows.folders());
  }

  @Test
  void isTheMachineOfTheTests() {
    var platform = Platform.current();

    assertFalse(platform.os().isEmpty());
    assertFalse(platform.arch().isEmpty());
  }
}
