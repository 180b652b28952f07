package org.lupine.value;

import java.util.List;

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

  /** The same, with where it happened, as {@link LuaException} has it. */
  public LuaInterruptedException(String message, String chunk, int line, List<LuaFrame> frames) {
    super(message, message, chunk, line, frames, null);
  }
}
