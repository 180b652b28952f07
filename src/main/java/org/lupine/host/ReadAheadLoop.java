package org.lupine.host;

import java.util.Arrays;
import java.util.Iterator;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.lupine.bridge.LuaState;
import org.lupine.value.Values;

/**
 * A step of a loop that Lua may ask for several steps at once, which it then takes one by one. Lua
 * does so while nothing else calls Java between the steps.
 */
final class ReadAheadLoop implements Callback {
  private final Iterator<?> items;
  private final int width;
  private final Function<Object, Object> step;

  /**
   * Creates a loop.
   *
   * @param width the number of values of a step, of which the first is not null
   * @param step returns the values of a step for an item
   */
  ReadAheadLoop(Iterator<?> items, int width, Function<Object, Object> step) {
    this.items = items;
    this.width = width;
    this.step = step;
  }

  @Override
  public @Nullable Object call(LuaState state, Object[] arguments) {
    if (!items.hasNext()) {
      return null;
    }
    int steps = arguments.length == 1 ? ((Number) arguments[0]).intValue() : 1;
    if (steps == 1) {
      return step.apply(items.next());
    }
    var all = new Object[steps * width];
    int count = 0;
    for (; count < all.length && items.hasNext(); count += width) {
      var values = step.apply(items.next());
      if (width == 1) {
        all[count] = values;
      } else {
        System.arraycopy(((Values) values).toArray(), 0, all, count, width);
      }
    }
    return Values.wrap(count == all.length ? all : Arrays.copyOf(all, count));
  }
}
