package org.lupine.value;

import java.util.List;

/** Lua ran out of memory, or out of what it was allowed. */
public class LuaMemoryException extends LuaException {
  private static final long serialVersionUID = 1L;

  /** Returns an error met with these Lua frames on the stack. */
  public LuaMemoryException(String message, List<LuaFrame> frames) {
    super(message, message, null, -1, frames, null);
  }
}
