package org.lupine.value;

import java.util.function.Function;

/**
 * A Lua function. For use by any thread; calls wait while another thread is in its state.
 */
public interface LuaFunction extends Function<Object, Object> {
  /**
   * Calls the function.
   *
   * @return its results, none to many; never null
   * @throws LuaException if the function raises
   * @throws IllegalStateException if its state is closed
   */
  Values call(Object... arguments);

  /** Calls with one argument and gives the first result, or null. */
  @Override
  default Object apply(Object argument) {
    return call(argument).first();
  }

  /**
   * This function as an object of a functional interface: its one abstract method calls the
   * function, its results are converted to the method's type.
   *
   * @throws IllegalArgumentException if the type is no functional interface
   */
  <T> T as(Class<T> type);

  /** A new coroutine over this function, which is not started. */
  LuaCoroutine coroutine(Object... arguments);
}
