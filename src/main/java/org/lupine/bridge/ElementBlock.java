package org.lupine.bridge;

import org.jspecify.annotations.Nullable;

/**
 * Elements of a table that were read at once, since a loop reads them one by one. They are valid
 * until Lua may have run again. Immutable.
 */
final class ElementBlock {
  /** No elements; the next one that is read may begin a sequence. */
  static final ElementBlock NONE = new ElementBlock(0, new Object[0], -1);

  private static final int MOST = 64;

  private final long first;
  private final Object[] values;
  private final long entries;

  /**
   * Creates a block.
   *
   * @param first the index of the first element
   * @param entries the state's count of entries after the block was read
   */
  ElementBlock(long first, Object[] values, long entries) {
    this.first = first;
    this.values = values;
    this.entries = entries;
  }

  /** Returns an element; null if it is not in this block, or if it may have changed. */
  @Nullable Object get(long index, long entriesNow) {
    long at = index - first;
    return at >= 0 && at < values.length && entries == entriesNow ? values[(int) at] : null;
  }

  /** Returns how many elements to read from an index on; 1 if that continues no sequence. */
  int next(long index, long entriesNow) {
    return entries == entriesNow && index == first + values.length
        ? Math.min(MOST, Math.max(2, 2 * values.length))
        : 1;
  }
}
