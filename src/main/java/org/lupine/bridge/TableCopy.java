package org.lupine.bridge;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Deep copies of tables in plain Java; cycles and sharing are kept. */
final class TableCopy {
  private final Map<Table, Object> done = new HashMap<>();

  private TableCopy() {}

  static Object of(Table table) {
    return new TableCopy().copy(table);
  }

  private Object copy(Object value) {
    if (!(value instanceof Table)) {
      return value;
    }
    var table = (Table) value;
    var known = done.get(table);
    if (known != null) {
      return known;
    }
    var entries = table.entries();
    return isSequence(entries) ? list(table, entries) : map(table, entries);
  }

  private static boolean isSequence(Map<Object, Object> entries) {
    for (long i = 1; i <= entries.size(); i++) {
      if (!entries.containsKey(i)) {
        return false;
      }
    }
    return !entries.isEmpty();
  }

  private List<Object> list(Table table, Map<Object, Object> entries) {
    var list = new ArrayList<Object>(entries.size());
    done.put(table, list);
    for (long i = 1; i <= entries.size(); i++) {
      list.add(copy(entries.get(i)));
    }
    return list;
  }

  private Map<Object, Object> map(Table table, Map<Object, Object> entries) {
    var map = new LinkedHashMap<Object, Object>();
    done.put(table, map);
    entries.forEach((key, value) -> map.put(copy(key), copy(value)));
    return map;
  }

}
