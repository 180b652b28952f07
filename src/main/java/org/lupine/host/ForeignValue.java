package org.lupine.host;

/** A value of another state, as an object of the state that uses it. Java gets the value itself. */
public interface ForeignValue {
  /** Returns the value itself. */
  Object original();

  /** Returns what the function {@code type} says of the value in its own state. */
  String type();
}
