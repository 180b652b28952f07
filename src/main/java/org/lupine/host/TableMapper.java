package org.lupine.host;

import java.io.Serializable;
import java.lang.reflect.Array;
import java.lang.reflect.Type;
import java.time.DateTimeException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.lupine.bridge.Interrupts;
import org.lupine.value.LuaTable;

/** Maps a table, and those inside it, to new objects of Java types. Used once. */
final class TableMapper {
  private static final int DEEPEST = 1000;
  private static final Object UNDER_WAY = new Object();

  private record Key(LuaTable table, Type type) {}

  private final CallContext context;
  private final Class<?> wanted;
  private final Map<Key, Object> mapped = new HashMap<>();
  private final Deque<String> path = new ArrayDeque<>();

  TableMapper(CallContext context, Class<?> wanted) {
    this.context = context;
    this.wanted = wanted;
  }

  /** Returns the table as an object of the wanted type. */
  Object map(LuaTable table) {
    return present(table, wanted);
  }

  /** Maps a value to a type that null is not a value of. */
  private Object present(Object value, Type type) {
    return Objects.requireNonNull(value(value, type));
  }

  private IllegalArgumentException misfit(@Nullable String what, @Nullable Throwable cause) {
    var place = String.join("", path);
    return new IllegalArgumentException(
        "no "
            + wanted.getTypeName()
            + " of this table: "
            + (place.startsWith(".") ? place.substring(1) : place)
            + (place.isEmpty() ? "" : ": ")
            + what,
        cause);
  }

  /** Maps a value inside a table, at a place. */
  private @Nullable Object inside(String place, Object value, Type type) {
    path.addLast(place);
    var converted = value(value, type);
    path.removeLast();
    return converted;
  }

  private @Nullable Object value(Object value, Type generic) {
    var type = Conversion.erased(generic);
    if (type == Optional.class) {
      return Optional.ofNullable(value(value, Conversion.argument(generic, 0)));
    }
    if (type == OptionalInt.class) {
      return value == null ? OptionalInt.empty() : OptionalInt.of((int) present(value, int.class));
    }
    if (type == OptionalLong.class) {
      return value == null
          ? OptionalLong.empty()
          : OptionalLong.of((long) present(value, long.class));
    }
    if (type == OptionalDouble.class) {
      return value == null
          ? OptionalDouble.empty()
          : OptionalDouble.of((double) present(value, double.class));
    }
    if (value instanceof LuaTable) {
      return table((LuaTable) value, type, generic);
    }
    if (value == null && type.isPrimitive()) {
      throw misfit("no value (" + type + " expected)", null);
    }
    var converted = value instanceof String ? time((String) value, type) : Parameter.NO;
    if (converted == Parameter.NO) {
      converted = new Parameter(type, generic).convert(context, value);
    }
    if (converted == Parameter.NO) {
      throw misfit("no conversion of " + described(value) + " to " + generic.getTypeName(), null);
    }
    return converted;
  }

  private static String described(Object value) {
    var text = String.valueOf(value);
    return value instanceof Number || value instanceof Boolean
        ? Argument.name(value) + " " + text
        : value instanceof String
            ? "string '" + (text.length() > 40 ? text.substring(0, 40) + "..." : text) + "'"
            : Argument.name(value);
  }

  private Object time(String text, Class<?> type) {
    try {
      return Times.parse(type, text);
    } catch (DateTimeException e) {
      throw misfit(e.getMessage(), e);
    }
  }

  private Object table(LuaTable table, Class<?> type, Type generic) {
    if (type == LuaTable.class) {
      return table;
    }
    var key = new Key(table, generic);
    var known = mapped.get(key);
    if (known == UNDER_WAY) {
      throw misfit("a cycle through a record or array", null);
    }
    if (known != null) {
      return known;
    }
    if (path.size() >= DEEPEST) {
      throw misfit("tables are nested too deeply", null);
    }
    mapped.put(key, UNDER_WAY);
    var copy = copy(table, type, generic, key);
    mapped.put(key, copy);
    return copy;
  }

  private Object copy(LuaTable table, Class<?> type, Type generic, Key key) {
    if (type == Object.class || type == Serializable.class) {
      return table.toJava();
    }
    if (type.isArray()) {
      return array(table, type.getComponentType(), Conversion.element(generic, type));
    }
    if (type.isRecord()) {
      return record(table, type);
    }
    if (Containers.isContainer(type)) {
      return container(table, type, generic, key);
    }
    if (type.isInterface()) {
      return context.implement(type, generic, table);
    }
    var bean = Containers.made(type);
    if (bean == null || Bean.of(type).isEmpty()) {
      throw misfit(
          "no conversion of table to "
              + generic.getTypeName()
              + (Accessible.isAccessible(type) ? "" : ", which is not public"),
          null);
    }
    mapped.put(key, bean);
    for (var each : table.entrySet()) {
      set(bean, type, each.getKey(), each.getValue());
    }
    return bean;
  }

