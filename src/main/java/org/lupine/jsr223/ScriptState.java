package org.lupine.jsr223;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import javax.script.ScriptContext;
import org.jspecify.annotations.Nullable;
import org.lupine.LuaRuntime;
import org.lupine.bridge.Chunk;
import org.lupine.bridge.Host;
import org.lupine.bridge.LuaState;
import org.lupine.value.LuaFunction;
import org.lupine.value.LuaTable;

/**
 * A state of an engine: runs under a context, and globals as hosts see them. Safe for any thread;
 * each run has the state for itself.
 */
final class ScriptState {
  private static final Chunk ARGUMENTS = Chunk.text(
      "local name = ... local arg = {select(2, ...)} arg[0] = name return arg", "=arg",
      StandardCharsets.UTF_8, false);
  private static final Chunk CALLABLE = Chunk.text(
      "local meta = getmetatable(...) return type(meta) == 'table' and meta.__call ~= nil",
      "=callable", StandardCharsets.UTF_8, false);
  private static final Object[] NO_ARGUMENTS = {};

  private final LuaRuntime runtime;
  private final LuaState state;
  private final ScriptConsole console;

  ScriptState(LuaScriptEngine engine, LuaRuntime runtime) {
    this.runtime = runtime;
    this.state = runtime.state();
    this.console = new ScriptConsole(engine, this);
    state.console(console);
    state.globalScope(console);
    state.mirrors(value -> Mirrors.wrapOwn(state, engine, value));
    var module = new ScriptModule(console);
    ScriptModule.Loader loader = arguments -> module;
    state.preload(ScriptModule.NAME, new Host.AsFunction(loader));
  }

  LuaRuntime runtime() {
    return runtime;
  }

  LuaState state() {
    return state;
  }

  ScriptConsole console() {
    return console;
  }

  /** Runs in the globals of this state. */
  Object[] run(Chunk chunk, ScriptContext context, Object @Nullable [] arguments, String file) {
    state.enter();
    try {
      var before = console.enter(context);
      try {
        if (arguments == null) {
          return state.run(chunk, NO_ARGUMENTS);
        }
        var given = Mirrors.wrap(state, arguments);
        var old = state.getGlobal("arg");
        state.putGlobal("arg", table(given, file));
        try {
          return state.run(chunk, given);
        } finally {
          state.putGlobal("arg", old);
        }
      } finally {
        console.leave(before);
      }
    } finally {
      state.exit();
    }
  }

  /** Runs in an environment over a host's bindings. */
  Object[] run(Chunk chunk, ScriptContext context, ScriptScope scope,
      Object @Nullable [] arguments, String file) {
    state.enter();
    try {
      var before = console.enter(context);
      try {
        if (arguments == null) {
          return state.run(chunk, scope, NO_ARGUMENTS);
        }
        var given = Mirrors.wrap(state, arguments);
        scope.arguments(table(given, file));
        try {
          return state.run(chunk, scope, given);
        } finally {
          scope.arguments(null);
        }
      } finally {
        console.leave(before);
      }
    } finally {
      state.exit();
    }
  }

  /** Calls a function of a scope; null if it has none of that name. */
  Object @Nullable [] call(
      ScriptContext context, ScriptScope scope, String name, Object[] arguments) {
    state.enter();
    try {
      var before = console.enter(context);
      try {
        var function = scope.read(name);
        return function instanceof LuaFunction
            || function instanceof LuaTable && callable((LuaTable) function)
            ? state.call(function, Mirrors.wrapOwn(state, console.engine(), arguments)) : null;
      } finally {
        console.leave(before);
      }
    } finally {
      state.exit();
    }
  }

  /** Whether a table has {@code __call}. */
  static boolean callable(LuaTable table) {
    var state = LuaState.of(table);
    return state != null && Boolean.TRUE.equals(state.run(CALLABLE, table)[0]);
  }

  /** A scope for runs in this state. */
  ScriptScope scope() {
    return new ScriptScope(console, state);
  }

  private LuaTable table(Object[] arguments, String file) {
    var all = new Object[arguments.length + 1];
    all[0] = file;
    System.arraycopy(arguments, 0, all, 1, arguments.length);
    return (LuaTable) state.run(ARGUMENTS, all)[0];
  }

  /** Calls a global; null if there is nothing of that name to call. */
  Object @Nullable [] callGlobal(ScriptContext context, String name, Object[] arguments) {
    state.enter();
    try {
      return callGlobalInside(context, name, arguments);
    } finally {
      state.exit();
    }
  }

  /** {@link #callGlobal} as a callback: a thread that is inside need not have left. */
  Object @Nullable [] callBack(ScriptContext context, String name, Object[] arguments) {
    state.share();
    try {
      return callGlobalInside(context, name, arguments);
    } finally {
      state.exit();
    }
  }

  private Object @Nullable [] callGlobalInside(
      ScriptContext context, String name, Object[] arguments) {
    var before = console.enter(context);
    try {
      return state.callGlobalInside(name, Mirrors.wrapOwn(state, console.engine(), arguments));
    } finally {
      console.leave(before);
    }
  }

  /** Calls a method of a table of this state; null if it has nothing of that name to call. */
  Object @Nullable [] callMethod(
      ScriptContext context, LuaTable table, String name, Object[] arguments) {
    state.enter();
    try {
      var before = console.enter(context);
      try {
        return state.callMethod(table, name, Mirrors.wrapOwn(state, console.engine(), arguments));
      } finally {
        console.leave(before);
      }
    } finally {
      state.exit();
    }
  }

  @Nullable Object getGlobal(String name) {
    return Mirrors.unwrap(state.getGlobal(name));
  }

  boolean hasGlobal(String name) {
    return state.hasGlobal(name);
  }

  void putGlobal(String name, @Nullable Object value) {
    state.putGlobal(name, Mirrors.wrap(state, value));
  }

  /** {@link #putGlobal} that gives the old value. */
  @Nullable Object replaceGlobal(String name, @Nullable Object value) {
    return Mirrors.unwrap(state.putGlobal(name, Mirrors.wrap(state, value)));
  }

  /** Removes a global, or what stood in the place of the library's, and gives it. */
  @Nullable Object removeGlobal(String name) {
    return Mirrors.unwrap(state.removeGlobal(name));
  }

  List<String> userGlobals() {
    var names = new ArrayList<>(state.userGlobals());
    names.remove("");
    return names;
  }

  void clearGlobals() {
    state.clearGlobals();
  }

  void close() {
    runtime.close();
  }
}
