package org.lupine.bridge;

import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.net.SocketTimeoutException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileLockInterruptionException;
import java.util.List;
import org.lupine.value.LuaInterruptedException;

/** Exceptions by which Java code says that its thread was interrupted. */
public final class Interrupts {
  private Interrupts() {}

  /**
   * Returns whether an exception says that the present thread was interrupted, which mostly does
   * not count as that any more then. Not one that wraps such: that may be of another thread, as
   * with {@link java.util.concurrent.ExecutionException}; who wraps one of his own interrupts the
   * thread anew.
   */
  static boolean isInterrupt(Throwable thrown) {
    var said = thrown instanceof UncheckedIOException ? thrown.getCause() : thrown;
    return said instanceof InterruptedException
        || said instanceof InterruptedIOException && !(said instanceof SocketTimeoutException)
        || said instanceof ClosedByInterruptException
        || said instanceof FileLockInterruptionException;
  }

  /**
   * Throws what is not to be kept, by whoever else has caught it: a {@link
   * LuaInterruptedException} if an exception says that the thread was interrupted, which it counts
   * as again; an exception that no script may keep.
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
