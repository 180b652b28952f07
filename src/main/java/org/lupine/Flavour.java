package org.lupine;

import java.util.List;
import java.util.Locale;
import org.lupine.bridge.Flavours;
import org.lupine.bridge.load.NativeLibrary;

/**
 * The versions of Lua; all of them may run in one JVM.
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
  /** LuaJIT 2.1: the language of Lua 5.1, compiled as it runs. */
  LUAJIT("2.1");

  private static final List<Flavour> BY_AGE = List.of(LUA55, LUA54, LUA53, LUA52, LUA51);

  private final String branch;

  Flavour(String branch) {
    this.branch = branch;
  }

  /** Returns the short name, as in {@code lua54} or {@code luajit}; an engine has it too. */
  public String id() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Returns the name for people, as in {@code Lua 5.4} or {@code LuaJIT}. */
  public String title() {
    return this == LUAJIT ? "LuaJIT" : "Lua " + branch;
  }

  /** Returns whether this Lua has integers beside floats; else every number is a double. */
  public boolean integers() {
    return Flavours.integers(id());
  }

  /** Returns the major and minor version, as in {@code 5.4}. */
  public String branch() {
    return branch;
  }

  /** Returns the version of the language, as in {@code 5.4}; {@code 5.1} for LuaJIT. */
  public String language() {
    return this == LUAJIT ? LUA51.branch : branch;
  }

  /**
   * Returns the version in full, as in {@code 5.4.9}, from what the build noted; only the {@link
   * #branch} if there is no note. Nothing native is loaded.
   */
  public String version() {
    return NativeLibrary.properties().getOrDefault(id() + ".version", branch);
  }

  /** Returns whether there is a native library for it; nothing is loaded. */
  public boolean present() {
    return NativeLibrary.present(id());
  }

  /**
   * Returns the highest version of PUC-Rio's Lua whose native library is present, looked up once;
   * Lua 5.5 if there is none at all, so that its absence is what the user hears of.
   */
  public static Flavour newest() {
    return Newest.FLAVOUR;
  }

  private static final class Newest {
    static final Flavour FLAVOUR =
        BY_AGE.stream().filter(Flavour::present).findFirst().orElse(LUA55);
  }
}
