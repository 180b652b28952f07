package org.lupine.bridge;

import java.util.NoSuchElementException;
import org.lupine.value.LuaCoroutine;
import org.lupine.value.Values;

/** A Lua thread that Java holds. */
final class Coroutine implements LuaCoroutine, LuaValue {
  private static final Status[] STATUSES = Status.values();

  private final Held held;
  private Values next;  // what hasNext found, under the state's lock

  Coroutine(Held held) {
    this.held = held;
  }

  @Override
  public Held held() {
    return held;
  }

  @Override
  public Values resume(Object... arguments) {
    return Values.wrap(held.state.operateAll(Operation.RESUME, this, arguments));
  }

  @Override
  public Status status() {
    return STATUSES[((Number) held.state.operate(Operation.THREAD_STATUS, this)).intValue()];
  }

  @Override
  public boolean hasNext() {
    held.state.enter();
    try {
      if (next == null && status() != Status.DEAD) {
        var values = resume();
        boolean ended = values.isEmpty() && status() == Status.DEAD;
        next = ended ? null : values;
      }
      return next != null;
    } finally {
      held.state.exit();
    }
  }

  @Override
  public Object next() {
    held.state.enter();
    try {
      if (!hasNext()) {
        throw new NoSuchElementException("coroutine has ended");
      }
      var values = next;
      next = null;
      return values.size() > 1 ? values : values.first();
    } finally {
      held.state.exit();
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Coroutine && held.equals(((Coroutine) other).held);
  }

  @Override
  public int hashCode() {
    return held.hashCode();
  }

  @Override
  public String toString() {
    return held.state.describe(this, "thread");
  }
}
