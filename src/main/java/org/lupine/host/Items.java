package org.lupine.host;

import java.lang.reflect.Array;
import java.util.List;
import java.util.Map;
import org.lupine.value.LuaException;

/** Entries of maps, elements of lists and arrays. */
final class Items {
  /** No entry of that name, no such element. */
  static final Object ABSENT = new Object();

  private final long base;

  Items(int base) {
    this.base = base;
  }

  /**
   * The entry of a map. A whole number finds the key of any type that has its value, as maps made
   * in Java mostly have {@code Integer} keys.
   */
  Object entry(Map<?, ?> map, Object key) {
    var found = lookup(map, Conversion.plain(key));
    if (found != ABSENT) {
      return found;
    }
    var whole = key instanceof Number ? Numbers.whole(key) : null;
    if (whole != null) {
      var like = like(map, whole);
      return like == null ? ABSENT : map.get(like);
    }
    return ABSENT;
  }

  private static Object lookup(Map<?, ?> map, Object key) {
    try {
      var value = map.get(key);
      return value != null || map.containsKey(key) ? value : ABSENT;
    } catch (ClassCastException | NullPointerException e) {
      // A map that is sorted, or takes no null, says so: it has no such key.
      return ABSENT;
    }
  }

  /** The key of a whole number as the map has it, or null. */
  private static Object like(Map<?, ?> map, long number) {
    var keys = new Object[] {number, (int) number, (short) number, (byte) number};
    for (var each : keys) {
      if (((Number) each).longValue() == number && lookup(map, each) != ABSENT) {
        return each;
      }
    }
    return null;
  }

  /** Whether a map hides a member: those that every map has but are no methods. */
  static boolean hides(NamedMember member) {
    return member.methods == null
        && (member.name.equals("empty") || member.name.equals("class"));
  }

  /** Sets an entry; nil removes it, {@code java.null} sets null. */
  void entry(Map<Object, Object> map, Object key, Object value) {
    var plain = Conversion.plain(key);
    var whole = key instanceof Number ? Numbers.whole(key) : null;
    if (whole != null) {
      var like = like(map, whole);
      plain = like == null ? whole : like;
    }
    if (value == null) {
      map.remove(plain);
    } else {
      map.put(plain, Conversion.plain(value));
    }
  }

  /** The element of a list or array; {@link #ABSENT} for any other target or key. */
  Object element(Object target, Object key) {
    var whole = key instanceof Number ? Numbers.whole(key) : null;
    if (whole == null) {
      return ABSENT;
    }
    long at = whole - base;
    if (target instanceof List) {
      var list = (List<?>) target;
      return at >= 0 && at < list.size() ? list.get((int) at) : null;
    }
    return at >= 0 && at < Array.getLength(target) ? Array.get(target, (int) at) : null;
  }

  /** Sets an element; that after the last is added to a list. */
  @SuppressWarnings("unchecked")
  void element(JavaHost host, Object target, Object key, Object value) {
    var whole = key instanceof Number ? Numbers.whole(key) : null;
    if (whole == null) {
      throw new LuaException("bad index of " + target.getClass().getTypeName()
          + " (whole number expected, got " + Argument.name(key) + ")");
    }
    long at = whole - base;
    if (target instanceof List) {
      var list = (List<Object>) target;
      if (at == list.size()) {
        list.add(Conversion.plain(value));
        return;
      }
      checked(at, list.size(), whole, target);
      list.set((int) at, Conversion.plain(value));
      return;
    }
    checked(at, Array.getLength(target), whole, target);
    var type = target.getClass().getComponentType();
    var converted = new Parameter(type, type).convert(host, null, value);
    if (converted == Parameter.NO) {
      throw new LuaException("bad element of " + target.getClass().getTypeName() + " ("
          + type.getSimpleName() + " expected, got " + Argument.name(value) + ")");
    }
    Array.set(target, (int) at, converted);
  }

  private static void checked(long at, int size, long key, Object target) {
    if (at < 0 || at >= size) {
      throw new LuaException("index " + key + " out of range of " + target.getClass().getTypeName()
          + " of length " + size);
    }
  }
}
