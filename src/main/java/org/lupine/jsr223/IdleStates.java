package org.lupine.jsr223;

import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The idle states of a {@link StatePool}, in slots that threads fill and empty by atomic
 * operations. The id of a thread selects its slot. At the end of a run the thread puts the state
 * into that slot; a state that was there is moved to any free slot, and its last user is forgotten.
 * Taking a state empties the slot. So a thread whose slot has the state that it used last is not
 * inside a run, and its next run cannot be nested in another. Thread-safe.
 */
final class IdleStates {
  private static final long NO_THREAD = 0; // no thread has this id

  /** The number of slots: a power of two. */
  private static final int SLOTS =
      Integer.highestOneBit(Math.max(16, 4 * Runtime.getRuntime().availableProcessors() - 1));

  /** The distance of two slots in elements: no two slots are in one cache line. */
  private static final int APART = 16;

  private static final int LENGTH = SLOTS * APART;

  private final AtomicReferenceArray<PooledState> slots = new AtomicReferenceArray<>(LENGTH);
  private final BooleanSupplier closed;

  /**
   * Makes room for the idle states of an engine.
   *
   * @param closed whether the engine is closed: then no further states become idle
   */
  IdleStates(BooleanSupplier closed) {
    this.closed = closed;
  }

  private static int slotOf(long thread) {
    return (int) thread * APART & LENGTH - 1;
  }

  /** Takes the state that a thread used last, whose memory is in its caches; null if it is gone. */
  @Nullable PooledState takeLast(Thread thread) {
    int slot = slotOf(thread.getId());
    var mine = slots.get(slot);
    boolean isMine = mine != null && mine.lastUser == thread.getId();
    return isMine && slots.compareAndSet(slot, mine, null) ? mine : null;
  }

  /** Takes any state, preferably from the slot of a thread; returns null if there is none. */
  @Nullable PooledState take(Thread thread) {
    int slot = slotOf(thread.getId());
    PooledState taken = null;
    for (int i = 0; taken == null && i < LENGTH; i += APART) {
      int each = slot + i & LENGTH - 1;
      taken = slots.get(each) == null ? null : slots.getAndSet(each, null);
    }
    return taken;
  }

  /** Empties the slot of a thread; returns what was there. */
  @Nullable PooledState empty(Thread thread) {
    return slots.getAndSet(slotOf(thread.getId()), null);
  }

  /** Takes all states. */
  void takeAll(List<PooledState> taken) {
    for (int i = 0; i < LENGTH; i += APART) {
      var each = slots.getAndSet(i, null);
      if (each != null) {
        taken.add(each);
      }
    }
  }

  /** Puts a state into the slot of its last user; returns what was there. */
  @Nullable PooledState put(PooledState pooled) {
    return slots.getAndSet(slotOf(pooled.lastUser), pooled);
  }

  /** Takes a state from the slot of its last user; returns false if it is no longer there. */
  boolean remove(PooledState pooled) {
    return slots.compareAndSet(slotOf(pooled.lastUser), pooled, null);
  }

  /**
   * Puts a state to which nothing refers into any free slot. Returns false, and does nothing, if it
   * is tainted, no slot is free, or the engine is closed: then the caller closes it.
   */
  boolean keep(PooledState pooled) {
    if (pooled.tainted) {
      return false;
    }
    int slot = slotOf(pooled.lastUser);
    pooled.lastUser = NO_THREAD;
    for (int i = 0; i < LENGTH && !closed.getAsBoolean(); i += APART) {
      int each = slot + i & LENGTH - 1;
      if (slots.get(each) == null && slots.compareAndSet(each, null, pooled)) {
        return !closed.getAsBoolean() || !slots.compareAndSet(each, pooled, null);
      }
    }
    return false;
  }
}
