package org.lupine.io;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PushbackInputStream;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A Reader from which scripts get the bytes unchanged; other code reads it as UTF-8 text. */
public final class ByteReader extends Reader {
  private static final byte[] MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};

  private final PushbackInputStream bytes;
  private final Reader text;

  public ByteReader(InputStream bytes) {
    this.bytes = new PushbackInputStream(bytes, MARK.length);
    this.text = new InputStreamReader(this.bytes, StandardCharsets.UTF_8);
  }

  /**
   * Skips a byte order mark of UTF-8, and the text of a first line that begins with {@code #}, as
   * {@code luaL_loadfilex} does.
   */
  public ByteReader skipComment() throws IOException {
    var start = new byte[MARK.length];
    int length = bytes.readNBytes(start, 0, 1);
    if (length == 1 && start[0] == MARK[0]) {
      length += bytes.readNBytes(start, 1, MARK.length - 1);
    }
    if (!Arrays.equals(start, MARK)) {
      bytes.unread(start, 0, length);
    }
    int next = bytes.read();
    if (next == '#') {
      while (next >= 0 && next != '\n') {
        next = bytes.read();
      }
    }
    if (next >= 0) {
      bytes.unread(next);
    }
    return this;
  }

  /** Returns the next byte, or -1 at the end. */
  public int readByte() throws IOException {
    return bytes.read();
  }

  public int readBytes(byte[] to, int from, int most) throws IOException {
    return bytes.read(to, from, most);
  }

  public byte[] readAllBytes() throws IOException {
    return bytes.readAllBytes();
  }

  @Override
  public int read(char[] characters, int offset, int length) throws IOException {
    return text.read(characters, offset, length);
  }

  @Override
  public void close() throws IOException {
    text.close();
  }
}
