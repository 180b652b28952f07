package org.lupine.bridge;

import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.lupine.bridge.Protocol.Stop;
import org.lupine.value.LuaException;
import org.lupine.value.LuaFrame;
import org.lupine.value.LuaInterruptedException;
import org.lupine.value.LuaTimeoutException;

/**
 * Ends what runs in a state: when its time is over, when its thread was interrupted, when somebody
 * asks for it. The first two are noticed by the {@link Watchdog}. Holds no state.
 */
final class Interrupter {
  private static final int FRAMES = 100;  // of the stack, which must be left for a limited use

  /** So many looks at a state in which nobody is, and it is watched no more until it is used. */
  private static final int IDLE_LOOKS = 10;

  /** What held before the deadline of a thread did, from the depth of that thread's entry on. */
  private record Earlier(
      int depth, boolean armed, long end, long allowed, Deadline deadline,
      @Nullable Earlier before) {}

  private final StateLock lock;

  /** The thread state whose run this ends; null for whichever runs in the state's own context. */
  private final ThreadState state;

  /** Whether the watchdog looks here; whoever enters sees to it. */
  private volatile boolean watched;

  private volatile long limit;  // nanoseconds for each use from outside; 0: none

  // of the present use; under the lock
  private boolean timed;
  private @Nullable Earlier earlier;

  /** Whether a use ended in the middle of its end, so that the next one begins with that. */
  boolean unclean;

  // under the monitor
  private long address;         // 0 once it is released
  private boolean armed;
  private long end;
  private long allowed;         // nanoseconds, as the end was set
  private boolean over;         // the end has passed, and what runs is being ended
  private boolean asked;        // to be asked again
  private boolean interrupted;  // the thread was, when the watchdog last looked
  private int idle;
  private @Nullable Thread input;         // who may wait for input
  private boolean inputEnded;   // that was ended by an interrupt

  @SuppressWarnings("NullAway")
  Interrupter(StateLock lock, long address) {
    this(lock, address, null);
  }

  private Interrupter(StateLock lock, long address, ThreadState state) {
    this.lock = lock;
    this.address = address;
    this.state = state;
  }

  /**
   * Watches a thread that shares the state with others, until it is released: by the limit that
   * holds for each use, and no longer than the run that it came into may take.
   *
   * @param outer who ends that run
   */
  Interrupter forThread(ThreadState state, Interrupter outer) {
    Interrupter interrupter;
    synchronized (this) {
      interrupter = new Interrupter(lock, address, state);
    }
    interrupter.limit = limit;
    synchronized (outer) {
      interrupter.armed = outer.armed;
      interrupter.end = outer.end;
      interrupter.allowed = outer.allowed;
    }
    return interrupter;
  }

  /** Returns the thread whose run this ends, or null if that is not inside. */
  private @Nullable Thread thread() {
    return state == null ? lock.owner() : state.thread;
  }

  /** Limits each use from outside to so many nanoseconds; 0: does not. */
  void limit(long nanoseconds) {
    limit = nanoseconds;
  }

  long limit() {
    return limit;
  }

  /** By the {@link Watchdog}: whether it looks here from now on. */
  void watched(boolean watched) {
    this.watched = watched;
  }

  /**
   * Returns whether there is nothing to do after the lock was taken, in the state's own context.
   */
  boolean isIdle() {
    return watched && !unclean && limit == 0 && !Deadline.isAnySet();
  }

  /**
   * After the lock was taken.
   *
   * @throws OutOfMemoryError if there is a limit to hold, and no means for it
   */
  void entered() {
    if (!watched) {
      watch();
    }
    if (unclean && lock.depth() == 1) {
      clean();
    }
    long nanoseconds = limit;
    if (nanoseconds != 0 && lock.depth() == 1) {
      lock.current().hasDuties = true;
      timed = true;
      arm(nanoseconds);
    }
    if (Deadline.isAnySet()) {
      bind(Deadline.current());
    }
  }

  /** Before the lock is given back. */
  void leaving() {
    while (earlier != null && earlier.depth >= lock.depth()) {
      unbind();
    }
    if (timed && lock.depth() == 1) {
      timed = false;
      disarm();
    }
  }

  /** Ends what a use has left behind that a stack overflow kept from it. */
  private synchronized void clean() {
    stop(Stop.OVER);
    over = false;
    armed = false;
    timed = false;
    earlier = null;
    unclean = false;
  }

  /** Has the watchdog look here. Where it cannot, what has no limit runs nevertheless. */
  private void watch() {
    try {
      Watchdog.add(this);
    } catch (OutOfMemoryError e) {
      if (limit != 0 || Deadline.current() != null) {
        throw e;
      }
    }
  }

  /** Before the state is closed, by whoever does it: its finalizers have no more time either. */
  void closing() {
    if (limit == 0) {
      return;
    }
    arm(limit);
    if (!watched) {
      try {
        Watchdog.add(this);
      } catch (OutOfMemoryError e) {
        expire();                   // better no finalizer than one that does not end
      }
    }
  }

