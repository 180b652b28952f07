package org.lupine.value;

import java.io.Serializable;
import java.util.ConcurrentModificationException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A live Lua table, seen as a map: what Lua writes is read here at once, and the reverse.
 *
 * <p>Numbers that are one key in Lua are one key here ({@code 1}, {@code 1L}, {@code 1.0}), and
 * values are compared as Lua holds them, so that {@code containsValue(1)} finds a {@code Long}.
 * {@link #put} of null removes; a null key is a {@link NullPointerException}, a NaN key an {@link
 * IllegalArgumentException}. Where Lua has {@code java.null} as key or value, it reads as null.
 * {@link Values} count as the first of them.
 *
 * <p>{@code get}, {@code containsKey}, {@code put}, {@code putAll} and {@code remove} run
 * metamethods and throw {@link LuaException} when one raises; sizes, sets and iterators bypass
 * them. Iterators read ahead. Removing is possible meanwhile, by either side; when keys are added
 * an iterator goes on, or throws {@link ConcurrentModificationException}, but it does end. Two
 * views of one Lua table are equal, and no table equals a map of another kind.
 *
 * <p>For use by any thread; calls wait while another thread is in the table's state. After that
 * is closed, each method but {@code equals}, {@code hashCode} and {@code toString} throws {@link
 * IllegalStateException}. A Lua value of another runtime is refused with a {@link LuaException},
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
  /** Returns the length as {@code #} gives it, {@code __len} included (Lua manual, 3.4.7). */
  long length();

  /** The value of a key, metamethods bypassed; null if there is none. */
  @Nullable Object rawGet(@Nullable Object key);

  /** Sets a key, metamethods bypassed, and gives the value that it had. */
  @Nullable Object rawPut(@Nullable Object key, @Nullable Object value);

  /** Returns the length as {@code rawlen} gives it. */
  long rawLength();

  /** Sets a key as {@link #put} does, and gives this table. */
  default LuaTable with(Object key, Object value) {
    put(key, value);
    return this;
  }

  /**
   * What a loop over {@code pairs(table)} sees, {@code __pairs} included but in Lua 5.1, which does
   * not know it. Each iterator is a new loop. Entries that {@code __pairs} gave cannot be set.
   */
  Iterable<Entry<Object, Object>> pairs();

  /**
   * Elements 1 to {@link #length} as a list from 0: live, writable, of changing size. Takes no null
   * ({@link NullPointerException}): nil would end it.
   */
  List<Object> asList();

  /**
   * Calls the table by its {@code __call}.
   *
   * @throws LuaException if it has none, or that raises
   */
  Values call(Object... arguments);

  /** {@link #toJava(int)} of at most 1000 levels. */
  default Object toJava() {
    return toJava(1000);
  }

  /**
   * Returns a deep copy in plain Java, metamethods bypassed: sequences become lists, other tables,
   * empty ones too, maps in no given order; cycles and sharing are kept. A table that is a key
   * stays a LuaTable.
   *
   * @param levels how deeply tables may be nested, this one counted
   * @throws LuaException if they are nested more deeply
   */
  Object toJava(int levels);

  /**
   * Returns a copy as an object of a Java type, whose contents are converted likewise:
   * <ul>
   *   <li>a record, by the names of its components, or by position from 1 where no name is there;
   *       a bean with a public constructor of no arguments, by its setters and public fields;
   *   <li>a collection or an array, of elements 1 to {@link #length}; a map, of all entries;
   *   <li>{@code Object}: as {@link #toJava()} has it;
   *   <li>any other interface: its methods call the table's functions.
   * </ul>
   *
   * <p>Inside, an enum is its constant's name, an {@code Optional} its value or nil, a type of
   * {@code java.time} what its {@code parse} reads; numbers are converted without loss. What is
   * missing is null; a name that the type does not have is an error. Cycles are kept, but through
   * records.
   *
   * @throws IllegalArgumentException if it cannot be that, with the place of what does not fit
   */
  <T> @Nullable T as(Class<T> type);

  /**
   * Returns the text that {@code tostring} gives; bytes that are no text are replaced.
   *
   * @throws LuaException if {@code __tostring} raises, or gives no string
   */
  String toLuaString();

  /** Returns the same, but never throws: where there is no such text, type and address. */
  @Override
  String toString();
}
