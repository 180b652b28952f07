package outside;

import java.util.concurrent.Callable;

/** Code of users that recurses until the stack overflows, and acts on its way up. */
public final class Overflow {
  private Overflow() {}

  /** Recurses until the stack overflows, then does something again at each level. */
  public static void onTheWayUp(Callable<?> action) {
    try {
      onTheWayUp(action);
    } finally {
      attempt(action);
    }
  }

  private static void attempt(Callable<?> action) {
    try {
      action.call();
    } catch (Throwable e) {
      // there was not enough of the stack
    }
  }
}
