package org.lupine.host;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.TypeVariable;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;
import org.lupine.bridge.Interrupts;
import org.lupine.value.LuaFunction;
import org.lupine.value.LuaTable;

/**
 * Adapts Lua values that become keys, values and elements of Java containers, whose element types
 * are erased: a value gets the class that the present keys or elements have; otherwise an integral
 * key or element becomes an Integer if it fits.
 */
final class Elements {
  /** The role of an argument of a container's method; 0: none of these. */
  static final byte KEY = 1, VALUE = 2, ELEMENT = 3, SOUGHT = 4, SOUGHT_VALUE = 5, ALL = 6;

  /**
   * The roles of a function whose results the container stores. What a result replaces is the
   * function's first argument, or its second one, if any.
   */
  static final byte REPLACES_FIRST = 7, REPLACES_SECOND = 8;

  private static final int LOOKED_AT = 8;
  private static final Set<Class<?>> NUMBERS =
      Set.of(
          Byte.class,
          Short.class,
          Integer.class,
          Long.class,
          Float.class,
          Double.class,
          BigInteger.class,
          BigDecimal.class);
  private static final Set<String> SEEKERS =
      Set.of(
          "contains",
          "remove",
          "indexOf",
          "lastIndexOf",
          "removeFirstOccurrence",
          "removeLastOccurrence",
          "search");
  private static final Set<String> STORERS =
      Set.of("replaceAll", "merge", "compute", "computeIfAbsent", "computeIfPresent");

  private Elements() {}

  /**
   * Returns the role of each parameter of a method that the JDK's maps or collections declare; null
   * for any other method.
   */
  static byte @Nullable [] roles(Method method) {
    var owner = method.getDeclaringClass();
    boolean map = Map.class.isAssignableFrom(owner);
    if (!map && !Collection.class.isAssignableFrom(owner)
        || method.getParameterCount() == 0
        || Modifier.isStatic(method.getModifiers())
        || method.getName().equals("equals")
        || !isOfJdk(owner, method)) {
      return null;
    }
    var types = method.getParameterTypes();
    var generics = method.getGenericParameterTypes();
    var roles = new byte[types.length];
    boolean any = false;
    for (int i = 0; i < roles.length; i++) {
      boolean open = types[i] == Object.class || generics[i] instanceof TypeVariable;
      roles[i] =
          open
              ? role(map, method.getName(), i)
              : types[i] == Collection.class || types[i] == Map.class
                  ? ALL
                  : STORERS.contains(method.getName()) && isFunctional(types[i])
                      ? map && !method.getName().equals("merge") ? REPLACES_SECOND : REPLACES_FIRST
                      : 0;
      any |= roles[i] != 0;
    }
    return any ? roles : null;
  }

  private static byte role(boolean map, String name, int index) {
    if (!map) {
      return SEEKERS.contains(name) ? SOUGHT : ELEMENT;
    }
    return name.equals("containsValue") || name.equals("contains")
        ? SOUGHT_VALUE
        : index == 0 || name.equals("subMap") ? KEY : VALUE;
  }

  private static boolean isFunctional(Class<?> type) {
    return type.getPackageName().equals("java.util.function");
  }

  /** Returns whether a method is one that the JDK's containers declare. */
  private static boolean isOfJdk(Class<?> type, Method method) {
    if (type == null
        || !Map.class.isAssignableFrom(type) && !Collection.class.isAssignableFrom(type)) {
      return false;
    }
    if (type.getName().startsWith("java.util.")) {
      for (var each : type.getMethods()) {
        if (each.getName().equals(method.getName())
            && each.getParameterCount() == method.getParameterCount()) {
          return true;
        }
      }
    }
    for (var each : type.getInterfaces()) {
      if (isOfJdk(each, method)) {
        return true;
      }
    }
    return isOfJdk(type.getSuperclass(), method);
  }

  /** Adapts the converted arguments of a call; those that a script has cast are not changed. */
  static void adapt(byte[] roles, Object target, Object[] arguments, Object[] given, int from) {
    for (int i = 0; i < roles.length; i++) {
      var original = given[from + i];
      if (roles[i] == 0 || original instanceof Cast) {
        continue;
      }
      if (roles[i] >= REPLACES_FIRST) {
        if (original instanceof LuaFunction || original instanceof LuaTable) {
          arguments[i] = results(target, arguments[i], roles[i] - REPLACES_FIRST);
        }
      } else if (roles[i] != ALL) {
        arguments[i] = adapted(roles[i], target, arguments, arguments[i]);
      } else if (original instanceof LuaTable) {
        arguments[i] = all(target, arguments[i]);
      }
    }
  }

  private static @Nullable Object adapted(
      byte role, Object target, Object[] arguments, Object given) {
    switch (role) {
      case KEY:
        return key((Map<?, ?>) target, given);
      case VALUE:
        return value((Map<?, ?>) target, arguments[0], given);
      case SOUGHT:
        return sought((Collection<?>) target, given);
      case SOUGHT_VALUE:
        return sought(((Map<?, ?>) target).values(), given);
      default:
        return element((Collection<?>) target, given);
    }
  }

  /** Adapts the elements or entries of a table for a container. */
  private static Object all(Object target, Object values) {
    if (values instanceof Map) {
      var copy = new LinkedHashMap<Object, Object>();
      ((Map<?, ?>) values)
          .forEach(
              (key, value) ->
                  copy.put(key((Map<?, ?>) target, key), value((Map<?, ?>) target, key, value)));
      return copy;
    }
    if (!(target instanceof Collection) || !(values instanceof List)) {
      return values;
    }
    var copy = new ArrayList<Object>();
    for (var each : (List<?>) values) {
      copy.add(sought((Collection<?>) target, each));
    }
    return copy;
  }

