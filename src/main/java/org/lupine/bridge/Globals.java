package org.lupine.bridge;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.lupine.bridge.Protocol.Op;
import org.lupine.value.LuaException;
import org.lupine.value.LuaTable;

/**
 * The globals of a state itself, as opposed to those of a {@link Scope}. Reading and writing bypass
 * metamethods. Thread-safe; throws what the methods of {@link LuaState} throw.
 */
public final class Globals {
  private final LuaState state;
  private final FastCalls fastCalls;

  Globals(LuaState state, FastCalls fastCalls) {
    this.state = state;
    this.fastCalls = fastCalls;
  }

  /** Returns the value of a global; null if there is none. */
  public @Nullable Object get(String name) {
    return fastCalls.getGlobal(name);
  }

  /** Sets a global and returns its old value. */
  public @Nullable Object put(String name, @Nullable Object value) {
    return fastCalls.putGlobal(name, value);
  }

  /** Sets a global. */
  public void set(String name, @Nullable Object value) {
    fastCalls.setGlobal(name, value);
  }

  /** Removes a global, or what replaces an entry of the library; returns the old value. */
  public @Nullable Object remove(String name) {
    return state.operate(Op.PUT_GLOBAL, name, null, true);
  }

  /** Returns whether there is a global of a name, including those of the library. */
  public boolean contains(String name) {
    return get(name) != null;
  }

  /** Returns the names of the globals, except those of the library that are unchanged. */
  public List<String> names() {
    var names = new ArrayList<String>();
    for (var name : state.operateAll(Op.USER_GLOBALS, null)) {
      names.add(name.toString());
    }
    return names;
  }

  /** Resets the globals to what they were when the state was opened. */
  public void clear() {
    state.operate(Op.CLEAR_GLOBALS, null);
  }

  /** Returns the table of the globals. */
  public LuaTable table() {
    return (LuaTable) state.result(Op.GLOBALS, null);
  }

  /** Declares the present globals to be the library; later additions belong to scripts. */
  public void rememberLibrary() {
    state.operate(Op.REMEMBER, null);
  }

  /** Calls a global function; returns what stands for its {@link Results}. */
  public @Nullable Object call(String name, Object[] arguments) {
    state.enter();
    try {
      return fastCalls.callGlobal(name, arguments);
    } catch (LuaException e) {
      throw e.traced();
    } finally {
      state.exit();
    }
  }

  /**
   * Calls a global function as {@link #call} does, on a thread that is already inside. An error may
   * be {@linkplain LuaException#untraced untraced}.
   */
  public @Nullable Object callInside(String name, Object[] arguments) {
    return fastCalls.callGlobal(name, arguments);
  }
}
