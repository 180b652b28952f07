package org.lupine.host;

import java.lang.reflect.Modifier;
import java.lang.reflect.Type;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.LinkedBlockingDeque;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.lupine.bridge.Interrupts;

/** Creates empty collections and maps of the types that Java code asks for. */
final class Containers {
  /** The usual classes; for an interface the first that implements it is used. */
  private static final List<Supplier<Object>> USUAL =
      List.of(
          ArrayList::new,
          LinkedHashSet::new,
          TreeSet::new,
          ArrayDeque::new,
          LinkedBlockingDeque::new,
          LinkedHashMap::new,
          TreeMap::new,
          ConcurrentHashMap::new,
          ConcurrentSkipListMap::new);

  private Containers() {}

  /** Returns whether objects of a type are, or may be, collections or maps. */
  static boolean isContainer(Class<?> type) {
    return Collection.class.isAssignableFrom(type)
        || Map.class.isAssignableFrom(type)
        || type == Iterable.class;
  }

  /**
   * Creates an empty container of a type; returns null if it has no public no-argument constructor.
   */
  @SuppressWarnings({"unchecked", "rawtypes"})
  static @Nullable Object empty(Class<?> type, Type generic) {
    for (var each : USUAL) {
      var usual = each.get();
      if (type.isInstance(usual)) {
        return usual;
      }
    }
    var first = Conversion.erased(Conversion.argument(generic, 0));
    if (first.isEnum() && type == EnumSet.class) {
      return EnumSet.noneOf((Class) first);
    }
    if (first.isEnum() && type == EnumMap.class) {
      return new EnumMap((Class) first);
    }
    return made(type);
  }

  /** Creates an object by its public no-argument constructor; returns null if there is none. */
  static @Nullable Object made(Class<?> type) {
    if (type.isInterface()
        || Modifier.isAbstract(type.getModifiers())
        || !Accessible.isAccessible(type)) {
      return null;
    }
    try {
      return Accessible.constructor(type.getConstructor()).invoke();
    } catch (NoSuchMethodException | IllegalAccessException e) {
      return null;
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      Interrupts.rethrow(e);
      throw new IllegalArgumentException("constructor of " + type.getTypeName() + ": " + e, e);
    }
  }
}
