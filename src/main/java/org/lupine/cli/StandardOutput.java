package org.lupine.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.util.Locale;
import org.lupine.value.LuaExitException;

/**
 * The standard output of a program, which ends with it: once nobody reads from a pipe any more, the
 * first write ends the script, whatever it would catch.
 */
final class StandardOutput extends FilterOutputStream {
  /** What a shell says of a program that SIGPIPE has ended. */
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
