package org.lupine.jsr223;

import org.lupine.bridge.LuaState;
import org.lupine.value.LuaCoroutine;
import org.lupine.value.LuaFunction;
import org.lupine.value.LuaFunctionInfo;
import org.lupine.value.Values;

/** A mirror of a function. It runs in its own state, and writes where the caller writes. */
record MirrorFunction(LuaFunction original, LuaState home, LuaState visited)
    implements Mirror, LuaFunction {
  @Override
  public Values call(Object... arguments) {
    var results = Mirrors.callIn(visited, home, () -> original.call(Mirrors.wrap(home, arguments)));
    return Values.wrap(Mirrors.wrap(visited, results.toArray()));
  }

  @Override
  public <T> T as(Class<T> type) {
    return original.as(type);
  }

  @Override
  public LuaCoroutine coroutine(Object... arguments) {
    return original.coroutine(Mirrors.wrap(home, arguments));
  }

  @Override
  public LuaFunctionInfo info() {
    return original.info();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof MirrorFunction && original.equals(((MirrorFunction) other).original);
  }

  @Override
  public int hashCode() {
    return original.hashCode();
  }

  @Override
  public String toString() {
    return original.toString();
  }
}
