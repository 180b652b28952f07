package org.lupine.bridge;

import java.io.IOException;

/** The process's own streams, for states that nobody gave a console; nothing is read. */
final class SystemConsole implements Console {
  static final Console INSTANCE = new SystemConsole();

  private SystemConsole() {}

  @Override
  public void write(boolean error, String text, boolean line) {
    (error ? System.err : System.out).print(text);
    if (line) {
      flush(error);
    }
  }

  @Override
  public void flush(boolean error) {
    (error ? System.err : System.out).flush();
  }

  @Override
  public Object[] read(Object[] formats) throws IOException {
    return new Object[] {null};
  }
}
