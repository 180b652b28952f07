package org.lupine.bridge;

import org.lupine.bridge.Protocol.Op;
import org.lupine.value.LuaCoroutine;
import org.lupine.value.LuaFunction;
import org.lupine.value.LuaFunctionInfo;
import org.lupine.value.Values;

/** A Lua function that Java holds. */
final class Function implements LuaFunction, LuaValue {
  private final ValueRef ref;

  Function(ValueRef ref) {
    this.ref = ref;
  }

  @Override
  public ValueRef ref() {
    return ref;
  }

  @Override
  public Values call(Object... arguments) {
    return Values.wrap(ref.state.call(this, normalized(arguments)));
  }

  @Override
  public <T> T as(Class<T> type) {
    return ref.state.host().implement(ref.state, type, this);
  }

  @Override
  public LuaCoroutine coroutine(Object... arguments) {
    return Coroutine.of(this, normalized(arguments));
  }

  /** Returns the arguments; a single null that Java took for the array is one nil. */
  private static Object[] normalized(Object[] arguments) {
    return arguments == null ? new Object[] {null} : arguments;
  }

  @Override
  public LuaFunctionInfo info() {
    var known = ref.state.operateAll(Op.DESCRIBE, this);
    long varargs = (Long) known[6];
    return new LuaFunctionInfo(
        known[0] == null ? null : known[0].toString(),
        known[1].toString(),
        known[2].toString(),
        number(known[3]),
        number(known[4]),
        number(known[5]),
        varargs < 0 ? null : varargs != 0,
        number(known[7]));
  }

  private static int number(Object known) {
    return ((Long) known).intValue();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Function && ref.equals(((Function) other).ref);
  }

  @Override
  public int hashCode() {
    return ref.hashCode();
  }

  @Override
  public String toString() {
    return ref.state.describe(this, "function");
  }
}
