package org.lupine.value;

import org.jspecify.annotations.Nullable;

/**
 * A Java function for Lua. Called by the thread that runs the script.
 *
 * <pre>{@code
 * try (LuaRuntime lua = LuaRuntime.create()) {
 *   lua.globals().put("swap", lua.function(args -> Values.of(args[1], args[0])));
 *   System.out.println(lua.eval("swap('a', 'b')"));   // [b, a]
 * }
 * }</pre>
 */
@FunctionalInterface
public interface JavaFunction {
  /**
   * Answers a call from Lua.
   *
   * @param arguments none to many; nil is null
   * @return the result, null for nil; {@link Values} for none or several; {@link Yield} to yield
   * @throws Exception becomes an error in Lua, whose value is the exception itself
   */
  @Nullable Object call(@Nullable Object... arguments) throws Exception;
}
