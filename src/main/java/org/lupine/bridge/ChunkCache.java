package org.lupine.bridge;

import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Caches the chunks of texts that were evaluated last, so that each state compiles a repeated text
 * once. Direct-mapped: each text and name hash to one slot, and a collision evicts. Thread-safe.
 */
public final class ChunkCache {
  private static final int SLOTS = 128;
  private static final int LONGEST = 256 * 1024;

  private volatile @Nullable AtomicReferenceArray<Entry> slots; // made when first needed

  /** Makes a chunk that is not cached. */
  public interface Maker {
    /** Returns the chunk of a text and its name. */
    Chunk make(String text, String name);
  }

  /** Returns the chunk of a text and its name; makes it if it is not cached. */
  public Chunk get(String text, String name, Maker maker) {
    if (text.length() > LONGEST) {
      return maker.make(text, name);
    }
    int hash = text.hashCode() * 31 + name.hashCode();
    int slot = (hash ^ hash >>> 16) & SLOTS - 1;
    var slots = slots();
    var entry = slots.get(slot);
    if (entry == null || !entry.text.equals(text) || !entry.name.equals(name)) {
      entry = new Entry(text, name, maker.make(text, name));
      slots.set(slot, entry);
    }
    return entry.chunk;
  }

  /** Threads may make several, of which all but one are lost. */
  private AtomicReferenceArray<Entry> slots() {
    var made = slots;
    if (made == null) {
      made = new AtomicReferenceArray<>(SLOTS);
      slots = made;
    }
    return made;
  }

  private record Entry(String text, String name, Chunk chunk) {}
}
