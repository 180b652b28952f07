package org.lupine.jsr223;

import java.io.PrintStream;
import java.io.PrintWriter;
import java.util.List;
import javax.script.ScriptException;
import org.jspecify.annotations.Nullable;
import org.lupine.value.LuaException;
import org.lupine.value.LuaFrame;

/**
 * The ScriptException for an error that Lua raised. In its stack trace the Lua frames precede the
 * Java frames. The stack is walked once for it and the {@link LuaException}. The elements for the
 * Java frames cost several times as much as that, so they are made when the trace is first read or
 * printed. If this exception is printed as the cause of another one, Throwable does not call its
 * methods: its trace then has the Lua frames only, and its own cause, which follows, has all
 * frames.
 */
final class LuaScriptException extends ScriptException {
  private static final long serialVersionUID = 1L;

  private static final StackTraceElement[] NO_ELEMENTS = {};

  private final transient String text;

  /** The error, whose stack trace is that of this exception; null while Throwable is made. */
  private final transient LuaException error;

  private transient boolean isComplete;

  /**
   * Creates the exception for an untraced error, whose stack trace is filled in here.
   *
   * @param file the script's name, or null with -1 as line
   */
  LuaScriptException(
      String text, @Nullable String file, int line, Throwable cause, LuaException error) {
    super(text, file, line);
    initCause(cause);
    super.setStackTrace(spliced(error.frames(), NO_ELEMENTS));
    this.text = text;
    this.error = error;
    error.fillInStackTrace();
  }

  /** Returns the elements for Lua frames, followed by those for Java frames. */
  static StackTraceElement[] spliced(List<LuaFrame> frames, StackTraceElement[] java) {
    var elements = new StackTraceElement[frames.size() + java.length];
    for (int i = 0; i < frames.size(); i++) {
      elements[i] = frames.get(i).toStackTraceElement();
    }
    System.arraycopy(java, 0, elements, frames.size(), java.length);
    return elements;
  }

  /** Makes the elements for the Java frames, for this exception and for the error. */
  private synchronized void complete() {
    if (!isComplete) {
      isComplete = true;
      var all = spliced(error.frames(), error.getStackTrace());
      super.setStackTrace(all);
      error.setStackTrace(all);
    }
  }

  @Override
  public StackTraceElement[] getStackTrace() {
    complete();
    return super.getStackTrace();
  }

  @Override
  public void setStackTrace(StackTraceElement[] elements) {
    complete();
    super.setStackTrace(elements);
  }

  /** Returns this; in the constructor of Throwable without walking the stack. */
  @Override
  public synchronized Throwable fillInStackTrace() {
    if (error != null) {
      complete();
      super.fillInStackTrace();
    }
    return this;
  }

  @Override
  public @Nullable Throwable getCause() {
    complete();
    return super.getCause();
  }

  @Override
  public void printStackTrace(PrintStream out) {
    complete();
    super.printStackTrace(out);
  }

  @Override
  public void printStackTrace(PrintWriter out) {
    complete();
    super.printStackTrace(out);
  }

  @Override
  public String toString() {
    var message = getLocalizedMessage();
    var name = ScriptException.class.getName();
    return message == null ? name : name + ": " + message;
  }

  /** Returns what is serialized: a plain ScriptException, which is read without this library. */
  private Object writeReplace() {
    complete();
    var plain = new ScriptException(text, getFileName(), getLineNumber());
    plain.initCause(super.getCause());
    plain.setStackTrace(super.getStackTrace());
    for (var suppressed : getSuppressed()) {
      plain.addSuppressed(suppressed);
    }
    return plain;
  }
}
