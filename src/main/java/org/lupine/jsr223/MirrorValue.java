package org.lupine.jsr223;

/** A coroutine or userdata in a state other than its own: something to hold and to pass on. */
record MirrorValue(Object original) implements Mirror {
  @Override
  public String toString() {
    return original.toString();
  }
}
