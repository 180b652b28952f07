package org.lupine.support;

import org.lupine.Flavour;
import org.lupine.LuaRuntime;
import org.lupine.bridge.LuaState;
import org.lupine.bridge.StateAccess;
import org.lupine.value.LuaFunction;
import org.lupine.value.LuaTable;

/** Runtimes with default options, and values that Lua makes. */
public final class Runtimes {
  private Runtimes() {}

  public static LuaRuntime runtime(Flavour flavour) {
    return LuaRuntime.builder().flavour(flavour).build();
  }

  /** Evaluates an expression whose value is a function. */
  public static LuaFunction function(LuaRuntime lua, String expression) {
    return (LuaFunction) lua.eval(expression).first();
  }

  /** Evaluates an expression whose value is a table. */
  public static LuaTable table(LuaRuntime lua, String expression) {
    return (LuaTable) lua.eval(expression).first();
  }

  /** Returns the state of a runtime, which counts crossings and references. */
  public static LuaState state(LuaRuntime lua) {
    return StateAccess.of(lua);
  }
}
