package org.lupine.jsr223;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.Reader;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.lupine.bridge.Console.Extent;
import org.lupine.io.ByteReader;

/**
 * Reads from a Reader as Lua reads files: bytes of a charset, and no further than necessary. Keeps
 * the remaining bytes of a character of which Lua has taken the first ones, but not the Reader
 * itself.
 */
final class ConsoleInput {
  private static final byte[] NOTHING = {};

  private final ReentrantLock lock = new ReentrantLock();
  private final Charset charset;
  private final float longest; // bytes of one char
  private byte[] kept = NOTHING;
  private int next;

  ConsoleInput(@Nullable Charset charset) {
    this.charset = charset == null ? StandardCharsets.UTF_8 : charset;
    this.longest = this.charset.newEncoder().maxBytesPerChar();
  }

  /** Reads as {@link org.lupine.bridge.Console#read} describes. */
  byte @Nullable [] read(Reader reader, Extent extent, int most) throws IOException {
    enter();
    try {
      switch (extent) {
        case LINE:
          return line(reader, most);
        case COUNT:
          return count(reader, most);
        default:
          return number(reader, most);
      }
    } finally {
      lock.unlock();
    }
  }

  /** Waits while another thread is inside, waiting for input. */
  private void enter() throws IOException {
    try {
      lock.lockInterruptibly();
    } catch (InterruptedException e) {
      throw (IOException) new InterruptedIOException().initCause(e);
    }
  }

  private byte @Nullable [] line(Reader reader, int most) throws IOException {
    var line = new byte[most];
    int length = 0;
    while (length < most) {
      int each = read(reader);
      if (each < 0) {
        break;
      }
      line[length++] = (byte) each;
      if (each == '\n') {
        break;
      }
    }
    return length == 0 ? null : Arrays.copyOf(line, length);
  }

  private byte @Nullable [] count(Reader reader, int count) throws IOException {
    if (count == 0) {
      int each = read(reader);
      if (each < 0) {
        return null;
      }
      keep((byte) each);
      return NOTHING;
    }
    var bytes = new byte[Math.min(count, 8192)];
    int length = 0;
    while (length < count) {
      if (length == bytes.length) {
        bytes = Arrays.copyOf(bytes, (int) Math.min(count, 2L * length));
      }
      int some = some(reader, bytes, length);
      if (some < 0) {
        break;
      }
      length += some;
    }
    return length == 0 ? null : Arrays.copyOf(bytes, length);
  }

  /**
   * Reads at least one byte and at most as many as are certainly wanted; returns how many, or -1 at
   * the end.
   */
  private int some(Reader reader, byte[] to, int from) throws IOException {
    int wanted = to.length - from;
    if (next == kept.length && reader instanceof ByteReader bytes) {
      return bytes.readBytes(to, from, wanted);
    }
    int characters = (int) (wanted / longest);
    if (next < kept.length || characters < 2) {
      int each = read(reader);
      to[from] = (byte) each;
      return each < 0 ? -1 : 1;
    }
    var text = new char[characters];
    // the last place is for the second half of a character
    int length = reader.read(text, 0, characters - 1);
    if (length <= 0) {
      return length;
    }
    if (Character.isHighSurrogate(text[length - 1])) {
      int low = reader.read();
      if (low >= 0) {
        text[length++] = (char) low;
      }
    }
    var encoded = new String(text, 0, length).getBytes(charset);
    System.arraycopy(encoded, 0, to, from, encoded.length);
    return encoded.length;
  }

  private byte @Nullable [] number(Reader reader, int most) throws IOException {
    var bytes = new byte[most];
    int length = 0;
    int each;
    do {
      each = read(reader);
    } while (each == ' ' || each >= '\t' && each <= '\r');
    while (each >= 0) {
      if (!mayBeOfNumber(each)) {
        keep((byte) each);
        break;
      }
      bytes[length++] = (byte) each;
      if (length == most) {
        break;
      }
      each = read(reader);
    }
    return length == 0 ? null : Arrays.copyOf(bytes, length);
  }

  /**
   * Returns whether a byte may be part of a numeral: a locale may have a decimal comma, letters
   * occur in hexadecimal numerals, "inf" and "nan".
   */
  private static boolean mayBeOfNumber(int each) {
    return each >= '0' && each <= '9'
        || each >= 'a' && each <= 'z'
        || each >= 'A' && each <= 'Z'
        || each == '+'
        || each == '-'
        || each == '.'
        || each == ',';
  }

  /** Returns the next byte, or -1 at the end. */
  private int read(Reader reader) throws IOException {
    if (next < kept.length) {
      return kept[next++] & 0xFF;
    }
    if (reader instanceof ByteReader bytes) {
      return bytes.readByte();
    }
    int character = reader.read();
    if (character < 0) {
      return -1;
    }
    if (character < 0x80 && charset == StandardCharsets.UTF_8) {
      return character;
    }
    var text = String.valueOf((char) character);
    if (Character.isHighSurrogate((char) character)) {
      int low = reader.read();
      text = low < 0 ? text : text + (char) low;
    }
    kept = text.getBytes(charset);
    next = 0;
    return read(reader);
  }

  /** Pushes bytes back, to be read next. */
  void unread(byte[] bytes) throws IOException {
    enter();
    try {
      keep(bytes);
    } finally {
      lock.unlock();
    }
  }

  private void keep(byte... bytes) {
    var all = Arrays.copyOf(bytes, bytes.length + kept.length - next);
    System.arraycopy(kept, next, all, bytes.length, kept.length - next);
    kept = all;
    next = 0;
  }
}
