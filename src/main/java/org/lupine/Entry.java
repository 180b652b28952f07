package org.lupine;

import org.lupine.bridge.LuaState;

/** The time that a thread has a runtime to itself. */
final class Entry implements LuaRuntime.Hold {
  private final LuaState state;
  private final Thread owner = Thread.currentThread();
  private boolean closed;

  /** Of a state that was entered. */
  Entry(LuaState state) {
    this.state = state;
    state.hold(true);
  }

  @Override
  public void close() {
    if (Thread.currentThread() != owner) {
      throw new IllegalStateException("runtime was entered by thread " + owner.getName()
          + ", and must be left by it");
    }
    if (!closed) {
      closed = true;
      state.hold(false);
      state.exit();
    }
  }
}
