package org.lupine.bridge;

import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The time by which the current thread's action must end: a limit on all Lua code that it runs
 * meanwhile, in any state. Each state's {@link Interrupter} enforces it. Immutable.
 */
public final class Deadline {
  /**
   * The deadline of one thread. It is restored by plain stores, since a call might overflow the
   * stack.
   */
  private static final class Current {
    @Nullable Deadline deadline;
    int actions; // nested actions of the thread
  }

  private static final ThreadLocal<Current> CURRENT = new ThreadLocal<>();

  /** The number of running actions in all threads; while it is 0, the thread local is not read. */
  private static final AtomicInteger ACTIONS = new AtomicInteger();

  /** The end, as {@link System#nanoTime} measures it. */
  final long end;

  /** The length of the limit in nanoseconds. */
  final long allowed;

  Deadline(long end, long allowed) {
    this.end = end;
    this.allowed = allowed;
  }

  /**
   * Returns the time when the given time from now has passed, which can be compared with others
   * returned by this method.
   */
  static long after(long nanoseconds) {
    return System.nanoTime() + Math.min(nanoseconds, Long.MAX_VALUE / 2);
  }

  /** Returns whether any thread may have a deadline. */
  static boolean isAnySet() {
    return ACTIONS.get() != 0;
  }

  /** Returns the deadline of the current thread, or null. */
  public static @Nullable Deadline current() {
    var mine = isAnySet() ? CURRENT.get() : null;
    return mine == null ? null : mine.deadline;
  }

  /** Returns the nanoseconds that are left; zero or less if none are. */
  public long left() {
    return end - System.nanoTime();
  }

  /** Returns the message for a limit, in nanoseconds, that has passed. */
  public static String exceeded(long allowed) {
    return "time limit of " + allowed / 1_000_000 + " ms is exceeded";
  }

  /** Returns the message for this deadline once it has passed. */
  public String exceeded() {
    return exceeded(allowed);
  }

  /** Runs an action within the given time, and within any deadline set before. */
  public static <T> T callWithin(long nanoseconds, Callable<T> action) throws Exception {
    var known = CURRENT.get();
    var mine = known == null ? new Current() : known;
    var outer = mine.deadline;
    int before = mine.actions;
    long end = after(nanoseconds);
    var inner = outer != null && outer.end - end <= 0 ? outer : new Deadline(end, nanoseconds);
    ACTIONS.getAndIncrement();
    try {
      CURRENT.set(mine);
      mine.actions = before + 1;
      mine.deadline = inner;
      return action.call();
    } finally {
      mine.deadline = outer;
      mine.actions = before;
      try {
        if (before == 0) {
          CURRENT.remove();
        }
      } finally {
        ACTIONS.getAndDecrement();
      }
    }
  }

  /** Runs an action that the deadline of the current thread does not apply to. */
  public static <T> T callWithout(Supplier<T> action) {
    var mine = isAnySet() ? CURRENT.get() : null;
    if (mine == null) {
      return action.get();
    }
    var outer = mine.deadline;
    mine.deadline = null;
    try {
      return action.get();
    } finally {
      mine.deadline = outer;
    }
  }
}
