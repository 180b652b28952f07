package org.lupine.host;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.lupine.value.LuaException;
import org.lupine.value.LuaString;
import org.lupine.value.LuaTable;

/** The result of {@code java.args}: values by position and values by name. */
final class NamedArguments {
  final List<Object> positional = new ArrayList<>();
  final Map<String, Object> named = new LinkedHashMap<>();

  /** Returns the arguments in a table: its integer keys must be a sequence, the others names. */
  static NamedArguments of(LuaTable table) {
    var arguments = new NamedArguments();
    arguments.add(table);
    return arguments;
  }

  /**
   * Returns the arguments of a whole call; named ones may be given in several tables, each name
   * once.
   */
  static NamedArguments of(Object[] given, int from) {
    var all = new NamedArguments();
    for (int i = from; i < given.length; i++) {
      if (given[i] instanceof NamedArguments) {
        var part = (NamedArguments) given[i];
        all.positional.addAll(part.positional);
        part.named.forEach(all::add);
      } else {
        all.positional.add(given[i]);
      }
    }
    return all;
  }

  private void add(LuaTable table) {
    var places = new TreeMap<Long, Object>();
    for (var each : table.entrySet()) {
      var key = each.getKey();
      if (key instanceof LuaString) {
        key = Conversion.text((LuaString) key);
      }
      if (key instanceof String) {
        add((String) key, each.getValue());
        continue;
      }
      var whole = key instanceof Number ? Numbers.whole(key) : null;
      if (whole == null || whole < 1) {
        throw new LuaException(
            "bad key " + each.getKey() + " among arguments (name or position expected)");
      }
      places.put(whole, each.getValue());
    }
    long next = 1;
    for (var each : places.entrySet()) {
      if (each.getKey() != next++) {
        throw new LuaException(
            "bad key " + each.getKey() + " among arguments (no argument at " + (next - 1) + ")");
      }
      positional.add(each.getValue());
    }
  }

  private void add(String name, Object value) {
    if (named.putIfAbsent(name, value) != null) {
      throw new LuaException("argument '" + name + "' is given twice");
    }
  }
}
