package org.lupine.bridge;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * Caches short strings that came from Lua recently. Names are repeated, and a cached string need
 * not be decoded again and has its hash code. Direct-mapped. Used under the state's lock.
 */
final class StringCache {
  /** Two words, which identify such a string completely. */
  static final int LONGEST = 16;

  private static final int SLOTS = 64;

  private final String[] texts = new String[SLOTS];
  private final long[] words = new long[2 * SLOTS];
  private final byte[] lengths = new byte[SLOTS];

  /** Returns the slot for a string of these words. */
  private static int slot(long first, long second) {
    return (int) ((first * 0x9e37_79b9_7f4a_7c15L ^ second * 0xc2b2_ae3d_27d4_eb4fL) >>> 58);
  }

  /** Returns the first eight bytes of a string in a message; missing ones are zeros. */
  private static long word(ByteBuffer in, int at, int length) {
    if (length <= 0) {
      return 0;
    }
    long word = in.getLong(at);
    int beyond = length >= 8 ? 0 : 8 * (8 - length);
    return in.order() == ByteOrder.LITTLE_ENDIAN
        ? word << beyond >>> beyond
        : word >>> beyond << beyond;
  }

  /** Returns the cached string of these bytes of a message, or null. */
  @Nullable String find(ByteBuffer in, int at, int length) {
    long first = word(in, at, length);
    long second = word(in, at + 8, length - 8);
    int slot = slot(first, second);
    var text = texts[slot];
    return text != null
            && words[2 * slot] == first
            && words[2 * slot + 1] == second
            && lengths[slot] == length
        ? text
        : null;
  }

  /** Stores the string of bytes that were not cached. */
  void store(ByteBuffer in, int at, int length, String text) {
    long first = word(in, at, length);
    long second = word(in, at + 8, length - 8);
    int slot = slot(first, second);
    texts[slot] = text;
    words[2 * slot] = first;
    words[2 * slot + 1] = second;
    lengths[slot] = (byte) length;
  }
}
