package org.lupine.host;

import java.util.function.Function;
import org.lupine.value.LuaCoroutine;
import org.lupine.value.LuaFunction;
import org.lupine.value.LuaFunctionInfo;
import org.lupine.value.Values;

/** A Lua function with a body in Java. */
record FakeFunction(Function<Object[], Object> body) implements LuaFunction {
  @Override
  public Values call(Object... arguments) {
    var result = body.apply(arguments);
    return result instanceof Values ? (Values) result : Values.of(result);
  }

  @Override
  public <T> T as(Class<T> type) {
    throw new UnsupportedOperationException();
  }

  @Override
  public LuaCoroutine coroutine(Object... arguments) {
    throw new UnsupportedOperationException();
  }

  @Override
  public LuaFunctionInfo info() {
    throw new UnsupportedOperationException();
  }
}
