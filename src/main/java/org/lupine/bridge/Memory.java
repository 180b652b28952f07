package org.lupine.bridge;

import org.lupine.bridge.Protocol.Op;

/** The memory of a state, in bytes. Thread-safe. */
public final class Memory {
  /** The largest limit: a double represents it exactly, and no machine has that much. */
  private static final long MOST = 1L << 53;

  private final LuaState state;

  public Memory(LuaState state) {
    this.state = state;
  }

  /**
   * Returns three numbers: what is used in all, what was used when the state was opened, and the
   * limit of the difference or 0.
   */
  public long[] figures() {
    return longs(state.operateAll(Op.MEMORY, null));
  }

  /** Limits what is used in addition to what the state used when it was opened; 0 for no limit. */
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
