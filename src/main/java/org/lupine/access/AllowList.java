package org.lupine.access;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Collection;
import java.util.Enumeration;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.BaseStream;
import org.jspecify.annotations.Nullable;

/** Permits what is named: classes with everything that they offer, and single members. */
final class AllowList implements HostAccess {
  private static final char MEMBER = '#';

  private final Set<String> names;
  private final boolean reflection;

  /**
   * Creates a list of names in the format of {@link HostAccess#allow}.
   *
   * @throws IllegalArgumentException if a name is neither that of a class nor of a class and a
   *     member
   */
  AllowList(String... names) {
    for (var each : names) {
      int member = each.indexOf(MEMBER);
      if (each.isBlank()
          || !each.equals(each.strip())
          || member == 0
          || member == each.length() - 1
          || member != each.lastIndexOf(MEMBER)) {
        throw new IllegalArgumentException(
            "'" + each + "' is not the name of a class, nor of a member: class#member");
      }
    }
    this.names = Set.of(names);
    this.reflection = this.names.stream().anyMatch(AllowList::isOfReflection);
  }

  /** Returns whether a name is one of reflection, as far as its class is visible from here. */
  @Override
  public boolean reflection() {
    return reflection;
  }

  private static boolean isOfReflection(String name) {
    int member = name.indexOf(MEMBER);
    return member >= 0 && Reflective.isEverywhere(name.substring(member + 1))
        || Reflective.reaches((member < 0 ? name : name.substring(0, member)).replace("[]", ""));
  }

  /**
   * Asks {@link #allows} alone: a list may name classes of reflection that were not visible when it
   * was made.
   */
  @Override
  public boolean permits(Access access) {
    return allows(access);
  }

  @Override
  public boolean allows(Access access) {
    switch (access.operation()) {
      case LOOKUP:
      case IMPLEMENT:
        return names.contains(access.type().getTypeName()) || isNamed(access.type());
      case NEW:
      case STATIC_CALL:
      case STATIC_READ:
      case STATIC_WRITE:
        return offers(access.type(), access)
            || access.member() != null && offers(access.member().getDeclaringClass(), access);
      default:
        return offeredBy(access.type(), access);
    }
  }

  /** Returns whether some member of a class is named. */
  private boolean isNamed(Class<?> type) {
    for (var each : names) {
      if (each.startsWith(type.getTypeName() + MEMBER)) {
        return true;
      }
    }
    return false;
  }

  /** Returns whether one of an object's types is named and has the wanted member. */
  private boolean offeredBy(@Nullable Class<?> type, Access access) {
    if (type == null) {
      return false;
    }
    if (offers(type, access) || offeredBy(type.getSuperclass(), access)) {
      return true;
    }
    for (var each : type.getInterfaces()) {
      if (offeredBy(each, access)) {
        return true;
      }
    }
    return false;
  }

  private boolean offers(Class<?> type, Access access) {
    if (!isAllowed(type, access)) {
      return false;
    }
    var member = access.member();
    if (member != null
        && (names.contains(type.getTypeName() + MEMBER + member.getName())
            || access.operation() == Operation.NEW
                && names.contains(type.getTypeName() + "#new"))) {
      return true;
    }
    return names.contains(type.getTypeName())
        && (!Reflective.touches(access)
            || Reflective.reaches(type) && !Reflective.isEverywhere(member));
  }

  /** Returns whether the member belongs to a type, or overrides one of its members. */
  private static boolean isAllowed(Class<?> type, Access access) {
    var member = access.member();
    if (member == null) {
      return does(type, access.operation());
    }
    if (member.getDeclaringClass().isAssignableFrom(type)) {
      return true;
    }
    if (!(member instanceof Method)) {
      return false;
    }
    var parameters = ((Method) member).getParameterTypes();
    for (var each : type.getMethods()) {
      if (each.getName().equals(member.getName())
          && Arrays.equals(each.getParameterTypes(), parameters)) {
        return true;
      }
    }
    return false;
  }

  /** Returns whether objects of a type support an operation that needs no member. */
  private static boolean does(Class<?> type, Operation operation) {
    switch (operation) {
      case INDEX:
        return isAny(type, Map.class, List.class) || type.isArray();
      case ITERATE:
        return isAny(
                type,
                Map.class,
                Iterable.class,
                Iterator.class,
                BaseStream.class,
                Enumeration.class)
            || type.isArray();
      case LENGTH:
        return isAny(type, Map.class, Collection.class, CharSequence.class) || type.isArray();
      case COMPARE:
        return isAny(type, Comparable.class);
      case CLOSE:
        return isAny(type, AutoCloseable.class);
      default:
        return true;
    }
  }

  private static boolean isAny(Class<?> type, Class<?>... supertypes) {
    for (var each : supertypes) {
      if (each.isAssignableFrom(type)) {
        return true;
      }
    }
    return false;
  }
}
