package org.lupine.host;

import java.lang.reflect.Type;
import org.jspecify.annotations.Nullable;
import org.lupine.bridge.LuaState;

/**
 * What a call needs to convert values between Lua and Java: its state, access control, and a way to
 * implement interfaces. Immutable.
 *
 * @param state null outside of a call, for conversions that need none
 */
record CallContext(Gate gate, @Nullable LuaState state, Implementer implementer) {
  /** Implements interfaces by Lua functions and tables. */
  interface Implementer {
    /** Returns an object of an interface, given its type arguments as far as they are known. */
    Object implement(LuaState state, Class<?> type, Type generic, Object functionOrTable);
  }

  /** Implements an interface in the state of this call, which there must be. */
  @SuppressWarnings("NullAway") // the caller has a state, or an implementer without
  Object implement(Class<?> type, Type generic, Object functionOrTable) {
    return implementer.implement(state, type, generic, functionOrTable);
  }
}
