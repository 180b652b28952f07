package org.lupine.bridge;

import java.util.AbstractList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.ConcurrentModificationException;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.RandomAccess;
import java.util.function.UnaryOperator;
import org.lupine.bridge.Protocol.Op;

/**
 * Elements 1 to length of a table as a live list from index 0; each operation is one crossing. Null
 * is not permitted: nil would end the list.
 */
final class TableList extends AbstractList<Object> implements RandomAccess {
  private static final int FIRST = 64, MOST = 1024;

  private final Table table;

  TableList(Table table) {
    this.table = table;
  }

  /** Returns the length, followed by the elements from an index on, up to the given number. */
  private Object[] range(long from, long count) {
    return table.all(Op.RANGE, from + 1, count);
  }

  /** Replaces elements; returns the length before, and the old element if one was removed. */
  private Object[] splice(int from, int removed, Object... elements) {
    var arguments = new Object[elements.length + 2];
    arguments[0] = from + 1L;
    arguments[1] = (long) removed;
    for (int i = 0; i < elements.length; i++) {
      arguments[i + 2] = Table.element(Objects.requireNonNull(elements[i], "element"));
    }
    var answer = table.all(Op.SPLICE, arguments);
    if (from < 0 || removed < 0 || from + (long) removed > (Long) answer[0]) {
      throw new IndexOutOfBoundsException("index " + from + ", length " + answer[0]);
    }
    return answer;
  }

  @Override
  public Object get(int index) {
    if (index < 0) {
      throw new IndexOutOfBoundsException("index " + index);
    }
    var found = range(index, 1);
    if (index >= (Long) found[0]) {
      throw new IndexOutOfBoundsException("index " + index + ", length " + found[0]);
    }
    return found[1];
  }

  @Override
  public int size() {
    return (int) Math.max(0, Math.min(table.length(), Integer.MAX_VALUE));
  }

  @Override
  public Object set(int index, Object element) {
    return splice(index, 1, element)[1];
  }

  @Override
  public boolean add(Object element) {
    addAll(Arrays.asList(element));
    return true;
  }

  @Override
  public void add(int index, Object element) {
    splice(index, 0, element);
    modCount++;
  }

  @Override
  public boolean addAll(Collection<?> elements) {
    var all = elements.toArray();
    table.state().share(); // no other thread may add an element between the two
    try {
      splice(size(), 0, all);
    } finally {
      table.state().exit();
    }
    modCount++;
    return all.length > 0;
  }

  @Override
  public boolean addAll(int index, Collection<?> elements) {
    var all = elements.toArray();
    splice(index, 0, all);
    modCount++;
    return all.length > 0;
  }

  @Override
  public Object remove(int index) {
    var old = splice(index, 1)[1];
    modCount++;
    return old;
  }

  @Override
  protected void removeRange(int from, int to) {
    if (to > from) {
      splice(from, to - from);
      modCount++;
    }
  }

  @Override
  public int indexOf(Object element) {
    return Arrays.asList(toArray()).indexOf(table.normalized(element));
  }

  @Override
  public int lastIndexOf(Object element) {
    return Arrays.asList(toArray()).lastIndexOf(table.normalized(element));
  }

  @Override
  public boolean contains(Object element) {
    return indexOf(element) >= 0;
  }

  @Override
  public boolean remove(Object element) {
    int index = indexOf(element);
    if (index >= 0) {
      remove(index);
    }
    return index >= 0;
  }

  @Override
  public boolean equals(Object other) {
    return other == this || other instanceof List && Arrays.asList(toArray()).equals(other);
  }

  @Override
  public int hashCode() {
    return Arrays.asList(toArray()).hashCode();
  }

  @Override
  public Object[] toArray() {
    var all = range(0, Integer.MAX_VALUE);
    return Arrays.copyOfRange(all, 1, all.length);
  }

  @Override
  public <T> T[] toArray(T[] into) {
    return Arrays.asList(toArray()).toArray(into);
  }

  @Override
  public void sort(Comparator<? super Object> order) {
    var all = toArray();
    Arrays.sort(all, order);
    splice(0, all.length, all);
    modCount++;
  }

  @Override
  public void replaceAll(UnaryOperator<Object> operator) {
    var all = toArray();
    Arrays.setAll(all, i -> operator.apply(all[i]));
    splice(0, all.length, all);
  }

  @Override
  public Iterator<Object> iterator() {
    return new Cursor();
  }

  /** Reads ahead in batches. */
  private final class Cursor implements Iterator<Object> {
    private Object[] batch = {0L};
    private int at = 1;
    private int next;
    private int limit = FIRST;
    private boolean ended;
    private boolean removable;
    private int expected = modCount;

    @Override
    public synchronized boolean hasNext() {
      if (at == batch.length && !ended) {
        batch = range(next, limit);
        at = 1;
        limit = Math.min(limit * 2, MOST);
        ended = batch.length == 1;
      }
      return !ended;
    }

    @Override
    public synchronized Object next() {
      check();
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      removable = true;
      next++;
      return batch[at++];
    }

    @Override
    public synchronized void remove() {
      if (!removable) {
        throw new IllegalStateException("no element to remove");
      }
      check();
      removable = false;
      TableList.this.remove(--next);
      expected = modCount;
    }

    private void check() {
      if (expected != modCount) {
        throw new ConcurrentModificationException("list changed while it was iterated");
      }
    }
  }
}
