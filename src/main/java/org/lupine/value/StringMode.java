package org.lupine.value;

/**
 * What Java gets for the strings of Lua.
 *
 * <pre>{@code
 * try (LuaRuntime lua = LuaRuntime.builder().strings(StringMode.ALWAYS_BYTES).build()) {
 *   System.out.println(lua.eval("'text'").first() instanceof LuaString);   // true
 * }
 * }</pre>
 */
public enum StringMode {
  /** A String if the bytes are text in the charset, else as {@link Malformed} says. */
  TEXT,

  /**
   * A {@link LuaString}, whatever the bytes, so that a {@code byte[]} comes back as the same type
   * always. Parameters, components and elements that are declared as text are text as before.
   */
  ALWAYS_BYTES
}
