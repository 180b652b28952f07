package outside;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import java.util.concurrent.ThreadLocalRandom;
import org.lupine.bridge.LeftLock;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.IZ_Result;

/** The lock is taken from a thread that left without releasing it, and enters again just then. */
@JCStressTest
@Outcome(id = "3, false", expect = ACCEPTABLE, desc = "Each was inside alone")
@Outcome(expect = FORBIDDEN, desc = "Two were inside, or the lock is not free")
@State
public class RecoverAndEnter extends LeftLock {
  private volatile boolean left;

  @Actor
  public void owner() {
    enterForGood();
    left = true;
    for (int i = ThreadLocalRandom.current().nextInt(2_000); i > 0; i--) {
      Thread.onSpinWait();
    }
    add();
    add();
  }

  @Actor
  public void waiter() {
    while (!left) {
      Thread.yield();
    }
    recover();
    add();
  }

  @Arbiter
  public void all(IZ_Result r) {
    r.r1 = counter();
    r.r2 = isInUse();
  }
}
