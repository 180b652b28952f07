package org.lupine.jsr223;

/** A mirror of a coroutine or userdata, which can be stored and passed on. */
record MirrorValue(Object original) implements Mirror {
  @Override
  public String toString() {
    return original.toString();
  }
}
