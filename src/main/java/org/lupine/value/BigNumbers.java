package org.lupine.value;

/**
 * What Lua gets for a {@link java.math.BigInteger} or {@link java.math.BigDecimal}.
 *
 * <pre>{@code
 * try (LuaRuntime lua = LuaRuntime.builder().bigNumbers(BigNumbers.EXACT_AS_NUMBER).build()) {
 *   System.out.println(lua.execute("return ... == 0.5", new BigDecimal("0.5")).first());   // true
 * }
 * }</pre>
 */
public enum BigNumbers {
  /** A Java object, whatever the value, with which Lua calculates and compares exactly. */
  OBJECT,

  /** A number where Lua has the very value, else what the {@link Overflow} says. */
  EXACT_AS_NUMBER
}
