package org.lupine.bridge;

import org.lupine.bridge.Protocol.Op;

/** The memory of a state, in bytes. For any thread. */
public final class Memory {
  /** A double holds this exactly, and no machine has it. */
  private static final long MOST = 1L << 53;

  private final LuaState state;

  public Memory(LuaState state) {
    this.state = state;
  }

  /** Used by all, used by the state when it was opened, and the limit of the rest or 0. */
  public long[] figures() {
    return longs(state.operateAll(Op.MEMORY, null));
  }

  /** Limits what is used beyond what the state took when it was opened; 0: does not. */
  public void limit(long bytes) {
    state.operate(Op.MEMORY, Math.min(bytes, MOST));
  }

  private static long[] longs(Object[] values) {
    var longs = new long[values.length];
    for (int i = 0; i < longs.length; i++) {
      longs[i] = (Long) values[i];
    }
    return longs;
  }
}
