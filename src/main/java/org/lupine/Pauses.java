package org.lupine;

import java.util.concurrent.atomic.AtomicBoolean;
import org.lupine.bridge.LuaState;

/** How often the collector of a state was asked to rest. For any thread. */
final class Pauses {
  private final LuaState state;
  private int count;  // under the state's lock

  Pauses(LuaState state) {
    this.state = state;
  }

  LuaRuntime.Hold begin() {
    state.enter();
    try {
      if (count == 0) {
        state.pauseCollector(true);
      }
      count++;
    } finally {
      state.exit();
    }
    var ended = new AtomicBoolean();
    return () -> {
      if (!ended.getAndSet(true) && !state.isClosed()) {
        end();
      }
    };
  }

  private void end() {
    state.enter();
    try {
      if (--count == 0) {
        state.pauseCollector(false);
      }
    } finally {
      state.exit();
    }
  }
}
