package org.lupine.bridge;

import org.jspecify.annotations.Nullable;

/** A Lua value that Java holds: a ref of a state. Two are equal if they are one value in Lua. */
final class ValueRef {
  final LuaState state;
  final int index;
  private final long address;

  /** What functions of this value may ask for variables: alive as long as this is. */
  private @Nullable Object variables;

  ValueRef(LuaState state, int index, long address, @Nullable Object variables) {
    this.state = state;
    this.index = index;
    this.address = address;
    this.variables = variables;
  }

  /** Lets what this keeps alive go. */
  void releaseVariables() {
    variables = null;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ValueRef && ((ValueRef) other).state == state
        && ((ValueRef) other).address == address;
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
