package org.lupine;

import org.lupine.bridge.LuaState;

/** The exclusive use of a runtime by a thread. */
final class RuntimeHold implements LuaRuntime.Hold {
  private final LuaState state;
  private final Thread owner = Thread.currentThread();
  private boolean closed;

  /**
   * Creates a hold for a state that is about to be entered; created beforehand, since memory may be
   * short afterwards.
   */
  RuntimeHold(LuaState state) {
    this.state = state;
  }

  /** Begins after the state was entered; if something is thrown, the state is left again. */
  RuntimeHold begun() {
    boolean begun = false;
    try {
      state.hold(true);
      begun = true;
      return this;
    } finally {
      if (!begun) {
        state.exit();
      }
    }
  }

  @Override
  public void close() {
    if (Thread.currentThread() != owner) {
      throw new IllegalStateException(
          "runtime was entered by thread " + owner.getName() + ", and must be left by it");
    }
    if (!closed) {
      state.hold(false); // first: if the stack overflows here, it can be closed again
      closed = true;
      state.exit();
    }
  }
}
