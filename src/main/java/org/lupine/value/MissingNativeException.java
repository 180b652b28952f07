package org.lupine.value;

import org.jspecify.annotations.Nullable;

/**
 * The native half of the library could not be had: it is not there, cannot be stored or loaded, or
 * Java forbids native code. The message names every place looked in and what to set.
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
