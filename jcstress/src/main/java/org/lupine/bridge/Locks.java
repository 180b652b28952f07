package org.lupine.bridge;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** What the cases do to a lock that belongs to no state. */
final class Locks {
  private static final int TURNS = 70; // enough for a bias

  private static final Executor THREADS =
      Executors.newCachedThreadPool(
          work -> {
            var thread = new Thread(work);
            thread.setDaemon(true);
            return thread;
          });

  private Locks() {}

  private static final class NoContexts implements StateLock.Contexts {
    @Override
    public void open(ThreadState state, ThreadState outer) {}

    @Override
    public void resume(ThreadState state) {}

    @Override
    public void close(ThreadState state) {}

    @Override
    public void abandon(ThreadState state) {}

    @Override
    public void stop(ThreadState state) {}

    @Override
    public long timeLimit() {
      return 0;
    }
  }

  static StateLock make() {
    return new StateLock(new NoContexts());
  }

  /**
   * Starts the actions of a third thread. It is not an actor of jcstress, which runs no test with
   * more actors than there are processors.
   */
  static CompletableFuture<Void> start(Runnable third) {
    return CompletableFuture.runAsync(third, THREADS);
  }

  /** Biases the lock towards the present thread. */
  static void bias(StateLock lock) {
    for (int i = 0; i < TURNS; i++) {
      lock.lock();
      lock.unlock();
    }
  }

  /**
   * Enters beside an owner that waits in a call from Lua to Java, without a place in the queue.
   */
  static boolean tryShare(StateLock lock, int attempts) {
    var thread = Thread.currentThread();
    for (int i = 0; i < attempts; i++) {
      if (lock.inside.share(thread, true)) { // though the owner is not parked
        return true;
      }
      Thread.onSpinWait();
    }
    return false;
  }

  /** Does something in a call from Lua to Java. */
  static void callJava(StateLock lock, Runnable method) {
    var state = lock.mine();
    int before = StateLock.leaveForJava(state);
    try {
      method.run();
    } finally {
      lock.returnFromJava(state, before);
    }
  }

  /** Waits for another thread of the same case, which may not run yet; no longer than a second. */
  static boolean await(BooleanSupplier condition) {
    long end = System.nanoTime() + 1_000_000_000;
    for (int spins = 0; !condition.getAsBoolean(); spins++) {
      if (spins < 1_000) {
        Thread.onSpinWait();
      } else if (System.nanoTime() - end < 0) {
        Thread.yield();
      } else {
        return false;
      }
    }
    return true;
  }

  /** Blocks the present thread for so long, or until another wakes it. */
  static void pause(long nanos) {
    LockSupport.parkNanos(nanos);
  }

  /** Whether anybody is inside, or waits to be. */
  static boolean isInUse(StateLock lock) {
    boolean free = lock.tryLock();
    if (free) {
      lock.unlock();
    }
    return !free || lock.inside.shared || !lock.queue.isEmpty();
  }
}
