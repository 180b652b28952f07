package org.lupine.host;

import org.jspecify.annotations.Nullable;

/** What one name of a class means: methods, a property, a field, a nested class. Immutable. */
final class ClassMember {
  final String name;
  /** The number by which Lua calls the methods, or -1. */
  final int id;
  final @Nullable Overloads methods;
  /** Reads the property or field. */
  final @Nullable Overloads getter;
  /** Writes it; null if it cannot be written. */
  final @Nullable Overloads setter;
  final @Nullable Class<?> nested;

  ClassMember(
      String name, int id, @Nullable Overloads methods, @Nullable Overloads getter,
      @Nullable Overloads setter,
      @Nullable Class<?> nested) {
    this.name = name;
    this.id = id;
    this.methods = methods;
    this.getter = getter;
    this.setter = setter;
    this.nested = nested;
  }
}
