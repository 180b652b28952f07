package org.lupine.jsr223;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import javax.script.ScriptContext;
import org.jspecify.annotations.Nullable;
import org.lupine.LuaRuntime;
import org.lupine.bridge.Chunk;
import org.lupine.bridge.Host;
import org.lupine.bridge.LuaState;
import org.lupine.bridge.StateAccess;
import org.lupine.value.LuaFunction;
import org.lupine.value.LuaTable;

/**
 * A state of an engine: runs scripts under a context, and converts globals for hosts. Thread-safe;
 * each run has the state for itself. An error of a run or call may be {@linkplain
 * org.lupine.value.LuaException#untraced untraced}.
 */
final class ScriptState {
  private static final Chunk ARGUMENTS =
      Chunk.text(
          "local name = ... local arg = {select(2, ...)} arg[0] = name return arg",
          "=arg",
          StandardCharsets.UTF_8,
          false);

  private final LuaRuntime runtime;
  private final LuaState lua;
  private final ScriptConsole console;

  ScriptState(LuaScriptEngine engine, LuaRuntime runtime) {
    this.runtime = runtime;
    this.lua = StateAccess.of(runtime);
    this.console = new ScriptConsole(engine, this);
    lua.console(console);
    lua.globalScope(console);
    lua.mirrors(value -> Mirrors.wrapOwn(lua, engine, value));
    var module = new ScriptModule(console);
    ScriptModule.Loader loader = arguments -> module;
    lua.preload(ScriptModule.NAME, new Host.AsFunction(loader));
  }

  LuaRuntime runtime() {
    return runtime;
  }

  LuaState lua() {
    return lua;
  }

  ScriptConsole console() {
    return console;
  }

  /** Runs an action in this state under a context; waits until the state is free. */
  private <T> T inContext(ScriptContext context, Supplier<T> action) {
    lua.enter();
    try {
      var before = console.enter(context);
      Throwable thrown = null;
      try {
        return action.get();
      } catch (Throwable e) {
        thrown = e;
        throw e;
      } finally {
        console.leave(before, thrown);
      }
    } finally {
      lua.exit();
    }
  }

  /**
   * Runs a chunk under a context. Does what {@link #inContext} does without an object for the
   * action, which would cost the JIT compiler three levels of inlining.
   *
   * @param pooled this state while it runs under a scope, over which the chunk gets an environment;
   *     null for the globals of this state
   * @param arguments null for none, and no table {@code arg}
   */
  Object[] run(
      Chunk chunk,
      ScriptContext context,
      @Nullable PooledState pooled,
      Object @Nullable [] arguments,
      String file) {
    lua.enter();
    try {
      var before = console.enter(context);
      Throwable thrown = null;
      Object[] results;
      try {
        results =
            pooled == null
                ? arguments == null ? lua.runInside(chunk) : runWith(arguments, chunk, file)
                : arguments == null
                    ? lua.runInside(chunk, pooled.scope())
                    : runWith(arguments, chunk, pooled.scope(), file);
      } catch (Throwable e) {
        thrown = e;
        throw e;
      } finally {
        console.leave(before, thrown);
      }
      if (pooled != null && pooled.depth == 1) {
        pooled.hasEnded = !pooled.outlived && lua.endAtOnce();
      }
      return results;
    } finally {
      lua.exit();
    }
  }

  private Object[] runWith(Object[] arguments, Chunk chunk, String file) {
    var given = Mirrors.wrap(lua, arguments);
    var old = lua.globals().get("arg");
    lua.globals().set("arg", table(given, file));
    try {
      return lua.runInside(chunk, null, given);
    } finally {
      lua.globals().set("arg", old);
    }
  }

  private Object[] runWith(Object[] arguments, Chunk chunk, ScriptScope scope, String file) {
    var given = Mirrors.wrap(lua, arguments);
    var old = scope.arguments(table(given, file));
    try {
      return lua.runInside(chunk, scope, given);
    } finally {
      scope.arguments(old);
    }
  }

  /** Calls a function of a scope; returns null if it has none of that name. */
  Object @Nullable [] call(
      ScriptContext context, ScriptScope scope, String name, Object[] arguments) {
    return inContext(
        context,
        () -> {
          var function = scope.read(name);
          return function instanceof LuaFunction
                  || function instanceof LuaTable && callable((LuaTable) function)
              ? lua.call(function, Mirrors.wrapOwn(lua, console.engine(), arguments))
              : null;
        });
  }

  /** Returns whether a table has {@code __call}. */
  static boolean callable(LuaTable table) {
    var lua = LuaState.of(table);
    return lua != null && lua.isCallable(table);
  }

  /** Returns a scope for runs in this state. */
  ScriptScope scope() {
    return new ScriptScope(console, lua);
  }

  private LuaTable table(Object[] arguments, String file) {
    var all = new Object[arguments.length + 1];
    all[0] = file;
    System.arraycopy(arguments, 0, all, 1, arguments.length);
    return (LuaTable) lua.run(ARGUMENTS, all)[0];
  }

  /** Calls a global; returns what stands for its {@link org.lupine.bridge.Results}. */
  @Nullable Object callGlobal(ScriptContext context, String name, Object[] arguments) {
    lua.enter();
    try {
      return callGlobalInside(context, name, arguments);
    } finally {
      lua.exit();
    }
  }

  /**
   * Calls a global as {@link #callGlobal} does, but enters as a callback does ({@link
   * LuaState#share}): it does not wait for a thread that is in a call from Lua to Java.
   */
  @Nullable Object callBack(ScriptContext context, String name, Object[] arguments) {
    lua.share();
    try {
      return callGlobalInside(context, name, arguments);
    } finally {
      lua.exit();
    }
  }

  private @Nullable Object callGlobalInside(
      ScriptContext context, String name, Object[] arguments) {
    var before = console.enter(context);
    Throwable thrown = null;
    try {
      return lua.globals().callInside(name, Mirrors.wrapOwn(lua, console.engine(), arguments));
    } catch (Throwable e) {
      thrown = e;
      throw e;
    } finally {
      console.leave(before, thrown);
    }
  }

  /**
   * Calls a method of a table of this state; returns null if nothing of that name can be called.
   */
  Object @Nullable [] callMethod(
      ScriptContext context, LuaTable table, String name, Object[] arguments) {
    return inContext(
        context,
        () -> lua.callMethodInside(table, name, Mirrors.wrapOwn(lua, console.engine(), arguments)));
  }

  @Nullable Object getGlobal(String name) {
    return Mirrors.unwrap(lua.globals().get(name));
  }

  boolean hasGlobal(String name) {
    return lua.globals().contains(name);
  }

  void putGlobal(String name, @Nullable Object value) {
    lua.globals().set(name, Mirrors.wrap(lua, value));
  }

  /** Sets a global as {@link #putGlobal} does and returns the old value. */
  @Nullable Object replaceGlobal(String name, @Nullable Object value) {
    return Mirrors.unwrap(lua.globals().put(name, Mirrors.wrap(lua, value)));
  }

  /** Removes a global, or what replaced the library's, and returns it. */
  @Nullable Object removeGlobal(String name) {
    return Mirrors.unwrap(lua.globals().remove(name));
  }

  List<String> userGlobals() {
    var names = new ArrayList<>(lua.globals().names());
    names.remove("");
    return names;
  }

  void clearGlobals() {
    lua.globals().clear();
  }

  void close() {
    runtime.close();
  }
}
