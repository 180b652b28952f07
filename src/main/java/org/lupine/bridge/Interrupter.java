package org.lupine.bridge;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.lupine.bridge.Protocol.Stop;
import org.lupine.value.LuaException;
import org.lupine.value.LuaFrame;
import org.lupine.value.LuaInterruptedException;
import org.lupine.value.LuaTimeoutException;

/**
 * Requests the end of what runs in a state: when its time is over, when its thread was interrupted,
 * or on request. The {@link Watchdog} detects the first two, and repeats each request until the run
 * has ended. A state has one, and one more for each further thread inside. Holds no reference to
 * the state, so that the watchdog does not keep the state reachable.
 */
final class Interrupter {
  /** The bytes of the stack that must be left for a use with a limit. */
  private static final int STACK = 16 * 1024;

  /** How often a state is found idle before it is no longer watched, until it is used again. */
  private static final int IDLE_POLLS = 10;

  /**
   * The nanoseconds that the finalizers of an unreachable state may take if it has no limit. Tests
   * shorten it.
   */
  static volatile long limitOfDropped = 10_000_000_000L;

  /**
   * The limit that was in force before a deadline of the thread took effect. It is restored at the
   * end of the entry, of this depth, in which the deadline took effect.
   */
  private record Earlier(
      int depth,
      boolean armed,
      long end,
      long allowed,
      Deadline deadline,
      @Nullable Earlier before) {}

  private static final VarHandle FOLLOWED;

