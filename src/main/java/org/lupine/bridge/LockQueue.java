package org.lupine.bridge;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.lupine.value.LuaInterruptedException;
import org.lupine.value.LuaTimeoutException;

/**
 * The threads that wait for a {@link StateLock} from outside. The first one polls the lock, and
 * so does the first of those that may share the state; the others are parked.
 *
 * <p>Each wait is ended by {@link Thread#interrupt}, by a limit, and when the run that waits is to
 * end. A waiter that dies of a stack overflow or for lack of memory does not block the others.
 */
final class LockQueue {
  /** A waiting thread. */
  static final class Waiter {
    final Thread thread;
    final LockQueue queue;
    volatile boolean shares;
    final long start = System.nanoTime();
    volatile boolean cancelled;
    volatile boolean late; // cancelled since the run that it waits for is out of time
    volatile boolean gone; // set first when it leaves, by a plain store

    Waiter(Thread thread, LockQueue queue, boolean shares) {
      this.thread = thread;
      this.queue = queue;
      this.shares = shares;
    }
  }

  private enum Outcome {
    TAKEN,
    TOO_LATE,
    EXPIRED,
    INTERRUPTED,
    CANCELLED,
    LATE
  }

  private static final int SPINS = Runtime.getRuntime().availableProcessors() > 1 ? 100 : 0;
  private static final int STACK = 8 * 1024; // bytes of the stack that must be left for a wait

  // nanoseconds
  private static final long STARVES = 1_000_000, LONG_WAIT = 1_000_000_000;
  private static final long FIRST_QUEUED = 20_000_000;
  private static final long QUEUED = 1_000_000_000, LONGEST_QUEUED = 8_000_000_000L;
  private static final long FIRST_SHARE = 50_000, LONGEST_SHARE = 2_000_000;

  /**
   * For how long an owner that is RUNNABLE in a call from Lua to Java is left alone: it may be
   * polling or reading.
   */
  private static final long RUNS = 100_000_000;

  private static final Map<Thread, Waiter> WAITING = new ConcurrentHashMap<>();
  private static final VarHandle SLEEPER;

