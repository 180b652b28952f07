package org.lupine.jsr223;

import org.lupine.host.ForeignValue;

/** A mirror of a userdata, which can be stored and passed on. */
record MirrorValue(Object original) implements Mirror, ForeignValue {
  @Override
  public String type() {
    return "userdata";
  }

  @Override
  public String toString() {
    return original.toString();
  }
}
