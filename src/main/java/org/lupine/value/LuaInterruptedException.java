package org.lupine.value;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Thrown if a script was interrupted, or the thread that ran it, whose interrupt status is set
 * then. Cannot be caught by {@code pcall}.
 *
 * <p>If the thread is interrupted while the script is in Java code that throws for it, as {@link
 * Thread#sleep} does, the script is interrupted, too; the cause is the {@link
 * InterruptedException}, or what I/O throws in its place. A script that calls {@link
 * Thread#interrupted} itself has consumed the interrupt; a script that throws such an exception
 * itself is not interrupted by it.
 *
 * <pre>{@code
 * try (LuaRuntime lua = LuaRuntime.create()) {
 *   Thread.currentThread().interrupt();
 *   lua.execute("while true do end");
 * } catch (LuaInterruptedException e) {
 *   System.out.println(Thread.interrupted());   // true
 * }
 * }</pre>
 */
public class LuaInterruptedException extends LuaException {
  private static final long serialVersionUID = 1L;

  /** Creates an exception without a position. */
  public LuaInterruptedException(String message) {
    super(message);
  }

  /** Creates an exception with its position; the parameters are those of {@link LuaException}. */
  public LuaInterruptedException(
      String message, @Nullable String chunk, int line, List<LuaFrame> frames) {
    this(message, chunk, line, frames, null);
  }

  /**
   * Creates an exception with its position.
   *
   * @param cause the Java exception that reported the interrupt, or null
   */
  public LuaInterruptedException(
      String message,
      @Nullable String chunk,
      int line,
      List<LuaFrame> frames,
      @Nullable Throwable cause) {
    super(message, message, chunk, line, frames, cause);
  }
}
