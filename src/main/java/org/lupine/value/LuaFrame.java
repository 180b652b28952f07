package org.lupine.value;

import java.io.Serializable;

/**
 * One level of a Lua call stack.
 *
 * @param chunk the chunk's display name, {@code [C]} for a C function
 * @param line the current line, from 1, or -1 if there is none
 * @param function the function's name as Lua's own traceback words it
 */
public record LuaFrame(String chunk, int line, String function) implements Serializable {
  /** Returns the frame as an element of a Java stack trace. */
  public StackTraceElement toStackTraceElement() {
    return new StackTraceElement("lua", function, chunk, line < 0 && !"[C]".equals(chunk) ? -1
        : "[C]".equals(chunk) ? -2 : line);
  }
}
