package org.lupine.value;

import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A Lua function. For use by any thread; calls wait while another thread is in its state.
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
   * @throws LuaException if the function raises
   * @throws IllegalStateException if its state is closed
   */
  Values call(@Nullable Object... arguments);

  /** Calls with one argument and gives the first result, or null. */
  @Override
  default @Nullable Object apply(Object argument) {
    return call(argument).first();
  }

  /**
   * This function as an object of a functional interface: its one abstract method calls the
   * function, its results are converted to the method's type. A Java exception that the function
   * lets through is thrown as itself if the method may throw it, else as the cause of a {@link
   * LuaException}.
   *
   * @throws IllegalArgumentException if the type is no functional interface
   */
  <T> T as(Class<T> type);

  /**
   * Returns a new coroutine over this function, which is not started; it will with these arguments.
   */
  LuaCoroutine coroutine(@Nullable Object... arguments);

  /** What Lua knows of it: name, chunk, line. */
  LuaFunctionInfo info();
}
