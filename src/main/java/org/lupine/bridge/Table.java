package org.lupine.bridge;

import java.util.AbstractMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.lupine.bridge.Protocol.Op;
import org.lupine.value.LuaTable;
import org.lupine.value.Values;

/** A Lua table that Java holds. */
final class Table extends AbstractMap<Object, Object> implements LuaTable, LuaValue {
  private static final long serialVersionUID = 1L;

  private final transient ValueRef ref;

  /** What was read last by index. Threads may overwrite each other's. */
  private transient ElementBlock block = ElementBlock.NONE;

  Table(ValueRef ref) {
    this.ref = ref;
  }

  @Override
  public ValueRef ref() {
    return ref;
  }

  LuaState state() {
    return ref.state;
  }

  private @Nullable Object operate(int operation, @Nullable Object... arguments) {
    return ref.state.operate(operation, this, arguments);
  }

  private Object result(int operation, Object... arguments) {
    return ref.state.result(operation, this, arguments);
  }

  Object[] all(int operation, Object... arguments) {
    return ref.state.operateAll(operation, this, arguments);
  }

  Object[] raw(int operation, @Nullable Object... arguments) {
    return ref.state.operateRaw(operation, this, arguments);
  }

  /** Returns what Java code sees for a raw value. */
  @Nullable Object seen(Object raw) {
    return ref.state.host().toJava(raw);
  }

  /** Returns a value in the form in which this table would return it. */
  Object normalized(Object value) {
    return new Normalizer(ref.state).normalize(value);
  }

  static boolean isNaN(@Nullable Object key) {
    return key instanceof Double && ((Double) key).isNaN()
        || key instanceof Float && ((Float) key).isNaN();
  }

  /** Returns a single value; of {@link Values} the first, as Lua takes the first of several. */
  static @Nullable Object element(@Nullable Object value) {
    return value instanceof Values ? ((Values) value).first() : value;
  }

  /** Returns a key for a lookup; null becomes {@code java.null}, since nil cannot be a key. */
  private Object lookupKey(@Nullable Object key) {
    var one = element(key);
    return one == null ? ref.state.host().nullObject() : one;
  }

  private static Object checkedKey(@Nullable Object key) {
    var one = Objects.requireNonNull(element(key), "key");
    if (isNaN(one)) {
      throw new IllegalArgumentException("table key is NaN");
    }
    return one;
  }

  @Override
  public @Nullable Object get(Object key) {
    if (key instanceof String) {
      return ref.state.getField(this, (String) key);
    }
    return key instanceof Long || key instanceof Integer
        ? element(((Number) key).longValue())
        : operate(Op.GET, lookupKey(key));
  }

  /** Returns an element; one that continues a sequence is read with some of those after it. */
  private @Nullable Object element(long index) {
    var known = block;
    long entries = ref.state.entries();
    var found = known.get(index, entries);
    if (found != null) {
      return found;
    }
    ref.state.share(); // so that no other thread changes elements before their block is dated
    try {
      int count = known.next(index, entries);
      if (count > 1) {
        var read = elements(known.isUniform(), index, count);
        found = read.get(index, ref.state.entries());
        if (found != null) {
          block = read;
          return found;
        }
      }
      found = operate(Op.GET, index);
      block = ElementBlock.after(index, ref.state.entries());
      return found;
    } finally {
      ref.state.exit();
    }
  }

  /** Reads elements from an index on: as small values of one type, if that may get all. */
  private ElementBlock elements(boolean uniform, long index, int count) {
    var read = uniform ? ref.state.getElements(this, index, count) : null;
    return read != null
        ? read
        : ElementBlock.of(index, all(Op.ELEMENTS, index, (long) count), ref.state.entries());
  }

  @Override
  public boolean containsKey(Object key) {
    return raw(Op.GET, lookupKey(key))[0] != null;
  }

  @Override
  public boolean containsValue(Object value) {
    var normalized = normalized(value);
    for (var each : entrySet()) {
      if (Objects.equals(each.getValue(), normalized)) {
        return true;
      }
    }
    return false;
  }

  @Override
  public @Nullable Object put(Object key, Object value) {
    return key instanceof String
        ? ref.state.putField(this, (String) key, element(value))
        : operate(Op.PUT, checkedKey(key), element(value));
  }

