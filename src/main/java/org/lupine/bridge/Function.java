package org.lupine.bridge;

import org.lupine.value.LuaCoroutine;
import org.lupine.value.LuaFunction;
import org.lupine.value.Values;

/** A Lua function that Java holds. */
final class Function implements LuaFunction, LuaValue {
  private final Held held;

  Function(Held held) {
    this.held = held;
  }

  @Override
  public Held held() {
    return held;
  }

  @Override
  public Values call(Object... arguments) {
    return Values.wrap(held.state.call(this, arguments));
  }

  @Override
  public <T> T as(Class<T> type) {
    return held.state.host().implement(held.state, type, this);
  }

  @Override
  public LuaCoroutine coroutine(Object... arguments) {
    return (LuaCoroutine) held.state.operate(Operation.NEW_THREAD, this, arguments);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Function && held.equals(((Function) other).held);
  }

  @Override
  public int hashCode() {
    return held.hashCode();
  }

  @Override
  public String toString() {
    return held.state.describe(this, "function");
  }
}
