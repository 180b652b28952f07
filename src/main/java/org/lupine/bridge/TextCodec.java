package org.lupine.bridge;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.lupine.value.LuaString;
import org.lupine.value.Malformed;

/** Encodes text as the bytes of Lua strings, and decodes it. Immutable. */
final class TextCodec {
  private final Charset charset;
  private final boolean binary;
  private final Malformed malformed;

  /** Creates a codec of a charset; null leaves the bytes of Lua strings as they are. */
  TextCodec(@Nullable Charset charset, Malformed malformed) {
    this.binary = charset == null;
    this.charset = charset == null ? StandardCharsets.UTF_8 : charset;
    this.malformed = malformed;
  }

  /**
   * Encodes a text.
   *
   * @throws IllegalArgumentException if the charset lacks a character of it, unless it is to be
   *     replaced
   */
  byte[] encode(String text) {
    var bytes = text.getBytes(charset);
    if (!mayBeReplaced(text, bytes, charset)) {
      return bytes;
    }
    if (malformed == Malformed.REPLACE) {
      return withoutLoneSurrogates(text).getBytes(charset);
    }
    throw new IllegalArgumentException(
        "text cannot be encoded in "
            + charset
            + ": "
            + (text.length() > 80 ? text.substring(0, 80) + "..." : text));
  }

  /**
   * Encodes a text that is only displayed: characters that the charset lacks become question marks.
   */
  byte[] encodeLoosely(String text) {
    return text.getBytes(charset);
  }

  /** Returns whether the charset has all characters of a text. */
  static boolean suits(Charset charset, String text) {
    return !mayBeReplaced(text, text.getBytes(charset), charset);
  }

  /** Returns whether the encoder may have replaced characters by question marks. */
  private static boolean mayBeReplaced(String text, byte[] bytes, Charset charset) {
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
        : Character.isLowSurrogate(c) && (i == 0 || !Character.isHighSurrogate(text.charAt(i - 1)));
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
   * Decodes a Lua string.
   *
   * @throws CharacterCodingException if it cannot be decoded, and that is to be reported
   */
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
   * Decodes a Lua string; returns a LuaString if it cannot be decoded. Used for messages, names,
   * and values that are only passed on.
   */
  Object decodeOrKeep(byte[] bytes) {
    try {
      return decode(bytes);
    } catch (CharacterCodingException e) {
      return LuaString.wrap(bytes);
    }
  }

  /**
   * Decodes a name: in binary mode bytes that are UTF-8; other values are returned as they are.
   */
  Object named(Object value) {
    if (!binary || !(value instanceof LuaString)) {
      return value;
    }
    var bytes = ((LuaString) value).bytes();
    var text = new String(bytes, charset);
    return text.indexOf('\uFFFD') < 0 ? text : value;
  }
}
