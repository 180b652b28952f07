package org.lupine.value;

/**
 * What becomes of strings that one of the two languages cannot hold.
 *
 * <pre>{@code
 * try (LuaRuntime lua = LuaRuntime.builder().malformed(Malformed.REPLACE).build()) {
 *   System.out.println(lua.eval("'caf\\233'").first().equals("caf\uFFFD"));   // true
 * }
 * }</pre>
 */
public enum Malformed {
  /**
   * A Lua string whose bytes are no text in the charset is a {@link LuaString}. Text that the
   * charset lacks, a lone surrogate for one, is an {@link IllegalArgumentException}.
   */
  KEEP,

  /** Both become text with U+FFFD, or what the charset has for it, for each fault. */
  REPLACE,

  /**
   * A Lua string that is no text is a {@link LuaException} caused by a {@link
   * java.nio.charset.CharacterCodingException}, where it is read and nowhere else. The other way
   * as {@link #KEEP}.
   */
  REPORT
}
