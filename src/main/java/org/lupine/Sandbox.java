package org.lupine;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.lupine.access.HostAccess;
import org.lupine.access.HostAccess.Access;

/**
 * How far scripts are trusted. Each is a set of defaults and a floor: options that are not set are
 * as it says, and building options that would weaken it is an {@link IllegalArgumentException}.
 *
 * <p>In the process of the JVM none of them holds against somebody who knows a fault of Lua itself:
 * they protect from mistakes and from casual abuse.
 *
 * <pre>{@code
 * try (LuaRuntime lua = LuaRuntime.builder().sandbox(Sandbox.CONSTRAINED).build()) {
 *   System.out.println(lua.eval("io.open").first());   // null
 *   System.out.println(lua.options().timeLimit());     // PT30S
 * }
 * }</pre>
 */
public enum Sandbox {
  /** Scripts of one's own: all of Lua and of Java, without limits. */
  TRUSTED,

  /**
   * Scripts of one's own, safe from accidents: no files, processes, C modules or bytecode, Java
   * objects that were handed over and what they give, 256 MiB; for each call 30 seconds, 64 MiB of
   * output, and 256 MiB of values passed to Java.
   */
  CONSTRAINED,

  /**
   * Scripts of others: besides no {@code load}, {@code require}, {@code io} or finalizers, of Java
   * what is marked {@link org.lupine.access.LuaExport} and {@linkplain HostAccess#DATA data to
   * read}, no bindings of the global scope, 64 MiB; for each call 5 seconds, 16 MiB of output, and
   * 64 MiB of values passed to Java.
   */
  SANDBOX,

  /**
   * Hostile scripts, which need a process of their own. Opening a runtime is an {@link
   * UnsupportedOperationException}: this version has no such process.
   */
  UNTRUSTED;

  private static final Set<String> CONSTRAINED_LIBRARIES = Set.of("coroutine", "string", "utf8",
      "table", "math", "bit", "os", "io", "package", "java");
  private static final Set<String> SANDBOX_LIBRARIES = Set.of("coroutine", "string", "utf8",
      "table", "math", "bit", "os", "java");

  /** The libraries that scripts have; null for all. */
  @Nullable Set<String> libraries(@Nullable Set<String> asked) {
    var most = this == TRUSTED ? null
        : this == CONSTRAINED ? CONSTRAINED_LIBRARIES : SANDBOX_LIBRARIES;
    if (asked == null || most == null) {
      return asked == null ? most : asked;
    }
    for (var each : asked) {
      refuse(!most.contains(each), "library '" + each + "'");
    }
    return asked;
  }

  Duration timeLimit(@Nullable Duration asked) {
    var most = this == TRUSTED ? Duration.ZERO
        : Duration.ofSeconds(this == CONSTRAINED ? 30 : this == SANDBOX ? 5 : 1);
    refuse(asked != null && !most.isZero() && (asked.isZero() || asked.compareTo(most) > 0),
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
    refuse(asked != null && most != 0 && (asked == 0 || asked > most),
        what + " of more than " + most + " bytes");
    return asked == null ? most : asked;
  }

  /** What scripts may reach: classes by name and their statics never, but where trusted. */
  HostAccess access(@Nullable HostAccess asked) {
    if (this == TRUSTED) {
      return asked == null ? HostAccess.ALL : asked;
    }
    refuse(asked != null && asked.reflection(), "a gate that lets scripts reach reflection");
    var gate = asked != null ? asked
        : this == CONSTRAINED ? HostAccess.BINDINGS_ONLY : HostAccess.EXPORTED.or(HostAccess.DATA);
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
      throw new UnsupportedOperationException("Sandbox.UNTRUSTED runs scripts in a process of"
          + " their own, which this version cannot do; Sandbox.SANDBOX is the strictest in process");
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

  /** What can be chosen of Lua's libraries; the base functions are always there. */
  static final List<String> LIBRARIES = List.of("coroutine", "string", "utf8", "table", "math",
      "bit", "os", "io", "debug", "package", "jit", "ffi", "java");
}
