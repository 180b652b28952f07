package org.lupine.bridge;

import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.lupine.value.LuaTable;

/**
 * Where a run finds and leaves its global variables, if not in the state's own globals. Asked live
 * for each access; whatever is thrown becomes a Lua error.
 */
public interface Scope {
  /** What {@link #get} answers for a name that it does not have, so that the library is asked. */
  Object ABSENT = new Object();

  /** The value of a variable, null being nil, or {@link #ABSENT}. */
  @Nullable Object get(String name);

  /** Sets a variable; null for nil. */
  void put(String name, Object value);

  /**
   * Returns the names of the variables that there are now; others may be answered for all the same.
   */
  default Collection<String> names() {
    return List.of();
  }

  /**
   * Returns the environment of an earlier run under this scope in the same state, or null for a new
   * one.
   */
  default @Nullable LuaTable environment() {
    return null;
  }

  /**
   * What must stay alive so that this scope has its variables; null if this scope keeps them itself.
   * Whatever Java holds of the run keeps it.
   */
  default @Nullable Object variables() {
    return null;
  }

  /** Told of a new environment if functions stay in it, which this scope cannot hold. */
  default void keep(LuaTable environment) {}
}
