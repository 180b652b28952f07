package org.lupine.value;

/**
 * What Java gets for the numbers of a Lua that has doubles only: 5.1, 5.2, LuaJIT.
 *
 * <pre>{@code
 * try (LuaRuntime lua = LuaRuntime.builder()
 *     .flavour(Flavour.LUA51).numbers(NumberMode.ALWAYS_DOUBLE).build()) {
 *   System.out.println(lua.eval("1").first());   // 1.0
 * }
 * }</pre>
 */
public enum NumberMode {
  /** A Long for each integral value within 2^53 that is not -0.0, else a Double. */
  NARROW,

  /** A Double, whatever the value. */
  ALWAYS_DOUBLE
}
