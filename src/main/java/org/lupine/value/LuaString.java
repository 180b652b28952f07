package org.lupine.value;

import java.io.Serializable;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A Lua string whose bytes cannot be decoded in the charset of its runtime (or any string, in
 * binary mode). Immutable, ordered by unsigned bytes.
 *
 * <pre>{@code
 * try (LuaRuntime lua = LuaRuntime.create()) {
 *   LuaString bytes = (LuaString) lua.eval("'\\255\\0'").first();   // not UTF-8
 *   System.out.println(bytes.length() + " " + bytes.bytes()[0]);   // 2 -1
 * }
 * }</pre>
 */
public final class LuaString implements Comparable<LuaString>, Serializable {
  private static final long serialVersionUID = 1L;

  private final byte[] bytes;

  private LuaString(byte[] bytes) {
    this.bytes = bytes;
  }

  /** Returns a string of these bytes, which are copied. */
  public static LuaString of(byte... bytes) {
    return new LuaString(bytes.clone());
  }

  /** Returns a string over an array that must not be modified afterwards. */
  public static LuaString wrap(byte[] bytes) {
    return new LuaString(bytes);
  }

  /** Returns a copy of the bytes. */
  public byte[] bytes() {
    return bytes.clone();
  }

  /** Returns the number of bytes. */
  public int length() {
    return bytes.length;
  }

  /** Returns the text in the given charset; malformed bytes are replaced as its decoder does. */
  public String toString(Charset charset) {
    return new String(bytes, charset);
  }

  /** Returns the text as UTF-8, malformed bytes as U+FFFD. */
  @Override
  public String toString() {
    return toString(StandardCharsets.UTF_8);
  }

  @Override
  public int compareTo(LuaString other) {
    return Arrays.compareUnsigned(bytes, other.bytes);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof LuaString && Arrays.equals(bytes, ((LuaString) other).bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }
}
