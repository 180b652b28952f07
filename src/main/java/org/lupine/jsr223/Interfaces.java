package org.lupine.jsr223;

import java.lang.reflect.Modifier;
import java.util.function.Function;
import javax.script.ScriptContext;
import org.jspecify.annotations.Nullable;
import org.lupine.bridge.Interrupts;
import org.lupine.bridge.Results;
import org.lupine.host.JavaHost;
import org.lupine.value.LuaException;
import org.lupine.value.LuaFunction;
import org.lupine.value.LuaTable;

/** Implements interfaces by the functions of an engine's scope, or of a table. */
final class Interfaces {
  private Interfaces() {}

  /**
   * Implements an interface by the functions of the current engine scope, looked up at each call;
   * returns null if one is missing.
   */
  static <T> @Nullable T ofScope(LuaScriptEngine engine, Class<T> type) {
    check(type);
    var scope = engine.getBindings(ScriptContext.ENGINE_SCOPE);
    var state = engine.mainState();
    if (scope == engine.ownBindings()) {
      return complete(type, state::getGlobal)
          ? host(state)
              .implementByName(
                  state.lua(),
                  type,
                  engine,
                  (name, arguments) -> Results.first(engine.callBack(name, scope, arguments)))
          : null;
    }
    var pool = engine.pool();
    var asked = LuaScriptEngine.orEmpty(scope);
    return complete(type, name -> pool.get(asked, name))
        ? host(state)
            .implementByName(
                state.lua(),
                type,
                scope,
                (name, arguments) -> Results.first(engine.callBack(name, scope, arguments)))
        : null;
  }

  /**
   * Implements an interface by the functions of a table, which is their first argument; returns
   * null if one is missing.
   *
   * @param home the state of the table, null if it is not a Lua value of the engine
   */
  static <T> @Nullable T ofTable(
      @Nullable ScriptState home, @Nullable Object table, Class<T> type) {
    check(type);
    if (home == null || !(table instanceof LuaTable || table instanceof LuaFunction)) {
      throw new IllegalArgumentException("not a table of this engine: " + table);
    }
    try {
      return table instanceof LuaFunction || complete(type, ((LuaTable) table)::get)
          ? home.lua().host().implement(home.lua(), type, table)
          : null;
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  private static void check(Class<?> type) {
    if (type == null || !type.isInterface()) {
      throw new IllegalArgumentException("not an interface: " + type);
    }
  }

  private static JavaHost host(ScriptState state) {
    return (JavaHost) state.lua().host();
  }

  /** Returns whether there is something to call for each method that needs an implementation. */
  private static boolean complete(Class<?> type, Function<String, @Nullable Object> functions) {
    for (var method : type.getMethods()) {
      if (Modifier.isAbstract(method.getModifiers())
          && !JavaHost.isOfObject(method)
          && !callable(functions, method.getName())) {
        return false;
      }
    }
    return true;
  }

  private static boolean callable(Function<String, @Nullable Object> functions, String name) {
    try {
      var found = functions.apply(name);
      return found instanceof LuaFunction
          || found instanceof LuaTable && ScriptState.callable((LuaTable) found)
          || found instanceof Function;
    } catch (LuaException e) {
      Interrupts.rethrow(e);
      return false;
    }
  }
}
