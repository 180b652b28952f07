package org.lupine.jsr223;

import org.lupine.host.ForeignValue;
import org.lupine.value.LuaCoroutine;

/** A mirror of a coroutine or userdata, which can be stored and passed on. */
record MirrorValue(Object original) implements Mirror, ForeignValue {
  @Override
  public String type() {
    return original instanceof LuaCoroutine ? "thread" : "userdata";
  }

  @Override
  public String toString() {
    return original.toString();
  }
}
