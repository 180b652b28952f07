package org.lupine.bridge;

import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.ConcurrentModificationException;
import java.util.Iterator;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Spliterator;
import java.util.Spliterators;
import org.jspecify.annotations.Nullable;
import org.lupine.bridge.Protocol.Op;
import org.lupine.value.LuaException;
import org.lupine.value.Malformed;

/** A live set of the entries of a table, bypassing metamethods. */
final class TableEntries extends AbstractSet<Map.Entry<Object, Object>> {
  /**
   * The number of entries read by the first crossing of an iterator, and the limit for later ones.
   */
  private static final int FIRST = 64, MOST = 1024;

  /** Lua's message for a key that is no longer in the table. */
  private static final String CHANGED = "invalid key to 'next'";

  private final Table table;

  TableEntries(Table table) {
    this.table = table;
  }

  @Override
  public Iterator<Map.Entry<Object, Object>> iterator() {
    return new Cursor();
  }

  /** Has no size, since another thread may change it meanwhile. */
  @Override
  public Spliterator<Map.Entry<Object, Object>> spliterator() {
    return Spliterators.spliteratorUnknownSize(iterator(), Spliterator.DISTINCT);
  }

  @Override
  public int size() {
    return table.size();
  }

  @Override
  public boolean isEmpty() {
    return table.isEmpty();
  }

  @Override
  public boolean contains(Object entry) {
    if (!(entry instanceof Map.Entry)) {
      return false;
    }
    var asked = (Map.Entry<?, ?>) entry;
    var found = table.rawFind(asked.getKey());
    return found != null && Objects.equals(table.seen(found), table.normalized(asked.getValue()));
  }

  @Override
  public boolean remove(Object entry) {
    boolean there = contains(entry);
    if (there) {
      table.rawRemove(((Map.Entry<?, ?>) entry).getKey());
    }
    return there;
  }

  @Override
  public void clear() {
    table.clear();
  }

  /** A live set of the keys. */
  static final class Keys extends AbstractSet<Object> {
    private final Table table;

    Keys(Table table) {
      this.table = table;
    }

    @Override
    public Iterator<Object> iterator() {
      var entries = new TableEntries(table).new Cursor();
      return new Iterator<>() {
        @Override
        public boolean hasNext() {
          return entries.hasNext();
        }

        @Override
        public Object next() {
          return entries.next().getKey();
        }

        @Override
        public void remove() {
          entries.remove();
        }
      };
    }

    @Override
    public Spliterator<Object> spliterator() {
      return Spliterators.spliteratorUnknownSize(iterator(), Spliterator.DISTINCT);
    }

    @Override
    public int size() {
      return table.size();
    }

    @Override
    public boolean isEmpty() {
      return table.isEmpty();
    }

    @Override
    public boolean contains(Object key) {
      return table.rawFind(key) != null;
    }

    @Override
    public boolean remove(Object key) {
      return table.rawFind(key) != null && table.rawRemove(key);
    }

    @Override
    public void clear() {
      table.clear();
    }
  }

  /**
   * Reads ahead in batches; each batch starts after the last key of the one before. Returns no more
   * entries than the table had when the second batch was read, so that it terminates even if each
   * step adds a key.
   */
  private final class Cursor implements Iterator<Map.Entry<Object, Object>> {
    private Object[] batch = {};
    private int at;
    private @Nullable Object last; // the last returned key, as it was read from Lua
    private long left = -1;
    private int limit = readsAhead() ? FIRST : 1;
    private boolean removable;
    private boolean ended;

    @Override
    public synchronized boolean hasNext() {
      if (at == batch.length && !ended) {
        fetch();
      }
      return !ended;
    }

    /**
     * Returns whether to read ahead: not if undecodable bytes are an error, which belongs to one
     * entry.
     */
    private boolean readsAhead() {
      return table.ref().state.options().malformed() != Malformed.REPORT;
    }

    private void fetch() {
      boolean first = batch.length == 0;
      boolean count = !first && left < 0;
      var behind = first ? null : batch[batch.length - 2];
      try {
        batch = table.raw(Op.ENTRIES, behind, limit, count);
      } catch (LuaException e) {
        if (e.getClass() != LuaException.class || !String.valueOf(e.text()).contains(CHANGED)) {
          throw e;
        }
        throw new ConcurrentModificationException(
            "table changed while it was iterated: " + e.getMessage());
      }
      at = 0;
      if (count) {
        left = (Long) batch[0];
        at = 1;
      }
      ended = at == batch.length;
      limit = readsAhead() ? Math.min(limit * 2, MOST) : 1;
      if (left >= 0) {
        left -= (batch.length - at) / 2;
        if (left < 0) {
          throw new ConcurrentModificationException(
              "keys were added to a table while it was iterated");
        }
      }
    }

    @Override
    public synchronized Map.Entry<Object, Object> next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      last = batch[at];
      var value = table.seen(batch[at + 1]);
      at += 2;
      removable = true;
      return new Live(last, value);
    }

    @Override
    public synchronized void remove() {
      if (!removable) {
        throw new IllegalStateException("no entry to remove");
      }
      removable = false;
      table.rawRemove(last);
    }
  }

  /** An entry that writes its value to the table. */
  private final class Live extends AbstractMap.SimpleEntry<Object, Object> {
    private static final long serialVersionUID = 1L;

    private final transient Object key;

    Live(Object key, @Nullable Object value) {
      super(table.seen(key), value);
      this.key = key;
    }

    @Override
    public Object setValue(Object value) {
      table.rawPut(key, value);
      return super.setValue(value);
    }
  }
}
