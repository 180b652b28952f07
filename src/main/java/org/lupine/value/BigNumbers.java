package org.lupine.value;

/** What Lua gets for a {@link java.math.BigInteger} or {@link java.math.BigDecimal}. */
public enum BigNumbers {
  /** A Java object, whatever the value, with which Lua calculates and compares exactly. */
  OBJECT,

  /** A number where Lua has the very value, else what the {@link Overflow} says. */
  EXACT_AS_NUMBER
}
