package org.lupine.bridge;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;

/**
 * A re-entrant lock, cheap when nobody waits; those who wait are served in their order.
 *
 * <p>A thread that has taken it many times in a row, nobody else between, keeps it reserved: it
 * comes and goes with plain stores from then on. Whoever else wants the lock first revokes that,
 * and sees to it with {@link Native#fenceAll} that the favoured thread either is seen inside or
 * sees that it is not favoured any more. Where there is no such fence nobody is favoured.
 *
 * <p>A stack overflow may come out of any call: between two stores that belong together there is
 * none. If the lock is not given back for that reason, its thread can still go on.
 */
final class StateLock {
  private static final int LOOKS = 1_000;
  private static final long LONGEST_PARK = 10_000_000;  // nanoseconds

  /** So often in a row a thread takes the lock before it is favoured: twice as often each time. */
  private static final int FIRST_STREAK = 64, LONGEST_STREAK = 1 << 20;

  /** The owner while the lock is reserved for somebody, who may be inside or not. */
  private static final Object RESERVED = new Object();

  private static final VarHandle OWNER;
  private static final VarHandle FAVOUR;

  static {
    try {
      var lookup = MethodHandles.lookup();
      OWNER = lookup.findVarHandle(StateLock.class, "owner", Object.class);
      FAVOUR = lookup.findVarHandle(StateLock.class, "favour", Favour.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  /** Whether there is such a fence; null until that is asked, when the native library is there. */
  private static volatile Boolean fences;

  /** What one thread is granted, until it is revoked. */
  private static final class Favour {
    final Thread thread;
    volatile boolean revoked;
    volatile boolean fenced;      // and all threads were since
    int depth;                    // written by that thread alone

    Favour(Thread thread) {
      this.thread = thread;
    }

    /** By its thread, outside: whether it has the lock now. */
    boolean enter() {
      boolean entered = false;
      depth = 1;
      try {
        VarHandle.acquireFence();   // for the compiler; the processor's is made by who revokes
        entered = !revoked;
      } finally {
        if (!entered) {
          depth = 0;
        }
      }
      return entered;
    }

    /** By its thread: what is left of its depth. */
    int leave() {
      int left = depth - 1;
      try {
        VarHandle.releaseFence();
      } finally {
        depth = left;
      }
      return left;
    }

    /** By others: whether its thread is inside, or just looks whether it may be. */
    boolean isInside() {
      int seen = depth;
      VarHandle.acquireFence();
      return seen > 0;
    }

    /** By others: it counts no more; whether its thread is outside, and will not come in by it. */
    boolean revoke() {
      revoked = true;
      if (!fenced) {
        Native.fenceAll();
        fenced = true;
      }
      return !isInside();
    }
  }

  private final ConcurrentLinkedQueue<Thread> waiting = new ConcurrentLinkedQueue<>();
  private volatile Object owner;  // a thread, null or RESERVED
  private volatile Favour favour;
  private volatile boolean contended;

  // of the owner, unless somebody is favoured
  private int depth;
  private Thread last;          // null: somebody had to wait
  private int streak;
  private int streakNeeded = FIRST_STREAK;

  private Favour prepared;  // by whoever hopes to be favoured

  void lock() {
    if (!tryLock()) {
      await(Thread.currentThread());
    }
  }

  /** {@link #lock} if that is possible at once. */
  boolean tryLock() {
    var thread = Thread.currentThread();
    if (enter(thread)) {
      return true;
    }
    if (contended || !take(thread)) {
      return false;
    }
    depth = 1;
    streak = thread == last ? streak + 1 : 0;
    last = thread;
    return true;
  }

  /** Whether the lock is this thread's by its being favoured, or was so before. */
  private boolean enter(Thread thread) {
    var favour = this.favour;
    if (favour != null && favour.thread == thread) {
      if (favour.depth > 0) {
        favour.depth++;
        return true;
      }
      if (favour.enter()) {
        return true;
      }
      giveBack(favour);
    }
    if (owner == thread) {
      depth++;
      return true;
    }
    if (streak >= streakNeeded && (prepared == null || prepared.thread != thread)) {
      prepare(thread);
    }
    return false;
  }

  private void prepare(Thread thread) {
    if (fences == null) {
      fences = Native.fenceAll();
    }
    if (fences) {
      prepared = new Favour(thread);
    }
  }

  /** Whether the lock is this thread's now, which is not the favoured one. */
  private boolean take(Thread thread) {
    if (OWNER.compareAndSet(this, null, thread)) {
      return true;
    }
    var favour = this.favour;
    if (favour == null || !favour.revoke() || !FAVOUR.compareAndSet(this, favour, null)) {
      return false;
    }
    owner = thread;
    return true;
  }

  /** By the favoured thread, outside, once that is revoked: unless somebody took the lock. */
  private void giveBack(Favour favour) {
    if (FAVOUR.compareAndSet(this, favour, null)) {
      owner = null;
    }
    LockSupport.unpark(waiting.peek());
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
    while (waiting.peek() != thread || !take(thread)) {
      if (looks++ < LOOKS) {
        Thread.onSpinWait();
      } else {
        LockSupport.parkNanos(this, LONGEST_PARK);
        interrupted |= Thread.interrupted();
      }
    }
    depth = 1;
    last = null;
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
    while (waiting.peek() != thread || !take(thread)) {
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
    depth = 1;
    last = null;
    waiting.remove();
    noteWaiting();
    return true;
  }

  /** Leaves the queue; a wake-up that was for this thread is the next one's. */
  private void giveUp(Thread thread) {
    waiting.remove(thread);
    noteWaiting();
    LockSupport.unpark(waiting.peek());
  }

  void unlock() {
    var favour = this.favour;
    if (favour != null) {
      if (favour.leave() == 0 && favour.revoked) {
        giveBack(favour);
      }
      return;
    }
    if (--depth > 0) {
      return;
    }
    var next = prepared;
    if (next != null && next.thread == last && streak >= streakNeeded) {
      prepared = null;
      streak = 0;
      streakNeeded = streakNeeded < LONGEST_STREAK ? 2 * streakNeeded : LONGEST_STREAK;
      owner = RESERVED;
      this.favour = next;
    } else {
      owner = null;
    }
    if (contended) {
      LockSupport.unpark(waiting.peek());
    }
  }

  /** How often the present thread, which must hold the lock, has taken it. */
  int depth() {
    var favour = this.favour;
    return favour == null ? depth : favour.depth;
  }

  /** Who holds the lock, or null; who has come just now may be missed, but for a fence of all. */
  Thread owner() {
    var favour = this.favour;
    if (favour != null) {
      return favour.isInside() ? favour.thread : null;
    }
    var holder = owner;
    return holder == RESERVED ? null : (Thread) holder;
  }

  boolean isHeldByCurrentThread() {
    return owner() == Thread.currentThread();
  }

  boolean isHeldByOther() {
    var holder = owner();
    return holder != null && holder != Thread.currentThread();
  }
}
