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
   * Returns whether {@link #peek} and {@link #take} may be called: taking items runs no foreign
   * code, as those of an array, and nothing that was taken waits for the next request.
   */
  boolean canPeek();

  /** Returns the next item without taking it, or {@link #END}. */
  @Nullable Object peek();

  /** Takes the item that {@link #peek} has returned. */
  void take();

  /**
   * Called when an answer of this loop cannot be given to Lua. Returns its first step, and keeps
   * the others for the next requests, one for each; returns null if there are no others.
   */
  @Nullable Object onlyFirst(@Nullable Object answer);
}
