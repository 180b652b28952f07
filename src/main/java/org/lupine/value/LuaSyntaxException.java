package org.lupine.value;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Thrown if a chunk does not compile. */
public class LuaSyntaxException extends LuaException {
  private static final long serialVersionUID = 1L;

  /** Creates an exception with the chunk and line of the message. */
  public LuaSyntaxException(String message, @Nullable String chunk, int line) {
    super(message, message, chunk, line, List.of(), null);
  }
}
