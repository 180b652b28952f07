package org.lupine.value;

/** Which type Java receives for the numbers of a Lua that has doubles only: 5.1, 5.2, LuaJIT. */
public enum NumberMode {
  /** A Long for each integral value within 2^53 except -0.0, else a Double. */
  NARROW,

  /** Always a Double. */
  ALWAYS_DOUBLE
}
