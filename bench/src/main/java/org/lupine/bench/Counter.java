package org.lupine.bench;

/** A Java object whose method Lua calls. */
public final class Counter {
  private double total;

  /** Adds to the total and gives it. */
  public double add(double amount) {
    total += amount;
    return total;
  }
}
