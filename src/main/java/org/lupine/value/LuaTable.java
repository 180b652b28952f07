package org.lupine.value;

import java.io.Serializable;
import java.util.ConcurrentModificationException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A live view of a Lua table as a map: changes on either side are visible on the other at once.
 *
 * <p>Numbers that are one key in Lua are one key here ({@code 1}, {@code 1L}, {@code 1.0}). Values
 * are compared in their Lua form, so that {@code containsValue(1)} finds a {@code Long}. {@link
 * #put} of null removes; a null key is a {@link NullPointerException}, a NaN key an {@link
 * IllegalArgumentException}. A key or value that is {@code java.null} in Lua reads as null. {@link
 * Values} count as their first element.
 *
 * <p>{@code get}, {@code containsKey}, {@code put}, {@code putAll} and {@code remove} run
 * metamethods, and throw {@link LuaException} if one raises an error; sizes, sets and iterators
 * bypass them. Iterators read ahead. Entries may be removed during an iteration, by either side; if
 * keys are added, an iterator continues or throws {@link ConcurrentModificationException}, but it
 * always terminates. Two views of one Lua table are equal, and a table equals no other kind of map.
 *
 * <p>Thread-safe; calls wait while another thread is in the table's state. After the state is
 * closed, each method except {@code equals}, {@code hashCode} and {@code toString} throws {@link
 * IllegalStateException}. A Lua value of another runtime is refused with a {@link LuaException}
 * before anything is changed. Serializes as plain collections, see {@link #toJava()}.
 *
 * <pre>{@code
 * try (LuaRuntime lua = LuaRuntime.create()) {
 *   LuaTable moons = (LuaTable) lua.eval("{'Io', 'Europa', planet = 'Jupiter'}").first();
 *   moons.put(3, "Ganymede");
 *   System.out.println(moons.length() + " " + moons.size());   // 3 4
 *   System.out.println(moons.asList());          // [Io, Europa, Ganymede]
 *   System.out.println(moons.get("planet"));     // Jupiter
 * }
 * }</pre>
 */
public interface LuaTable extends Map<Object, Object>, Serializable {
  /**
   * Returns the length as the operator {@code #} does, including {@code __len} (Lua manual, 3.4.7).
   */
  long length();

  /** Returns the value of a key, bypassing metamethods; null if there is none. */
  @Nullable Object rawGet(@Nullable Object key);

  /** Sets a key, bypassing metamethods, and returns the old value. */
  @Nullable Object rawPut(@Nullable Object key, @Nullable Object value);

  /** Returns the length as {@code rawlen} does. */
  long rawLength();

  /** Sets a key as {@link #put} does, and returns this table. */
  default LuaTable with(Object key, Object value) {
    put(key, value);
    return this;
  }

  /**
   * Returns what a loop over {@code pairs(table)} iterates over, including {@code __pairs} except
   * in Lua 5.1, which does not have it. Each iterator is a new loop. Entries that {@code __pairs}
   * returned cannot be set.
   */
  Iterable<Entry<Object, Object>> pairs();

  /**
   * Returns elements 1 to {@link #length} as a list from index 0: live, writable, of variable size.
   * Null elements are not permitted ({@link NullPointerException}), since nil would end the list.
   */
  List<Object> asList();

  /**
   * Calls the table through its {@code __call}.
   *
   * @throws LuaException if it has none, or it raises an error
   */
  Values call(Object... arguments);

  /** Returns a deep copy as {@link #toJava(int)} does, of at most 1000 levels. */
  default Object toJava() {
    return toJava(1000);
  }

  /**
   * Returns a deep copy in plain Java, bypassing metamethods: sequences become lists; other tables,
   * including empty ones, become maps in unspecified order. Cycles and sharing are preserved. A
   * table that is a key stays a LuaTable.
   *
   * @param levels the maximum nesting depth, including this table
   * @throws LuaException if tables are nested more deeply
   */
  Object toJava(int levels);

  /**
   * Returns a copy as an object of a Java type, with its contents converted likewise:
   * <ul>
   *   <li>a record, by the names of its components, or by position from 1 if no name is present;
   *       a bean with a public no-argument constructor, by its setters and public fields;
   *   <li>a collection or an array, of elements 1 to {@link #length}; a map, of all entries;
   *   <li>{@code Object}: as {@link #toJava()} does;
   *   <li>any other interface: its methods call the table's functions.
   * </ul>
   *
   * <p>Inside, an enum is given by the name of its constant, an {@code Optional} by its value or
   * nil, a type of {@code java.time} by text that its {@code parse} accepts; numbers are converted
   * without loss. A missing value is null; a name that the type does not have is an error. Cycles
   * are preserved, except through records.
   *
   * @throws IllegalArgumentException if that is not possible, with the place of what does not fit
   */
  <T> T as(Class<T> type);

  /**
   * Returns the text that {@code tostring} returns; malformed bytes are replaced.
   *
   * @throws LuaException if {@code __tostring} raises an error, or does not return a string
   */
  String toLuaString();

  /**
   * Returns the text of {@link #toLuaString}, or type and address if there is none. Throws nothing.
   */
  @Override
  String toString();
}