  @Override
  public void putAll(Map<?, ?> entries) {
    var given = entries.entrySet().toArray(new Map.Entry<?, ?>[0]);
    var arguments = new Object[given.length * 2];
    for (int i = 0; i < given.length; i++) {
      arguments[2 * i] = checkedKey(given[i].getKey());
      arguments[2 * i + 1] = element(given[i].getValue());
    }
    operate(Op.PUT_ALL, arguments);
  }

  @Override
  public @Nullable Object remove(Object key) {
    return isNaN(key) ? null : operate(Op.PUT, lookupKey(key), null);
  }

  @Override
  public boolean remove(Object key, Object value) {
    return LuaTable.super.remove(key, normalized(value));
  }

  @Override
  public boolean replace(Object key, Object old, Object value) {
    return LuaTable.super.replace(key, normalized(old), value);
  }

  @Override
  public void clear() {
    operate(Op.CLEAR);
  }

  @Override
  public long length() {
    return (Long) result(Op.LENGTH);
  }

  @Override
  public @Nullable Object rawGet(@Nullable Object key) {
    return operate(Op.RAW_GET, lookupKey(key));
  }

  @Override
  public @Nullable Object rawPut(@Nullable Object key, @Nullable Object value) {
    return operate(Op.RAW_PUT, checkedKey(key), element(value));
  }

  /**
   * Returns the value of a key, bypassing metamethods, with Java objects as the host gave them to
   * Lua; null if there is none.
   */
  @Nullable Object rawFind(Object key) {
    return raw(Op.RAW_GET, lookupKey(key))[0];
  }

  /** Removes a key; returns whether it was present. */
  boolean rawRemove(@Nullable Object key) {
    return !isNaN(key) && raw(Op.RAW_PUT, lookupKey(key), null)[0] != null;
  }

  @Override
  public long rawLength() {
    return (Long) result(Op.RAW_LENGTH);
  }

  @Override
  public int size() {
    return (int) Math.min((Long) result(Op.SIZE), Integer.MAX_VALUE);
  }

  /** Returns a key other than those of its elements and a field n; null if there is none. */
  @Nullable Object otherKey() {
    var found = raw(Op.OTHER_KEY);
    return found.length == 0 ? null : found[0];
  }

  @Override
  public boolean isEmpty() {
    return raw(Op.ENTRIES, null, 1, false).length == 0;
  }

  @Override
  public Set<Entry<Object, Object>> entrySet() {
    return new TableEntries(this);
  }

  @Override
  public Set<Object> keySet() {
    return new TableEntries.Keys(this);
  }

  @Override
  public Iterable<Entry<Object, Object>> pairs() {
    return this::pairIterator;
  }

  private Iterator<Entry<Object, Object>> pairIterator() {
    var start = all(Op.PAIRS);
    return start.length == 0 ? entrySet().iterator() : new TablePairs(ref.state, start);
  }

  @Override
  public List<Object> asList() {
    return new TableList(this);
  }

  @Override
  public Values call(Object... arguments) {
    return Values.wrap(ref.state.call(this, arguments));
  }

  @Override
  public Object toJava(int levels) {
    if (levels < 1) {
      throw new IllegalArgumentException("levels: " + levels);
    }
    return TableCopy.of(all(Op.DUMP, (long) levels));
  }

  @Override
  public <T> T as(Class<T> type) {
    var packed = type.isArray() ? packed(type.getComponentType()) : null;
    return packed != null ? type.cast(packed) : ref.state.host().map(ref.state, type, this);
  }

  /**
   * Returns the elements as an array of primitive numbers; null if the type is another, or a number
   * does not fit.
   */
  private @Nullable Object packed(Class<?> type) {
    if (!type.isPrimitive() || type == boolean.class || type == char.class) {
      return null;
    }
    boolean whole = type != double.class && type != float.class;
    var packed = operate(Op.PACK, whole ? 1L : 0L);
    return packed instanceof byte[] ? new PackedNumbers(whole, (byte[]) packed).array(type) : null;
  }

  private Object writeReplace() {
    return toJava();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Table && ref.equals(((Table) other).ref);
  }

  @Override
  public int hashCode() {
    return ref.hashCode();
  }

  @Override
  public String toLuaString() {
    return String.valueOf(operate(Op.TO_STRING));
  }

  @Override
  public String toString() {
    return ref.state.describe(this, "table");
  }
}
