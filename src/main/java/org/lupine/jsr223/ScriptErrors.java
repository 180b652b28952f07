package org.lupine.jsr223;

import java.io.UncheckedIOException;
import java.util.List;
import java.util.Objects;
import javax.script.ScriptException;
import org.jspecify.annotations.Nullable;
import org.lupine.bridge.Chunk;
import org.lupine.value.LuaException;
import org.lupine.value.LuaFrame;
import org.lupine.value.MissingNativeException;

/** Converts failures to ScriptExceptions. */
final class ScriptErrors {
  /** The prefix of a long file name, of which Lua shows only the end. */
  private static final String CUT = "...";

  private ScriptErrors() {}

  /**
   * Returns the ScriptException for a failure. Its cause is the Java exception that a callback
   * threw, or else the failure itself; its stack trace begins with the Lua frames.
   *
   * @param file the name of the running script, or null
   */
  static ScriptException toScriptException(RuntimeException failure, @Nullable String file) {
    if (!(failure instanceof LuaException)) {
      var cause =
          failure instanceof UncheckedIOException io
              ? Objects.requireNonNull(io.getCause())
              : failure;
      return caused(new ScriptException(cause.toString()), cause);
    }
    var error = Mirrors.unwrap((LuaException) failure);
    var chunk = error.chunk();
    int line = error.line();
    for (var frame : error.frames()) {
      if (chunk != null || line >= 0) {
        break;
      }
      if (frame.line() >= 0 && !Chunk.OWN.equals("=" + frame.chunk())) {
        chunk = frame.chunk();
        line = frame.line();
      }
    }
    var cause = error.value() instanceof Throwable ? (Throwable) error.value() : error;
    var text = String.valueOf(error.text());
    var place =
        chunk != null ? whole(chunk, file) : error instanceof MissingNativeException ? null : file;
    int lineThere = place == null ? -1 : line;
    return error.isTraced()
        ? caused(new ScriptException(text, place, lineThere), cause, error.frames())
        : new LuaScriptException(text, place, lineThere, cause, error);
  }

  private static ScriptException caused(
      ScriptException made, Throwable cause, List<LuaFrame> frames) {
    if (!frames.isEmpty()) {
      made.setStackTrace(LuaScriptException.spliced(frames, made.getStackTrace()));
    }
    return caused(made, cause);
  }

  private static ScriptException caused(ScriptException made, Throwable cause) {
    made.initCause(cause);
    return made;
  }

  private static String whole(String chunk, @Nullable String file) {
    return file != null && chunk.startsWith(CUT) && file.endsWith(chunk.substring(CUT.length()))
        ? file
        : chunk;
  }
}
