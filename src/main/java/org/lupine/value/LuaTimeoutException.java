package org.lupine.value;

/** A script ran longer than it was allowed. No {@code pcall} of the script can keep this. */
public class LuaTimeoutException extends LuaException {
  private static final long serialVersionUID = 1L;

  /** A limit that was exceeded. */
  public LuaTimeoutException(String message) {
    super(message);
  }
}
