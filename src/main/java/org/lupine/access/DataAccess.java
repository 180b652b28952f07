package org.lupine.access;

import java.lang.reflect.Member;
import java.lang.reflect.Method;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Permits reading data: through the interfaces of collections, and the components of records. */
final class DataAccess implements HostAccess {
  private static final Map<Class<?>, Set<String>> READING =
      Map.of(
          Map.class,
              Set.of(
                  "get",
                  "getOrDefault",
                  "containsKey",
                  "containsValue",
                  "size",
                  "isEmpty",
                  "keySet",
                  "values",
                  "entrySet"),
          Map.Entry.class, Set.of("getKey", "getValue"),
          Collection.class, Set.of("size", "isEmpty", "contains"),
          List.class, Set.of("get", "indexOf", "lastIndexOf"));

  @Override
  public boolean allows(Access access) {
    var type = access.type();
    return switch (access.operation()) {
      case INDEX ->
          !access.writing()
              && (type.isArray()
                  || Map.class.isAssignableFrom(type)
                  || List.class.isAssignableFrom(type));
      case ITERATE, LENGTH ->
          type.isArray()
              || Map.class.isAssignableFrom(type)
              || Collection.class.isAssignableFrom(type);
      case READ, CALL -> isComponent(type, access.member()) || isReading(type, access.member());
      case TOSTRING, EQUALS, COMPARE -> isValue(type);
      default -> false;
    };
  }

  private static boolean isComponent(Class<?> type, @Nullable Member member) {
    return type.isRecord()
        && member instanceof Method method
        && method.getParameterCount() == 0
        && Arrays.stream(type.getRecordComponents())
            .anyMatch(each -> each.getName().equals(method.getName()));
  }

  private static boolean isReading(Class<?> type, @Nullable Member member) {
    return member instanceof Method method
        && READING.entrySet().stream()
            .anyMatch(
                each ->
                    each.getKey().isAssignableFrom(type)
                        && each.getValue().contains(method.getName())
                        && declares(each.getKey(), method));
  }

  private static boolean declares(Class<?> type, Method method) {
    return Arrays.stream(type.getMethods())
        .anyMatch(
            each ->
                each.getName().equals(method.getName())
                    && Arrays.equals(each.getParameterTypes(), method.getParameterTypes()));
  }

  /** Returns whether a class is one of the JDK's value classes, which are compared and printed. */
  private static boolean isValue(Class<?> type) {
    return type == BigDecimal.class
        || type == BigInteger.class
        || type == UUID.class
        || type.getName().startsWith("java.time.")
        || type.isEnum();
  }
}
