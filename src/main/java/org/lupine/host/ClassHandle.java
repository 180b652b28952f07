package org.lupine.host;

/** A class as {@code java.import} gives it: its statics, its constructors. One per class. */
final class ClassHandle {
  final JavaType data;

  ClassHandle(JavaType data) {
    this.data = data;
  }

  Class<?> type() {
    return data.type;
  }

  @Override
  public String toString() {
    return type().toString();
  }
}
