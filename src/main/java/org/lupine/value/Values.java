package org.lupine.value;

import java.util.AbstractList;
import java.util.RandomAccess;
import org.jspecify.annotations.Nullable;

/**
 * The results of one call, none to many, in order; elements may be null (nil). Immutable.
 *
 * <p>The only Java type that is spread: passed to Lua as an argument or a result, it stands for its
 * elements rather than for one value.
 *
 * <pre>{@code
 * try (LuaRuntime lua = LuaRuntime.create()) {
 *   Values results = lua.eval("1, 'two', nil");
 *   System.out.println(results.size() + " " + results.first());                      // 3 1
 *   System.out.println(lua.execute("return select('#', ...)", results).first());     // 3
 * }
 * }</pre>
 */
public final class Values extends AbstractList<Object> implements RandomAccess {
  private static final Values NONE = new Values(new Object[0]);

  private final Object[] elements;

  private Values(Object[] elements) {
    this.elements = elements;
  }

  /** Returns the given values; the array is copied. */
  public static Values of(@Nullable Object... elements) {
    return elements.length == 0 ? NONE : new Values(elements.clone());
  }

  /** Returns values over an array that must not be modified afterwards. */
  public static Values wrap(Object[] elements) {
    return elements.length == 0 ? NONE : new Values(elements);
  }

  /** Returns no values, as a {@code void} method does. */
  public static Values none() {
    return NONE;
  }

  /** Returns the first value, or null if there is none. */
  public @Nullable Object first() {
    return elements.length == 0 ? null : elements[0];
  }

  @Override
  public Object get(int index) {
    return elements[index];
  }

  @Override
  public int size() {
    return elements.length;
  }

  @Override
  public Object[] toArray() {
    return elements.clone();
  }
}
