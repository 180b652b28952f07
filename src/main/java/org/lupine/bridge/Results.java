package org.lupine.bridge;

import org.jspecify.annotations.Nullable;

/**
 * The results of a call as one object, so that the usual call, with one result, needs no array: the
 * result itself; null for none; an object of this class for several; {@link #ABSENT} if there was
 * nothing to call.
 */
public final class Results {
  /** Returned instead of results if there was nothing to call. */
  public static final Object ABSENT = new Object();

  private final Object[] all;

  private Results(Object[] all) {
    this.all = all;
  }

  /**
   * Returns what stands for these results.
   *
   * @param results null if there was nothing to call; not modified afterwards
   */
  public static @Nullable Object of(Object @Nullable [] results) {
    if (results == null) {
      return ABSENT;
    }
    return results.length > 1 ? new Results(results) : results.length == 0 ? null : results[0];
  }

  /** Returns the first result, or null if there are no results; {@link #ABSENT} unchanged. */
  public static @Nullable Object first(@Nullable Object results) {
    return results instanceof Results ? ((Results) results).all[0] : results;
  }

  /** Returns several results as the array that has them. */
  public Object[] all() {
    return all;
  }
}
