package org.lupine.jsr223;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;

/** A Reader for hosts of which scripts get the bytes as they are; to others it is text in UTF-8. */
final class ByteReader extends Reader {
  private final InputStream bytes;
  private final Reader text;

  ByteReader(InputStream bytes) {
    this.bytes = bytes;
    this.text = new InputStreamReader(bytes, StandardCharsets.UTF_8);
  }

  /** The next byte, or -1 at the end. */
  int readByte() throws IOException {
    return bytes.read();
  }

  int readBytes(byte[] to, int from, int most) throws IOException {
    return bytes.read(to, from, most);
  }

  byte[] readAllBytes() throws IOException {
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
