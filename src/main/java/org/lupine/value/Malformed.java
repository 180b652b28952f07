package org.lupine.value;

/**
 * The policy for strings that one of the two languages cannot represent.
 *
 * <pre>{@code
 * try (LuaRuntime lua = LuaRuntime.builder().malformed(Malformed.REPLACE).build()) {
 *   System.out.println(lua.eval("'caf\\233'").first().equals("caf\uFFFD"));   // true
 * }
 * }</pre>
 */
public enum Malformed {
  /**
   * A Lua string whose bytes cannot be decoded is a {@link LuaString}. Text that the charset cannot
   * encode, such as a lone surrogate, is an {@link IllegalArgumentException}.
   */
  KEEP,

  /** Malformed parts become U+FFFD in Java, and the charset's replacement in Lua. */
  REPLACE,

  /**
   * A Lua string that cannot be decoded is a {@link LuaException} caused by a {@link
   * java.nio.charset.CharacterCodingException}, thrown where the string is read. The other
   * direction is as with {@link #KEEP}.
   */
  REPORT
}