  static {
    try {
      FOLLOWED =
          MethodHandles.lookup().findVarHandle(Interrupter.class, "followed", Interrupter.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final StateLock lock;

  /** The thread state whose run this ends; null for the run in the state's own context. */
  private final @Nullable ThreadState state;

  /** Whether the watchdog polls this; set by the thread that enters. */
  private volatile boolean watched;

  private volatile long limit; // nanoseconds for each use from outside; 0: none

  // of the current use; guarded by the lock
  private boolean timed;
  private @Nullable Earlier earlier;

  /** Whether the end of a use was cut short; the next use begins by completing it. */
  boolean unclean;

  /**
   * The interrupter of the run in another state on whose behalf this state runs; null for none.
   * Written by the thread that runs in both, by plain stores: Lua is entered before that thread can
   * loop, so no compiler puts them off. Read by {@link #followedSeen}.
   */
  @Nullable Interrupter followed;

  // guarded by the monitor
  private long address; // 0 once it is released
  private boolean armed;
  private long end;
  private long allowed; // nanoseconds: the length of the limit
  private boolean over; // the end has passed, and what runs is being ended
  private boolean asked; // the stop has to be requested again at the next poll
  private boolean interrupted; // the thread was, at the watchdog's last poll
  private int idle;
  private @Nullable Thread input; // may be waiting for input
  private boolean inputEnded; // ended by an interrupt
  private boolean interruptedBefore; // when it was ended

  Interrupter(StateLock lock, long address) {
    this(lock, address, null);
  }

  private Interrupter(StateLock lock, long address, @Nullable ThreadState state) {
    this.lock = lock;
    this.address = address;
    this.state = state;
  }

  /**
   * Creates an interrupter for a thread that shares the state. It obeys the limit of each use, and
   * ends no later than the run that the thread came into.
   *
   * @param outer the interrupter of that run
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

  /** Returns the thread whose run this ends, or null if it is not inside. */
  private @Nullable Thread thread() {
    return state == null ? lock.owner() : state.thread;
  }

  /** Limits the time of each use from outside; 0 for no limit. */
  void limit(long nanoseconds) {
    limit = nanoseconds;
  }

  long limit() {
    return limit;
  }

  /** Returns whether the {@link Watchdog} polls this. */
  boolean isWatched() {
    return watched;
  }

  /** Returns whether the native memory was freed. */
  synchronized boolean isReleased() {
    return address == 0;
  }

  /** Sets whether the {@link Watchdog} polls this from now on; called by it. */
  void watched(boolean watched) {
    this.watched = watched;
  }

  /**
   * Returns whether nothing has to be done after the lock was acquired, in the state's own context.
   */
  boolean isIdle() {
    return watched && !unclean && limit == 0 && !Deadline.isAnySet();
  }

  /**
   * Begins to watch the run; called after the lock was acquired.
   *
   * @throws OutOfMemoryError if there is a limit, and no memory for enforcing it
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

  /** Ends the watch of the run; called before the lock is released. */
  void leaving() {
    while (earlier != null && earlier.depth >= lock.depth()) {
      unbind();
    }
    if (timed && lock.depth() == 1) {
      timed = false;
      disarm();
    }
  }

  /** Completes the end of a use that a stack overflow cut short. */
  private synchronized void clean() {
    stop(Stop.OVER);
    over = false;
    armed = false;
    timed = false;
    earlier = null;
    followed = null;
    unclean = false;
  }

  /**
   * Registers this with the watchdog. Where that fails, runs without a limit go on nevertheless.
   */
  private void watch() {
    try {
      Watchdog.add(this);
    } catch (OutOfMemoryError e) {
      if (limit != 0 || Deadline.current() != null) {
        throw e;
      }
    }
  }

  /**
   * Limits the finalizers of the state, which is about to be closed. They are ended by the limit of
   * each use, by the deadline of the current thread, and when the thread is interrupted.
   *
   * @param dropped whether the state was not closed but became unreachable: then its finalizers
   *     have a limit in any case, since other states wait for the thread that runs them
   */
  void closing(boolean dropped) {
    long allowed = limit == 0 && dropped ? limitOfDropped : limit;
    if (allowed != 0) {
      arm(allowed);
    }
    var deadline = Deadline.current();
    if (deadline != null) {
      tighten(deadline);
    }
    if (!watched) {
      try {
        Watchdog.add(this);
      } catch (OutOfMemoryError e) {
        if (allowed != 0 || deadline != null) {
          expire(); // rather no finalizer than one that does not end
        }
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

  /** Applies the deadline of the current thread, if it has one, from this entry on. */
  private void bind(@Nullable Deadline deadline) {
    if (deadline == null || earlier != null && earlier.deadline == deadline) {
      return;
    }
    boolean bound = false;
    try {
      LockQueue.checkStack(STACK); // so that the stack overflows here and not at the end
      lock.current().hasDuties = true;
      earlier = new Earlier(lock.depth(), armed, end, allowed, deadline, earlier);
      bound = true;
    } finally {
      if (!bound && timed && lock.depth() == 1) {
        timed = false;
        disarm();
      }
    }
    tighten(deadline);
  }

  /**
   * Ends what the current thread does in this state, from this entry on, no later than its run in
   * another state, on whose behalf it does that.
   *
   * @param outer the interrupter of that run
   * @return what {@link #followed} was; to be restored before the thread leaves
   */
  @Nullable Interrupter follow(Interrupter outer) {
    var before = followed;
    // of both, only this thread changes these fields now
    if (outer.armed && (!armed || outer.end - end < 0)) {
      bind(new Deadline(outer.end, outer.allowed));
    }
    followed = outer;
    return before;
  }

  /** Ends what runs no later than at a deadline. */
  private synchronized void tighten(Deadline deadline) {
    if (!armed || deadline.end - end < 0) {
      armed = true;
      end = deadline.end;
      allowed = deadline.allowed;
    }
    if (!over && deadline.left() <= 0) {
      expire(); // or else short runs would go on and on
    }
  }

  /** Restores the limit that was in force before this entry. */
  private synchronized void unbind() {
    var before = Objects.requireNonNull(earlier);
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

  /** Interrupts the current run; does nothing if there is none. */
  void interrupt() {
    interruptNow();
    Watchdog.hurry();
  }

  /** Returns whether an interrupt was requested and the run has not ended yet. */
  synchronized boolean isInterrupting() {
    return asked && !over && stop(Stop.AGAIN);
  }

  /** Returns why the run is to end: one of {@link Stop}, 0 if it is not. */
  synchronized int ending() {
    return over ? Stop.TIME : asked && stop(Stop.AGAIN) ? Stop.INTERRUPT : 0;
  }

  /** Interrupts without telling the watchdog; returns whether there is a run to end. */
  synchronized boolean interruptNow() {
    boolean ends = stop(Stop.INTERRUPT);
    asked |= ends;
    return ends;
  }

  /**
   * Returns the exception for a run that was stopped.
   *
   * @param frames the Lua call stack at the stop
   * @param cause the Java exception, if the stop was an interrupt by Java code
   */
  synchronized LuaException exception(int why, List<LuaFrame> frames, @Nullable Throwable cause) {
    var place = Failures.innermost(frames);
    var chunk = place == null ? null : place.chunk();
    int line = place == null ? -1 : place.line();
    var before = place == null ? "" : chunk + ":" + line + ": ";
    return why == Stop.TIME
        ? new LuaTimeoutException(before + Deadline.exceeded(allowed), chunk, line, frames)
        : new LuaInterruptedException(before + "interrupted", chunk, line, frames, cause);
  }

  /** Requests a stop from the native side; returns whether one is pending. */
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

  /** Marks the current thread, whose run this ends, as possibly waiting for input. */
  synchronized void beginInput() {
    input = Thread.currentThread();
    inputEnded = false;
  }

  /** Returns whether the wait for input was ended, by interrupting the thread. */
  synchronized boolean isInputEnded() {
    return inputEnded;
  }

  /** Ends the wait for input; clears the interrupt by which it was ended, but no other. */
  synchronized void endInput() {
    input = null;
    if (inputEnded && !interruptedBefore) {
      Thread.interrupted();
    }
  }

  /**
   * Ends the waits of the run that is to end: for another state, for being attached to this one,
   * for input, and for callbacks that cannot enter.
   */
  private void cancelWaits() {
    if (input != null && !inputEnded) {
      interruptedBefore = input.isInterrupted();
      inputEnded = true;
      input.interrupt();
    }
    var thread = thread();
    if (thread != null) {
      LockQueue.cancel(thread);
      lock.inside.cancel(thread);
      lock.cancelSharers(thread, over);
    }
  }

  /** Frees the native memory of the state or the thread's run, which is no longer accessed. */
  synchronized void release() {
    if (state == null) {
      Native.release(address);
    }
    address = 0;
  }

  /**
   * Checks whether the run is to end, and stops it if so; called by the watchdog.
   *
   * @return nanoseconds until the next poll; -1 if none is needed
   */
  long poll(long now, long tick) {
    var outer = followedSeen();
    boolean ends = outer != null && outer.isInterrupting();
    return poll(now, tick, ends ? outer : null);
  }

  /** Returns the interrupter that is followed, as another thread sees it. */
  private @Nullable Interrupter followedSeen() {
    return (Interrupter) FOLLOWED.getAcquire(this);
  }

  /**
   * Polls as {@link #poll(long, long)} does.
   *
   * @param outer the interrupter of a run that was interrupted, and whose end is the end of this
   *     run; null for none
   */
  private synchronized long poll(long now, long tick, @Nullable Interrupter outer) {
    var thread = thread();
    if (address == 0 || thread == null && !asked && !armed && ++idle > IDLE_POLLS && rest()) {
      return -1;
    }
    if (thread == null) {
      interrupted = false;
    } else {
      idle = 0;
      boolean again = interrupted;
      interrupted = thread.isInterrupted();
      // not at the first poll: a waiting Java method may be about to answer that interrupt itself
      if (interrupted && again) {
        asked |= interruptOf(thread);
      }
    }
    if (outer != null) {
      asked |= endWith(outer);
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

  /**
   * Ends the run of a thread that was interrupted. Ends no later run, nor that of another thread: a
   * thread may clear its interrupt status, and start another run, at any moment.
   *
   * @return whether there is a run to end
   */
  private boolean interruptOf(Thread thread) {
    stop(Stop.MARK);
    return thread() == thread && thread.isInterrupted() && stop(Stop.MARKED);
  }

  /**
   * Ends the run that is on behalf of another, which was interrupted. Ends no later run: the thread
   * may go on to one at any moment.
   *
   * @return whether there is a run to end
   */
  private boolean endWith(Interrupter outer) {
    stop(Stop.MARK);
    return followedSeen() == outer && stop(Stop.MARKED);
  }

  /**
   * Unregisters this from the watchdog unless a thread has entered; returns whether it did. After a
   * fence of the whole process, either this method sees a thread that enters, or that thread sees
   * the change of 'watched'. Without such a fence only the owner of the lock is sure to be seen.
   */
  private boolean rest() {
    watched = false;
    if (Native.fenceAll() ? thread() == null : lock.isFree()) {
      idle = 0;
      interrupted = false;
      return true;
    }
    watched = true;
    return false;
  }
}
