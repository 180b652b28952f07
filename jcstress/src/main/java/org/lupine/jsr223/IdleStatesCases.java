package org.lupine.jsr223;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import java.util.ArrayList;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;
import org.openjdk.jcstress.infra.results.II_Result;

/** An idle state is taken by one thread, with all that its last user wrote, and none is lost. */
public final class IdleStatesCases {
  private IdleStatesCases() {}

  /** The slots of an engine, and states that belong to no script. */
  static class Slots {
    volatile boolean closed;
    final IdleStates idle = new IdleStates(() -> closed);

    static PooledState newState() {
      var state = new PooledState(null); // no case runs anything in it
      state.lastUser = Thread.currentThread().getId();
      return state;
    }

    /** Returns how many states are idle. */
    int count() {
      var left = new ArrayList<PooledState>();
      idle.takeAll(left);
      return left.size();
    }

    /** Uses a state, and returns how often it had been used before; -1 if there is none. */
    static int use(PooledState taken) {
      return taken == null ? -1 : taken.depth++;
    }
  }

  @JCStressTest
  @Outcome(
      id = {"0, -1, 0", "-1, 0, 0"},
      expect = ACCEPTABLE,
      desc = "One thread took it")
  @Outcome(expect = FORBIDDEN, desc = "Both took it, or it is lost")
  @State
  public static class LastUserAndAnother extends Slots {
    private volatile boolean isThere;

    @Actor
    public void lastUser(III_Result r) {
      idle.put(newState());
      isThere = true;
      r.r1 = use(idle.takeLast(Thread.currentThread()));
    }

    @Actor
    public void another(III_Result r) {
      while (!isThere) {
        Thread.onSpinWait();
      }
      r.r2 = use(idle.take(Thread.currentThread()));
    }

    @Arbiter
    public void left(III_Result r) {
      r.r3 = count();
    }
  }

  @JCStressTest
  @Outcome(id = "1, 0", expect = ACCEPTABLE, desc = "It has what the user wrote")
  @Outcome(id = "-1, 1", expect = ACCEPTABLE, desc = "It was not there yet")
  @Outcome(expect = FORBIDDEN, desc = "A write of its last user is missing, or it is lost")
  @State
  public static class WriterAndReader extends Slots {
    @Actor
    public void writer() {
      var state = newState();
      use(state);
      idle.put(state);
    }

    @Actor
    public void reader(II_Result r) {
      r.r1 = use(idle.take(Thread.currentThread()));
    }

    @Arbiter
    public void left(II_Result r) {
      r.r2 = count();
    }
  }

  @JCStressTest
  @Outcome(id = "0, 2, 0", expect = ACCEPTABLE, desc = "Both are kept")
  @Outcome(expect = FORBIDDEN, desc = "One is lost")
  @State
  public static class TwoAreKept extends Slots {
    private final PooledState one = newState();
    private final PooledState other = newState(); // of the same last user, so of the same slot

    @Actor
    public void one(III_Result r) {
      r.r1 += idle.keep(one) ? 0 : 1;
    }

    @Actor
    public void other(III_Result r) {
      r.r3 += idle.keep(other) ? 0 : 1;
    }

    @Arbiter
    public void left(III_Result r) {
      r.r2 = count();
    }
  }

  @JCStressTest
  @Outcome(
      id = {"1, 0", "0, 1"},
      expect = ACCEPTABLE,
      desc = "One thread closes it")
  @Outcome(expect = FORBIDDEN, desc = "Both close it, or neither does")
  @State
  public static class KeepingAndClosing extends Slots {
    private final PooledState state = newState();

    @Actor
    public void keeping(II_Result r) {
      r.r1 = idle.keep(state) ? 0 : 1;
    }

    @Actor
    public void closing(II_Result r) {
      closed = true;
      r.r2 = count();
    }
  }
}
