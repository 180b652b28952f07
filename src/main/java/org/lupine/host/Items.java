package org.lupine.host;

import java.lang.reflect.Array;
import java.nio.Buffer;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.lupine.value.LuaException;

/** Reads and writes entries of maps, elements of lists, arrays and buffers. */
final class Items {
  /** The result for a missing entry or element. */
  static final Object ABSENT = new Object();

  private final long base;

  Items(int base) {
    this.base = base;
  }

  /** Returns the entry of a map; the key is converted to the type of the map's keys. */
  @Nullable Object entry(Map<?, ?> map, Object key) {
    var plain = Conversion.unwrap(key);
    var found = plain instanceof Number ? ABSENT : lookup(map, plain);
    if (found != ABSENT || !(plain instanceof Number || plain instanceof String)) {
      return found;
    }
    var like = key instanceof Cast ? plain : Elements.key(map, plain);
    return like == plain && plain instanceof String ? ABSENT : lookup(map, like);
  }

  private static @Nullable Object lookup(Map<?, ?> map, @Nullable Object key) {
    try {
      var value = map.get(key);
      return value != null || map.containsKey(key) ? value : ABSENT;
    } catch (ClassCastException | NullPointerException e) {
      // a sorted map, or one that does not permit null, throws: it has no such key
      return ABSENT;
    }
  }

  /**
   * Returns whether a map's entries hide a member: members that every map has and that are not
   * methods.
   */
  static boolean hides(ClassMember member) {
    return member.methods == null && (member.name.equals("empty") || member.name.equals("class"));
  }

  /** Sets an entry; nil removes it, {@code java.null} sets null. */
  void entry(Map<Object, Object> map, Object key, @Nullable Object value) {
    var plain =
        key instanceof Cast ? Conversion.unwrap(key) : Elements.key(map, Conversion.unwrap(key));
    if (value == null) {
      map.remove(plain);
    } else {
      map.put(
          plain,
          value instanceof Cast
              ? Conversion.unwrap(value)
              : Elements.value(map, plain, Conversion.unwrap(value)));
    }
  }

  /**
   * Returns the element of a list, array or buffer; {@link #ABSENT} for any other target or key.
   */
  @Nullable Object element(Object target, Object key) {
    var whole = key instanceof Number ? Numbers.whole(key) : null;
    if (whole == null) {
      return ABSENT;
    }
    long at = whole - base;
    if (target instanceof List) {
      var list = (List<?>) target;
      return at >= 0 && at < list.size() ? list.get((int) at) : null;
    }
    if (target instanceof Buffer) {
      var buffer = (Buffer) target;
      return at >= 0 && at < Buffers.length(buffer) ? Buffers.get(buffer, (int) at) : null;
    }
    return at >= 0 && at < Array.getLength(target) ? Array.get(target, (int) at) : null;
  }

  /** Sets an element; an index right after the last appends to a list. */
  @SuppressWarnings("unchecked")
  void element(CallContext context, Object target, Object key, @Nullable Object value) {
    var whole = key instanceof Number ? Numbers.whole(key) : null;
    if (whole == null) {
      throw new LuaException(
          "bad index of "
              + target.getClass().getTypeName()
              + " (whole number expected, got "
              + Argument.name(key)
              + ")");
    }
    long at = whole - base;
    if (target instanceof List) {
      var list = (List<Object>) target;
      var element =
          value instanceof Cast
              ? Conversion.unwrap(value)
              : Elements.element(list, Conversion.unwrap(value));
      if (at == list.size()) {
        list.add(element);
        return;
      }
      checked(at, list.size(), whole, target);
      list.set((int) at, element);
      return;
    }
    var buffer = target instanceof Buffer ? (Buffer) target : null;
    checked(at, buffer == null ? Array.getLength(target) : Buffers.length(buffer), whole, target);
    var type = buffer == null ? target.getClass().getComponentType() : Buffers.component(buffer);
    var converted = new Parameter(type, type).convert(context, value);
    if (converted == Parameter.NO) {
      throw new LuaException(
          "bad element of "
              + target.getClass().getTypeName()
              + " ("
              + type.getSimpleName()
              + " expected, got "
              + Argument.name(value)
              + ")");
    }
    if (buffer == null) {
      Array.set(target, (int) at, converted);
    } else {
      Buffers.set(buffer, (int) at, Objects.requireNonNull(converted));
    }
  }

  private static void checked(long at, int size, long key, Object target) {
    if (at < 0 || at >= size) {
      throw new LuaException(
          "index "
              + key
              + " out of range of "
              + target.getClass().getTypeName()
              + " of length "
              + size);
    }
  }
}
