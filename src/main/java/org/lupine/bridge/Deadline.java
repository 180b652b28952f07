package org.lupine.bridge;

import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * When what the present thread does must be over: a limit of all Lua that it runs meanwhile, in
 * whatever states. Each state's {@link Watch} sees to it. Immutable.
 */
public final class Deadline {
  private static final ThreadLocal<Deadline> CURRENT = new ThreadLocal<>();

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

  /** The time in so many nanoseconds, which can be compared with any that is so made. */
  static long in(long nanoseconds) {
    return System.nanoTime() + Math.min(nanoseconds, Long.MAX_VALUE / 2);
  }

  /** Whether any thread may have one. */
  static boolean areSome() {
    return ACTIONS.get() != 0;
  }

  /** That of the present thread, or null. */
  public static @Nullable Deadline current() {
    return areSome() ? CURRENT.get() : null;
  }

  /** The nanoseconds that are left; zero or less if there are none. */
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
  public static <T> T within(long nanoseconds, Callable<T> action) throws Exception {
    var outer = CURRENT.get();
    long end = in(nanoseconds);
    var inner = outer != null && outer.end - end <= 0 ? outer : new Deadline(end, nanoseconds);
    ACTIONS.getAndIncrement();
    try {
      CURRENT.set(inner);
      return action.call();
    } finally {
      if (outer == null) {
        CURRENT.remove();
      } else {
        CURRENT.set(outer);
      }
      ACTIONS.getAndDecrement();
    }
  }

  /** Does something that is no part of what the present thread has a deadline for. */
  public static <T> T without(Supplier<T> action) {
    var outer = current();
    if (outer == null) {
      return action.get();
    }
    try {
      CURRENT.remove();
      return action.get();
    } finally {
      CURRENT.set(outer);
    }
  }
}
