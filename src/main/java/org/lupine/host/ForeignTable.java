package org.lupine.host;

import org.jspecify.annotations.Nullable;
import org.lupine.value.LuaTable;

/**
 * A table of another state, as a Java object of the state that uses it. Operations of scripts on it
 * are performed in its own state. Java code gets the table itself.
 */
public interface ForeignTable extends LuaTable, ForeignValue {
  @Override
  LuaTable original();

  /** Reads {@code table[key]}. */
  @Nullable Object index(Object key);

  /** Assigns {@code table[key] = value}. */
  void newIndex(Object key, @Nullable Object value);

  /**
   * Applies an operator, as {@link org.lupine.bridge.Host#operate} does; one operand is this table.
   */
  @Nullable Object operate(int operator, Object left, Object right);

  /**
   * Applies a binary operator whose right operand is this table, where the left one is a table that
   * has no metamethod for it.
   */
  @Nullable Object operateRight(int operator, Object left, Object right);
}
