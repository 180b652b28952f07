package org.lupine.value;

import org.jspecify.annotations.Nullable;

/**
 * Thrown if the native library is not available: it is missing, cannot be stored or loaded, or Java
 * forbids native code. The message names every place searched and what to set.
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

  /** Creates an exception whose message says everything. */
  public MissingNativeException(String message) {
    super(message);
  }

  /** Creates an exception with the last failure as its cause. */
  public MissingNativeException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
