package org.lupine.value;

/**
 * Which type Java receives for Lua strings.
 *
 * <pre>{@code
 * try (LuaRuntime lua = LuaRuntime.builder().strings(StringMode.ALWAYS_BYTES).build()) {
 *   System.out.println(lua.eval("'text'").first() instanceof LuaString);   // true
 * }
 * }</pre>
 */
public enum StringMode {
  /** A String if the bytes can be decoded, otherwise as {@link Malformed} says. */
  TEXT,

  /**
   * Always a {@link LuaString}, so that a {@code byte[]} always comes back as the same type.
   * Parameters, components and elements of textual types are still text.
   */
  ALWAYS_BYTES
}
