package org.lupine.bridge.load;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Locale;

/**
 * The platform that the JVM runs on, in the terms of the jar's native folders.
 *
 * @param os {@code linux}, {@code macos}, {@code windows}, or Java's own name in lower case
 * @param arch {@code x86_64}, {@code aarch64} ...; the JVM's, which may differ from the kernel's
 * @param musl whether the C library is musl
 */
record Platform(String os, String arch, boolean musl) {
  /** Returns the platform of this JVM. */
  static Platform current() {
    return of(System.getProperty("os.name", ""), System.getProperty("os.arch", ""), new File("/"));
  }

  /**
   * Returns a platform by Java's names for it.
   *
   * @param root the folder that is {@code /} on Linux
   */
  static Platform of(String osName, String osArch, File root) {
    var os = os(osName);
    return new Platform(os, arch(osArch), os.equals("linux") && runsOnMusl(root));
  }

  static String os(String name) {
    var lower = name.toLowerCase(Locale.ROOT);
    if (lower.startsWith("mac") || lower.startsWith("darwin")) {
      return "macos";
    }
    return lower.startsWith("windows")
        ? "windows"
        : lower.equals("linux") ? lower : lower.replaceAll("[^a-z0-9]", "");
  }

  static String arch(String name) {
    var lower = name.toLowerCase(Locale.ROOT);
    return switch (lower) {
      case "amd64", "x86_64", "x64" -> "x86_64";
      case "aarch64", "arm64" -> "aarch64";
      case "x86", "i386", "i486", "i586", "i686" -> "x86";
      default -> lower.startsWith("armv") ? "arm" : lower.replaceAll("[^a-z0-9_]", "");
    };
  }

  /** Returns the name, such as {@code linux-x86_64} or {@code linux-aarch64-musl}. */
  String id() {
    return os + "-" + arch + (musl ? "-musl" : "");
  }

  /**
   * Returns the folders of the jar to search, best first: a glibc library often works under musl,
   * too.
   */
  List<String> folders() {
    var plain = os + "-" + arch;
    return musl ? List.of(plain + "-musl", plain) : List.of(plain);
  }

  /**
   * Returns the file name of a library, such as {@code liblupine-lua54.so}, and {@code
   * lupine-lua54.dll} on Windows.
   */
  String file(String library) {
    return switch (os) {
      case "windows" -> library + ".dll";
      case "macos" -> "lib" + library + ".dylib";
      default -> "lib" + library + ".so";
    };
  }

  boolean isWindows() {
    return os.equals("windows");
  }

  /** Returns what is between two folders of a search path. */
  String pathSeparator() {
    return isWindows() ? ";" : ":";
  }

  /**
   * Returns whether a musl loader is mapped into this process; its mere presence on disk says
   * little.
   *
   * @param root the folder that is {@code /}
   */
  static boolean runsOnMusl(File root) {
    var names = new File(root, "lib").list();
    if (names == null) {
      return false;
    }
    for (var name : names) {
      if (name.startsWith("ld-musl-")) {
        return isMapped(root, "ld-musl-");
      }
    }
    return false;
  }

  private static boolean isMapped(File root, String library) {
    try {
      var maps = new File(root, "proc/self/maps").toPath();
      return Files.readString(maps, ISO_8859_1).contains(library);
    } catch (IOException e) {
      return false;
    }
  }
}
