package org.lupine.access;

import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Member;
import java.lang.reflect.Method;
import org.jspecify.annotations.Nullable;

/** Finds {@link LuaExport} marks. */
final class LuaExports {
  private LuaExports() {}

  /**
   * Returns whether a class is marked, or the member, its declaring class, or a member that it
   * overrides: an implementation of a marked interface exports that interface.
   */
  static boolean isExported(Class<?> type, @Nullable Member member) {
    if (isMarked(type)) {
      return true;
    }
    return member instanceof AnnotatedElement
        && (isMarked((AnnotatedElement) member)
            || isMarked(member.getDeclaringClass())
            || member instanceof Method && overridesMarked(type, (Method) member));
  }

  private static boolean isMarked(AnnotatedElement element) {
    return element.isAnnotationPresent(LuaExport.class);
  }

  private static boolean overridesMarked(@Nullable Class<?> type, Method method) {
    if (type == null) {
      return false;
    }
    if (declaresMarked(type, method) || overridesMarked(type.getSuperclass(), method)) {
      return true;
    }
    for (var each : type.getInterfaces()) {
      if (overridesMarked(each, method)) {
        return true;
      }
    }
    return false;
  }

  private static boolean declaresMarked(Class<?> type, Method method) {
    try {
      var declared = type.getDeclaredMethod(method.getName(), method.getParameterTypes());
      return isMarked(type) || isMarked(declared);
    } catch (NoSuchMethodException e) {
      return false;
    }
  }
}
