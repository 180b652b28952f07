package org.lupine.value;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A chunk that does not compile. */
public class LuaSyntaxException extends LuaException {
  private static final long serialVersionUID = 1L;

  /** Returns an error at a line of a chunk, both as in the message. */
  public LuaSyntaxException(String message, @Nullable String chunk, int line) {
    super(message, message, chunk, line, List.of(), null);
  }
}
