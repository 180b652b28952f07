package org.lupine.support;

import java.lang.management.ManagementFactory;
import java.time.Duration;
import org.junit.jupiter.api.function.Executable;

/** Times that say the same on a busy machine, where a thread may wait for its turn. */
public final class Times {
  /** The last limit of {@link #untilReached}: so long that no thread waits for its turn. */
  private static final Duration LAST = Duration.ofSeconds(10);

  private Times() {}

  /** A test of what happens at a limit. */
  @FunctionalInterface
  public interface Attempt {
    void within(Duration limit) throws Exception;
  }

  /** Runs something, and returns how long it kept a processor busy: the time of this thread. */
  public static Duration busy(Executable action) throws Exception {
    var threads = ManagementFactory.getThreadMXBean();
    long start = threads.getCurrentThreadCpuTime();
    try {
      action.execute();
    } catch (Exception | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
    return Duration.ofNanos(threads.getCurrentThreadCpuTime() - start);
  }

  /**
   * Runs a test whose script must have got somewhere when its limit passes. A test that fails is
   * run again with twice the limit, up to one of ten seconds.
   */
  public static void untilReached(Duration first, Attempt test) throws Exception {
    for (var limit = first; limit.compareTo(LAST) < 0; limit = limit.multipliedBy(2)) {
      try {
        test.within(limit);
        return;
      } catch (AssertionError e) {
        // the script may not have had its turn yet
      }
    }
    test.within(LAST);
  }
}
