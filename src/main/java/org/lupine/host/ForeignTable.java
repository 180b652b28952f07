package org.lupine.host;

import org.jspecify.annotations.Nullable;
import org.lupine.value.LuaTable;

/**
 * A table of another state, as a Java object of the state that uses it: what a script does to it is
 * done there. Java code gets the table itself.
 */
public interface ForeignTable extends LuaTable {
  /** Returns the table itself. */
  LuaTable original();

  /** {@code table[key]}. */
  @Nullable Object index(Object key);

  /** {@code table[key] = value}. */
  void newIndex(Object key, Object value);

  /** An operator, as {@link org.lupine.bridge.Host#operate} has it; one side is this table. */
  @Nullable Object operate(int operator, Object left, Object right);
}
