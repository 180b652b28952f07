package org.lupine.bridge;

import java.io.PrintStream;
import org.jspecify.annotations.Nullable;

/** The process's own streams, for states without another console; reading returns nothing. */
final class SystemConsole implements Console {
  static final Console INSTANCE = new SystemConsole();

  private SystemConsole() {}

  private static PrintStream stream(boolean error) {
    return error ? System.err : System.out;
  }

  @Override
  public boolean isBinary(boolean error) {
    return true;
  }

  @Override
  public void write(boolean error, String text, boolean flush) {
    throw new UnsupportedOperationException("takes bytes");
  }

  @Override
  public void write(boolean error, byte[] bytes, boolean flush) {
    var stream = stream(error);
    stream.write(bytes, 0, bytes.length);
    if (flush) {
      stream.flush();
    }
  }

  @Override
  public void flush(boolean error) {
    stream(error).flush();
  }

  @Override
  public byte @Nullable [] read(Extent extent, int most) {
    return null;
  }

  @Override
  public void unread(byte[] bytes) {
    throw new UnsupportedOperationException("nothing was read");
  }
}
