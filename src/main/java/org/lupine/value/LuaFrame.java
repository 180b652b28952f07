package org.lupine.value;

import java.io.Serializable;

/**
 * One level of a Lua call stack.
 *
 * <pre>{@code
 * LuaChunk rules = LuaChunk.of("function check() error('no') end\ncheck()").named("@rules.lua");
 * try (LuaRuntime lua = LuaRuntime.create()) {
 *   lua.execute(rules);
 * } catch (LuaException e) {
 *   LuaFrame check = e.frames().get(1);   // the innermost frame is that of error itself
 *   System.out.println(check.chunk() + ":" + check.line());   // rules.lua:1
 * }
 * }</pre>
 *
 * @param chunk the chunk's display name, {@code [C]} for a C function
 * @param line the current line, from 1, or -1 if there is none
 * @param function the function's name as Lua's own traceback words it
 */
public record LuaFrame(String chunk, int line, String function) implements Serializable {
  /** Returns the frame as an element of a Java stack trace. */
  public StackTraceElement toStackTraceElement() {
    return new StackTraceElement(
        "lua",
        function,
        chunk,
        line < 0 && !"[C]".equals(chunk) ? -1 : "[C]".equals(chunk) ? -2 : line);
  }
}
