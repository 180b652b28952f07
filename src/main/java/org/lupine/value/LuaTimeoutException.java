package org.lupine.value;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Thrown if a script exceeded its time limit. Cannot be caught by {@code pcall}.
 *
 * <pre>{@code
 * try (LuaRuntime lua = LuaRuntime.builder().timeLimit(Duration.ofMillis(50)).build()) {
 *   try {
 *     lua.execute("while true do pcall(error) end");
 *   } catch (LuaTimeoutException e) {
 *     System.out.println(lua.eval("'the runtime is usable'").first());   // the runtime is usable
 *   }
 * }
 * }</pre>
 */
public class LuaTimeoutException extends LuaException {
  private static final long serialVersionUID = 1L;

  /** Creates an exception without a position. */
  public LuaTimeoutException(String message) {
    super(message);
  }

  /** Creates an exception with its position; the parameters are those of {@link LuaException}. */
  public LuaTimeoutException(
      String message, @Nullable String chunk, int line, List<LuaFrame> frames) {
    super(message, message, chunk, line, frames, null);
  }
}
