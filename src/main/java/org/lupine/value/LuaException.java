package org.lupine.value;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An error that Lua raised. If a Java exception caused it, that object is the cause.
 *
 * <p>In the stack trace the Lua frames, innermost first, precede the Java frames.
 *
 * <pre>{@code
 * try (LuaRuntime lua = LuaRuntime.create()) {
 *   lua.execute("error({code = 42})");
 * } catch (LuaException e) {
 *   System.out.println(e.value() instanceof LuaTable);   // true
 * }
 * }</pre>
 */
public class LuaException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient @Nullable Object value;
  private final @Nullable String chunk;
  private final int line;
  private final transient List<LuaFrame> frames;

  /** Whether there is a stack trace, or the constructor has decided to do without. */
  private boolean isConstructed;

  private boolean isTraced;

  /** Creates an error of this library, without a position in Lua. */
  public LuaException(@Nullable String message) {
    this(message, message, null, -1, List.of(), null);
  }

  /** Creates an error of this library with its cause. */
  public LuaException(@Nullable String message, @Nullable Throwable cause) {
    this(message, message, null, -1, List.of(), cause);
  }

  /**
   * Creates an error raised in Lua.
   *
   * @param message the text, including the position
   * @param value the error value, may be null
   * @param chunk display name of the chunk where it happened, or null
   * @param line its line, or -1
   * @param cause the Java exception that was raised, or null
   */
  @SuppressWarnings("this-escape") // no subclass overrides what setStackTrace does
  public LuaException(
      @Nullable String message,
      @Nullable Object value,
      @Nullable String chunk,
      int line,
      List<LuaFrame> frames,
      @Nullable Throwable cause) {
    this(message, value, chunk, line, frames, cause, true);
  }

  @SuppressWarnings("this-escape") // as above
  private LuaException(
      @Nullable String message,
      @Nullable Object value,
      @Nullable String chunk,
      int line,
      List<LuaFrame> frames,
      @Nullable Throwable cause,
      boolean isTraced) {
    super(message, cause);
    this.value = value;
    this.chunk = chunk;
    this.line = line;
    this.frames = List.copyOf(frames);
    this.isConstructed = true;
    if (isTraced) {
      traced();
    }
  }

  /**
   * Creates an error raised in Lua that has no stack trace until {@link #traced} or {@link
   * #fillInStackTrace} is called. It suits code that catches the error and converts it at once:
   * walking the stack costs more than the error itself. The parameters are those of the
   * constructor.
   */
  public static LuaException untraced(
      @Nullable String message,
      @Nullable Object value,
      @Nullable String chunk,
      int line,
      List<LuaFrame> frames,
      @Nullable Throwable cause) {
    return new LuaException(message, value, chunk, line, frames, cause, false);
  }

  /** Returns whether this error has a stack trace. */
  public boolean isTraced() {
    return isTraced;
  }

  /** Gives this error its stack trace unless it has one; returns the error itself. */
  public LuaException traced() {
    if (!isTraced) {
      fillInStackTrace();
      if (!frames().isEmpty()) {
        setStackTrace(spliced(frames(), getStackTrace()));
      }
    }
    return this;
  }

  /** Fills in the Java frames from the present ones, but not in the constructor of Throwable. */
  @Override
  public Throwable fillInStackTrace() {
    if (isConstructed) {
      isTraced = true;
      super.fillInStackTrace();
    }
    return this;
  }

  private static StackTraceElement[] spliced(List<LuaFrame> lua, StackTraceElement[] java) {
    var all = new StackTraceElement[lua.size() + java.length];
    for (int i = 0; i < lua.size(); i++) {
      all[i] = lua.get(i).toStackTraceElement();
    }
    System.arraycopy(java, 0, all, lua.size(), java.length);
    return all;
  }

  /** Returns the error value: a string, table or any other value; may be null. */
  public @Nullable Object value() {
    return value;
  }

  /** Returns the display name of the chunk where it happened, or null. */
  public @Nullable String chunk() {
    return chunk;
  }

  /** Returns the line where it happened, from 1, or -1. */
  public int line() {
    return line;
  }

  /** Returns the Lua call stack, innermost first; empty after deserialization. */
  public List<LuaFrame> frames() {
    return frames == null ? List.of() : frames;
  }

  /** Returns the message without its position; null if there is no message. */
  public @Nullable String text() {
    var message = getMessage();
    var position = chunk + ":" + line + ": ";
    return message != null && message.startsWith(position)
        ? message.substring(position.length())
        : message;
  }
}
