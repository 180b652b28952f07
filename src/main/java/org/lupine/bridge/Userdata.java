package org.lupine.bridge;

import org.lupine.value.LuaUserdata;

/** A userdata that was not created by this library. */
final class Userdata implements LuaUserdata, LuaValue {
  private final ValueRef ref;

  Userdata(ValueRef ref) {
    this.ref = ref;
  }

  @Override
  public ValueRef ref() {
    return ref;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Userdata && ref.equals(((Userdata) other).ref);
  }

  @Override
  public int hashCode() {
    return ref.hashCode();
  }

  @Override
  public String toString() {
    return ref.state.describe(this, "userdata");
  }
}
