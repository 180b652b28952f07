package org.lupine.value;

/**
 * Which type Java receives for the numbers of a Lua that has doubles only: 5.1, 5.2, LuaJIT.
 *
 * <pre>{@code
 * try (LuaRuntime lua = LuaRuntime.builder()
 *     .flavour(Flavour.LUA51).numbers(NumberMode.ALWAYS_DOUBLE).build()) {
 *   System.out.println(lua.eval("1").first());   // 1.0
 * }
 * }</pre>
 */
public enum NumberMode {
  /** A Long for each integral value within 2^53 except -0.0, else a Double. */
  NARROW,

  /** Always a Double. */
  ALWAYS_DOUBLE
}
