package org.lupine;

import java.util.List;
import java.util.Locale;
import org.lupine.bridge.Flavours;
import org.lupine.bridge.load.NativeLibrary;

/**
 * The versions of Lua. All of them can run in one JVM.
 *
 * <pre>{@code
 * System.out.println(Flavour.LUAJIT.title());      // LuaJIT
 * System.out.println(Flavour.LUAJIT.language());   // 5.1
 * try (LuaRuntime lua = LuaRuntime.builder().flavour(Flavour.newest()).build()) {
 *   System.out.println(lua.flavour().present());   // true
 * }
 * }</pre>
 */
public enum Flavour {
  /** Lua 5.1. */
  LUA51("5.1"),
  /** Lua 5.2. */
  LUA52("5.2"),
  /** Lua 5.3. */
  LUA53("5.3"),
  /** Lua 5.4. */
  LUA54("5.4"),
  /** Lua 5.5. */
  LUA55("5.5"),
  /** LuaJIT 2.1: the language of Lua 5.1, with a just-in-time compiler. */
  LUAJIT("2.1");

  private static final List<Flavour> BY_AGE = List.of(LUA55, LUA54, LUA53, LUA52, LUA51);

  private final String branch;

  Flavour(String branch) {
    this.branch = branch;
  }

  /**
   * Returns the short name, such as {@code lua54} or {@code luajit}, which is also a name of an
   * engine.
   */
  public String id() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Returns the name for people, such as {@code Lua 5.4} or {@code LuaJIT}. */
  public String title() {
    return this == LUAJIT ? "LuaJIT" : "Lua " + branch;
  }

  /**
   * Returns whether this Lua has integers in addition to floats; otherwise every number is a
   * double.
   */
  public boolean integers() {
    return Flavours.integers(id());
  }

  /** Returns the major and minor version, such as {@code 5.4}. */
  public String branch() {
    return branch;
  }

  /** Returns the version of the language, such as {@code 5.4}; {@code 5.1} for LuaJIT. */
  public String language() {
    return this == LUAJIT ? LUA51.branch : branch;
  }

  /**
   * Returns the full version, such as {@code 5.4.9}, as the build recorded it; the {@link #branch}
   * if it did not. Loads nothing native.
   */
  public String version() {
    return NativeLibrary.properties().getOrDefault(id() + ".version", branch);
  }

  /** Returns whether there is a native library for it. Loads nothing. */
  public boolean present() {
    return NativeLibrary.present(id());
  }

  /**
   * Returns the highest version of PUC-Rio's Lua whose native library is available, looked up once.
   * If there is none at all, returns Lua 5.5, so that the user is told of its absence.
   */
  public static Flavour newest() {
    return Newest.FLAVOUR;
  }

  private static final class Newest {
    static final Flavour FLAVOUR = find();

    private static Flavour find() {
      for (var flavour : BY_AGE) {
        if (flavour.present()) {
          return flavour;
        }
      }
      return LUA55;
    }
  }
}
