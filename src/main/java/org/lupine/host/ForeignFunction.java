package org.lupine.host;

import org.lupine.value.LuaFunction;

/** A function of another state, as a function of the state that uses it. */
public interface ForeignFunction extends LuaFunction {
  /** Calls the function in a coroutine; returns its results, or a Yield if it has yielded. */
  Object callYieldable(Object... arguments);
}
