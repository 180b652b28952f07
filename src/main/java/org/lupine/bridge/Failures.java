package org.lupine.bridge;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.lupine.bridge.Protocol.Status;
import org.lupine.value.LuaException;
import org.lupine.value.LuaFrame;
import org.lupine.value.LuaMemoryException;
import org.lupine.value.LuaSyntaxException;

/** Decides what Java throws for a crossing that did not end well; the one place that does. */
final class Failures {
  private Failures() {}

  /** The prefix of a message: {@code name:12: text}. */
  private static final Pattern POSITION = Pattern.compile("([^\\n]+?):(\\d{1,9}): ");

  /** The name {@link Chunk#OWN} as Lua shows it. */
  private static final String OWN = Chunk.OWN.substring(1);

  private static final int LONGEST_POSITION = 256; // LUA_IDSIZE is 60

  /**
   * Returns a LuaException for the error value; throws it itself if it is a Java error.
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
    return position.lookingAt()
        ? new LuaSyntaxException(text, position.group(1), Integer.parseInt(position.group(2)))
        : new LuaSyntaxException(text, null, -1);
  }

  /** Matches a position only as far in as the core writes one, since a text can be very long. */
  @SuppressWarnings("NullAway")
  private static Matcher position(@Nullable String text) {
    return POSITION.matcher(text).region(0, Math.min(text.length(), LONGEST_POSITION));
  }

  @SuppressWarnings("NullAway")
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
    var position = position(text);
    if (!(value instanceof Throwable)
        && position.lookingAt()
        && !position.group(1).equals(OWN)
        && isChunk(position.group(1), frames)) {
      chunk = position.group(1);
      line = Integer.parseInt(position.group(2));
    }
    return new LuaException(
        text, value, chunk, line, frames, value instanceof Throwable ? (Throwable) value : null);
  }

  /** Returns whether it is known where in Lua an exception came from, or its class says enough. */
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
