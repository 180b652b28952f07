package org.lupine.value;

/**
 * A script was interrupted, or the thread that ran it, which then still counts as interrupted. No
 * {@code pcall} of the script can keep this.
 */
public class LuaInterruptedException extends LuaException {
  private static final long serialVersionUID = 1L;

  /** An interrupt. */
  public LuaInterruptedException(String message) {
    super(message);
  }
}
