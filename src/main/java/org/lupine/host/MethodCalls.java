package org.lupine.host;

import org.jspecify.annotations.Nullable;
import org.lupine.bridge.LuaState;
import org.lupine.value.Values;

/** Calls methods of Java objects in the context of a state, and converts their results for Lua. */
final class MethodCalls {
  final Gate gate;

  /** The context of conversions outside of a call, without a state. */
  final CallContext stateless;

  private final CallContext.Implementer implementer;
  private final boolean unpacksArrays;
  private @Nullable CallContext last; // its fields are final

  MethodCalls(Gate gate, CallContext.Implementer implementer, boolean unpacksArrays) {
    this.gate = gate;
    this.implementer = implementer;
    this.unpacksArrays = unpacksArrays;
    this.stateless = new CallContext(gate, null, implementer);
  }

  /** Returns the context of calls in a state. */
  CallContext context(LuaState state) {
    var known = last;
    if (known == null || known.state() != state) {
      known = new CallContext(gate, state, implementer);
      last = known;
    }
    return known;
  }

  /** Calls the best overload with all arguments. */
  @Nullable Object call(
      Overloads methods, LuaState state, @Nullable Object target, Object[] arguments)
      throws Throwable {
    var result = methods.call(context(state), target, arguments, 0);
    if (result == Overloads.NO) {
      throw methods.mismatch(context(state), target, arguments, 0);
    }
    return results(methods, result);
  }

  /** Converts a result for Lua: results of methods of big number classes stay objects. */
  @Nullable Object results(Overloads of, Object result) {
    return of.big ? Arithmetic.kept(result) : unpacked(result);
  }

  /** Returns several values for an array, if the options say so, any other result unchanged. */
  @Nullable Object unpacked(@Nullable Object result) {
    return unpacksArrays && result instanceof Object[] ? Values.of((Object[]) result) : result;
  }
}
