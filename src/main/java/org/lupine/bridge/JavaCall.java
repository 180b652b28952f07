package org.lupine.bridge;

import java.util.List;
import org.lupine.bridge.Protocol.Stop;
import org.lupine.value.LuaInterruptedException;
import org.lupine.value.LuaTimeoutException;

/**
 * A call from Lua to Java for which Java objects were made of Lua functions or tables. If a limit
 * or an interrupt ends the call, other threads can no longer call Lua by these objects, since the
 * run to which their calls would belong is over. Objects from earlier calls of the run to Java are
 * refused, too, if their threads were waiting for the state when the run was ended. So no thread of
 * a pool stays in a callback that nothing ends. Thread-safe.
 */
public final class JavaCall {
  /** A run from which Java is called. */
  static final class Run {
    /** One of {@link Stop} once the run was ended, else 0. */
    volatile int stopped;
  }

  private final Run run;
  private volatile int stopped; // likewise

  JavaCall(Run run) {
    this.run = run;
  }

  /** Records what has ended this call: one of {@link Stop}, 0 for none. */
  void end(int why) {
    stopped = why;
  }

  /**
   * Acquires the lock of the state as {@link LuaState#share} does, if the thread is outside;
   * returns whether it did.
   *
   * @throws LuaTimeoutException if this call was ended by a limit
   * @throws LuaInterruptedException if it was ended otherwise
   */
  public boolean enter(LuaState state) {
    if (state.lock().mine() != null) {
      return false;
    }
    boolean waits = run.stopped == 0;
    check(stopped);
    state.share();
    boolean entered = false;
    try {
      check(stopped);
      if (waits) {
        check(run.stopped);
      }
      entered = true;
    } finally {
      if (!entered) {
        state.exit();
      }
    }
    return true;
  }

  private static void check(int why) {
    if (why == Stop.TIME) {
      throw new LuaTimeoutException(
          "time limit is exceeded of the run that passed this to Java", null, -1, List.of());
    }
    if (why != 0) {
      throw new LuaInterruptedException(
          "the run that passed this to Java was ended", null, -1, List.of());
    }
  }
}
