package org.lupine.bridge;

import java.lang.reflect.Array;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.stream.BaseStream;
import org.jspecify.annotations.Nullable;
import org.lupine.bridge.Protocol.Op;
import org.lupine.value.LuaTable;
import org.lupine.value.Values;

/**
 * Creates a new table from Java collections. All of them are read first, which may run any code,
 * including Lua; then the table, with all tables inside it, is created by one crossing.
 */
final class TableSources {
  private static final Messages.Node APPEND = new Messages.Node(0);

  /** The contents of one table: elements, then entries, then elements appended after those. */
  private static final class Content {
    final List<Object> elements = new ArrayList<>();
    final List<Object> entries = new ArrayList<>();

    void append(@Nullable Object value) {
      if (entries.isEmpty()) {
        elements.add(value);
      } else {
        put(APPEND, value);
      }
    }

    void put(@Nullable Object key, @Nullable Object value) {
      entries.add(key);
      entries.add(value);
    }
  }

  private final LuaState state;
  private final boolean deep;
  private final Map<Object, Messages.Node> nodes = new IdentityHashMap<>();
  private final List<Object> inner = new ArrayList<>();

  private TableSources(LuaState state, boolean deep) {
    this.state = state;
    this.deep = deep;
  }

  /**
   * Returns a new table of these sources, from left to right.
   *
   * @param deep whether collections and arrays inside them become tables, too
   * @throws IllegalArgumentException if a source cannot be made a table
   */
  static LuaTable of(LuaState state, boolean deep, Object... sources) {
    var packed = sources.length == 1 ? packed(state, sources[0]) : null;
    return packed != null ? packed : new TableSources(state, deep).table(sources);
  }

  private static @Nullable LuaTable packed(LuaState state, Object source) {
    var numbers = source == null ? null : PackedNumbers.of(source, state.integers());
    return numbers == null
        ? null
        : (LuaTable) state.result(Op.UNPACK, numbers.whole() ? 1L : 0L, numbers.bytes());
  }

  private LuaTable table(Object[] sources) {
    var contents = new ArrayList<Content>();
    var root = new Content();
    contents.add(root);
    for (var each : sources) {
      nodes.put(each, new Messages.Node(1));
    }
    for (int i = 0; i < sources.length; i++) {
      if (!add(root, sources[i])) {
        throw new IllegalArgumentException(
            "source "
                + (i + 1)
                + " is "
                + (sources[i] == null ? "null" : "of " + sources[i].getClass().getTypeName())
                + " (a map, iterable, iterator, stream, array or table expected)");
      }
    }
    for (int i = 0; i < inner.size(); i++) {
      var content = new Content();
      contents.add(content);
      add(content, inner.get(i));
    }
    var program = new ArrayList<Object>();
    for (var each : contents) {
      program.add((long) each.elements.size());
      program.add((long) each.entries.size() / 2);
    }
    for (var each : contents) {
      program.addAll(each.elements);
      program.addAll(each.entries);
    }
    return (LuaTable) state.result(Op.BUILD, (long) contents.size(), program.toArray());
  }

  private boolean add(Content content, Object source) {
    if (source instanceof Table) {
      content.put(null, source);
    } else if (source instanceof Map) {
      ((Map<?, ?>) source).forEach((key, value) -> content.put(key(key), value(value)));
    } else if (source instanceof Iterable) {
      addAll(content, ((Iterable<?>) source).iterator());
    } else if (source instanceof Iterator) {
      addAll(content, (Iterator<?>) source);
    } else if (source instanceof BaseStream) {
      addAll(content, ((BaseStream<?, ?>) source).iterator());
    } else if (source instanceof Object[]) {
      addAll(content, Arrays.asList((Object[]) source).iterator());
    } else if (source != null && source.getClass().isArray()) {
      for (int i = 0; i < Array.getLength(source); i++) {
        content.append(Array.get(source, i));
      }
    } else {
      return false;
    }
    return true;
  }

  private void addAll(Content content, Iterator<?> values) {
    while (values.hasNext()) {
      content.append(value(values.next()));
    }
  }

  private @Nullable Object key(Object key) {
    if (key == null) {
      return state.host().nullObject();
    }
    if (Table.isNaN(key)) {
      throw new IllegalArgumentException("table key is NaN");
    }
    return key instanceof Values ? Table.element(key) : key;
  }

  private @Nullable Object value(Object value) {
    if (!deep || !isContainer(value)) {
      return Table.element(value);
    }
    var known = nodes.get(value);
    if (known == null) {
      inner.add(value);
      known = new Messages.Node(inner.size() + 1);
      nodes.put(value, known);
    }
    return known;
  }

  /**
   * Returns whether a value becomes a table in a deep copy. A byte array becomes a string, as
   * everywhere.
   */
  private static boolean isContainer(Object value) {
    return !(value instanceof LuaValue)
        && (value instanceof Map
            || value instanceof Collection
            || value != null && value.getClass().isArray() && !(value instanceof byte[]));
  }
}
