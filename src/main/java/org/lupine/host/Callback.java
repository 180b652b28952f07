package org.lupine.host;

import org.jspecify.annotations.Nullable;
import org.lupine.bridge.LuaState;

/** A function of this library that Lua calls, mostly a step of a loop. */
@FunctionalInterface
interface Callback {
  @Nullable Object call(LuaState state, Object[] arguments) throws Throwable;
}
