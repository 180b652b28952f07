package org.lupine.bridge;

import java.util.List;
import java.util.concurrent.Callable;
import org.lupine.value.LuaException;
import org.lupine.value.LuaFrame;
import org.lupine.value.LuaInterruptedException;
import org.lupine.value.LuaTimeoutException;

/**
 * Ends what runs in a state: when its time is over, when its thread was interrupted, when somebody
 * asks for it. The first two are noticed by the {@link Watchdog}. Holds no state.
 */
final class Watch {
  private static final int AGAIN = 0, TIME = 1, INTERRUPT = 2, OVER = 3;  // as in bridge.h

  /** So many looks at a state in which nobody is, and it is watched no more until it is used. */
  private static final int IDLE_LOOKS = 10;

  private final StateLock lock;

  /** The thread state whose run this ends; null for whichever runs in the state's own context. */
  private final ThreadState state;

  /** Whether the watchdog looks here; whoever enters sees to it. */
  private volatile boolean watched;

  private volatile long limit;  // nanoseconds for each use from outside; 0: none
  private boolean timed;        // the present use; under the lock

  // under the monitor
  private long address;         // 0 once it is released
  private boolean armed;
  private long deadline;
  private long allowed;         // nanoseconds, as the deadline was set
  private boolean over;         // the deadline has passed, and what runs is being ended
  private boolean asked;        // to be asked again
  private boolean interrupted;  // the thread was, when the watchdog last looked
  private int idle;

  Watch(StateLock lock, long address) {
    this(lock, address, null);
  }

  private Watch(StateLock lock, long address, ThreadState state) {
    this.lock = lock;
    this.address = address;
    this.state = state;
  }

  /**
   * Watches a thread that shares the state with others, until it is released: by the limit that
   * holds for each use, and no longer than the run that it came into may take.
   */
  synchronized Watch ofThread(ThreadState state) {
    var watch = new Watch(lock, address, state);
    watch.limit = limit;
    if (armed && !over) {
      watch.armed = true;
      watch.deadline = deadline;
      watch.allowed = allowed;
    }
    return watch;
  }

  /** The thread whose run this ends, or null if that is not inside. */
  private Thread thread() {
    return state == null ? lock.owner() : state.thread;
  }

  /** Limits each use from outside to so many nanoseconds; 0: does not. */
  void limit(long nanoseconds) {
    limit = nanoseconds;
  }

  long limit() {
    return limit;
  }

  /** After the lock was taken. */
  void entered() {
    if (!watched) {
      watched = true;
      Watchdog.add(this);
    }
    long nanoseconds = limit;
    if (nanoseconds != 0 && lock.depth() == 1) {
      timed = true;
      arm(nanoseconds);
    }
  }

  /** Before the lock is given back. */
  void leaving() {
    if (timed && lock.depth() == 1) {
      timed = false;
      disarm();
    }
  }

  /** Before the state is closed, by whoever does it: its finalizers have no more time either. */
  void closing() {
    if (limit != 0) {
      arm(limit);
      Watchdog.add(this);
    }
  }

  private synchronized void arm(long nanoseconds) {
    long end = System.nanoTime() + nanoseconds;
    if (state == null || !armed || end - deadline < 0) {
      deadline = end;
      allowed = nanoseconds;
    }
    armed = true;
    over = false;
  }

  private synchronized void disarm() {
    armed = false;
    if (over) {
      over = false;
      stop(OVER);
    }
  }

  /** Does something, by the thread that is inside, within its own time and what was set before. */
  <T> T within(long nanoseconds, Callable<T> action) throws Exception {
    boolean armedBefore;
    long deadlineBefore;
    long allowedBefore;
    synchronized (this) {
      armedBefore = armed;
      deadlineBefore = deadline;
      allowedBefore = allowed;
      long end = System.nanoTime() + nanoseconds;
      if (!armed || end - deadline < 0) {
        armed = true;
        deadline = end;
        allowed = nanoseconds;
      }
    }
    try {
      return action.call();
    } finally {
      synchronized (this) {
        boolean outerOver = armedBefore && System.nanoTime() - deadlineBefore >= 0;
        armed = armedBefore;
        deadline = deadlineBefore;
        allowed = allowedBefore;
        if (over && !outerOver) {
          over = false;
          stop(OVER);
        }
      }
    }
  }

  /** Ends what runs now; does nothing if nothing does. */
  void interrupt() {
    synchronized (this) {
      asked |= stop(INTERRUPT);
    }
    Watchdog.hurry();
  }

  /** What to throw for a stop of Lua, with the Lua call stack that there was. */
  synchronized LuaException exception(int why, List<LuaFrame> frames) {
    var place = Failures.innermost(frames);
    var chunk = place == null ? null : place.chunk();
    int line = place == null ? -1 : place.line();
    var before = place == null ? "" : chunk + ":" + line + ": ";
    return why == TIME ? new LuaTimeoutException(before + "time limit of "
            + allowed / 1_000_000 + " ms is exceeded", chunk, line, frames)
        : new LuaInterruptedException(before + "interrupted", chunk, line, frames);
  }

  private boolean stop(int why) {
    if (address == 0) {
      return false;
    }
    boolean wanted = Native.stop(address, state == null ? 0 : state.context, why);
    if (wanted) {
      cancelWaits();
    }
    return wanted;
  }

  /** Ends waits of the run that is to end: for another state, or to be attached to this one. */
  private void cancelWaits() {
    var thread = thread();
    if (thread != null) {
      LockQueue.cancel(thread);
      lock.inside.cancel(thread);
    }
  }

  /** The state or the thread's run is over; nothing native of it may be touched any more. */
  synchronized void release() {
    if (state == null) {
      Native.release(address);
    }
    address = 0;
  }

  /**
   * The watchdog's look.
   *
   * @return nanoseconds until the next one, or -1 if it need not look any more
   */
  synchronized long look(long now, long tick) {
    var thread = thread();
    if (address == 0 || thread == null && !asked && !armed && ++idle > IDLE_LOOKS && rest()) {
      return -1;
    }
    if (thread == null) {
      interrupted = false;
    } else {
      idle = 0;
      boolean again = interrupted;
      interrupted = thread.isInterrupted();
      // once may be an interrupt that a waiting Java method is just about to answer for
      asked |= interrupted && again && stop(INTERRUPT);
    }
    if (armed && !over && now - deadline >= 0) {
      over = true;
      asked |= stop(TIME);
    }
    if (asked) {
      asked = stop(AGAIN);
      return Watchdog.HURRY;
    }
    return armed && !over ? Math.min(tick, deadline - now) : tick;
  }

  /** Whether nobody came just now, when this was watched no more. */
  private boolean rest() {
    watched = false;
    Native.fenceAll();              // now whoever is inside is seen, or else sees that
    if (thread() == null) {
      idle = 0;
      interrupted = false;
      return true;
    }
    watched = true;
    return false;
  }
}
