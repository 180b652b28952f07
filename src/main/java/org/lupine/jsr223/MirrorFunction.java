package org.lupine.jsr223;

import java.util.Arrays;
import org.lupine.bridge.Host;
import org.lupine.bridge.LuaState;
import org.lupine.host.ForeignFunction;
import org.lupine.value.LuaCoroutine;
import org.lupine.value.LuaFunction;
import org.lupine.value.LuaFunctionInfo;
import org.lupine.value.Values;
import org.lupine.value.Yield;

/** A mirror of a function. It runs in its own state, and writes where the caller writes. */
record MirrorFunction(LuaFunction original, LuaState home, LuaState visited)
    implements Mirror, ForeignFunction {
  @Override
  public Values call(Object... arguments) {
    var results = Mirrors.callIn(visited, home, () -> original.call(Mirrors.wrap(home, arguments)));
    return Values.wrap(Mirrors.wrap(visited, results.toArray()));
  }

  /** Runs the function in a coroutine of its own state, and yields what that one yields. */
  @Override
  public Object callYieldable(Object... arguments) {
    var all =
        Mirrors.callIn(
            visited, home, () -> home.callInCoroutine(original, Mirrors.wrap(home, arguments)));
    var values = Mirrors.wrap(visited, Arrays.copyOfRange(all, 1, all.length));
    return all[0] == null ? Values.wrap(values) : yielded((LuaCoroutine) all[0], values);
  }

  /** Returns a yield of these values that continues the coroutine, and does so again. */
  private Yield yielded(LuaCoroutine coroutine, Object[] values) {
    Host.Continuation next =
        given -> {
          var results =
              Mirrors.callIn(
                  visited, home, () -> coroutine.resume(Mirrors.wrap(home, given.toArray())));
          var wrapped = Mirrors.wrap(visited, results.toArray());
          return coroutine.status() == LuaCoroutine.Status.DEAD
              ? Values.wrap(wrapped)
              : yielded(coroutine, wrapped);
        };
    return Yield.of(values).then(next);
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
