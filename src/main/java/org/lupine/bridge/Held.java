package org.lupine.bridge;

/** A Lua value that Java holds: a ref of a state. Two are equal if they are one value in Lua. */
final class Held {
  final LuaState state;
  final int ref;
  private final long address;

  /** What functions of this value may ask for variables: alive as long as this is. */
  private Object keeps;

  Held(LuaState state, int ref, long address, Object keeps) {
    this.state = state;
    this.ref = ref;
    this.address = address;
    this.keeps = keeps;
  }

  /** Lets what this keeps alive go. */
  void keepNothing() {
    keeps = null;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Held && ((Held) other).state == state
        && ((Held) other).address == address;
  }

  @Override
  public int hashCode() {
    return Long.hashCode(address);
  }

  /** As Lua's tostring has it without metamethods. */
  String toString(String type) {
    return type + ": 0x" + Long.toHexString(address);
  }
}
