package org.lupine.value;

/**
 * What Lua receives for a {@link java.math.BigInteger} or {@link java.math.BigDecimal}.
 *
 * <pre>{@code
 * try (LuaRuntime lua = LuaRuntime.builder().bigNumbers(BigNumbers.EXACT_AS_NUMBER).build()) {
 *   System.out.println(lua.execute("return ... == 0.5", new BigDecimal("0.5")).first());   // true
 * }
 * }</pre>
 */
public enum BigNumbers {
  /** Always a Java object, which supports exact arithmetic and comparison. */
  OBJECT,

  /**
   * A number where Lua represents the value exactly, otherwise what the {@link Overflow} returns.
   */
  EXACT_AS_NUMBER
}
