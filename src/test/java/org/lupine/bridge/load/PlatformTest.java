package org.lupine.bridge.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PlatformTest {
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
