package org.lupine.host;

import java.lang.reflect.Array;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.lupine.bridge.Protocol.Tag;
import org.lupine.bridge.UnboxedCall;

/** Reads the elements of lists, or of arrays of one type, by index. Immutable. */
final class ElementRead extends UnboxedCall {
  /** Does what {@link List#get} of a list of the JDK does at a valid index. */
  static final ElementRead LIST_GET = new ElementRead(Object.class, 0, true, true);

  private final long base;
  private final boolean strict; // whether indices out of range of a list are left to others

  /**
   * Creates a reader.
   *
   * @param element the type of the elements of an array; Object for lists
   * @param base the index of the first element
   * @param ahead whether elements may be read ahead of their use
   */
  ElementRead(Class<?> element, int base, boolean ahead) {
    this(element, base, ahead, false);
  }

  private ElementRead(Class<?> element, int base, boolean ahead, boolean strict) {
    super(element, ahead);
    this.base = base;
    this.strict = strict;
  }

  @Override
  public boolean takesText() {
    return false;
  }

  @Override
  public boolean takes(Object target, int tag, long bits, @Nullable Object argument) {
    return tag == Tag.INTEGER
        && (target instanceof List && !strict || bits >= base && bits - base < size(target));
  }

  private static int size(Object target) {
    return target instanceof List ? ((List<?>) target).size() : Array.getLength(target);
  }

  @Override
  public long call(Object target, int tag, long bits, @Nullable Object argument) {
    int at = (int) (bits - base);
    if (target instanceof double[]) {
      return Double.doubleToRawLongBits(((double[]) target)[at]);
    }
    if (target instanceof float[]) {
      return Double.doubleToRawLongBits(((float[]) target)[at]);
    }
    if (target instanceof int[]) {
      return ((int[]) target)[at];
    }
    if (target instanceof long[]) {
      return ((long[]) target)[at];
    }
    if (target instanceof byte[]) {
      return ((byte[]) target)[at];
    }
    return target instanceof boolean[] ? ((boolean[]) target)[at] ? 1 : 0 : ((short[]) target)[at];
  }

  @Override
  public @Nullable Object callForObject(
      Object target, int tag, long bits, @Nullable Object argument) {
    long at = bits - base;
    if (target instanceof List) {
      var list = (List<?>) target;
      return at >= 0 && at < list.size() ? list.get((int) at) : null;
    }
    return Array.get(target, (int) at);
  }
}
