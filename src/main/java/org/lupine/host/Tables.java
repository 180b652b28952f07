package org.lupine.host;

import java.lang.reflect.Modifier;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.lupine.access.HostAccess;
import org.lupine.bridge.Interrupts;
import org.lupine.bridge.LuaState;
import org.lupine.value.LuaTable;

/** Converts Lua tables to Java's lists, sets, maps, arrays and records. */
final class Tables {
  private Tables() {}

  /** Returns a key that a list of the table would not include; null if there is none. */
  static @Nullable Object otherKey(LuaTable table) {
    return LuaState.otherKey(
        table instanceof ForeignTable ? ((ForeignTable) table).original() : table);
  }

  /** Returns whether objects of a type hold a table's elements and no fields. */
  static boolean isList(Class<?> type) {
    return !type.isAssignableFrom(LuaTable.class)
        && (type.isArray()
            || type.isAssignableFrom(List.class)
            || type.isAssignableFrom(LinkedHashSet.class)
            || Collection.class.isAssignableFrom(type));
  }

  /**
   * Ranks how well a table suits a type that it is not an instance of, as in {@link Parameter}.
   *
   * @param kind the kind of the table in {@link Argument}
   */
  static int rank(Class<?> type, int kind) {
    if (kind == Argument.FIELDS && isList(type)) {
      return Parameter.NONE;
    }
    if (type.isAssignableFrom(List.class)) {
      return Parameter.LOOSE;
    }
    if (type.isArray()) {
      return Parameter.LOOSE + 1;
    }
    if (type.isRecord()) {
      return Parameter.LOOSE + 2;
    }
    return type.isAssignableFrom(LinkedHashSet.class) || fillable(type)
        ? Parameter.LOOSE + 3
        : Parameter.NONE;
  }

  private static boolean fillable(Class<?> type) {
    if (!Collection.class.isAssignableFrom(type) && !Map.class.isAssignableFrom(type)
        || type.isInterface()
        || Modifier.isAbstract(type.getModifiers())
        || !Accessible.isAccessible(type)) {
      return false;
    }
    for (var each : type.getConstructors()) {
      if (each.getParameterCount() == 0) {
        return true;
      }
    }
    return false;
  }

  /**
   * Converts a table to a type; returns {@link Parameter#NO} if it does not fit. Lists and maps are
   * live views if their elements need no conversion, otherwise copies; everything else is a copy.
   */
  static Object convert(CallContext context, LuaTable table, Class<?> type, Type generic) {
    var first = Conversion.argument(generic, 0);
    if (type.isInstance(table)) {
      var second = Conversion.argument(generic, 1);
      if (!Map.class.isAssignableFrom(type) || Conversion.open(first) && Conversion.open(second)) {
        return table;
      }
      var copy = new LinkedHashMap<Object, Object>();
      return Conversion.putAll(context, table, first, second, copy) ? copy : Parameter.NO;
    }
    if (isList(type) && otherKey(table) != null) {
      return Parameter.NO;
    }
    if (type.isAssignableFrom(List.class)) {
      return Conversion.open(first)
          ? table.asList()
          : filled(context, table, first, new ArrayList<>());
    }
    if (type.isArray()) {
      return Conversion.array(
          context, table.asList(), type.getComponentType(), Conversion.element(generic, type));
    }
    if (type.isRecord()) {
      return makes(context, type) ? record(context, table, type) : Parameter.NO;
    }
    if (type.isAssignableFrom(LinkedHashSet.class)) {
      return filled(context, table, first, new LinkedHashSet<>());
    }
    return fillable(type) && makes(context, type)
        ? filled(context, table, type, generic)
        : Parameter.NO;
  }

  /** Returns whether a script may create objects of a class, if only by a table. */
  private static boolean makes(CallContext context, Class<?> type) {
    return context.gate().allows(HostAccess.Operation.NEW, type, "new");
  }

  private static Object filled(
      CallContext context, LuaTable table, Type element, Collection<Object> into) {
    var parameter = new Parameter(Conversion.erased(element), element);
    for (var each : table.asList()) {
      var converted = parameter.convert(context, each);
      if (converted == Parameter.NO) {
        return Parameter.NO;
      }
      into.add(converted);
    }
    return into;
  }

  @SuppressWarnings("unchecked")
  private static Object filled(CallContext context, LuaTable table, Class<?> type, Type generic) {
    Object made;
    try {
      made = Accessible.constructor(type.getConstructor()).invoke();
    } catch (Throwable e) {
      Interrupts.rethrow(e);
      return Parameter.NO;
    }
    var first = Conversion.argument(generic, 0);
    if (made instanceof Collection) {
      return filled(context, table, first, (Collection<Object>) made);
    }
    var second = Conversion.argument(generic, 1);
    return Conversion.putAll(context, table, first, second, (Map<Object, Object>) made)
        ? made
        : Parameter.NO;
  }

  /**
   * Describes why a table's keys are not those of a record's components, by name or all by
   * position; returns null if they are. Not every component needs a key.
   */
  static @Nullable String misfit(LuaTable table, Class<?> type) {
    var keys = new RecordKeys(type);
    for (var key : (table instanceof ForeignTable foreign ? foreign.original() : table).keySet()) {
      if (keys.component(key) < 0) {
        break;
      }
    }
    return keys.misfit();
  }

  /**
   * Creates a record from a table by the names of its components, or by position if no name is
   * present.
   */
  private static Object record(CallContext context, LuaTable table, Class<?> type) {
    if (misfit(table, type) != null) {
      return Parameter.NO;
    }
    var components = type.getRecordComponents();
    var types = new Class<?>[components.length];
    var values = new Object[components.length];
    boolean named = Set.copyOf(RecordKeys.names(components)).stream().anyMatch(table::containsKey);
    for (int i = 0; i < components.length; i++) {
      types[i] = components[i].getType();
      var value = table.get(named ? components[i].getName() : (Object) (i + 1L));
      values[i] = new Parameter(types[i], components[i].getGenericType()).convert(context, value);
      if (values[i] == Parameter.NO) {
        return Parameter.NO;
      }
    }
    try {
      var constructor = type.getConstructor(types);
      return Accessible.isAccessible(type)
          ? Accessible.constructor(constructor).invokeWithArguments(values)
          : Parameter.NO;
    } catch (ReflectiveOperationException e) {
      return Parameter.NO;
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      Interrupts.rethrow(e);
      throw new IllegalStateException(e);
    }
  }
}
