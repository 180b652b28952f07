package org.lupine.bridge;

import org.jspecify.annotations.Nullable;

/**
 * A Lua value that Java holds: an index into a private table of its state. Two are equal if they
 * refer to the same Lua value.
 */
final class ValueRef {
  final LuaState state;
  final int index;
  private final long address;

  /**
   * Keeps the Bindings of the run reachable while this value is: its functions may still read
   * variables from them.
   */
  private @Nullable Object variables;

  ValueRef(LuaState state, int index, long address, @Nullable Object variables) {
    this.state = state;
    this.index = index;
    this.address = address;
    this.variables = variables;
  }

  /** Stops keeping the variables reachable. */
  void releaseVariables() {
    variables = null;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ValueRef
        && ((ValueRef) other).state == state
        && ((ValueRef) other).address == address;
  }

  @Override
  public int hashCode() {
    return Long.hashCode(address);
  }

  /** Returns the text that Lua's {@code tostring} returns for a value without metamethods. */
  String toString(String type) {
    return type + ": 0x" + Long.toHexString(address);
  }
}
