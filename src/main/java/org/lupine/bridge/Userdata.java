package org.lupine.bridge;

import org.lupine.value.LuaUserdata;

/** A userdata that is not ours. */
final class Userdata implements LuaUserdata, LuaValue {
  private final Held held;

  Userdata(Held held) {
    this.held = held;
  }

  @Override
  public Held held() {
    return held;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Userdata && held.equals(((Userdata) other).held);
  }

  @Override
  public int hashCode() {
    return held.hashCode();
  }

  @Override
  public String toString() {
    return held.state.describe(this, "userdata");
  }
}
