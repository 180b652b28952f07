package org.lupine.value;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A script was interrupted, or the thread that ran it, which then still counts as interrupted. No
 * {@code pcall} of the script can keep this.
 *
 * <p>An interrupt of the thread while the script is in Java code that throws for it, as {@link
 * Thread#sleep} does, is one of the script too: the {@link InterruptedException}, or what input and
 * output have in its place, is the cause then. A script that asks {@link Thread#interrupted} itself
 * has taken the interrupt; one that throws such an exception itself is not interrupted by it.
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

  /** Returns an interrupt. */
  public LuaInterruptedException(String message) {
    super(message);
  }

  /** Returns the same, with where it happened, as {@link LuaException} has it. */
  public LuaInterruptedException(
      String message, @Nullable String chunk, int line, List<LuaFrame> frames) {
    this(message, chunk, line, frames, null);
  }

  /** Returns the same, with the exception of Java that told of the interrupt, or null. */
  public LuaInterruptedException(
      String message, @Nullable String chunk, int line, List<LuaFrame> frames,
      @Nullable Throwable cause) {
    super(message, message, chunk, line, frames, cause);
  }
}
