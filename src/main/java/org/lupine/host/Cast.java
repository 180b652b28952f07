package org.lupine.host;

import org.jspecify.annotations.Nullable;

/** A value as an argument of one very type, for the choice between overloads. */
record Cast(Class<?> type, @Nullable Object value) {
  int rank(Class<?> wanted) {
    return wanted == type ? 0 : wanted.isAssignableFrom(type) ? 1
        : wanted == Object.class ? 3 : Parameter.NONE;
  }

  /** The value, already of its type, if the wanted one takes it. */
  @Nullable Object convert(Class<?> wanted) {
    return rank(wanted) == Parameter.NONE ? Parameter.NO : value;
  }

  @Override
  public String toString() {
    return String.valueOf(value);
  }
}
