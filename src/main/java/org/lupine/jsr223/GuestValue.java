package org.lupine.jsr223;

/** A coroutine or userdata in a state other than its own: something to hold and to pass on. */
record GuestValue(Object original) implements Guest {
  @Override
  public String toString() {
    return original.toString();
  }
}
