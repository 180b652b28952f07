package org.lupine.host;

import org.jspecify.annotations.Nullable;

/** The class of {@code java.null}, which stands for null where nil cannot be used. */
final class JavaNull {
  static final JavaNull NULL = new JavaNull();

  private JavaNull() {}

  /**
   * Returns a value that can be a map's key or a loop's first value: {@code java.null} for null.
   */
  static Object orNull(@Nullable Object value) {
    return value == null ? NULL : value;
  }

  @Override
  public String toString() {
    return "null";
  }
}
