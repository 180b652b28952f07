package org.lupine.bridge;

import java.util.ArrayList;
import java.util.List;
import org.lupine.value.LuaException;
import org.lupine.value.LuaFrame;
import org.lupine.value.LuaMemoryException;
import org.lupine.value.LuaSyntaxException;

/** What Java throws for a crossing that did not end well: the one place where that is decided. */
final class Failures {
  private Failures() {}

  /** Throws what the error value decides: a Java error as itself, all else as a LuaException. */
  static LuaException of(int status, Object[] message) {
    switch (status) {
      case Status.SYNTAX:
        return syntax(String.valueOf(message[1]));
      case Status.MEMORY:
        return new LuaMemoryException("not enough memory", List.of());
      case Status.STACK:
        return new LuaException("stack overflow: too little of this thread's stack is left");
      default:
        return raised(message);
    }
  }

  private static LuaException syntax(String message) {
    int line = lineAt(message, 0);
    int colon = line < 0 ? -1 : positionEnd(message);
    return new LuaSyntaxException(message, colon < 0 ? null : message.substring(0, colon), line);
  }

  private static LuaException raised(Object[] message) {
    var value = message[0];
    if (value instanceof LuaException && hasPlace((LuaException) value)) {
      return (LuaException) value;
    }
    if (value instanceof Error && !(value instanceof StackOverflowError)) {
      throw (Error) value;
    }
    var frames = frames(message);
    var text = value instanceof Throwable ? text((Throwable) value) : String.valueOf(message[1]);
    var chunk = innermost(frames);
    int line = chunk == null ? -1 : chunk.line();
    var name = chunk == null ? null : chunk.chunk();
    int colon = value instanceof Throwable ? -1 : positionEnd(text);
    if (colon > 0 && isChunk(text.substring(0, colon), frames)) {
      name = text.substring(0, colon);
      line = lineAt(text, colon);
    }
    return new LuaException(text, value, name, line, frames,
        value instanceof Throwable ? (Throwable) value : null);
  }

  /** Whether it is known where in Lua an exception came from, or its class says enough. */
  private static boolean hasPlace(LuaException thrown) {
    return thrown.chunk() != null || !thrown.frames().isEmpty()
        || thrown.getClass() != LuaException.class;
  }

  private static String text(Throwable thrown) {
    try {
      return thrown instanceof LuaException ? thrown.getMessage() : thrown.toString();
    } catch (RuntimeException e) {
      return thrown.getClass().getName();
    }
  }

  private static List<LuaFrame> frames(Object[] message) {
    var frames = new ArrayList<LuaFrame>();
    long leftOut = (Long) message[2];
    int half = leftOut > 0 ? 20 : Integer.MAX_VALUE;
    for (int i = 3; i + 2 < message.length; i += 3) {
      if (frames.size() == half) {
        frames.add(new LuaFrame("...", -1, "(" + leftOut + " levels left out)"));
        half = Integer.MAX_VALUE;
      }
      frames.add(new LuaFrame(String.valueOf(message[i]), ((Number) message[i + 1]).intValue(),
          String.valueOf(message[i + 2])));
    }
    return frames;
  }

  /** Whether what stands in front of a message is a chunk's name, and no part of the text. */
  private static boolean isChunk(String name, List<LuaFrame> frames) {
    for (var frame : frames) {
      if (frame.chunk().equals(name)) {
        return true;
      }
    }
    return name.endsWith(".lua") && name.indexOf('(') < 0;
  }

  private static LuaFrame innermost(List<LuaFrame> frames) {
    for (var frame : frames) {
      if (frame.line() > 0) {
        return frame;
      }
    }
    return null;
  }

  /** Where the chunk name in front of a message ends: {@code name:12: text}; or -1. */
  private static int positionEnd(String message) {
    for (int i = message.indexOf(':', 1); i >= 0; i = message.indexOf(':', i + 1)) {
      if (lineAt(message, i) >= 0) {
        return i;
      }
      if (message.indexOf('\n') >= 0 && message.indexOf('\n') < i) {
        return -1;
      }
    }
    return -1;
  }

  /** The line number after the colon at {@code colon}, or after the first that has one; or -1. */
  private static int lineAt(String message, int colon) {
    int at = colon == 0 ? positionEnd(message) : colon;
    if (at < 0) {
      return -1;
    }
    int end = at + 1;
    while (end < message.length() && Character.isDigit(message.charAt(end))) {
      end++;
    }
    boolean position = end > at + 1 && end - at < 11 && message.startsWith(": ", end);
    return position ? Integer.parseInt(message.substring(at + 1, end)) : -1;
  }
}
