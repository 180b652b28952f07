package org.lupine.bridge;

import org.jspecify.annotations.Nullable;
import org.lupine.bridge.Protocol.Tag;

/**
 * A call of a Java member with at most one argument, which is a number, a boolean or a Java object,
 * without an array or a box for it, and mostly without one for the result.
 */
public abstract class UnboxedCall {
  /** The tag of all results; {@code OBJECT} if they are objects of any class, or null. */
  final int resultTag;

  /** Whether results are longs, of which some flavours cannot hold each. */
  final boolean isLong;

  /**
   * Whether the call reads the element at a whole number, and those that follow may be read before
   * they are needed: reading them has no effect and runs no foreign code.
   */
  final boolean readsAhead;

  /** Creates a call whose results have the type that the member declares. */
  protected UnboxedCall(Class<?> result) {
    this(result, false);
  }

  /** Creates a call whose elements may be read ahead of their use, or not. */
  protected UnboxedCall(Class<?> result, boolean readsAhead) {
    this.readsAhead = readsAhead;
    this.isLong = result == long.class;
    this.resultTag =
        result == void.class
            ? Tag.NONE
            : result == double.class
                ? Tag.NUMBER
                : result == boolean.class
                    ? Tag.BOOLEAN
                    : isLong || result == int.class || result == short.class || result == byte.class
                        ? Tag.INTEGER
                        : Tag.OBJECT;
  }

  /** Returns whether results are objects of any class, or null. */
  protected final boolean returnsObjects() {
    return resultTag == Tag.OBJECT;
  }

  /** Returns a small value as an object. */
  protected static @Nullable Object boxed(int tag, long bits) {
    switch (tag) {
      case Tag.NIL:
        return null;
      case Tag.BOOLEAN:
        return bits != 0;
      case Tag.INTEGER:
        return bits;
      default:
        return Double.longBitsToDouble(bits);
    }
  }

  /** Returns whether the member can be called with a string as its argument. */
  public abstract boolean takesText();

  /** Returns whether the member can be called with this argument, as {@link #call} gets it. */
  public abstract boolean takes(Object target, int tag, long bits, @Nullable Object argument);

  /**
   * Calls the member and returns the bits of its result, which is not an object.
   *
   * @param tag the tag of the argument
   * @param bits the bits of the argument: a whole number's value, a double's bits, 0 or 1
   * @param argument the argument if it is a string or a Java object, as a script holds it; else
   *     null
   */
  public abstract long call(Object target, int tag, long bits, @Nullable Object argument)
      throws Throwable;

  /** Calls the member and returns its result, which is an object. */
  public abstract @Nullable Object callForObject(
      Object target, int tag, long bits, @Nullable Object argument) throws Throwable;
}