  private void checkElements(LuaTable table, Class<?> type) {
    var other = Tables.otherKey(table);
    if (other != null) {
      throw misfit(
          "the key "
              + OverloadMismatch.shown(other)
              + " is not an element of "
              + type.getTypeName(),
          null);
    }
  }

  private Object array(LuaTable table, Class<?> component, Type generic) {
    checkElements(table, component.arrayType());
    var elements = table.asList().toArray();
    var array = Array.newInstance(component, elements.length);
    for (int i = 0; i < elements.length; i++) {
      Array.set(array, i, inside("[" + (i + 1) + "]", elements[i], generic));
    }
    return array;
  }

  @SuppressWarnings("unchecked")
  private Object container(LuaTable table, Class<?> type, Type generic, Key key) {
    var container = Containers.empty(type, generic);
    if (container == null) {
      throw misfit("no public constructor of " + type.getTypeName(), null);
    }
    mapped.put(key, container);
    var first = Conversion.argument(generic, 0);
    if (container instanceof Collection) {
      checkElements(table, type);
      int at = 0;
      for (var each : table.asList().toArray()) {
        var place = "[" + ++at + "]";
        add((Collection<Object>) container, place, inside(place, each, first));
      }
      return container;
    }
    var second = Conversion.argument(generic, 1);
    for (var each : table.entrySet()) {
      var place = place(each.getKey());
      var k =
          each.getKey() instanceof LuaTable && first == Object.class
              ? each.getKey()
              : inside(place, each.getKey(), first);
      put((Map<Object, Object>) container, place, k, inside(place, each.getValue(), second));
    }
    return container;
  }

  private static String place(Object key) {
    return key instanceof String ? "." + key : "[" + key + "]";
  }

  private void add(Collection<Object> into, String place, @Nullable Object element) {
    try {
      into.add(element);
    } catch (ClassCastException | NullPointerException e) {
      path.addLast(place);
      throw misfit(into.getClass().getTypeName() + " takes no such element", e);
    }
  }

  private void put(
      Map<Object, Object> into, String place, @Nullable Object key, @Nullable Object value) {
    try {
      into.put(key, value);
    } catch (ClassCastException | NullPointerException e) {
      path.addLast(place);
      throw misfit(into.getClass().getTypeName() + " takes no such entry", e);
    }
  }

  private void set(Object bean, Class<?> type, Object key, Object value) {
    var ways = key instanceof String ? Bean.of(type).setters((String) key) : null;
    if (ways == null) {
      throw misfit(
          "no property '"
              + key
              + "' of "
              + type.getTypeName()
              + NearNames.hint(String.valueOf(key), Bean.of(type).names()),
          null);
    }
    path.addLast("." + key);
    int depth = path.size();
    IllegalArgumentException first = null;
    for (var each : ways) {
      Object converted;
      try {
        converted = value(value, each.type());
      } catch (IllegalArgumentException e) {
        first = first == null ? e : first;
        while (path.size() > depth) {
          path.removeLast();
        }
        continue;
      }
      try {
        each.set(bean, converted);
      } catch (Error e) {
        throw e;
      } catch (Throwable e) {
        Interrupts.rethrow(e);
        throw misfit(e.toString(), e);
      }
      path.removeLast();
      return;
    }
    throw first;
  }

  private Object record(LuaTable table, Class<?> type) {
    var components = type.getRecordComponents();
    var given = given(table, type, components.length);
    var types = new Class<?>[components.length];
    var values = new Object[components.length];
    for (int i = 0; i < components.length; i++) {
      types[i] = components[i].getType();
      values[i] =
          inside("." + components[i].getName(), given.get(i), components[i].getGenericType());
    }
    try {
      return Accessible.constructor(type.getConstructor(types)).invokeWithArguments(values);
    } catch (NoSuchMethodException | IllegalAccessException e) {
      throw misfit(type.getTypeName() + " is not public", e);
    } catch (Error e) {
      throw e;
    } catch (Throwable e) {
      Interrupts.rethrow(e);
      throw misfit(e.toString(), e);
    }
  }

  /** Returns a table's values in the order of the components: by name, or all by position. */
  private List<Object> given(LuaTable table, Class<?> type, int components) {
    var given = new ArrayList<Object>(java.util.Collections.nCopies(components, null));
    var keys = new RecordKeys(type);
    for (var each : table.entrySet()) {
      int index = keys.component(each.getKey());
      if (index < 0) {
        break;
      }
      given.set(index, each.getValue());
    }
    var misfit = keys.misfit();
    if (misfit != null) {
      throw misfit(misfit, null);
    }
    return given;
  }
}
