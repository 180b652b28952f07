package org.lupine.bridge;

import java.util.AbstractMap.SimpleImmutableEntry;
import java.util.Iterator;
import java.util.Map;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/** Iterates over {@code pairs(table)} for a table that has a {@code __pairs}. */
final class TablePairs implements Iterator<Map.Entry<Object, Object>> {
  private final LuaState state;
  private final Object function;
  private final Object invariant;
  private Object control;
  private Object @Nullable [] step;

  /** Starts a loop with the three values that {@code __pairs} returned. */
  TablePairs(LuaState state, Object[] start) {
    this.state = state;
    this.function = start[0];
    this.invariant = start[1];
    this.control = start[2];
  }

  @Override
  public synchronized boolean hasNext() {
    var next = step();
    return next.length > 0 && next[0] != null;
  }

  /** Returns the results of the next step, which is made once. */
  private Object[] step() {
    var made = step;
    if (made == null) {
      made = state.call(function, invariant, control);
      step = made;
    }
    return made;
  }

  @Override
  public synchronized Map.Entry<Object, Object> next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    var next = step();
    control = next[0];
    var entry = new SimpleImmutableEntry<>(control, next.length > 1 ? next[1] : null);
    step = null;
    return entry;
  }
}
