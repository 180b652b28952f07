package org.lupine.bridge;

import java.util.AbstractList;
import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.ConcurrentModificationException;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.RandomAccess;
import java.util.Set;
import org.lupine.value.LuaException;
import org.lupine.value.LuaTable;

/** A Lua table that Java holds. */
final class Table extends AbstractMap<Object, Object> implements LuaTable, LuaValue {
  private static final long serialVersionUID = 1L;

  /** So many entries come with one crossing of an iterator. */
  private static final int BATCH = 64;

  private final transient Held held;

  Table(Held held) {
    this.held = held;
  }

  @Override
  public Held held() {
    return held;
  }

  private Object operate(int operation, Object... arguments) {
    return held.state.operate(operation, this, arguments);
  }

  @Override
  public Object get(Object key) {
    return key == null ? null : key instanceof String ? held.state.getField(this, (String) key)
        : operate(Operation.GET, key);
  }

  @Override
  public boolean containsKey(Object key) {
    return get(key) != null;
  }

  @Override
  public Object put(Object key, Object value) {
    return key instanceof String ? held.state.putField(this, (String) key, value)
        : operate(Operation.PUT, checked(key), value);
  }

  @Override
  public Object remove(Object key) {
    return key == null ? null : operate(Operation.PUT, key, null);
  }

  private static Object checked(Object key) {
    Objects.requireNonNull(key, "key");
    if (key instanceof Double && ((Double) key).isNaN()
        || key instanceof Float && ((Float) key).isNaN()) {
      throw new IllegalArgumentException("table key is NaN");
    }
    return key;
  }

  @Override
  public long length() {
    return (Long) operate(Operation.LENGTH);
  }

  @Override
  public Object rawGet(Object key) {
    return key == null ? null : operate(Operation.RAW_GET, key);
  }

  @Override
  public Object rawPut(Object key, Object value) {
    return operate(Operation.RAW_PUT, checked(key), value);
  }

  @Override
  public long rawLength() {
    return (Long) operate(Operation.RAW_LENGTH);
  }

  @Override
  public int size() {
    return (int) Math.min((Long) operate(Operation.SIZE), Integer.MAX_VALUE);
  }

  @Override
  public boolean isEmpty() {
    return held.state.operateAll(Operation.ENTRIES, this, null, 1).length == 0;
  }

  @Override
  public Set<Entry<Object, Object>> entrySet() {
    return new Entries();
  }

  @Override
  public List<Object> asList() {
    return new Elements();
  }

  @Override
  public Object toJava() {
    return TableCopy.of(this);
  }

  private Object writeReplace() {
    return toJava();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Table && held.equals(((Table) other).held);
  }

  @Override
  public int hashCode() {
    return held.hashCode();
  }

  @Override
  public String toString() {
    return held.state.describe(this, "table");
  }

  private final class Entries extends AbstractSet<Entry<Object, Object>> {
    @Override
    public Iterator<Entry<Object, Object>> iterator() {
      return new EntryIterator();
    }

    @Override
    public int size() {
      return Table.this.size();
    }

    @Override
    public boolean isEmpty() {
      return Table.this.isEmpty();
    }

    @Override
    public boolean contains(Object entry) {
      if (!(entry instanceof Entry)) {
        return false;
      }
      var value = rawGet(((Entry<?, ?>) entry).getKey());
      return value != null && value.equals(((Entry<?, ?>) entry).getValue());
    }

    @Override
    public boolean remove(Object entry) {
      boolean there = contains(entry);
      if (there) {
        rawPut(((Entry<?, ?>) entry).getKey(), null);
      }
      return there;
    }

    @Override
    public void clear() {
      for (var entry : this) {
        rawPut(entry.getKey(), null);
      }
    }
  }

  /** Reads ahead a batch; the next one goes on behind the last key. */
  private final class EntryIterator implements Iterator<Entry<Object, Object>> {
    private Object[] batch = {};
    private int at;
    private Object key;
    private boolean removable;
    private boolean ended;

    @Override
    public synchronized boolean hasNext() {
      if (at == batch.length && !ended) {
        var last = batch.length == 0 ? null : batch[batch.length - 2];
        try {
          batch = held.state.operateAll(Operation.ENTRIES, Table.this, last, BATCH);
        } catch (LuaException e) {
          throw new ConcurrentModificationException(
              "table changed while it was iterated: " + e.getMessage());
        }
        at = 0;
        ended = batch.length == 0;
      }
      return !ended;
    }

    @Override
    public synchronized Entry<Object, Object> next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      key = batch[at];
      var value = batch[at + 1];
      at += 2;
      removable = true;
      return new TableEntry(key, value);
    }

    @Override
    public synchronized void remove() {
      if (!removable) {
        throw new IllegalStateException("no entry to remove");
      }
      removable = false;
      rawPut(key, null);
    }
  }

  private final class TableEntry extends SimpleEntry<Object, Object> {
    private static final long serialVersionUID = 1L;

    TableEntry(Object key, Object value) {
      super(key, value);
    }

    @Override
    public Object setValue(Object value) {
      rawPut(getKey(), value);
      return super.setValue(value);
    }
  }

  /** Elements 1 to length, from 0. */
  private final class Elements extends AbstractList<Object> implements RandomAccess {
    @Override
    public Object get(int index) {
      return Table.this.get(Objects.checkIndex(index, size()) + 1L);
    }

    @Override
    public int size() {
      return (int) Math.min(length(), Integer.MAX_VALUE);
    }

    @Override
    public Object set(int index, Object value) {
      return put(Objects.checkIndex(index, size()) + 1L, value);
    }

    @Override
    public void add(int index, Object value) {
      int size = size();
      Objects.checkIndex(index, size + 1);
      for (int i = size; i > index; i--) {
        put(i + 1L, Table.this.get((long) i));
      }
      put(index + 1L, Objects.requireNonNull(value, "value"));
      modCount++;
    }

    @Override
    public Object remove(int index) {
      int size = size();
      var old = get(index);
      for (int i = index + 1; i < size; i++) {
        put((long) i, Table.this.get(i + 1L));
      }
      put((long) size, null);
      modCount++;
      return old;
    }
  }

  /** The entries at once, for a copy. */
  Map<Object, Object> entries() {
    var copy = new LinkedHashMap<Object, Object>();
    for (var entry : entrySet()) {
      copy.put(entry.getKey(), entry.getValue());
    }
    return copy;
  }
}
