package org.lupine.host;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Type;
import org.jspecify.annotations.Nullable;
import org.lupine.access.HostAccess;
import org.lupine.bridge.Host;
import org.lupine.bridge.LuaState;
import org.lupine.bridge.Results;
import org.lupine.value.LuaException;
import org.lupine.value.LuaFunction;
import org.lupine.value.LuaTable;
import org.lupine.value.Values;

/** Implements interfaces by Lua functions, by tables, and by Java objects that can be called. */
final class Implementations {
  private final Host host;
  private final MethodCalls calls;

  /** Creates it for a host, which calls Java objects. */
  Implementations(Host host, MethodCalls calls) {
    this.host = host;
    this.calls = calls;
  }

  /**
   * Implements an interface for a script, given its type arguments as far as they are known.
   *
   * @throws LuaException if the script may not
   */
  <T> T implement(LuaState state, Class<T> type, Type generic, Object functionOrTable) {
    calls.gate.check(HostAccess.Operation.IMPLEMENT, type, type.getTypeName());
    return implementation(state, type, generic, functionOrTable);
  }

  /** Implements an interface as {@link #implement} does, without a check of access. */
  <T> T implementation(LuaState state, Class<T> type, Type generic, Object functionOrTable) {
    var only = Functional.method(type);
    if (functionOrTable instanceof LuaTable) {
      return Implementation.of(
          calls.context(state),
          type,
          only == null ? type : generic,
          functionOrTable,
          (method, arguments) ->
              called(state, (LuaTable) functionOrTable, only, method, arguments));
    }
    if (only == null) {
      throw new IllegalArgumentException(
          type.getTypeName() + " is not a functional interface: it takes a table of functions");
    }
    return Implementation.of(
        calls.context(state),
        type,
        generic,
        functionOrTable,
        (method, arguments) ->
            implementsOnly(only, method)
                ? called(state, functionOrTable, arguments)
                : Results.ABSENT);
  }

  /** Calls a table's function, or the table itself if the interface has a single method. */
  private static @Nullable Object called(
      LuaState state, LuaTable table, @Nullable Method only, Method method, Object[] arguments) {
    var results = state.callMethod(table, method.getName(), arguments);
    return Results.first(
        Results.of(
            results == null
                    && only != null
                    && implementsOnly(only, method)
                    && state.isCallable(table)
                ? state.call(table, arguments)
                : results));
  }

  private static boolean implementsOnly(Method only, Method method) {
    return Modifier.isAbstract(method.getModifiers())
        && !Functional.ofObject(method)
        && only.getName().equals(method.getName());
  }

  private @Nullable Object called(LuaState state, Object callee, Object[] arguments)
      throws Throwable {
    var result =
        callee instanceof LuaFunction
            ? ((LuaFunction) callee).call(arguments)
            : host.call(state, callee, arguments);
    return result instanceof Values ? ((Values) result).first() : result;
  }

  /** Implements an interface for a script; failures are Lua errors. */
  Object implemented(LuaState state, Class<?> type, Object functionOrTable) {
    try {
      return implement(state, type, type, functionOrTable);
    } catch (IllegalArgumentException e) {
      throw new LuaException(e.getMessage(), e);
    }
  }

  /** Implements several interfaces by the functions of a table. */
  Object implementedAll(LuaState state, Class<?>[] types, LuaTable table) {
    for (var each : types) {
      calls.gate.check(HostAccess.Operation.IMPLEMENT, each, each.getTypeName());
    }
    try {
      return Implementation.ofAll(
          calls.context(state),
          types,
          table,
          (method, arguments) -> called(state, table, null, method, arguments));
    } catch (IllegalArgumentException e) {
      throw new LuaException(e.getMessage(), e);
    }
  }
}
