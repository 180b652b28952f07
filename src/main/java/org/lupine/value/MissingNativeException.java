package org.lupine.value;

import org.jspecify.annotations.Nullable;

/**
 * The native half of the library could not be had: it is not there, cannot be stored or loaded, or
 * Java forbids native code. The message names every place looked in and what to set.
 *
 * <pre>{@code
 * try (LuaRuntime lua = LuaRuntime.builder().flavour(Flavour.newest()).build()) {
 *   System.out.println(lua.eval("true").first());   // true
 * } catch (MissingNativeException e) {
 *   System.err.println(e.getMessage());   // each place that was searched, and why it failed
 * }
 * }</pre>
 */
public class MissingNativeException extends LuaException {
  private static final long serialVersionUID = 1L;

  /** Returns a failure with the whole story in the message. */
  public MissingNativeException(String message) {
    super(message);
  }

  /** Returns a failure with the last thing that went wrong as its cause. */
  public MissingNativeException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
