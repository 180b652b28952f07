package org.lupine;

import org.lupine.bridge.LuaState;

/** The time that a thread has a runtime to itself. */
final class RuntimeHold implements LuaRuntime.Hold {
  private final LuaState state;
  private final Thread owner = Thread.currentThread();
  private boolean closed;

  /** Of a state that is entered next: made first, since there may be no memory for it then. */
  RuntimeHold(LuaState state) {
    this.state = state;
  }

  /** Begins, once the state was entered; if something is thrown, it is left again. */
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
