package org.lupine.host;

import java.lang.reflect.Array;
import java.nio.Buffer;
import java.util.Arrays;
import java.util.Collection;
import java.util.Enumeration;
import java.util.Iterator;
import java.util.Map;
import java.util.stream.BaseStream;
import org.jspecify.annotations.Nullable;
import org.lupine.bridge.Host;
import org.lupine.value.LuaException;
import org.lupine.value.Values;

/** Implements Lua loops over Java objects: the three values that {@code for} takes. */
final class Loops {
  private Loops() {}

  /** Implements {@code pairs(target)}: key and value, or index and value, or counter and value. */
  static Values pairs(Object target, long base) {
    return target instanceof Map
        ? loop(target, ReadAheadLoop.entries((Map<?, ?>) target))
        : ipairs(target, base);
  }

  /** Implements {@code ipairs(target)}: index and value up to the end, including nulls. */
  static Values ipairs(Object target, long base) {
    return counted(target, base, false);
  }

  /** Implements {@code java.iter(target)}: the items one by one. */
  static Values iter(Object target) {
    return loop(target, ReadAheadLoop.over(items(target), runsNoForeignCode(target)));
  }

  /** Implements {@code java.iterex(target)}: the items, unpacked if they hold several values. */
  static Values iterex(Object target) {
    var items = items(target);
    return loop(
        (state, none) -> {
          if (!items.hasNext()) {
            return null;
          }
          var parts = parts(items.next());
          if (parts.length == 0) {
            return JavaNull.NULL;
          }
          parts[0] = JavaNull.orNull(parts[0]);
          return Values.wrap(parts);
        });
  }

  /**
   * Implements {@code java.enumerate(target, start)}: a counter and the item, optionally unpacked.
   */
  static Values enumerate(Object target, long start, boolean unpack) {
    return counted(target, start, unpack);
  }

  private static Values counted(Object target, long start, boolean unpack) {
    var items = items(target);
    if (!unpack) {
      return loop(target, ReadAheadLoop.counted(items, start, runsNoForeignCode(target)));
    }
    var next = new long[] {start};
    return loop(
        (state, none) -> {
          if (!items.hasNext()) {
            return null;
          }
          var item = items.next();
          if (!(item instanceof Object[] || item instanceof Values)) {
            return Values.of(next[0]++, item);
          }
          var parts = parts(item);
          var all = new Object[parts.length + 1];
          all[0] = next[0]++;
          System.arraycopy(parts, 0, all, 1, parts.length);
          return Values.wrap(all);
        });
  }

  private static Values loop(Object target, ReadAheadLoop steps) {
    return loop(canReadAhead(target) ? steps : (state, none) -> steps.next());
  }

  /**
   * Returns whether taking items before they are needed has no side effects, as with an array or a
   * collection of the JDK.
   */
  private static boolean canReadAhead(Object target) {
    return target instanceof Collection || target instanceof Map
        ? target.getClass().getModule() == Object.class.getModule()
        : target.getClass().isArray();
  }

  /**
   * Returns whether iterating over a target certainly runs no foreign code. A collection of the JDK
   * may wrap one of the user's.
   */
  private static boolean runsNoForeignCode(Object target) {
    return target.getClass().isArray() || JavaType.of(target.getClass()).readAhead;
  }

  private static Values loop(Callback step) {
    return Values.of(new Host.AsFunction(step), null, null);
  }

  private static Object[] parts(Object item) {
    if (item instanceof Map.Entry) {
      var entry = (Map.Entry<?, ?>) item;
      return new Object[] {entry.getKey(), entry.getValue()};
    }
    if (item instanceof Values) {
      return ((Values) item).toArray();
    }
    return item instanceof Object[]
        ? Arrays.copyOf((Object[]) item, ((Object[]) item).length, Object[].class)
        : new Object[] {item};
  }

  /** Returns whether a value can be iterated over. */
  static boolean loops(@Nullable Object target) {
    return target instanceof Iterable
        || target instanceof Map
        || target instanceof Iterator
        || target instanceof BaseStream
        || target instanceof Enumeration
        || target != null && target.getClass().isArray();
  }

  private static Iterator<?> items(Object target) {
    if (target instanceof Iterable) {
      return ((Iterable<?>) target).iterator();
    }
    if (target instanceof Map) {
      return ((Map<?, ?>) target).entrySet().iterator();
    }
    if (target instanceof Iterator) {
      return (Iterator<?>) target;
    }
    if (target instanceof BaseStream) {
      return ((BaseStream<?, ?>) target).iterator();
    }
    if (target instanceof Enumeration) {
      return ((Enumeration<?>) target).asIterator();
    }
    if (target instanceof Object[]) {
      return Arrays.asList((Object[]) target).iterator();
    }
    if (target != null && target.getClass().isArray()) {
      return new Elements(target);
    }
    throw new LuaException("attempt to loop over a " + Argument.name(target) + " value");
  }

  /** Iterates over the elements of an array of primitives. */
  private static final class Elements implements Iterator<Object> {
    private final Object array;
    private int next;

    Elements(Object array) {
      this.array = array;
    }

    @Override
    public boolean hasNext() {
      return next < Array.getLength(array);
    }

    @Override
    public Object next() {
      return Array.get(array, next++);
    }
  }

  /** Returns {@code #target}, or -1 if the target has no length. */
  static long length(Object target) {
    return target instanceof Collection
        ? ((Collection<?>) target).size()
        : target instanceof Map
            ? ((Map<?, ?>) target).size()
            : target instanceof CharSequence
                ? ((CharSequence) target).length()
                : target instanceof Buffer
                    ? Buffers.length((Buffer) target)
                    : target.getClass().isArray() ? Array.getLength(target) : -1;
  }
}
