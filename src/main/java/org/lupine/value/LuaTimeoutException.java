package org.lupine.value;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Thrown if a script exceeded its time limit. Cannot be caught by {@code pcall}. */
public class LuaTimeoutException extends LuaException {
  private static final long serialVersionUID = 1L;

  /** Creates an exception without a position. */
  public LuaTimeoutException(String message) {
    super(message);
  }

  /** Creates an exception with its position, as {@link LuaException} has it. */
  public LuaTimeoutException(
      String message, @Nullable String chunk, int line, List<LuaFrame> frames) {
    super(message, message, chunk, line, frames, null);
  }
}