  private synchronized void arm(long nanoseconds) {
    long end = Deadline.after(nanoseconds);
    if (state == null || !armed || end - this.end < 0) {
      this.end = end;
      allowed = nanoseconds;
    }
    armed = true;
    over = false;
  }

  private synchronized void disarm() {
    armed = false;
    if (over) {
      stop(Stop.OVER);
      over = false;
    }
  }

  private synchronized void expire() {
    over = true;
    asked |= stop(Stop.TIME);
  }

  /** Holds the deadline of the present thread, if it has one, from this entry on. */
  private void bind(@Nullable Deadline deadline) {
    if (deadline == null || earlier != null && earlier.deadline == deadline) {
      return;
    }
    boolean bound = false;
    try {
      LockQueue.checkStack(FRAMES);   // so that it overflows here rather than where this ends
      lock.current().hasDuties = true;
      earlier = new Earlier(lock.depth(), armed, end, allowed, deadline, earlier);
      bound = true;
    } finally {
      if (!bound && timed && lock.depth() == 1) {
        timed = false;
        disarm();
      }
    }
    synchronized (this) {
      if (!armed || deadline.end - end < 0) {
        armed = true;
        end = deadline.end;
        allowed = deadline.allowed;
      }
      if (!over && deadline.left() <= 0) {
        expire();                   // else what is brief would run on and on
      }
    }
  }

  /** What held before this entry holds again. */
  @SuppressWarnings("NullAway")
  private synchronized void unbind() {
    var before = earlier;
    boolean outerOver = before.armed && System.nanoTime() - before.end >= 0;
    if (over && !outerOver) {
      stop(Stop.OVER);
      over = false;
    }
    earlier = before.before;
    armed = before.armed;
    end = before.end;
    allowed = before.allowed;
  }

  /** Does something, by the thread that is inside, within its own time and what was set before. */
  <T> T callWithin(long nanoseconds, Callable<T> action) throws Exception {
    return Deadline.callWithin(nanoseconds, action);
  }

  /** Ends what runs now; does nothing if nothing does. */
  void interrupt() {
    interruptNow();
    Watchdog.hurry();
  }

  /** Returns whether an interrupt is under way that what runs has not ended by yet. */
  synchronized boolean isInterrupting() {
    return asked && !over && stop(Stop.AGAIN);
  }

  /** Returns the same as {@link #interrupt}, before the watchdog is told; whether it ends now. */
  synchronized boolean interruptNow() {
    boolean ends = stop(Stop.INTERRUPT);
    asked |= ends;
    return ends;
  }

  /**
   * What to throw for a stop of Lua.
   *
   * @param frames the Lua call stack that there was
   * @param cause what Java threw, if that was an interrupt
   */
  synchronized LuaException exception(
      int why, List<LuaFrame> frames, @Nullable Throwable cause) {
    var place = Failures.innermost(frames);
    var chunk = place == null ? null : place.chunk();
    int line = place == null ? -1 : place.line();
    var before = place == null ? "" : chunk + ":" + line + ": ";
    return why == Stop.TIME
        ? new LuaTimeoutException(before + Deadline.exceeded(allowed), chunk, line, frames)
        : new LuaInterruptedException(before + "interrupted", chunk, line, frames, cause);
  }

  private boolean stop(int why) {
    if (address == 0) {
      return false;
    }
    boolean wanted = Native.stop(address, state == null ? 0 : state.context, why);
    if (wanted) {
      try {
        cancelWaits();
      } catch (OutOfMemoryError e) {
        // the watchdog asks again, and then this is tried again
      }
    }
    return wanted;
  }

  /** The present thread, whose run this ends, may wait for input from now on. */
  synchronized void beginInput() {
    input = Thread.currentThread();
    inputEnded = false;
  }

  /** Returns whether that wait was to end, which it does by an interrupt of the thread. */
  synchronized boolean isInputEnded() {
    return inputEnded;
  }

  /** It waits no more; the interrupt, if there was one, was not the thread's. */
  synchronized void endInput() {
    input = null;
    if (inputEnded) {
      Thread.interrupted();
    }
  }

  /**
   * Ends waits of the run that is to end: for another state, to be attached to this one, for input.
   */
  private void cancelWaits() {
    if (input != null && !inputEnded) {
      inputEnded = true;
      input.interrupt();
    }
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
   * Returns the watchdog's look.
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
      asked |= interrupted && again && stop(Stop.INTERRUPT);
    }
    if (armed && !over && now - end >= 0) {
      expire();
    }
    if (asked) {
      asked = stop(Stop.AGAIN);
      return Watchdog.HURRY;
    }
    return armed && !over ? Math.min(tick, end - now) : tick;
  }

  /** Returns whether nobody came just now, when this was watched no more. */
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
