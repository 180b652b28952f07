package org.lupine.host;

/** What one name of a class means: methods, a property, a field, a nested class. Immutable. */
final class ClassMember {
  final String name;
  /** The number by which Lua calls the methods, or -1. */
  final int id;
  final Overloads methods;
  /** Reads the property or field. */
  final Overloads getter;
  /** Writes it; null if it cannot be written. */
  final Overloads setter;
  final Class<?> nested;

  ClassMember(
      String name, int id, Overloads methods, Overloads getter, Overloads setter,
      Class<?> nested) {
    this.name = name;
    this.id = id;
    this.methods = methods;
    this.getter = getter;
    this.setter = setter;
    this.nested = nested;
  }
}
