package org.lupine.host;

import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.lupine.value.LuaString;

/**
 * The keys of a table that becomes a record, seen one after another: each is the name of a
 * component, or each is its position.
 */
final class RecordKeys {
  private final Class<?> type;
  private final List<String> names;
  private boolean byName;
  private boolean byPosition;
  private @Nullable String misfit;

  RecordKeys(Class<?> type) {
    this.type = type;
    names = names(type.getRecordComponents());
  }

  static List<String> names(RecordComponent[] components) {
    return Arrays.stream(components).map(RecordComponent::getName).toList();
  }

  /** Returns the index of the component that a key is the name or the position of, or -1. */
  int component(Object key) {
    int index = key instanceof Number ? position(key) : name(key);
    if (index < 0) {
      misfit =
          "no component '"
              + key
              + "' of "
              + type.getTypeName()
              + NearNames.hint(String.valueOf(key), names);
    }
    byName |= !(key instanceof Number);
    byPosition |= key instanceof Number;
    return index;
  }

  private int name(Object key) {
    return names.indexOf(key instanceof LuaString bytes ? Conversion.text(bytes) : key);
  }

  private int position(Object key) {
    var whole = Numbers.whole(key);
    return whole != null && whole >= 1 && whole <= names.size() ? (int) (whole - 1) : -1;
  }

  /** Describes why the keys seen are not those of the record's components; null if they are. */
  @Nullable String misfit() {
    return misfit == null && byName && byPosition
        ? "components of " + type.getTypeName() + " by name and by position"
        : misfit;
  }
}
