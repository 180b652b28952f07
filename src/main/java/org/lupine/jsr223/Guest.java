package org.lupine.jsr223;

import org.jspecify.annotations.Nullable;
import org.lupine.bridge.LuaState;
import org.lupine.value.LuaFunction;
import org.lupine.value.LuaTable;

/**
 * A Lua value in a state other than its own: there it is a Java object, a Map or something that can
 * be called. Hosts never see one, they get the value itself.
 */
interface Guest {
  /** The value itself. */
  Object original();

  /** What stands for a value in a state: itself, but for Lua values of other states. */
  static @Nullable Object into(LuaState state, @Nullable Object value) {
    if (value instanceof Guest) {
      return into(state, ((Guest) value).original());
    }
    var home = LuaState.of(value);
    if (home == null || home == state) {
      return value;
    }
    if (value instanceof LuaTable) {
      return new GuestTable((LuaTable) value, home, state);
    }
    if (value instanceof LuaFunction) {
      return new GuestFunction((LuaFunction) value, home, state);
    }
    return new GuestValue(value);
  }

  /** {@link #into} for each; the array itself where nothing changes. */
  static Object[] into(LuaState state, Object[] values) {
    Object[] changed = null;
    for (int i = 0; i < values.length; i++) {
      var each = into(state, values[i]);
      if (each != values[i]) {
        changed = changed == null ? values.clone() : changed;
        changed[i] = each;
      }
    }
    return changed == null ? values : changed;
  }

  /**
   * {@link #into} for each that is of this engine; the others the state refuses.
   */
  static Object[] intoOwn(LuaState state, LuaScriptEngine engine, Object[] values) {
    for (var each : values) {
      var home = LuaState.of(out(each));
      if (home != null && home != state && ScriptConsole.home(engine, home) == null) {
        return values;
      }
    }
    return into(state, values);
  }

  /** What Java gets for a value out of a state. */
  static @Nullable Object out(@Nullable Object value) {
    return value instanceof Guest ? ((Guest) value).original() : value;
  }
}
