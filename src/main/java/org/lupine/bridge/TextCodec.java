package org.lupine.bridge;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.lupine.value.LuaString;
import org.lupine.value.Malformed;

/** Text as the bytes of Lua strings, and back. Immutable. */
final class TextCodec {
  private final @Nullable Charset charset;
  private final boolean binary;
  private final Malformed malformed;

  /** A codec of a charset; null leaves the bytes of Lua's strings as they are. */
  TextCodec(@Nullable Charset charset, Malformed malformed) {
    this.binary = charset == null;
    this.charset = binary ? StandardCharsets.UTF_8 : charset;
    this.malformed = malformed;
  }

  /**
   * Returns the bytes of a text.
   *
   * @throws IllegalArgumentException if the charset lacks a character of it, unless faults are to
   *     be replaced
   */
  byte[] encode(String text) {
    var bytes = text.getBytes(charset);
    if (!mayBeReplaced(text, bytes, charset)) {
      return bytes;
    }
    if (malformed == Malformed.REPLACE) {
      return withoutLoneSurrogates(text).getBytes(charset);
    }
    throw new IllegalArgumentException("text cannot be encoded in " + charset + ": "
        + (text.length() > 80 ? text.substring(0, 80) + "..." : text));
  }

  /** Returns the bytes of a text that is only shown: what the charset lacks is a question mark. */
  byte[] encodeLoosely(String text) {
    return text.getBytes(charset);
  }

  /** Returns whether the charset has all characters of a text. */
  static boolean suits(Charset charset, String text) {
    return !mayBeReplaced(text, text.getBytes(charset), charset);
  }

  /** Returns whether the encoder put a question mark for what it could not encode. */
  @SuppressWarnings("NullAway")
  private static boolean mayBeReplaced(String text, byte[] bytes, @Nullable Charset charset) {
    boolean utf8 = charset == StandardCharsets.UTF_8;
    if (!utf8 || bytes.length != text.length()) {
      return utf8 ? hasLoneSurrogate(text) : !charset.newEncoder().canEncode(text);
    }
    for (int i = 0; i < bytes.length; i++) {
      if (bytes[i] == '?' && text.charAt(i) != '?') {
        return true;
      }
    }
    return false;
  }

  private static boolean isLone(String text, int i) {
    char c = text.charAt(i);
    return Character.isHighSurrogate(c)
        ? i + 1 == text.length() || !Character.isLowSurrogate(text.charAt(i + 1))
        : Character.isLowSurrogate(c)
        && (i == 0 || !Character.isHighSurrogate(text.charAt(i - 1)));
  }

  private static boolean hasLoneSurrogate(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (Character.isSurrogate(text.charAt(i)) && isLone(text, i)) {
        return true;
      }
    }
    return false;
  }

  private static String withoutLoneSurrogates(String text) {
    var whole = new StringBuilder(text);
    for (int i = 0; i < text.length(); i++) {
      if (Character.isSurrogate(text.charAt(i)) && isLone(text, i)) {
        whole.setCharAt(i, '\uFFFD');
      }
    }
    return whole.toString();
  }

  /**
   * What Java gets for a Lua string.
   *
   * @throws CharacterCodingException if it is no text, and that is to be reported
   */
  @SuppressWarnings("NullAway")
  Object decode(byte[] bytes) throws CharacterCodingException {
    if (binary) {
      return LuaString.wrap(bytes);
    }
    var text = new String(bytes, charset);
    if (malformed == Malformed.REPLACE || text.indexOf('\uFFFD') < 0) {
      return text;
    }
    try {
      return charset.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      if (malformed == Malformed.REPORT) {
        throw e;
      }
      return LuaString.wrap(bytes);
    }
  }

  /**
   * Returns the same, but what is no text stays bytes: for messages, names, and what is only passed
   * on.
   */
  Object decodeOrKeep(byte[] bytes) {
    try {
      return decode(bytes);
    } catch (CharacterCodingException e) {
      return LuaString.wrap(bytes);
    }
  }

  /** For names: in binary mode the text of bytes that are UTF-8, else the value as it is. */
  Object named(Object value) {
    if (!binary || !(value instanceof LuaString)) {
      return value;
    }
    var bytes = ((LuaString) value).bytes();
    var text = new String(bytes, charset);
    return text.indexOf('\uFFFD') < 0 ? text : value;
  }
}
