package org.lupine.jsr223;

import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;
import org.lupine.bridge.LuaState;
import org.lupine.value.LuaTable;

/** A table in a state other than its own: a live Map. */
final class GuestTable extends AbstractMap<Object, Object> implements Guest {
  private final LuaTable table;
  private final LuaState home;
  private final LuaState visited;

  GuestTable(LuaTable table, LuaState home, LuaState visited) {
    this.table = table;
    this.home = home;
    this.visited = visited;
  }

  @Override
  public Object original() {
    return table;
  }

  @Override
  public Object get(Object key) {
    return Guest.into(visited, table.get(Guest.into(home, key)));
  }

  @Override
  public boolean containsKey(Object key) {
    return table.containsKey(Guest.into(home, key));
  }

  @Override
  public Object put(Object key, Object value) {
    return Guest.into(visited, table.put(Guest.into(home, key), Guest.into(home, value)));
  }

  @Override
  public Object remove(Object key) {
    return Guest.into(visited, table.remove(Guest.into(home, key)));
  }

  @Override
  public int size() {
    return table.size();
  }

  @Override
  public Set<Entry<Object, Object>> entrySet() {
    return new AbstractSet<>() {
      @Override
      public Iterator<Entry<Object, Object>> iterator() {
        return new Entries(table.entrySet().iterator());
      }

      @Override
      public int size() {
        return table.size();
      }
    };
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof GuestTable && table.equals(((GuestTable) other).table);
  }

  @Override
  public int hashCode() {
    return table.hashCode();
  }

  @Override
  public String toString() {
    return table.toString();
  }

  private final class Entries implements Iterator<Map.Entry<Object, Object>> {
    private final Iterator<Map.Entry<Object, Object>> entries;

    Entries(Iterator<Map.Entry<Object, Object>> entries) {
      this.entries = entries;
    }

    @Override
    public boolean hasNext() {
      return entries.hasNext();
    }

    @Override
    public Map.Entry<Object, Object> next() {
      var next = entries.next();
      return new SimpleImmutableEntry<>(
          Guest.into(visited, next.getKey()), Guest.into(visited, next.getValue()));
    }

    @Override
    public void remove() {
      entries.remove();
    }
  }
}
