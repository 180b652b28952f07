package org.lupine.value;

import org.jspecify.annotations.Nullable;

/**
 * What Lua gets for a number that it cannot hold exactly: where Lua has no integers a {@code long}
 * beyond 2^53, and under {@link BigNumbers#EXACT_AS_NUMBER} a {@code BigInteger} or {@code
 * BigDecimal}. Called by the thread that runs the state, which may be inside a script.
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
  /** An {@link ArithmeticException}. */
  Overflow ERROR = number -> {
    throw new ArithmeticException("number " + number + " has no exact Lua representation");
  };

  /** The nearest float; an {@link ArithmeticException} if there is none but infinity. */
  Overflow TO_DOUBLE = Number::doubleValue;

  /** The number as a Java object, with which Lua calculates and compares exactly; the default. */
  Overflow WRAP_OBJECT = number -> number;

  /** The number's decimal text. */
  Overflow TO_STRING = Number::toString;

  /**
   * Gives what stands for a number. If it gives again what Lua cannot hold, infinity included, or
   * throws, that is an {@link ArithmeticException}, with the exception as its cause.
   *
   * @return null for nil
   */
  @Nullable Object replace(Number number) throws Exception;
}
