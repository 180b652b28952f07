package org.lupine.bridge;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;

/**
 * A re-entrant lock, cheap when nobody waits; those who wait are served in their order.
 */
final class StateLock {
  private static final int LOOKS = 1_000;
  private static final long LONGEST_PARK = 10_000_000;  // nanoseconds

  private static final VarHandle OWNER;

  static {
    try {
      OWNER = MethodHandles.lookup().findVarHandle(StateLock.class, "owner", Thread.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final ConcurrentLinkedQueue<Thread> waiting = new ConcurrentLinkedQueue<>();
  private volatile Thread owner;
  private volatile boolean contended;
  private int depth;

  void lock() {
    var thread = Thread.currentThread();
    if (owner == thread) {
      depth++;
      return;
    }
    if (contended || !OWNER.compareAndSet(this, null, thread)) {
      await(thread);
    }
    depth = 1;
  }

  /** {@link #lock} if that is possible at once. */
  boolean tryLock() {
    var thread = Thread.currentThread();
    if (owner == thread) {
      depth++;
      return true;
    }
    if (contended || !OWNER.compareAndSet(this, null, thread)) {
      return false;
    }
    depth = 1;
    return true;
  }

  /**
   * Says that it waits, and looks on for a while before it parks: an unlock that did not see yet
   * that anybody waits has become visible by then. The park's limit is there should that not hold.
   */
  private void await(Thread thread) {
    boolean interrupted = false;
    int looks = 0;
    waiting.add(thread);
    contended = true;
    while (waiting.peek() != thread || !OWNER.compareAndSet(this, null, thread)) {
      if (looks++ < LOOKS) {
        Thread.onSpinWait();
      } else {
        LockSupport.parkNanos(this, LONGEST_PARK);
        interrupted |= Thread.interrupted();
      }
    }
    waiting.remove();
    noteWaiting();
    if (interrupted) {
      thread.interrupt();
    }
  }

  private void noteWaiting() {
    contended = !waiting.isEmpty();
    if (!waiting.isEmpty()) {
      contended = true;  // whoever came while the flag was written
    }
  }

  /**
   * {@link #lock} that waits its turn for no longer than so many nanoseconds.
   *
   * @throws InterruptedException if the thread is interrupted before or meanwhile
   */
  boolean tryLock(long nanos) throws InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
    return tryLock() || nanos > 0 && await(Thread.currentThread(), nanos);
  }

  private boolean await(Thread thread, long nanos) throws InterruptedException {
    long start = System.nanoTime();
    int looks = 0;
    waiting.add(thread);
    contended = true;
    while (waiting.peek() != thread || !OWNER.compareAndSet(this, null, thread)) {
      long left = nanos - (System.nanoTime() - start);
      if (left > 0 && looks++ < LOOKS) {
        Thread.onSpinWait();
      } else if (left > 0) {
        LockSupport.parkNanos(this, Math.min(left, LONGEST_PARK));
      }
      boolean interrupted = Thread.interrupted();
      if (left <= 0 || interrupted) {
        giveUp(thread);
        if (interrupted) {
          throw new InterruptedException();
        }
        return false;
      }
    }
    waiting.remove();
    noteWaiting();
    depth = 1;
    return true;
  }

  /** Leaves the queue; a wake-up that was for this thread is the next one's. */
  private void giveUp(Thread thread) {
    waiting.remove(thread);
    noteWaiting();
    LockSupport.unpark(waiting.peek());
  }

  void unlock() {
    if (--depth == 0) {
      OWNER.setRelease(this, null);  // no fence: see await
      if (contended) {
        LockSupport.unpark(waiting.peek());
      }
    }
  }

  /** How often the present thread, which must hold the lock, has taken it. */
  int depth() {
    return depth;
  }

  /** Who holds the lock, or null. */
  Thread owner() {
    return owner;
  }

  boolean isHeldByCurrentThread() {
    return owner == Thread.currentThread();
  }

  boolean isHeldByOther() {
    var holder = owner;
    return holder != null && holder != Thread.currentThread();
  }
}
