package org.lupine.bridge;

import org.jspecify.annotations.Nullable;

/**
 * The items of a loop whose steps Lua may ask for several at once. A step has the item alone, or an
 * index before it that goes up by one. Taking items runs no foreign code.
 */
public interface LoopItems {
  /** Returns the next item without taking it, or {@link #END}. */
  @Nullable Object peek();

  /** Takes the item that {@link #peek} has returned. */
  void take();

  /** Stands for the end of the loop. */
  Object END = new Object();
}
