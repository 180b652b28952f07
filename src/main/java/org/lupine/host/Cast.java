package org.lupine.host;

import org.jspecify.annotations.Nullable;

/**
 * The result of {@code java.cast}: a value with an explicit static type, for overload resolution.
 */
record Cast(Class<?> type, @Nullable Object value) {
  int rank(Class<?> wanted) {
    return wanted == type
        ? 0
        : wanted.isAssignableFrom(type) ? 1 : wanted == Object.class ? 3 : Parameter.NONE;
  }

  /** Returns the value, which has the right type already, if the wanted type accepts it. */
  @Nullable Object convert(Class<?> wanted) {
    return rank(wanted) == Parameter.NONE ? Parameter.NO : value;
  }

  @Override
  public String toString() {
    return String.valueOf(value);
  }
}
