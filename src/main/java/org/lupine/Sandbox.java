package org.lupine;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.lupine.access.HostAccess;
import org.lupine.access.HostAccess.Access;

/**
 * How far scripts are trusted. Each preset is a set of defaults and a floor: options that are not
 * set have its values, and building options that would weaken it is an {@link
 * IllegalArgumentException}.
 *
 * <p>Within the JVM's process no preset protects against someone who knows a vulnerability of Lua
 * itself: presets protect from mistakes and from casual abuse.
 *
 * <pre>{@code
 * try (LuaRuntime lua = LuaRuntime.builder().sandbox(Sandbox.CONSTRAINED).build()) {
 *   System.out.println(lua.eval("io.open").first());   // null
 *   System.out.println(lua.options().timeLimit());     // PT30S
 * }
 * }</pre>
 */
public enum Sandbox {
  /** For your own scripts: all of Lua and of Java, without limits. */
  TRUSTED,

  /**
   * For your own scripts, protected from accidents: no files, processes, C modules or bytecode; of
   * Java, objects that were passed to it and what they return; 256 MiB of memory; for each call 30
   * seconds, 64 MiB of output, and 256 MiB of values passed to Java.
   */
  CONSTRAINED,

  /**
   * For the scripts of others: in addition no {@code load}, {@code require}, {@code io} or
   * finalizers; of Java, what is marked {@link org.lupine.access.LuaExport} and {@linkplain
   * HostAccess#DATA reading data}; no bindings of the global scope; 64 MiB of memory; for each call
   * 5 seconds, 16 MiB of output, and 64 MiB of values passed to Java.
   */
  SANDBOX,

  /**
   * For hostile scripts, which need a process of their own. Opening a runtime is an {@link
   * UnsupportedOperationException}, since this version has no such process.
   */
  UNTRUSTED;

  private static final Set<String> CONSTRAINED_LIBRARIES =
      Set.of("coroutine", "string", "utf8", "table", "math", "bit", "os", "io", "package", "java");
  private static final Set<String> SANDBOX_LIBRARIES =
      Set.of("coroutine", "string", "utf8", "table", "math", "bit", "os", "java");

  /** Returns the libraries that scripts have; null for all. */
  @Nullable Set<String> libraries(@Nullable Set<String> asked) {
    var most =
        this == TRUSTED ? null : this == CONSTRAINED ? CONSTRAINED_LIBRARIES : SANDBOX_LIBRARIES;
    if (asked == null || most == null) {
      return asked == null ? most : asked;
    }
    for (var each : asked) {
      refuse(!most.contains(each), "library '" + each + "'");
    }
    return asked;
  }

  Duration timeLimit(@Nullable Duration asked) {
    var most =
        this == TRUSTED
            ? Duration.ZERO
            : Duration.ofSeconds(this == CONSTRAINED ? 30 : this == SANDBOX ? 5 : 1);
    refuse(
        asked != null && !most.isZero() && (asked.isZero() || asked.compareTo(most) > 0),
        "a time limit of more than " + most.toSeconds() + " s");
    return asked == null ? most : asked;
  }

  long maxMemory(@Nullable Long asked) {
    return bytes(asked, this == CONSTRAINED ? 256 : this == SANDBOX ? 64 : 32, "a memory limit");
  }

  long maxOutput(@Nullable Long asked) {
    return bytes(asked, this == CONSTRAINED ? 64 : this == SANDBOX ? 16 : 8, "an output limit");
  }

  long maxTransfer(@Nullable Long asked) {
    return bytes(asked, this == CONSTRAINED ? 256 : this == SANDBOX ? 64 : 32, "a transfer limit");
  }

  private long bytes(@Nullable Long asked, long mebibytes, String what) {
    long most = this == TRUSTED ? 0 : mebibytes << 20;
    refuse(
        asked != null && most != 0 && (asked == 0 || asked > most),
        what + " of more than " + most + " bytes");
    return asked == null ? most : asked;
  }

  /** Returns what scripts may reach; classes by name and their static members only if trusted. */
  HostAccess access(@Nullable HostAccess asked) {
    if (this == TRUSTED) {
      return asked == null ? HostAccess.ALL : asked;
    }
    refuse(asked != null && asked.reflection(), "a HostAccess that lets scripts reach reflection");
    var gate =
        asked != null
            ? asked
            : this == CONSTRAINED
                ? HostAccess.BINDINGS_ONLY
                : HostAccess.EXPORTED.or(HostAccess.DATA);
    return access -> isReachable(access) && gate.allows(access);
  }

  private boolean isReachable(Access access) {
    return switch (access.operation()) {
      case LOOKUP, NEW, STATIC_READ, STATIC_WRITE, STATIC_CALL -> false;
      case IMPLEMENT -> this == CONSTRAINED;
      default -> true;
    };
  }

  boolean globalScope(@Nullable Boolean asked) {
    return asked == null ? compareTo(SANDBOX) < 0 : asked;
  }

  void checkInProcess() {
    if (this == UNTRUSTED) {
      throw new UnsupportedOperationException(
          "Sandbox.UNTRUSTED runs scripts in a process of"
              + " their own, which this version cannot do;"
              + " Sandbox.SANDBOX is the strictest in process");
    }
  }

  void check(boolean binaryChunks, boolean nativeModules) {
    refuse(this != TRUSTED && binaryChunks, "bytecode");
    refuse(this != TRUSTED && nativeModules, "C modules");
  }

  private void refuse(boolean weaker, String what) {
    if (weaker) {
      throw new IllegalArgumentException("Sandbox." + this + " does not allow " + what);
    }
  }

  /** The libraries that can be chosen; the base functions are always there. */
  static final List<String> LIBRARIES =
      List.of(
          "coroutine",
          "string",
          "utf8",
          "table",
          "math",
          "bit",
          "os",
          "io",
          "debug",
          "package",
          "jit",
          "ffi",
          "java");
}
