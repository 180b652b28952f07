package org.lupine.bridge;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import java.util.concurrent.locks.LockSupport;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.IZ_Result;
import org.openjdk.jcstress.infra.results.ZI_Result;

/** However many are inside, one at a time is attached. */
public final class SharingCases {
  private SharingCases() {}

  /** What is changed only by who is attached. */
  static class Shared {
    final StateLock lock = Locks.make();
    int counter;
    volatile boolean inJava;
    volatile Thread owner;
    volatile boolean returned;

    /** An entry that is in Java for a moment, and counts before and after it. */
    void addAroundJava(long nanos) {
      lock.lock();
      counter++;
      owner = Thread.currentThread();
      Locks.callJava(
          lock,
          () -> {
            inJava = true;
            Locks.pause(nanos);
          });
      returned = true;
      counter++;
      lock.unlock();
    }

    boolean ownerIsParked() {
      return returned || inJava && owner.getState() != Thread.State.RUNNABLE;
    }
  }

  @JCStressTest
  @Outcome(id = "3, 0", expect = ACCEPTABLE, desc = "One at a time was attached")
  @Outcome(expect = FORBIDDEN, desc = "An update is lost, or the lock is not free")
  @State
  public static class CallOfJavaAndShare extends Shared {
    @Actor
    public void owner() {
      addAroundJava(70_000);
    }

    @Actor
    public void callback() {
      Locks.await(() -> inJava);
      lock.share();
      counter++;
      lock.unlock();
    }

    @Arbiter
    public void all(II_Result r) {
      r.r1 = counter;
      r.r2 = Locks.isInUse(lock) ? 1 : 0;
    }
  }

  /** Shares the state at the moment when the owner returns. */
  @JCStressTest
  @Outcome(id = "true, 3", expect = ACCEPTABLE, desc = "The state was shared")
  @Outcome(id = "false, 2", expect = ACCEPTABLE, desc = "The owner had returned")
  @Outcome(expect = FORBIDDEN, desc = "An update is lost")
  @State
  public static class ReturnAndShare extends Shared {
    @Actor
    public void owner() {
      Locks.bias(lock);
      addAroundJava(1_000_000);
    }

    @Actor
    public void callback(ZI_Result r) {
      Locks.await(this::ownerIsParked);
      LockSupport.unpark(owner);
      r.r1 = Locks.tryShare(lock, 50);
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

  /**
   * The owner calls Lua again during its call to Java at the moment when another enters.
   */
  @JCStressTest
  @Outcome(id = "5, 0", expect = ACCEPTABLE, desc = "One at a time was attached")
  @Outcome(id = "4, 0", expect = ACCEPTABLE, desc = "The other came too late")
  @Outcome(expect = FORBIDDEN, desc = "An update is lost, or the lock is not free")
  @State
  public static class EnterFromJavaAndShare extends Shared {
    @Actor
    public void owner() {
      lock.lock();
      counter++;
      owner = Thread.currentThread();
      Locks.callJava(
          lock,
          () -> {
            inJava = true;
            Locks.pause(1_000_000);
            lock.lock();
            counter++;
            lock.lock();
            counter++;
            lock.unlock();
            lock.unlock();
            Locks.pause(1_000);
          });
      returned = true;
      counter++;
      lock.unlock();
    }

    @Actor
    public void callback() {
      Locks.await(this::ownerIsParked);
      LockSupport.unpark(owner);
      if (Locks.tryShare(lock, 200)) {
        counter++;
        lock.unlock();
      }
    }

    @Arbiter
    public void all(II_Result r) {
      r.r1 = counter;
      r.r2 = Locks.isInUse(lock) ? 1 : 0;
    }
  }

  /** Two are in calls from Lua to Java, one of them detached, and return at once. */
  @JCStressTest
  @Outcome(id = "4, 0", expect = ACCEPTABLE, desc = "One at a time was attached")
  @Outcome(expect = FORBIDDEN, desc = "An update is lost, or the lock is not free")
  @State
  public static class TwoReturns extends Shared {
    private volatile boolean bothInJava;

    @Actor
    public void first() {
      lock.lock();
      counter++;
      Locks.callJava(
          lock,
          () -> {
            inJava = true;
            long end = System.nanoTime() + 1_000_000_000;
            while (!bothInJava && System.nanoTime() - end < 0) {
              Locks.pause(10_000);
            }
          });
      counter++;
      lock.unlock();
    }

    @Actor
    public void second() {
      Locks.await(() -> inJava);
      lock.share();
      counter++;
      Locks.callJava(lock, () -> bothInJava = true);
      counter++;
      lock.unlock();
    }

    @Arbiter
    public void all(II_Result r) {
      r.r1 = counter;
      r.r2 = Locks.isInUse(lock) ? 1 : 0;
    }
  }

  /** Two are detached, and return while a third leaves. */
  @JCStressTest
  @Outcome(id = "5, 0", expect = ACCEPTABLE, desc = "One at a time was attached")
  @Outcome(expect = FORBIDDEN, desc = "An update is lost, or the lock is not free")
  @State
  public static class TwoDetachedReturn extends Shared {
    private volatile boolean bothInJava;
    private volatile boolean thirdInside;

    private void awaitThird() {
      long end = System.nanoTime() + 1_000_000_000;
      while (!thirdInside && System.nanoTime() - end < 0) {
        Locks.pause(10_000);
      }
    }

    @Actor
    public void first() {
      lock.lock();
      counter++;
      Locks.callJava(
          lock,
          () -> {
            inJava = true;
            awaitThird();
          });
      counter++;
      lock.unlock();
    }

    @Actor
    public void second() {
      var other = Locks.start(this::third);
      Locks.await(() -> inJava);
      lock.share();
      counter++;
      Locks.callJava(
          lock,
          () -> {
            bothInJava = true;
            awaitThird();
          });
      counter++;
      lock.unlock();
      other.join();
    }

    private void third() {
      Locks.await(() -> bothInJava);
      lock.share();
      int before = counter;
      thirdInside = true;
      Thread.onSpinWait();
      counter = before + 1;
      lock.unlock();
    }

    @Arbiter
    public void all(II_Result r) {
      r.r1 = counter;
      r.r2 = Locks.isInUse(lock) ? 1 : 0;
    }
  }

  /** One that does not share waits until all have left, those in calls from Lua to Java too. */
  @JCStressTest
  @Outcome(id = "0, true", expect = ACCEPTABLE, desc = "It was alone")
  @Outcome(expect = FORBIDDEN, desc = "Another was inside, or the lock is not free")
  @State
  public static class ShareAndLock extends Shared {
    private volatile int inside;

    @Actor
    public void owner() {
      lock.lock();
      inside++;
      owner = Thread.currentThread();
      Locks.callJava(
          lock,
          () -> {
            inJava = true;
            Locks.pause(60_000);
          });
      returned = true;
      inside--;
      lock.unlock();
    }

    private void callback() {
      Locks.await(this::ownerIsParked);
      lock.share();
      inside++;
      Locks.callJava(lock, () -> Locks.pause(1_000));
      inside--;
      lock.unlock();
    }

    @Actor
    public void other(IZ_Result r) {
      var third = Locks.start(this::callback);
      Locks.await(this::ownerIsParked);
      lock.lock();
      r.r1 = inside + (lock.inside.anyDetached() ? 10 : 0);
      lock.unlock();
      third.join();
    }

    @Arbiter
    public void all(IZ_Result r) {
      r.r2 = !Locks.isInUse(lock);
    }
  }
}
