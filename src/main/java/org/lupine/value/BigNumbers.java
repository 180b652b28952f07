package org.lupine.value;

/** What Lua receives for a {@link java.math.BigInteger} or {@link java.math.BigDecimal}. */
public enum BigNumbers {
  /** Always a Java object, which supports exact arithmetic and comparison. */
  OBJECT,

  /**
   * A number where Lua represents the value exactly, otherwise what the {@link Overflow} returns.
   */
  EXACT_AS_NUMBER
}
