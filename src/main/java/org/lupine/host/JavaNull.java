package org.lupine.host;

import org.jspecify.annotations.Nullable;

/** What {@code java.null} is: null, where nil cannot stand. */
final class JavaNull {
  static final JavaNull NULL = new JavaNull();

  private JavaNull() {}

  /** Returns a value that may be a map's key, a loop's first value. */
  static Object orNull(@Nullable Object value) {
    return value == null ? NULL : value;
  }

  @Override
  public String toString() {
    return "null";
  }
}
