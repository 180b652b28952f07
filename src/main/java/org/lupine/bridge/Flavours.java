package org.lupine.bridge;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.lupine.bridge.load.NativeLibrary;
import org.lupine.value.MissingNativeException;

/** The libraries of the flavours, each opened on first use. */
public final class Flavours {
  private static final Map<String, Long> BACKENDS = new ConcurrentHashMap<>();

  /** Those that C modules may call. */
  private static final Map<String, Long> MODULES = new ConcurrentHashMap<>();

  private Flavours() {}

  /** Returns the address of the backend of a flavour. */
  static long backend(String flavour) {
    var known = BACKENDS.get(flavour);
    if (known != null) {
      return known;
    }
    synchronized (BACKENDS) {
      known = BACKENDS.get(flavour);
      if (known == null) {
        known = open(flavour);
        if (BACKENDS.isEmpty()) {
          UpcallStub.makeIfRequired();
        }
        BACKENDS.put(flavour, known);
      }
      return known;
    }
  }

  private static long open(String flavour) {
    try {
      return NativeLibrary.openFlavour(
          flavour, (file, byContent) -> Native.library(bytes(file), byContent));
    } catch (UnsatisfiedLinkError e) {
      throw new MissingNativeException("no native library for " + flavour + ": " + e.getMessage());
    }
  }

  /**
   * Returns the version that a flavour's library was built from, such as {@code Lua 5.4.9}; scripts
   * cannot change it.
   */
  static String implementation(String flavour) {
    return new String(Native.version(backend(flavour)), StandardCharsets.US_ASCII);
  }

  /**
   * Lets C modules call a flavour.
   *
   * @throws MissingNativeException if there is no library for that, as on platforms without one
   */
  static void allowModules(String flavour) {
    MODULES.computeIfAbsent(flavour, Flavours::connect);
  }

  private static Long connect(String flavour) {
    long backend = backend(flavour);
    var file = NativeLibrary.modules();
    try {
      Native.modules(backend, bytes(file));
      return backend;
    } catch (UnsatisfiedLinkError e) {
      throw new MissingNativeException("no C modules for " + flavour + ": " + e.getMessage());
    }
  }

  private static byte[] bytes(Path file) {
    return file.toString().getBytes(StandardCharsets.UTF_8);
  }

  /** Returns whether a flavour has integers in addition to floats. */
  public static boolean integers(String flavour) {
    return flavour.compareTo("lua53") >= 0 && !"luajit".equals(flavour);
  }
}
