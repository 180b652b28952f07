package org.lupine.host;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * An object of which Lua sees only the members, or only the items; Java gets the object itself.
 */
final class View {
  final Object target;

  /** Whether methods, properties and fields are visible, rather than entries and elements. */
  final boolean members;

  private View(Object target, boolean members) {
    this.target = target;
    this.members = members;
  }

  /** Returns a view of an object, or of the target of a view or cast. */
  static View of(@Nullable Object target, boolean members) {
    return new View(Objects.requireNonNull(Conversion.unwrap(target), "object"), members);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof View
        && ((View) other).target == target
        && ((View) other).members == members;
  }

  @Override
  public int hashCode() {
    return System.identityHashCode(target);
  }

  @Override
  public String toString() {
    return String.valueOf(target);
  }
}
