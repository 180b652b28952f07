package org.lupine.value;

import java.util.List;

/** Thrown if Lua ran out of memory, or reached its memory limit. */
public class LuaMemoryException extends LuaException {
  private static final long serialVersionUID = 1L;

  /** Creates an exception with the Lua call stack. */
  public LuaMemoryException(String message, List<LuaFrame> frames) {
    super(message, message, null, -1, frames, null);
  }
}
