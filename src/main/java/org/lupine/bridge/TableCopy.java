package org.lupine.bridge;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Copies tables deeply to plain Java, bypassing metamethods; cycles and sharing are preserved. A
 * table that is a key is not copied, since a collection makes a bad key.
 */
final class TableCopy {
  private final Object[] dump;
  private final List<Object> copies = new ArrayList<>();

  private TableCopy(Object[] dump) {
    this.dump = dump;
  }

  /** Copies a table from the results of {@link Protocol.Op#DUMP}. */
  static Object of(Object[] dump) {
    var copy = new TableCopy(dump);
    for (int at = 0; at < dump.length; at += 1 + 2 * copy.entries(at)) {
      copy.copies.add(copy.isSequence(at) ? new ArrayList<>() : new LinkedHashMap<>());
    }
    int at = 0;
    for (var each : copy.copies) {
      copy.fill(each, at);
      at += 1 + 2 * copy.entries(at);
    }
    return copy.copies.get(0);
  }

  private int entries(int at) {
    return ((Long) dump[at]).intValue();
  }

  /**
   * Returns the positions of the values of a sequence, by index; null if the keys are not a
   * sequence.
   */
  private int @Nullable [] places(int at) {
    int count = entries(at);
    var places = new int[count];
    for (int i = 0; i < count; i++) {
      int key = at + 1 + 2 * i;
      long place =
          dump[key] instanceof Long
              ? (Long) dump[key]
              : dump[key] instanceof Double ? ((Double) dump[key]).longValue() : 0;
      if (place < 1 || place > count || ((Number) dump[key]).doubleValue() != place) {
        return null;
      }
      places[(int) place - 1] = key + 1;
    }
    return places;
  }

  private boolean isSequence(int at) {
    return entries(at) > 0 && places(at) != null;
  }

  @SuppressWarnings("unchecked")
  private void fill(Object copy, int at) {
    if (copy instanceof List) {
      for (int place : Objects.requireNonNull(places(at))) {
        ((List<Object>) copy).add(value(dump[place]));
      }
      return;
    }
    for (int i = 0; i < entries(at); i++) {
      int key = at + 1 + 2 * i;
      ((Map<Object, Object>) copy).put(dump[key], value(dump[key + 1]));
    }
  }

  private Object value(Object value) {
    return value instanceof Messages.Node
        ? copies.get(((Messages.Node) value).number() - 1)
        : value;
  }
}
