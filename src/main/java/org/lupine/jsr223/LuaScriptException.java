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
 * Java frames. The stack is walked once for it and the {@link LuaException}, and the elements for
 * the Java frames, which cost several times that, are made when asked for. A Throwable that prints
 * its cause does not ask: there the Lua frames stand alone, and the cause of this exception, which
 * follows, has them all.
 */
final class LuaScriptException extends ScriptException {
  private static final long serialVersionUID = 1L;

  /** Has the Java frames until they are copied; null before and after. */
  private transient @Nullable Throwable walked;

  private final transient String text;
  private final transient List<LuaFrame> frames;
  private final transient @Nullable LuaException untraced;

  /**
   * Creates the exception for an error, whose stack trace it fills in if that has none.
   *
   * @param file the script's name, or null with -1 as line
   */
  LuaScriptException(
      String text, @Nullable String file, int line, Throwable cause, LuaException error) {
    super(text, file, line);
    initCause(cause);
    this.text = text;
    frames = error.frames();
    untraced = error.isTraced() ? null : error;
    var own = elements(frames, 0);
    setStackTrace(own);
    walked = untraced == null ? new Throwable() : error.fillInStackTrace();
  }

  private static StackTraceElement[] elements(List<LuaFrame> frames, int more) {
    var elements = new StackTraceElement[frames.size() + more];
    for (int i = 0; i < frames.size(); i++) {
      elements[i] = frames.get(i).toStackTraceElement();
    }
    return elements;
  }

  /** Makes the elements for the Java frames, for this exception and for an untraced error. */
  private synchronized void complete() {
    var from = walked;
    if (from == null) {
      return;
    }
    walked = null;
    var java = from.getStackTrace();
    var all = elements(frames, java.length);
    System.arraycopy(java, 0, all, frames.size(), java.length);
    super.setStackTrace(all);
    if (untraced != null) {
      untraced.setStackTrace(all);
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
    if (frames != null) {
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
