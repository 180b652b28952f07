package org.lupine.host;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Knows which classes are accessible, and returns handles to their public members. A member of an
 * inaccessible class is reached through the public class or interface that declares it; access
 * checks are never suppressed.
 */
final class Accessible {
  private static final MethodHandles.Lookup PUBLIC = MethodHandles.publicLookup();
  private static final MethodHandles.Lookup OWN = MethodHandles.lookup();

  private Accessible() {}

  /** Returns whether a class is public and its package exported, to all or to us. */
  static boolean isAccessible(Class<?> type) {
    if (!Modifier.isPublic(type.getModifiers())) {
      return false;
    }
    var module = type.getModule();
    var inside = type.getPackageName();
    return module.isExported(inside) || module.isExported(inside, Accessible.class.getModule());
  }

  /**
   * Returns the nearest accessible supertypes of a class that together have all its public members.
   */
  static Set<Class<?>> roots(Class<?> type) {
    var roots = new LinkedHashSet<Class<?>>();
    collect(type, roots);
    return roots;
  }

  private static void collect(Class<?> type, Set<Class<?>> roots) {
    if (type == null) {
      return;
    }
    if (isAccessible(type)) {
      roots.add(type);
      return;
    }
    collect(type.getSuperclass(), roots);
    for (var side : type.getInterfaces()) {
      collect(side, roots);
    }
  }

  /**
   * Returns a handle to a method through an accessible type; the declaring class need not be
   * accessible.
   */
  static MethodHandle method(Class<?> through, Method method) throws ReflectiveOperationException {
    var type = MethodType.methodType(method.getReturnType(), method.getParameterTypes());
    try {
      return find(PUBLIC, through, method, type);
    } catch (IllegalAccessException e) {
      // caller-sensitive, or exported to us alone
      return find(ownLookup(through), through, method, type);
    }
  }

  private static MethodHandle find(
      MethodHandles.Lookup lookup, Class<?> owner, Method method, MethodType type)
      throws ReflectiveOperationException {
    return Modifier.isStatic(method.getModifiers())
        ? lookup.findStatic(owner, method.getName(), type)
        : lookup.findVirtual(owner, method.getName(), type);
  }

  /** Returns this class's lookup; makes its module read the module of the class. */
  private static MethodHandles.Lookup ownLookup(Class<?> type) {
    Accessible.class.getModule().addReads(type.getModule());
    return OWN;
  }

  static MethodHandle constructor(Constructor<?> constructor) throws IllegalAccessException {
    try {
      return PUBLIC.unreflectConstructor(constructor);
    } catch (IllegalAccessException e) {
      return ownLookup(constructor.getDeclaringClass()).unreflectConstructor(constructor);
    }
  }

  static MethodHandle getter(Class<?> through, Field field) throws ReflectiveOperationException {
    boolean fixed = Modifier.isStatic(field.getModifiers());
    var owner =
        fixed && isAccessible(field.getDeclaringClass()) ? field.getDeclaringClass() : through;
    try {
      return fixed
          ? PUBLIC.findStaticGetter(owner, field.getName(), field.getType())
          : PUBLIC.findGetter(owner, field.getName(), field.getType());
    } catch (IllegalAccessException e) {
      return fixed
          ? ownLookup(owner).findStaticGetter(owner, field.getName(), field.getType())
          : ownLookup(owner).findGetter(owner, field.getName(), field.getType());
    }
  }

  static MethodHandle setter(Class<?> through, Field field) throws ReflectiveOperationException {
    boolean fixed = Modifier.isStatic(field.getModifiers());
    var owner =
        fixed && isAccessible(field.getDeclaringClass()) ? field.getDeclaringClass() : through;
    try {
      return fixed
          ? PUBLIC.findStaticSetter(owner, field.getName(), field.getType())
          : PUBLIC.findSetter(owner, field.getName(), field.getType());
    } catch (IllegalAccessException e) {
      return fixed
          ? ownLookup(owner).findStaticSetter(owner, field.getName(), field.getType())
          : ownLookup(owner).findSetter(owner, field.getName(), field.getType());
    }
  }
}