  static {
    try {
      SLEEPER = MethodHandles.lookup().findVarHandle(LockQueue.class, "sleeper", Waiter.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final StateLock lock;
  private final ConcurrentLinkedQueue<Waiter> waiters = new ConcurrentLinkedQueue<>();

  /** The first waiter while it is parked or about to be. */
  private volatile @Nullable Waiter sleeper;

  /** The waiter that has waited so long that no thread may overtake it. */
  private volatile @Nullable Waiter starving;

  LockQueue(StateLock lock) {
    this.lock = lock;
  }

  boolean isEmpty() {
    return waiters.isEmpty();
  }

  /**
   * Returns whether a thread may take the lock if it is free, that is, unless another thread has
   * waited so long that it is no longer to be overtaken.
   *
   * @param waiter the thread's entry in the queue; null if it has not waited
   */
  boolean mayBarge(@Nullable Waiter waiter) {
    var first = starving;
    return first == null || first == waiter || first.gone;
  }

  /**
   * Signals that the lock is free.
   *
   * @param shared whether it is free only for threads that share the state
   */
  void released(boolean shared) {
    var asleep = sleeper;
    if (asleep != null && SLEEPER.compareAndSet(this, asleep, null)) {
      wake(asleep.gone ? first() : asleep); // it may have died before it woke the next
    }
    if (shared) {
      wake(firstSharer());
    }
  }

  private static void wake(@Nullable Waiter waiter) {
    if (waiter != null) {
      LockSupport.unpark(waiter.thread);
    }
  }

  private @Nullable Waiter first() {
    Waiter first = waiters.peek();
    while (first != null && first.gone) {
      waiters.remove(first);
      first = waiters.peek();
    }
    return first;
  }

  private @Nullable Waiter firstSharer() {
    for (var each : waiters) {
      if (each.shares && !each.gone) {
        return each;
      }
    }
    return null;
  }

  /**
   * Waits for the lock and acquires it.
   *
   * @param limit how many nanoseconds it may take; 0 for any
   * @throws LuaInterruptedException if the thread is interrupted, or the run that waits is to end
   * @throws LuaTimeoutException if it takes longer, or if the thread has a deadline that has passed
   */
  void await(Thread thread, boolean shares, long limit) {
    var outcome = outcome(thread, shares, limit == 0 ? Long.MAX_VALUE : limit);
    var deadline = Deadline.current();
    if (outcome == Outcome.TOO_LATE) {
      throw new LuaTimeoutException(
          Deadline.exceeded(limit) + ", waiting for " + names(lock.inside.threads()),
          null,
          -1,
          List.of());
    }
    if (outcome == Outcome.EXPIRED && deadline != null) {
      throw new LuaTimeoutException(deadline.exceeded(), null, -1, List.of());
    }
    if (outcome == Outcome.LATE) {
      throw new LuaTimeoutException(
          "time limit is exceeded of the run in " + names(lock.inside.threads()),
          null,
          -1,
          List.of());
    }
    if (outcome != Outcome.TAKEN) {
      throw new LuaInterruptedException(
          "interrupted while it waited for a Lua state that "
              + names(lock.inside.threads())
              + " uses",
          null,
          -1,
          List.of());
    }
  }

  private static String names(List<Thread> threads) {
    var names = new StringBuilder();
    for (var each : threads) {
      names.append(names.length() == 0 ? "thread " : ", ").append(each.getName());
    }
    return names.length() == 0 ? "another thread" : names.toString();
  }

  /**
   * Waits for the lock for at most the given time; returns whether it was acquired.
   *
   * @throws InterruptedException if the thread is interrupted, or the run that waits is to end
   */
  boolean await(Thread thread, long nanos) throws InterruptedException {
    switch (outcome(thread, false, nanos)) {
      case TAKEN:
        return true;
      case TOO_LATE:
      case EXPIRED:
        return false;
      default:
        Thread.interrupted();
        throw new InterruptedException();
    }
  }

  private Outcome outcome(Thread thread, boolean shares, long nanos) {
    checkStack(STACK);
    for (int spins = 0; spins < SPINS; spins++) {
      if (lock.take(thread, null)) {
        return Outcome.TAKEN;
      }
      Thread.onSpinWait();
    }
    var waiter = new Waiter(thread, this, shares);
    try {
      waiters.add(waiter);
      WAITING.put(thread, waiter);
      return await(waiter, nanos);
    } finally {
      waiter.gone = true;
      leave(waiter);
    }
  }

  /**
   * Throws a StackOverflowError if fewer bytes than these are left of the stack, so that it does
   * not overflow in the middle of an operation. A recursive method could not check this: compiled,
   * it needs a sixth of the stack that it needs while it is interpreted.
   */
  static void checkStack(int bytes) {
    if (Native.stackLow(bytes)) {
      throw new StackOverflowError();
    }
  }

  private Outcome await(Waiter waiter, long nanos) {
    var thread = waiter.thread;
    long start = waiter.start;
    long ownerChecked = start;
    long stackChecked = start;
    long pause = FIRST_SHARE;
    var deadline = Deadline.current();
    while (true) {
      boolean first = first() == waiter;
      boolean sharer = waiter.shares && firstSharer() == waiter;
      if (first && lock.take(thread, waiter)
          || sharer && lock.inside.share(thread, System.nanoTime() - start > RUNS)) {
        return Outcome.TAKEN;
      }
      long now = System.nanoTime();
      if (now - start >= nanos) {
        return Outcome.TOO_LATE;
      }
      if (deadline != null && deadline.left() <= 0) {
        return Outcome.EXPIRED;
      }
      if (waiter.cancelled || thread.isInterrupted()) {
        return waiter.late
            ? Outcome.LATE
            : waiter.cancelled ? Outcome.CANCELLED : Outcome.INTERRUPTED;
      }
      if (first && now - start > STARVES) {
        starving = waiter;
      }
      if (first && now - ownerChecked > FIRST_QUEUED) {
        boolean alive = now - stackChecked > LONG_WAIT;
        ownerChecked = now;
        stackChecked = alive ? now : stackChecked;
        lock.inside.recover(thread, alive);
      }
      if (!waiter.shares && now - start > STARVES && isDeadlock(waiter)) {
        waiter.shares = true;
        continue;
      }
      pause =
          sharer
              ? Math.min(2 * pause, LONGEST_SHARE)
              : first ? FIRST_QUEUED : Math.min(Math.max(2 * pause, QUEUED), LONGEST_QUEUED);
      long left =
          Math.min(
              nanos - (now - start),
              deadline == null ? Long.MAX_VALUE : Math.max(1, deadline.left()));
      park(waiter, first, Math.min(pause, left));
    }
  }

  private void park(Waiter waiter, boolean first, long nanos) {
    if (first) {
      sleeper = waiter;
      if (lock.isFree()) {
        return;
      }
    }
    LockSupport.parkNanos(lock, nanos);
  }

  private void leave(Waiter waiter) {
    if (starving == waiter) {
      starving = null;
    }
    waiters.remove(waiter);
    WAITING.remove(waiter.thread, waiter);
    wake(first());
    wake(firstSharer());
    SLEEPER.compareAndSet(this, waiter, null);
  }

  /**
   * Ends the wait of a thread for a state, if it waits; called when the run that waits is to end.
   */
  static void cancel(Thread thread) {
    var waiter = WAITING.get(thread);
    if (waiter != null) {
      waiter.cancelled = true;
      LockSupport.unpark(thread);
    }
  }

  /**
   * Ends the waits of threads that would share the state, and have waited for a while; called when
   * the run inside is to end, but is blocked in a call from Lua to Java, and cannot admit any.
   *
   * @param late whether it is to end because its time is over
   */
  void cancelSharers(boolean late) {
    for (var each : waiters) {
      if (each.shares && !each.gone && System.nanoTime() - each.start > RUNS) {
        each.late = late;
        each.cancelled = true;
        LockSupport.unpark(each.thread);
      }
    }
  }

  /**
   * Returns whether the threads that this waiter waits for are themselves waiting for a state that
   * this thread is inside of.
   */
  private static boolean isDeadlock(Waiter waiter) {
    return reaches(waiter, waiter.thread, 8);
  }

  private static boolean reaches(Waiter waiter, Thread thread, int steps) {
    for (var each : waiter.queue.lock.inside.threads()) {
      var next = WAITING.get(each);
      if (next != null
          && steps > 0
          && next.queue != waiter.queue
          && (next.queue.lock.inside.threads().contains(thread)
              || reaches(next, thread, steps - 1))) {
        return true;
      }
    }
    return false;
  }
}
