package org.lupine.host;

import org.jspecify.annotations.Nullable;

/**
 * What replaces access to members, entries and elements, in one direction or both.
 *
 * @param getter for reading; null: as without handlers
 * @param setter for writing; null: as without handlers
 */
public record AttributeHandlers(@Nullable Getter getter, @Nullable Setter setter) {
  /** Reads. */
  @FunctionalInterface
  public interface Getter {
    /** The value that the script gets, null being nil. */
    @Nullable Object get(Object target, @Nullable Object name);
  }

  /** Writes. */
  @FunctionalInterface
  public interface Setter {
    /** Takes the value that the script sets. */
    void set(Object target, @Nullable Object name, @Nullable Object value);
  }
}
