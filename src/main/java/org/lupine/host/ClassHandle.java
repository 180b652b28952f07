package org.lupine.host;

/**
 * The result of {@code java.import}: gives access to a class's static members and constructors. One
 * per class.
 */
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
