package org.lupine.bridge;

import org.jspecify.annotations.Nullable;
import org.lupine.bridge.Protocol.Layout;

/**
 * Elements of a Lua table that Java has read at once, since a loop reads them one by one. They are
 * valid until Lua may have run again. Immutable.
 */
final class ElementBlock {
  private static final long[] NOTHING = {};

  /** No elements; the next one that is read may begin a sequence. */
  static final ElementBlock NONE = after(0, -1);

  private final long first;
  private final long entries;
  private final int count;

  /** The elements; null if they are small values of one type. */
  private final Object @Nullable [] values;

  private final int tag;
  private final long[] bits;

  /** Whether all elements asked for were small values of one type. */
  private final boolean uniform;

  /** Creates a block of any values. */
  private ElementBlock(long first, Object[] values, long entries) {
    this.first = first;
    this.entries = entries;
    this.count = values.length;
    this.values = values;
    this.tag = 0;
    this.bits = NOTHING;
    this.uniform = false;
  }

  /** Creates a block of small values of one type. */
  private ElementBlock(long first, int tag, long[] bits, boolean uniform, long entries) {
    this.first = first;
    this.entries = entries;
    this.count = bits.length;
    this.values = null;
    this.tag = tag;
    this.bits = bits;
    this.uniform = uniform;
  }

  /**
   * Returns a block without elements, for an element that was read alone.
   *
   * @param index the index of that element
   * @param entries the state's count of entries after it was read
   */
  static ElementBlock after(long index, long entries) {
    return new ElementBlock(index + 1, 0, NOTHING, true, entries);
  }

  /** Returns a block of any values, from an index on. */
  static ElementBlock of(long first, Object[] values, long entries) {
    return new ElementBlock(first, values, entries);
  }

  /**
   * Returns a block of small values of one type, from an index on.
   *
   * @param asked how many elements were asked for; there are fewer if another value follows
   */
  static ElementBlock of(long first, int tag, long[] bits, int asked, long entries) {
    return new ElementBlock(first, tag, bits, bits.length == asked, entries);
  }

  /** Returns an element; null if it is not in this block, or if it may have changed. */
  @Nullable Object get(long index, long entriesNow) {
    long at = index - first;
    if (at < 0 || at >= count || entries != entriesNow) {
      return null;
    }
    return values == null ? UnboxedCall.boxed(tag, bits[(int) at]) : values[(int) at];
  }

  /** Returns how many elements to read from an index on; 1 if that continues no sequence. */
  int next(long index, long entriesNow) {
    return entries == entriesNow && index == first + count
        ? Math.min(Layout.ELEMENTS, Math.max(2, 2 * count))
        : 1;
  }

  /** Returns whether the elements that follow may all be small values of one type. */
  boolean isUniform() {
    return uniform;
  }
}
