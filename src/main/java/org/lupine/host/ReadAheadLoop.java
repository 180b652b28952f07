package org.lupine.host;

import java.util.Arrays;
import java.util.Iterator;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.lupine.bridge.Interrupts;
import org.lupine.bridge.LoopItems;
import org.lupine.bridge.LuaState;
import org.lupine.value.Values;

/**
 * The step function of a loop over Java items. Lua may ask it for several steps at once, and asks
 * for more each time while nothing else calls Java between the requests. {@link Loops} says which
 * loops permit that; the others ask for one step at a time. If one of several steps fails, Lua gets
 * those before it, and the failure when it asks again.
 */
class ReadAheadLoop implements Callback, LoopItems {
  private final Iterator<?> items;
  private final int width;
  private final boolean packable;
  private @Nullable Object item;
  private boolean peeked;

  /** The values of steps that were taken already, for the next requests; null for none. */
  private Object @Nullable [] ahead;

  private int nextAhead; // the index of the first of them that is left

  /** What the iterator threw after the steps that were taken; null for nothing. */
  private @Nullable Throwable failure;

  /**
   * Creates a loop.
   *
   * @param width the number of values of a step, of which the first is not null
   * @param packable whether the iterator runs no foreign code
   */
  private ReadAheadLoop(Iterator<?> items, int width, boolean packable) {
    this.items = items;
    this.width = width;
    this.packable = packable;
  }

  /** Returns a loop whose steps have an item each. */
  static ReadAheadLoop over(Iterator<?> items, boolean packable) {
    return new ReadAheadLoop(items, 1, packable);
  }

  /** Returns a loop whose steps have a counter and an item. */
  static ReadAheadLoop counted(Iterator<?> items, long start, boolean packable) {
    return new Counted(items, start, packable);
  }

  /** Returns a loop over a map's entries, whose steps have a key and a value. */
  static ReadAheadLoop entries(Map<?, ?> map) {
    return new Entries(map.entrySet().iterator());
  }

  @Override
  public final boolean canPeek() {
    return packable && ahead == null && failure == null;
  }

  @Override
  public @Nullable Object peek() {
    if (!peeked) {
      if (!items.hasNext()) {
        return END;
      }
      item = items.next();
      peeked = true;
    }
    return item;
  }

  @Override
  public void take() {
    peeked = false;
  }

  /** Stores the values of the step of an item, which was taken. */
  void put(Object[] values, int at, @Nullable Object item) {
    values[at] = JavaNull.orNull(item);
  }

  /** Returns the values of the next step, or null at the end. */
  final @Nullable Object next() throws Throwable {
    return steps(1);
  }

  @Override
  public final @Nullable Object call(LuaState state, Object[] arguments) throws Throwable {
    return steps(arguments.length == 1 ? ((Number) arguments[0]).intValue() : 1);
  }

  /** Returns the values of the next n steps, fewer at the end; null if there are none. */
  private @Nullable Object steps(int n) throws Throwable {
    var waiting = ahead;
    if (waiting != null) {
      return oneAhead(waiting);
    }
    var thrown = failure;
    if (thrown != null) {
      failure = null;
      throw thrown;
    }
    var all = new Object[n * width];
    int count = 0;
    try {
      while (count < all.length && peek() != END) {
        var next = item;
        take();
        put(all, count, next);
        count += width;
      }
    } catch (Throwable e) {
      if (count == 0 || Interrupts.endsRun(e)) {
        throw e;
      }
      failure = e;
    }
    return count == 0 ? null : Values.wrap(count == all.length ? all : Arrays.copyOf(all, count));
  }

  /** Returns the values of the next of the steps that were taken already. */
  private Object oneAhead(Object[] values) {
    int from = nextAhead;
    nextAhead = from + width;
    if (nextAhead >= values.length) {
      ahead = null;
    }
    return Values.wrap(Arrays.copyOfRange(values, from, from + width));
  }

  @Override
  public final @Nullable Object onlyFirst(@Nullable Object answer) {
    if (!(answer instanceof Values) || ((Values) answer).size() <= width) {
      return null;
    }
    var values = ((Values) answer).toArray();
    ahead = values;
    nextAhead = 0;
    return oneAhead(values);
  }

  private static final class Counted extends ReadAheadLoop {
    private long counter;

    Counted(Iterator<?> items, long start, boolean packable) {
      super(items, 2, packable);
      this.counter = start;
    }

    @Override
    public void take() {
      super.take();
      counter++;
    }

    @Override
    void put(Object[] values, int at, @Nullable Object item) {
      values[at] = counter - 1; // the item was taken
      values[at + 1] = item;
    }
  }

  private static final class Entries extends ReadAheadLoop {
    Entries(Iterator<?> entries) {
      super(entries, 2, false);
    }

    @SuppressWarnings("NullAway") // no map has an entry that is null
    @Override
    void put(Object[] values, int at, @Nullable Object item) {
      var entry = (Map.Entry<?, ?>) item;
      values[at] = JavaNull.orNull(entry.getKey());
      values[at + 1] = entry.getValue();
    }
  }
}
