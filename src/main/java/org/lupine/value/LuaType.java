package org.lupine.value;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a value of Java's is in Lua, if it is one that lives there. */
public enum LuaType {
  TABLE, FUNCTION, THREAD, USERDATA;

  /**
   * The type of a Lua value that Java holds. Empty for all else, also where Lua would have a value
   * of its own for it: null, numbers, strings, collections.
   */
  public static Optional<LuaType> of(@Nullable Object value) {
    return value instanceof LuaTable ? Optional.of(TABLE)
        : value instanceof LuaFunction ? Optional.of(FUNCTION)
        : value instanceof LuaCoroutine ? Optional.of(THREAD)
        : value instanceof LuaUserdata ? Optional.of(USERDATA) : Optional.empty();
  }

  /** The name that Lua's {@code type} gives. */
  public String luaName() {
    return name().toLowerCase(java.util.Locale.ROOT);
  }
}
