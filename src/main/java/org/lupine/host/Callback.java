package org.lupine.host;

import org.jspecify.annotations.Nullable;
import org.lupine.bridge.LuaState;

/** A function of our own that Lua calls: a step of a loop, for the most part. */
@FunctionalInterface
interface Callback {
  @Nullable Object call(LuaState state, Object[] arguments) throws Throwable;
}
