package org.lupine.bridge;

import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.net.SocketTimeoutException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileLockInterruptionException;
import java.util.List;
import org.lupine.value.LuaExitException;
import org.lupine.value.LuaInterruptedException;

/** Recognizes exceptions by which Java code reports that its thread was interrupted. */
public final class Interrupts {
  private Interrupts() {}

  /**
   * Returns whether an exception reports that the current thread was interrupted; mostly the
   * interrupt status is cleared by then. An exception that wraps such a one does not count: it may
   * be about another thread, as with {@link java.util.concurrent.ExecutionException}. Code that
   * wraps its own interrupt restores the interrupt status.
   */
  static boolean isInterrupt(Throwable thrown) {
    var said = thrown instanceof UncheckedIOException ? thrown.getCause() : thrown;
    return said instanceof InterruptedException
        || said instanceof InterruptedIOException && !(said instanceof SocketTimeoutException)
        || said instanceof ClosedByInterruptException
        || said instanceof FileLockInterruptionException;
  }

  /**
   * Returns whether an exception ends a run at whatever time it comes, as an interrupt or the end
   * of a time limit does.
   */
  public static boolean endsRun(Throwable thrown) {
    return isInterrupt(thrown)
        || Upcalls.isFatal(thrown)
            && !(thrown instanceof LuaExitException || thrown instanceof StackOverflowError);
  }

  /**
   * Rethrows an exception that a general catch block must not swallow: an exception that no script
   * may catch, or a {@link LuaInterruptedException} if the thread was interrupted, whose interrupt
   * status is restored then.
   */
  public static void rethrow(Throwable thrown) {
    if (isInterrupt(thrown)) {
      Thread.currentThread().interrupt();
      throw new LuaInterruptedException("interrupted", null, -1, List.of(), thrown);
    }
    if (Upcalls.isFatal(thrown)) {
      throw Crossing.<RuntimeException>sneaky(thrown);
    }
  }
}
