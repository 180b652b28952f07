package org.lupine.value;

import java.util.List;

/**
 * Thrown if Lua ran out of memory, or reached its memory limit.
 *
 * <pre>{@code
 * try (LuaRuntime lua = LuaRuntime.builder().maxMemory(1 << 20).build()) {
 *   try {
 *     lua.execute("return string.rep('x', 1e7)");
 *   } catch (LuaMemoryException e) {
 *     System.out.println(lua.eval("'the runtime is usable'").first());   // the runtime is usable
 *   }
 * }
 * }</pre>
 */
public class LuaMemoryException extends LuaException {
  private static final long serialVersionUID = 1L;

  /** Creates an exception with the Lua call stack. */
  public LuaMemoryException(String message, List<LuaFrame> frames) {
    super(message, message, null, -1, frames, null);
  }
}
