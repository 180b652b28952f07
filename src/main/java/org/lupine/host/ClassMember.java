package org.lupine.host;

import org.jspecify.annotations.Nullable;

/**
 * What a name means in a class: methods, a property, a field or a nested class. Immutable once its
 * table is complete.
 */
final class ClassMember {
  final String name;

  /** The number by which Lua calls the methods, or -1. */
  final int id;

  /** The number by which Lua reads and writes the property, or -1. */
  int property = -1; // until its table is complete

  final @Nullable Overloads methods;

  /** Reads the property or field. */
  final @Nullable Overloads getter;

  /** Writes the property or field; null if it is read-only. */
  final @Nullable Overloads setter;

  final @Nullable Class<?> nested;

  ClassMember(
      String name,
      int id,
      @Nullable Overloads methods,
      @Nullable Overloads getter,
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
