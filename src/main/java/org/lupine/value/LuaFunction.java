package org.lupine.value;

import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A Lua function. Thread-safe; calls wait while another thread is in its state.
 *
 * <pre>{@code
 * try (LuaRuntime lua = LuaRuntime.create()) {
 *   LuaFunction max = (LuaFunction) lua.eval("math.max").first();
 *   System.out.println(max.call(3, 7, 5).first());   // 7
 *   IntBinaryOperator operator = max.as(IntBinaryOperator.class);
 *   System.out.println(operator.applyAsInt(3, 7));   // 7
 * }
 * }</pre>
 */
public interface LuaFunction extends Function<Object, Object> {
  /**
   * Calls the function.
   *
   * @param arguments none to many; null for nil
   * @return its results, none to many; never null
   * @throws LuaException if the function raises an error
   * @throws IllegalStateException if its state is closed
   */
  Values call(@Nullable Object... arguments);

  /** Calls the function with one argument; returns the first result, or null. */
  @Override
  default @Nullable Object apply(Object argument) {
    return call(argument).first();
  }

  /**
   * Returns this function as an object of a functional interface: the interface's single abstract
   * method calls the function, and its result is converted to the method's type. A Java exception
   * that passes through the function is thrown as itself if the method may throw it, else as the
   * cause of a {@link LuaException}.
   *
   * @throws IllegalArgumentException if the type is not a functional interface
   */
  <T> T as(Class<T> type);

  /**
   * Returns a new coroutine that will call this function with these arguments. It is not started.
   */
  LuaCoroutine coroutine(@Nullable Object... arguments);

  /** Returns what Lua knows about this function: name, chunk, line. */
  LuaFunctionInfo info();
}
