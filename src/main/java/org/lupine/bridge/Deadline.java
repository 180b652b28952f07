package org.lupine.bridge;

import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * When what the present thread does must be over: a limit of all Lua that it runs meanwhile, in
 * whatever states. Each state's {@link Interrupter} sees to it. Immutable.
 */
public final class Deadline {
  /** That of one thread, where it is put back by plain stores: a call might overflow the stack. */
  private static final class Current {
    @Nullable Deadline deadline;
    int actions;                    // of the thread, each within the one before
  }

  private static final ThreadLocal<Current> CURRENT = new ThreadLocal<>();

  /** So many actions of all threads have one, so that mostly nobody has to ask the thread. */
  private static final AtomicInteger ACTIONS = new AtomicInteger();

  /** When, as {@link System#nanoTime} has it. */
  final long end;

  /** How many nanoseconds there were. */
  final long allowed;

  private Deadline(long end, long allowed) {
    this.end = end;
    this.allowed = allowed;
  }

  /** Returns the time in so many nanoseconds, which can be compared with any that is so made. */
  static long after(long nanoseconds) {
    return System.nanoTime() + Math.min(nanoseconds, Long.MAX_VALUE / 2);
  }

  /** Returns whether any thread may have one. */
  static boolean isAnySet() {
    return ACTIONS.get() != 0;
  }

  /** That of the present thread, or null. */
  public static @Nullable Deadline current() {
    var mine = isAnySet() ? CURRENT.get() : null;
    return mine == null ? null : mine.deadline;
  }

  /** Returns the nanoseconds that are left; zero or less if there are none. */
  public long left() {
    return end - System.nanoTime();
  }

  /** What to say of so many nanoseconds that have passed. */
  public static String exceeded(long allowed) {
    return "time limit of " + allowed / 1_000_000 + " ms is exceeded";
  }

  /** What to say when this has passed. */
  public String exceeded() {
    return exceeded(allowed);
  }

  /** Does something within so many nanoseconds, and within what was set before. */
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

  /** Does something that is no part of what the present thread has a deadline for. */
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
