package org.lupine.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.util.Locale;
import org.lupine.value.LuaExitException;

/**
 * The standard output of a program that is to end when it is closed: if no process reads from the
 * pipe any longer, the first write ends the script, and the script cannot catch that.
 */
final class StandardOutput extends FilterOutputStream {
  /** The status that a shell reports for a program that SIGPIPE has ended. */
  private static final int PIPE_IS_CLOSED = 128 + 13;

  private boolean failed;

  StandardOutput() {
    super(new FileOutputStream(FileDescriptor.out));
  }

  @Override
  public void write(byte[] bytes, int offset, int length) {
    if (failed) {
      return;
    }
    try {
      out.write(bytes, offset, length);
    } catch (IOException e) {
      failed = true;
      var message = String.valueOf(e.getMessage());
      if (message.toLowerCase(Locale.ROOT).contains("pipe")) {
        throw new LuaExitException(PIPE_IS_CLOSED);
      }
      System.err.println("lua: cannot write to standard output: " + message);
      throw new LuaExitException(1);
    }
  }
}
