package org.lupine.jsr223;

import java.io.IOException;
import java.io.Reader;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.lupine.value.LuaString;

/**
 * Reads from one Reader as Lua's files read: by bytes of a charset, and no further than it must.
 * Keeps the bytes of a character of which Lua took the first ones only, not the Reader itself.
 */
final class ConsoleInput {
  private static final byte[] NOTHING = {};

  private final Charset charset;
  private byte[] kept = NOTHING;
  private int next;

  ConsoleInput(@Nullable Charset charset) {
    this.charset = charset == null ? StandardCharsets.UTF_8 : charset;
  }

  /** Results for these formats, as {@link org.lupine.bridge.Console#read} has them. */
  synchronized Object[] read(@Nullable Reader reader, Object[] formats) throws IOException {
    if (formats.length == 0) {
      return new Object[] {reader == null ? null : line(reader, false)};
    }
    var results = new Object[formats.length];
    for (int i = 0; i < formats.length; i++) {
      results[i] = reader == null ? null : one(reader, formats[i], i + 1);
      if (results[i] == null) {
        return Arrays.copyOf(results, i + 1);
      }
    }
    return results;
  }

  private @Nullable Object one(Reader reader, Object format, int argument) throws IOException {
    if (format instanceof Number) {
      return count(reader, ((Number) format).longValue());
    }
    var text = format.toString();
    int letter = text.startsWith("*") ? 1 : 0;
    switch (letter < text.length() ? text.charAt(letter) : 0) {
      case 'n':
        return new ConsoleNumber(this, reader).read();
      case 'l':
        return line(reader, false);
      case 'L':
        return line(reader, true);
      case 'a':
        return all(reader);
      default:
        throw new IllegalArgumentException(
            "bad argument #" + argument + " to 'read' (invalid format)");
    }
  }

  private @Nullable LuaString line(Reader reader, boolean withEnd) throws IOException {
    var line = new Bytes();
    int each = read(reader);
    if (each < 0) {
      return null;
    }
    for (; each >= 0 && each != '\n'; each = read(reader)) {
      line.add(each);
    }
    if (withEnd && each == '\n') {
      line.add(each);
    }
    return line.toLuaString();
  }

  private @Nullable LuaString count(Reader reader, long count) throws IOException {
    if (count <= 0) {
      int each = read(reader);
      if (each < 0) {
        return null;
      }
      unread(each);
      return LuaString.wrap(NOTHING);
    }
    var bytes = new Bytes();
    for (long left = count; left > 0; left--) {
      int each = read(reader);
      if (each < 0) {
        break;
      }
      bytes.add(each);
    }
    return bytes.isEmpty() ? null : bytes.toLuaString();
  }

  private LuaString all(Reader reader) throws IOException {
    var bytes = new Bytes();
    while (next < kept.length) {
      bytes.add(kept[next++] & 0xFF);
    }
    var text = new StringBuilder();
    var some = new char[4096];
    for (int length = reader.read(some); length >= 0; length = reader.read(some)) {
      text.append(some, 0, length);
    }
    bytes.add(text.toString().getBytes(charset));
    return bytes.toLuaString();
  }

  /** The next byte, or -1 at the end. */
  int read(Reader reader) throws IOException {
    if (next < kept.length) {
      return kept[next++] & 0xFF;
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

  /** Makes a byte the next one again. */
  void unread(int each) {
    if (next == 0) {
      var more = new byte[kept.length + 1];
      System.arraycopy(kept, 0, more, 1, kept.length);
      kept = more;
    } else if (next == kept.length) {
      kept = new byte[1];
      next = 0;
    } else {
      next--;
    }
    kept[next] = (byte) each;
  }

  /** A growing row of bytes. */
  private static final class Bytes {
    private byte[] bytes = new byte[64];
    private int length;

    void add(int each) {
      if (length == bytes.length) {
        bytes = Arrays.copyOf(bytes, length * 2 + 64);
      }
      bytes[length++] = (byte) each;
    }

    void add(byte[] all) {
      bytes = Arrays.copyOf(bytes, length + all.length);
      System.arraycopy(all, 0, bytes, length, all.length);
      length = bytes.length;
    }

    boolean isEmpty() {
      return length == 0;
    }

    LuaString toLuaString() {
      return LuaString.wrap(Arrays.copyOf(bytes, length));
    }
  }
}
