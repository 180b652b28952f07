package org.lupine;

import java.util.concurrent.atomic.AtomicBoolean;
import org.lupine.bridge.Deadline;
import org.lupine.bridge.LuaState;
import org.lupine.value.LuaInterruptedException;
import org.lupine.value.LuaTimeoutException;

/**
 * Counts nested requests to stop Lua's garbage collector; the last one closed restarts it.
 * Thread-safe.
 */
final class GcPauses {
  private final LuaState state;
  private int count; // under the state's lock

  GcPauses(LuaState state) {
    this.state = state;
  }

  LuaRuntime.Hold begin() {
    var ended = new AtomicBoolean(); // allocated first: there may be no memory later
    LuaRuntime.Hold pause =
        () -> {
          if (!ended.getAndSet(true) && !state.isClosed()) {
            end();
          }
        };
    state.enter();
    try {
      if (count == 0) {
        state.pauseCollector(true);
      }
      count++;
    } finally {
      state.exit();
    }
    return pause;
  }

  /**
   * Ends a request even if the thread is interrupted or out of time; otherwise the collector would
   * stay stopped.
   */
  private void end() {
    boolean interrupted = false;
    try {
      while (!Deadline.callWithout(this::entered)) {
        interrupted |= Thread.interrupted();
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
    try {
      if (--count == 0) {
        state.pauseCollector(false);
      }
    } finally {
      state.exit();
    }
  }

  private boolean entered() {
    try {
      state.enter();
      return true;
    } catch (LuaInterruptedException | LuaTimeoutException e) {
      return false;
    }
  }
}
