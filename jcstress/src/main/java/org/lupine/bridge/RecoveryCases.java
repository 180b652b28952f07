package org.lupine.bridge;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/** The lock is taken from those alone who are dead, or outside without having given it back. */
public final class RecoveryCases {
  private RecoveryCases() {}

  /** The owner leaves while another finds out whether it is outside. */
  @JCStressTest
  @Outcome(id = "3, 0", expect = ACCEPTABLE, desc = "Each was inside alone")
  @Outcome(expect = FORBIDDEN, desc = "Two were inside, or the lock is not free")
  @State
  public static class RecoverAndLeave extends ExclusionCases.Counter {
    @Actor
    public void owner() {
      bias();
      add();
      add();
    }

    @Actor
    public void waiter() {
      awaitBias();
      lock.inside.recover(Thread.currentThread(), true);
      add();
    }

    @Arbiter
    public void all(II_Result r) {
      r.r1 = counter;
      r.r2 = Locks.isInUse(lock) ? 1 : 0;
    }
  }

  /** The same where the owner is in a call from Lua to Java, and returns. */
  @JCStressTest
  @Outcome(id = "3, 0", expect = ACCEPTABLE, desc = "One at a time was attached")
  @Outcome(expect = FORBIDDEN, desc = "Two were attached, or the lock is not free")
  @State
  public static class RecoverAndReturn extends SharingCases.Shared {
    @Actor
    public void owner() {
      addAroundJava(1_000);
    }

    @Actor
    public void waiter() {
      Locks.await(() -> inJava);
      lock.inside.recover(Thread.currentThread(), true);
      lock.lock();
      counter++;
      lock.unlock();
    }

    @Arbiter
    public void all(II_Result r) {
      r.r1 = counter;
      r.r2 = Locks.isInUse(lock) ? 1 : 0;
    }
  }
}
