package outside;

import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;

/** Code of users that recurses until the stack overflows, and acts on its way up. */
public final class Overflow {
  private Overflow() {}

  /** Recurses until the stack overflows, then does something again at each level. */
  public static void onTheWayUp(Callable<?> action) {
    onTheWayUp(action, new int[] {100});
  }

  /** Recurses likewise, but acts at the given number of levels only, from the deepest one on. */
  private static void onTheWayUp(Callable<?> action, int[] levels) {
    try {
      onTheWayUp(action, levels);
    } finally {
      if (levels[0] > 0) {
        levels[0]--;
        attempt(action);
      }
    }
  }

  /** Recurses in a thread with a small stack, which then waits before it ends. */
  public static Thread start(Callable<?> action, CountDownLatch done, CountDownLatch end) {
    var thread =
        new Thread(
            null,
            () -> {
              try {
                onTheWayUp(action);
              } catch (StackOverflowError e) {
                // expected
              }
              done.countDown();
              try {
                end.await();
              } catch (InterruptedException e) {
                // it ends now
              }
            },
            "overflows",
            256 * 1024);
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  private static void attempt(Callable<?> action) {
    try {
      action.call();
    } catch (Throwable e) {
      // the stack was too short
    }
  }
}
