package org.lupine.bridge;

import org.jspecify.annotations.Nullable;

/**
 * The items of a loop over Java values, of which Lua can take several with one upcall while they
 * are small values of one type. A step of such a loop returns the item, or a counter and the item.
 */
public interface LoopItems {
  /** Stands for the end of the loop. */
  Object END = new Object();

  /**
   * Returns whether taking items runs no foreign code, as those of an array. If not, {@link #peek}
   * and {@link #take} must not be called.
   */
  boolean runNoForeignCode();

  /** Returns the next item without taking it, or {@link #END}. */
  @Nullable Object peek();

  /** Takes the item that {@link #peek} has returned. */
  void take();
}
