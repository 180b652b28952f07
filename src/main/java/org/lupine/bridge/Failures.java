package org.lupine.bridge;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.lupine.bridge.Protocol.Status;
import org.lupine.value.LuaException;
import org.lupine.value.LuaFrame;
import org.lupine.value.LuaMemoryException;
import org.lupine.value.LuaSyntaxException;

/** Decides what Java throws for a crossing that did not end well. No other class does so. */
final class Failures {
  private Failures() {}

  /** The name {@link Chunk#OWN} as Lua shows it. */
  private static final String OWN = Chunk.OWN.substring(1);

  private static final int LONGEST_POSITION = 256; // LUA_IDSIZE is 60
  private static final int MOST_DIGITS = 9;

  /** The prefix of a message: {@code chunk:12: text}. */
  private record Position(String chunk, int line) {}

  /**
   * Returns a LuaException for the error value; throws it itself if it is a Java error. One that is
   * new and that Lua raised is {@linkplain LuaException#untraced untraced}.
   *
   * @param passed the last LuaException that Java passed to Lua, for an error known to be that one
   */
  static LuaException toException(int status, Object[] message, @Nullable LuaException passed) {
    switch (status) {
      case Status.SYNTAX:
        return syntax(message);
      case Status.MEMORY:
        return new LuaMemoryException("not enough memory", List.of());
      case Status.STACK:
        return new LuaException("stack overflow: too little of this thread's stack is left");
      default:
        return raised(message, passed);
    }
  }

  private static LuaException syntax(Object[] message) {
    var text = String.valueOf(message[1]);
    var position = position(text);
    return position != null
        ? new LuaSyntaxException(text, position.chunk, position.line)
        : new LuaSyntaxException(text, null, -1);
  }

  /** Returns the first position in a text, or null; of a long text only the start is searched. */
  private static @Nullable Position position(String text) {
    int end = Math.min(text.length(), LONGEST_POSITION);
    for (int i = 0; i < end && text.charAt(i) != '\n'; i++) {
      if (text.charAt(i) == ':' && i > 0) {
        int line = line(text, i + 1, end);
        if (line >= 0) {
          return new Position(text.substring(0, i), line);
        }
      }
    }
    return null;
  }

  /** Parses the line number at an index; returns -1 unless a colon and a space follow it. */
  private static int line(String text, int begin, int end) {
    int line = 0;
    int i = begin;
    while (i < end && i - begin < MOST_DIGITS && text.charAt(i) >= '0' && text.charAt(i) <= '9') {
      line = line * 10 + text.charAt(i++) - '0';
    }
    return i > begin && i + 1 < end && text.charAt(i) == ':' && text.charAt(i + 1) == ' '
        ? line
        : -1;
  }

  private static LuaException raised(Object[] message, @Nullable LuaException passed) {
    var value = message[0];
    if (value instanceof LuaException && hasPlace((LuaException) value)) {
      return (LuaException) value;
    }
    if ((Long) message[2] != 0 && passed != null && hasPlace(passed)) {
      return passed;
    }
    if (value instanceof Error && !(value instanceof StackOverflowError)) {
      throw (Error) value;
    }
    var frames = frames(message);
    var text = value instanceof Throwable ? text((Throwable) value) : String.valueOf(message[1]);
    var innermost = innermost(frames);
    int line = innermost == null ? -1 : innermost.line();
    var chunk = innermost == null ? null : innermost.chunk();
    var position = value instanceof Throwable || text == null ? null : position(text);
    if (position != null && !position.chunk.equals(OWN) && isChunk(position.chunk, frames)) {
      chunk = position.chunk;
      line = position.line;
    }
    return LuaException.untraced(
        text, value, chunk, line, frames, value instanceof Throwable ? (Throwable) value : null);
  }

  /** Returns whether an exception has a position in Lua, or is of a class that needs none. */
  private static boolean hasPlace(LuaException thrown) {
    return thrown.chunk() != null
        || !thrown.frames().isEmpty()
        || thrown.getClass() != LuaException.class;
  }

  private static @Nullable String text(Throwable thrown) {
    try {
      return thrown instanceof LuaException ? thrown.getMessage() : thrown.toString();
    } catch (RuntimeException e) {
      return thrown.getClass().getName();
    }
  }

  /** Returns the Lua call stack of an error's message, innermost first. */
  static List<LuaFrame> frames(Object[] message) {
    var frames = new ArrayList<LuaFrame>();
    long leftOut = (Long) message[3];
    int half = leftOut > 0 ? 20 : Integer.MAX_VALUE;
    for (int i = 4; i + 2 < message.length; i += 3) {
      if (frames.size() == half) {
        frames.add(new LuaFrame("...", -1, "(" + leftOut + " levels left out)"));
        half = Integer.MAX_VALUE;
      }
      frames.add(
          new LuaFrame(
              String.valueOf(message[i]),
              ((Number) message[i + 1]).intValue(),
              String.valueOf(message[i + 2])));
    }
    return frames;
  }

  /** Returns whether the prefix of a message is a chunk's name rather than part of the text. */
  private static boolean isChunk(String name, List<LuaFrame> frames) {
    for (var frame : frames) {
      if (frame.chunk().equals(name)) {
        return true;
      }
    }
    return name.endsWith(".lua") && name.indexOf('(') < 0;
  }

  /**
   * Returns the frame where the error happened, or null; frames of our own Lua code are skipped.
   */
  static @Nullable LuaFrame innermost(List<LuaFrame> frames) {
    for (var frame : frames) {
      if (frame.line() > 0 && !frame.chunk().equals(OWN)) {
        return frame;
      }
    }
    return null;
  }
}
