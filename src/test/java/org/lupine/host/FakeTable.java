package org.lupine.host;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import org.lupine.value.LuaTable;
import org.lupine.value.Values;

/** A Lua table made of a map. */
final class FakeTable extends LinkedHashMap<Object, Object> implements LuaTable {
  private static final long serialVersionUID = 1L;

  static FakeTable sequence(Object... elements) {
    var table = new FakeTable();
    for (int i = 0; i < elements.length; i++) {
      table.put(i + 1L, elements[i]);
    }
    return table;
  }

  static FakeTable of(Object... keysAndValues) {
    var table = new FakeTable();
    for (int i = 0; i < keysAndValues.length; i += 2) {
      table.put(keysAndValues[i], keysAndValues[i + 1]);
    }
    return table;
  }

  @Override
  public long length() {
    long length = 0;
    while (containsKey(length + 1)) {
      length++;
    }
    return length;
  }

  @Override
  public Object rawGet(Object key) {
    return get(key);
  }

  @Override
  public Object rawPut(Object key, Object value) {
    return put(key, value);
  }

  @Override
  public long rawLength() {
    return length();
  }

  @Override
  public List<Object> asList() {
    var list = new ArrayList<Object>();
    for (long i = 1; i <= length(); i++) {
      list.add(get(i));
    }
    return list;
  }

  @Override
  public Iterable<Entry<Object, Object>> pairs() {
    return entrySet();
  }

  @Override
  public Values call(Object... arguments) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Object toJava(int levels) {
    throw new UnsupportedOperationException();
  }

  @Override
  public <T> T as(Class<T> type) {
    throw new UnsupportedOperationException();
  }

  @Override
  public String toLuaString() {
    return toString();
  }
}
