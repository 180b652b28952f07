package org.lupine.value;

import org.jspecify.annotations.Nullable;

/**
 * Decides what Lua gets for a number that it cannot represent exactly: where Lua has no integers, a
 * {@code long} beyond 2^53; under {@link BigNumbers#EXACT_AS_NUMBER}, a {@code BigInteger} or
 * {@code BigDecimal}. Called by the thread that runs the state, which may be inside a script.
 *
 * <pre>{@code
 * try (LuaRuntime lua = LuaRuntime.builder()
 *     .flavour(Flavour.LUA51).overflow(Overflow.TO_STRING).build()) {
 *   System.out.println(lua.execute("return type(...)", Long.MAX_VALUE).first());   // string
 * }
 * }</pre>
 */
@FunctionalInterface
public interface Overflow {
  /** Throws an {@link ArithmeticException}. */
  Overflow ERROR = StandardOverflow.ERROR;

  /** The nearest float; throws an {@link ArithmeticException} if that is infinite. */
  Overflow TO_DOUBLE = StandardOverflow.TO_DOUBLE;

  /** The number as a Java object, which supports exact arithmetic and comparison; the default. */
  Overflow WRAP_OBJECT = StandardOverflow.WRAP_OBJECT;

  /** The number's decimal text. */
  Overflow TO_STRING = StandardOverflow.TO_STRING;

  /**
   * Returns the replacement for a number. If that is again a number that Lua cannot represent,
   * including infinity, or if this throws, the result is an {@link ArithmeticException} with the
   * exception as its cause.
   *
   * @return null for nil
   */
  @Nullable Object replace(Number number) throws Exception;
}
