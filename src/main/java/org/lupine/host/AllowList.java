package org.lupine.host;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.lupine.bridge.Host;
import org.lupine.bridge.Protocol.Trait;

/** Lets through what is named: classes with all that they offer, and single members. */
final class AllowList implements HostAccess {
  private static final char MEMBER = '#';

  private final Set<String> names;
  private final boolean reflection;

  /**
   * The list of these names, as {@link HostAccess#allow} has them.
   *
   * @throws IllegalArgumentException if one is no name of a class, or of one and a member
   */
  AllowList(String... names) {
    for (var each : names) {
      int member = each.indexOf(MEMBER);
      if (each.isBlank() || !each.equals(each.strip()) || member == 0
          || member == each.length() - 1 || member != each.lastIndexOf(MEMBER)) {
        throw new IllegalArgumentException(
            "'" + each + "' is no name of a class, nor of a member: class#member");
      }
    }
    this.names = Set.of(names);
    this.reflection = this.names.stream().anyMatch(AllowList::isOfReflection);
  }

  /** Whether a name is one of reflection, as far as its class can be seen from here. */
  @Override
  public boolean reflection() {
    return reflection;
  }

  private static boolean isOfReflection(String name) {
    int member = name.indexOf(MEMBER);
    return member >= 0 && Reflective.isEverywhere(name.substring(member + 1))
        || Reflective.reaches((member < 0 ? name : name.substring(0, member)).replace("[]", ""));
  }

  @Override
  public boolean allows(Access access) {
    switch (access.operation()) {
      case LOOKUP: case IMPLEMENT:
        return names.contains(access.type().getTypeName()) || isNamed(access.type());
      case NEW: case STATIC_CALL: case STATIC_READ: case STATIC_WRITE:
        return offers(access.type(), access) || access.member() != null
            && offers(access.member().getDeclaringClass(), access);
      default:
        return offeredBy(access.type(), access);
    }
  }

  /** Whether some member of a class is named. */
  private boolean isNamed(Class<?> type) {
    for (var each : names) {
      if (each.startsWith(type.getTypeName() + MEMBER)) {
        return true;
      }
    }
    return false;
  }

  /** Whether one of the types that an object has is named, and has what is wanted of it. */
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
    if (member != null && (names.contains(type.getTypeName() + MEMBER + member.getName())
        || access.operation() == Operation.NEW && names.contains(type.getTypeName() + "#new"))) {
      return true;
    }
    return names.contains(type.getTypeName())
        && (!Reflective.touches(access)
            || Reflective.reaches(type) && !Reflective.isEverywhere(member));
  }

  /** Whether the member is one of a type, or overrides one. */
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

  /** Whether what needs no member can be done to objects of a type. */
  private static boolean does(Class<?> type, Operation operation) {
    var data = JavaType.of(type);
    switch (operation) {
      case INDEX:
        return data.map || data.list || data.array;
      case ITERATE:
        return (data.traits & Trait.PAIRS) != 0;
      case LENGTH:
        return (data.traits & Trait.LENGTH) != 0;
      case COMPARE:
        return (data.traits & (Trait.ORDER | Trait.ARITHMETIC)) != 0;
      case CLOSE:
        return (data.traits & Trait.CLOSE) != 0;
      default:
        return true;
    }
  }
}
