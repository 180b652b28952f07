package org.lupine.value;

import java.io.Serializable;
import java.util.List;
import java.util.Map;

/**
 * A live Lua table, seen as a map: what Lua writes is read here at once, and the reverse.
 *
 * <p>Numbers that are one key in Lua are one key here ({@code 1}, {@code 1L}, {@code 1.0}).
 * {@link #put} of null removes; a null key is a {@link NullPointerException}, a NaN key an {@link
 * IllegalArgumentException}. {@code get}, {@code put} and {@code remove} run metamethods and throw
 * {@link LuaException} when one raises; iteration is raw. Two views of one Lua table are equal.
 *
 * <p>For use by any thread; calls wait while another thread is in the table's state. After that
 * is closed, each method but {@code equals}, {@code hashCode} and {@code toString} throws {@link
 * IllegalStateException}. Serializes as plain collections, see {@link #toJava}.
 */
public interface LuaTable extends Map<Object, Object>, Serializable {
  /** The length as {@code #} gives it, {@code __len} included (Lua manual, 3.4.7). */
  long length();

  /** The value of a key, metamethods bypassed; null if there is none. */
  Object rawGet(Object key);

  /** Sets a key, metamethods bypassed, and gives the value that it had. */
  Object rawPut(Object key, Object value);

  /** The length as {@code rawlen} gives it. */
  long rawLength();

  /** Elements 1 to {@link #length} as a list from 0: live, writable, growing at its end. */
  List<Object> asList();

  /**
   * A deep copy in plain Java: sequences become lists, other tables maps in no given order; cycles
   * and sharing are kept.
   */
  Object toJava();
}
