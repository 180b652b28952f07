package org.lupine.host;

import org.jspecify.annotations.Nullable;
import org.lupine.bridge.LuaState;

/** A Java object as a function of Lua, by the one method of an interface. */
record FunctionalCallback(JavaHost host, Object target, Overloads methods) implements Callback {
  @Override
  public @Nullable Object call(LuaState state, Object[] arguments) throws Throwable {
    return host.called(methods, state, target, arguments);
  }
}
