package org.lupine.host;

import org.jspecify.annotations.Nullable;
import org.lupine.bridge.LuaState;

/** A Java object as a Lua function, by the single abstract method of an interface. */
record FunctionalCallback(MethodCalls calls, Object target, Overloads methods) implements Callback {
  @Override
  public @Nullable Object call(LuaState state, Object[] arguments) throws Throwable {
    return calls.call(methods, state, target, arguments);
  }
}
