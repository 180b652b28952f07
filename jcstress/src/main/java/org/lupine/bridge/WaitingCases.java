package org.lupine.bridge;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE_INTERESTING;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.lupine.value.LuaInterruptedException;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LL_Result;

/** Each wait ends, and a thread that gives up does not keep the lock from the others. */
public final class WaitingCases {
  private WaitingCases() {}

  private static String since(long start) {
    long millis = (System.nanoTime() - start) / 1_000_000;
    return millis < 15 ? "soon" : millis < 10_000 ? "late" : "too late";
  }

  @JCStressTest
  @Outcome(id = "soon, true", expect = ACCEPTABLE, desc = "The waiter was woken")
  @Outcome(
      id = "late, true",
      expect = ACCEPTABLE_INTERESTING,
      desc = "The waiter was not woken, but polled; or the machine is busy")
  @Outcome(expect = FORBIDDEN, desc = "The waiter hung, or the lock is not free")
  @State
  public static class UnlockAndWaiter {
    private final StateLock lock = Locks.make();
    private volatile boolean held;
    private volatile long unlocked;

    @Actor
    public void owner() {
      lock.lock();
      held = true;
      Locks.await(() -> !lock.queue.isEmpty());
      unlocked = System.nanoTime();
      lock.unlock();
    }

    @Actor
    public void waiter(LL_Result r) {
      Locks.await(() -> held);
      lock.lock();
      r.r1 = since(unlocked);
      lock.unlock();
    }

    @Arbiter
    public void all(LL_Result r) {
      r.r2 = !Locks.isInUse(lock);
    }
  }

  /** The unlock that biases the lock, against one who begins to wait. */
  @JCStressTest
  @Outcome(id = "soon, true", expect = ACCEPTABLE, desc = "The waiter was woken")
  @Outcome(
      id = "late, true",
      expect = ACCEPTABLE_INTERESTING,
      desc = "The waiter was not woken, but polled; or the machine is busy")
  @Outcome(expect = FORBIDDEN, desc = "The waiter hung, or the lock is not free")
  @State
  public static class BiasAndWaiter {
    private final StateLock lock = Locks.make();
    private volatile boolean held;
    private volatile long unlocked;

    @Actor
    public void owner() {
      for (int i = 0; i < 65; i++) {
        lock.lock();
        lock.unlock();
      }
      lock.lock(); // the next unlock biases the lock
      held = true;
      for (int i = 0; i < 100; i++) {
        Thread.onSpinWait();
      }
      unlocked = System.nanoTime();
      lock.unlock();
    }

    @Actor
    public void waiter(LL_Result r) {
      Locks.await(() -> held);
      lock.lock();
      r.r1 = unlocked == 0 ? "two inside" : since(unlocked);
      lock.unlock();
    }

    @Arbiter
    public void all(LL_Result r) {
      r.r2 = !Locks.isInUse(lock);
    }
  }

  @JCStressTest
  @Outcome(id = "taken, true", expect = ACCEPTABLE, desc = "The lock was free first")
  @Outcome(id = "interrupted, true", expect = ACCEPTABLE, desc = "The interrupt came first")
  @Outcome(expect = FORBIDDEN, desc = "The lock is lost, or the queue is not empty")
  @State
  public static class InterruptAndUnlock {
    private final StateLock lock = Locks.make();
    private volatile boolean held;
    private volatile Thread waiter;
    private volatile boolean over;

    @Actor
    public void owner() {
      lock.lock();
      held = true;
      Locks.await(() -> !lock.queue.isEmpty());
      if ((System.nanoTime() & 64) == 0) {
        waiter.interrupt();
        lock.unlock();
      } else {
        lock.unlock();
        waiter.interrupt();
      }
      over = true;
    }

    @Actor
    public void waiter(LL_Result r) {
      waiter = Thread.currentThread();
      Locks.await(() -> held);
      try {
        lock.lock();
        r.r1 = "taken";
        lock.unlock();
      } catch (LuaInterruptedException e) {
        r.r1 = "interrupted";
      }
      r.r1 = Locks.await(() -> over) ? r.r1 : "hung";
      Thread.interrupted();
    }

    @Arbiter
    public void all(LL_Result r) {
      r.r2 = !Locks.isInUse(lock);
    }
  }

  /** One that gives up, while it is woken, wakes the next. */
  @JCStressTest
  @Outcome(id = "soon, true", expect = ACCEPTABLE, desc = "The second was woken")
  @Outcome(
      id = "late, true",
      expect = ACCEPTABLE_INTERESTING,
      desc = "The second was not woken, but polled; or the machine is busy")
  @Outcome(expect = FORBIDDEN, desc = "The second hung, or the queue is not empty")
  @State
  public static class InterruptOfTheFirst {
    private final StateLock lock = Locks.make();
    private volatile boolean held;
    private volatile Thread first;
    private volatile Thread second;
    private volatile boolean over;
    private volatile long unlocked;

    @Actor
    public void owner() {
      var other = Locks.start(this::first);
      lock.lock();
      held = true;
      Locks.await(() -> second != null && second.getState() == Thread.State.TIMED_WAITING);
      unlocked = System.nanoTime();
      if ((unlocked & 64) == 0) {
        first.interrupt();
        lock.unlock();
      } else {
        lock.unlock();
        first.interrupt();
      }
      over = true;
      other.join();
    }

    private void first() {
      first = Thread.currentThread();
      Locks.await(() -> held);
      try {
        lock.lock();
        lock.unlock();
      } catch (LuaInterruptedException e) {
        // as it should be
      }
      Locks.await(() -> over);
      Thread.interrupted();
    }

    @Actor
    public void second(LL_Result r) {
      Locks.await(() -> !lock.queue.isEmpty());
      second = Thread.currentThread();
      lock.lock();
      r.r1 = since(unlocked);
      lock.unlock();
    }

    @Arbiter
    public void all(LL_Result r) {
      r.r2 = !Locks.isInUse(lock);
    }
  }
}
