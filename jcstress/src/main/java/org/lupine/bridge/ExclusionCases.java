package org.lupine.bridge;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.ZI_Result;

/** One thread at a time is inside, whomever the lock is biased towards. */
public final class ExclusionCases {
  private ExclusionCases() {}

  /** A counter that is not volatile, and a lock. */
  static class Counter {
    final StateLock lock = Locks.make();
    int counter;
    volatile boolean biased;

    void bias() {
      Locks.bias(lock);
      biased = true;
    }

    void awaitBias() {
      Locks.await(() -> biased);
    }

    void add() {
      lock.lock();
      counter++;
      lock.unlock();
    }

    void addNested() {
      lock.lock();
      int before = counter;
      lock.lock();
      lock.lock();
      lock.unlock();
      counter = before + 1;
      lock.unlock();
      counter++;
      lock.unlock();
    }
  }

  @JCStressTest
  @Outcome(id = "3, 0", expect = ACCEPTABLE, desc = "Each was inside alone")
  @Outcome(expect = FORBIDDEN, desc = "An update is lost, or the lock is not free")
  @State
  public static class BiasedAndVisitor extends Counter {
    @Actor
    public void biased() {
      bias();
      add();
      add();
    }

    @Actor
    public void visitor() {
      awaitBias();
      add();
    }

    @Arbiter
    public void all(II_Result r) {
      r.r1 = counter;
      r.r2 = Locks.isInUse(lock) ? 1 : 0;
    }
  }

  @JCStressTest
  @Outcome(id = "4, 0", expect = ACCEPTABLE, desc = "Each was inside alone")
  @Outcome(expect = FORBIDDEN, desc = "An update is lost, or the lock is not free")
  @State
  public static class BiasedAndVisitors extends Counter {
    @Actor
    public void biased() {
      bias();
      add();
      add();
    }

    @Actor
    public void visitors() {
      var other =
          Locks.start(
              () -> {
                awaitBias();
                add();
              });
      awaitBias();
      add();
      other.join();
    }

    @Arbiter
    public void all(II_Result r) {
      r.r1 = counter;
      r.r2 = Locks.isInUse(lock) ? 1 : 0;
    }
  }

  @JCStressTest
  @Outcome(id = "4, 0", expect = ACCEPTABLE, desc = "Each was inside alone")
  @Outcome(expect = FORBIDDEN, desc = "An update is lost, or the lock is not free")
  @State
  public static class NestedEnters extends Counter {
    @Actor
    public void biased() {
      bias();
      addNested();
    }

    @Actor
    public void visitor() {
      awaitBias();
      addNested();
    }

    @Arbiter
    public void all(II_Result r) {
      r.r1 = counter;
      r.r2 = Locks.isInUse(lock) ? 1 : 0;
    }
  }

  @JCStressTest
  @Outcome(id = "true, 2", expect = ACCEPTABLE, desc = "The attempt succeeded")
  @Outcome(id = "false, 1", expect = ACCEPTABLE, desc = "The lock was taken")
  @Outcome(expect = FORBIDDEN, desc = "An update is lost")
  @State
  public static class TryLockAndLock extends Counter {
    @Actor
    public void locks() {
      bias();
      add();
    }

    @Actor
    public void tries(ZI_Result r) {
      awaitBias();
      r.r1 = lock.tryLock();
      if (r.r1) {
        counter++;
        lock.unlock();
      }
    }

    @Arbiter
    public void all(ZI_Result r) {
      r.r2 = counter;
    }
  }

  @JCStressTest
  @Outcome(id = "true, 2", expect = ACCEPTABLE, desc = "The attempt succeeded")
  @Outcome(id = "false, 1", expect = ACCEPTABLE, desc = "The lock was taken")
  @Outcome(expect = FORBIDDEN, desc = "An update is lost")
  @State
  public static class TryLockOfTheBiased extends Counter {
    @Actor
    public void locks() {
      awaitBias();
      add();
    }

    @Actor
    public void tries(ZI_Result r) {
      bias();
      r.r1 = lock.tryLock();
      if (r.r1) {
        counter++;
        lock.unlock();
      }
    }

    @Arbiter
    public void all(ZI_Result r) {
      r.r2 = counter;
    }
  }
}
