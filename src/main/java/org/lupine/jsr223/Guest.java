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
    if (isPlain(value)) {
      return value;
    }
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
  static Object[] into(LuaState state, @Nullable Object[] values) {
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

  /** {@link #into} for each, if all are of this engine; what is of another the state refuses. */
  static Object[] intoOwn(LuaState state, LuaScriptEngine engine, @Nullable Object[] values) {
    boolean plain = true;
    for (var each : values) {
      if (!isPlain(each)) {
        plain = false;
        var home = LuaState.of(out(each));
        if (home != null && home != state && ScriptConsole.home(engine, home) == null) {
          return values;
        }
      }
    }
    return plain ? values : into(state, values);
  }

  /**
   * Whether a value is of a class that most are of, and no Lua value. To ask an object of such a
   * class whether it is of an interface takes as long as all else here together.
   */
  private static boolean isPlain(@Nullable Object value) {
    return value == null || value instanceof Double || value instanceof String
        || value instanceof Long || value instanceof Integer || value instanceof Boolean;
  }

  /** What Java gets for a value out of a state. */
  static @Nullable Object out(@Nullable Object value) {
    return !isPlain(value) && value instanceof Guest ? ((Guest) value).original() : value;
  }
}
