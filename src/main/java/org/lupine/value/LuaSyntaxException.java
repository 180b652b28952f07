package org.lupine.value;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Thrown if a chunk does not compile.
 *
 * <pre>{@code
 * try (LuaRuntime lua = LuaRuntime.create()) {
 *   lua.compile("x = 1\nx = = 2", "=rules");
 * } catch (LuaSyntaxException e) {
 *   System.out.println(e.chunk() + ":" + e.line());   // rules:2
 * }
 * }</pre>
 */
public class LuaSyntaxException extends LuaException {
  private static final long serialVersionUID = 1L;

  /** Creates an exception with the chunk and line of the message. */
  public LuaSyntaxException(String message, @Nullable String chunk, int line) {
    super(message, message, chunk, line, List.of(), null);
  }
}