  /**
   * Adapts the results of a function of a script, which a container stores: a number gets the class
   * of the one that it replaces, else that of what is present before the call.
   *
   * @param replaced the index of the function's argument that a result replaces
   */
  private static Object results(Object target, Object function, int replaced) {
    boolean map = target instanceof Map;
    var present = map ? ((Map<?, ?>) target).values() : (Collection<?>) target;
    var number = sample(present, LOOKED_AT);
    var other = number == null ? sample(present, 1) : number;
    return Implementation.adapted(
        function,
        (arguments, result) -> {
          if (!(result instanceof String) && !isOfLua(result)) {
            return result;
          }
          var old = replaced < arguments.length ? arguments[replaced] : null;
          var same = old instanceof Number ? as(old, result) : null;
          var sample = result instanceof Number ? number : other;
          if (same == null && sample != null) {
            same = as(sample, result);
          }
          return same != null ? same : map ? result : usual(result);
        });
  }

  /**
   * Returns a key: the present key of this value, else one of the class that the present keys have.
   */
  static @Nullable Object key(Map<?, ?> map, @Nullable Object given) {
    if (!(given instanceof String || given instanceof Number)) {
      return given;
    }
    var like = like(map.keySet(), given);
    if (given instanceof String) {
      return like == null ? given : like;
    }
    if (like != null && has(map, like)) {
      return like;
    }
    if (!(map instanceof SortedMap) && !map.isEmpty()) {
      for (var each : variants((Number) given)) {
        if (has(map, each)) {
          return each;
        }
      }
    }
    var whole = Numbers.whole(given);
    return !isOfLua(given) ? given : like != null ? like : usual(whole == null ? given : whole);
  }

  private static boolean has(Map<?, ?> map, @Nullable Object key) {
    try {
      return map.containsKey(key);
    } catch (ClassCastException | NullPointerException e) {
      return false; // a sorted map, or one that does not permit null, throws
    }
  }

  /**
   * Returns a value for a key: of the class of the value that it replaces, else of the others, else
   * unchanged.
   */
  static @Nullable Object value(Map<?, ?> map, @Nullable Object key, @Nullable Object given) {
    if (!(given instanceof String) && !isOfLua(given)) {
      return given;
    }
    if (given instanceof Number && has(map, key)) {
      var old = map.get(key);
      var same = old == null ? null : as(old, given);
      if (same != null) {
        return same;
      }
    }
    var like = like(map.values(), given);
    return like == null ? given : like;
  }

  /** Returns an element of the class that the present elements have. */
  static @Nullable Object element(Collection<?> others, @Nullable Object given) {
    if (!(given instanceof String) && !isOfLua(given)) {
      return given;
    }
    var like = like(others, given);
    return like == null ? usual(given) : like;
  }

  /**
   * Returns an element as {@link #element} does, but in a mixed collection preferably one that is
   * present.
   */
  private static @Nullable Object sought(Collection<?> others, Object given) {
    if (!(given instanceof Number)) {
      return element(others, given);
    }
    var like = like(others, given);
    if (like != null) {
      return like;
    }
    for (var each : variants((Number) given)) {
      try {
        if (others.contains(each)) {
          return each;
        }
      } catch (ClassCastException e) {
        break; // a sorted set of other elements
      }
    }
    return element(others, given);
  }

  private static List<Object> variants(Number given) {
    var variants = new ArrayList<Object>();
    variants.add(given);
    for (var type :
        List.of(Long.class, Integer.class, Short.class, Byte.class, Double.class, Float.class)) {
      var converted = Numbers.convert(type, given);
      if (converted != Parameter.NO && !converted.equals(given)) {
        variants.add(converted);
      }
    }
    return variants;
  }

  /** Returns whether a value is a number in one of the types that Lua numbers have in Java. */
  private static boolean isOfLua(@Nullable Object given) {
    return given instanceof Long || given instanceof Double;
  }

  private static @Nullable Object usual(@Nullable Object given) {
    return given instanceof Long && (int) (long) given == (long) given
        ? (Object) (int) (long) given
        : given;
  }

  /**
   * Returns the value in the one class that the others have; null if they have several classes, or
   * it does not fit.
   */
  private static @Nullable Object like(Collection<?> others, @Nullable Object given) {
    var sample = sample(others, given instanceof Number ? LOOKED_AT : 1);
    return sample == null ? null : as(sample, given);
  }

  /** Returns one of the first elements if all of these have one class, else null. */
  private static @Nullable Object sample(Collection<?> others, int most) {
    Object sample = null;
    try {
      int seen = 0;
      for (var each : others) {
        if (each != null && sample != null && each.getClass() != sample.getClass()) {
          return null;
        }
        sample = each == null ? sample : each;
        if (++seen == most) {
          break;
        }
      }
    } catch (RuntimeException e) {
      Interrupts.rethrow(e); // otherwise it cannot be told what is present
      return null;
    }
    return sample;
  }

  /** Returns the value in the sample's class, or null if it does not fit. */
  private static @Nullable Object as(Object sample, @Nullable Object given) {
    if (given instanceof Number) {
      var converted =
          NUMBERS.contains(sample.getClass())
              ? Numbers.convert(sample.getClass(), given)
              : Parameter.NO;
      return converted == Parameter.NO ? null : converted;
    }
    if (!(given instanceof String text)) {
      return null;
    }
    if (sample instanceof Enum) {
      return Conversion.constant(((Enum<?>) sample).getDeclaringClass(), text);
    }
    return sample instanceof Character && text.length() == 1 ? (Object) text.charAt(0) : null;
  }
}
