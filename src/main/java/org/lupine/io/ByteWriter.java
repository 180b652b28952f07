package org.lupine.io;

import java.io.IOException;
import java.io.OutputStream;
import java.io.Writer;
import java.nio.charset.StandardCharsets;

/**
 * A Writer to which scripts write bytes unchanged; text that other code writes is encoded as UTF-8.
 */
public final class ByteWriter extends Writer {
  private final OutputStream bytes;

  public ByteWriter(OutputStream bytes) {
    this.bytes = bytes;
  }

  public void write(byte[] some) throws IOException {
    bytes.write(some);
  }

  @Override
  public void write(char[] characters, int offset, int length) throws IOException {
    write(new String(characters, offset, length).getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public void flush() throws IOException {
    bytes.flush();
  }

  @Override
  public void close() throws IOException {
    bytes.close();
  }
}
