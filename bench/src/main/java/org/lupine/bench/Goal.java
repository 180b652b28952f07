package org.lupine.bench;

/**
 * What ours may cost: {@code most} times another contender, {@code most} times ours in another row,
 * or {@code most} nanoseconds; in one flavour, or in all of them.
 *
 * @param other a contender, a row, or empty
 */
record Goal(String other, double most, boolean isRow, String flavour) {

  boolean isAbsolute() {
    return other.isEmpty();
  }

  boolean isFor(String ours) {
    return flavour.isEmpty() || flavour.equals(ours);
  }

  static Goal times(String other, double most) {
    return new Goal(other, most, false, "");
  }

  static Goal timesRow(String row, double most) {
    return new Goal(row, most, true, "");
  }

  static Goal nanoseconds(double most) {
    return new Goal("", most, false, "");
  }

  Goal in(String flavour) {
    return new Goal(other, most, isRow, flavour);
  }
}
