package org.lupine.host;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Recognizes interfaces with one abstract method. */
final class Functional {
  private static final ClassValue<Object> METHODS =
      new ClassValue<>() {
        @Override
        protected Object computeValue(Class<?> type) {
          var found = find(type);
          return found == null ? Boolean.FALSE : found;
        }
      };

  private Functional() {}

  /** Returns the single abstract method of an interface, or null. */
  static @Nullable Method method(Class<?> type) {
    var found = METHODS.get(type);
    return found instanceof Method ? (Method) found : null;
  }

  private static @Nullable Method find(Class<?> type) {
    if (!type.isInterface() || type.isAnnotation()) {
      return null;
    }
    Method found = null;
    for (var each : type.getMethods()) {
      if (!Modifier.isAbstract(each.getModifiers()) || ofObject(each)) {
        continue;
      }
      if (found == null) {
        found = each;
      } else if (!found.getName().equals(each.getName())
          || found.getParameterCount() != each.getParameterCount()
          || !same(found, each)) {
        return null;
      } else if (found.getReturnType().isAssignableFrom(each.getReturnType())) {
        found = each;
      }
    }
    return found;
  }

  /**
   * Returns whether one method implements two of the same name and number of parameters: their
   * parameter types are equal, or the interface of one extends that of the other, as for an
   * override with another erasure.
   */
  private static boolean same(Method a, Method b) {
    return Arrays.equals(a.getParameterTypes(), b.getParameterTypes())
        || a.getDeclaringClass() != b.getDeclaringClass()
            && (a.getDeclaringClass().isAssignableFrom(b.getDeclaringClass())
                || b.getDeclaringClass().isAssignableFrom(a.getDeclaringClass()));
  }

  /** Returns whether a method is one that every object has, such as {@code equals}. */
  static boolean ofObject(Method method) {
    switch (method.getName()) {
      case "equals":
        return method.getParameterCount() == 1 && method.getParameterTypes()[0] == Object.class;
      case "hashCode":
      case "toString":
        return method.getParameterCount() == 0;
      default:
        return false;
    }
  }

  /**
   * Returns the result type of a generic functional interface's method: {@code Integer} for
   * {@code Callable<Integer>}, Object if it is not known.
   */
  static Type result(Type generic) {
    return result(generic, Objects.requireNonNull(method(Conversion.erased(generic))));
  }

  private static Type result(Type generic, Method method) {
    var type = Conversion.erased(generic);
    if (method.getDeclaringClass() == type) {
      return substituted(method.getGenericReturnType(), generic, type);
    }
    for (var each : type.getGenericInterfaces()) {
      if (method.getDeclaringClass().isAssignableFrom(Conversion.erased(each))) {
        var result = result(each, method);
        return result instanceof TypeVariable ? substituted(result, generic, type) : result;
      }
    }
    return method.getReturnType();
  }

  /**
   * Substitutes the type arguments of an interface; a variable without one is returned as it is.
   */
  private static Type substituted(Type wanted, Type generic, Class<?> type) {
    if (!(wanted instanceof TypeVariable)) {
      return wanted;
    }
    var variables = type.getTypeParameters();
    for (int i = 0; i < variables.length; i++) {
      if (variables[i].equals(wanted) && generic instanceof ParameterizedType) {
        return ((ParameterizedType) generic).getActualTypeArguments()[i];
      }
    }
    return wanted;
  }

  /** Returns whether objects that implement the interface are meant to be called. */
  static boolean callable(Class<?> type) {
    return method(type) != null
        && (type.isAnnotationPresent(FunctionalInterface.class)
            || !type.getName().startsWith("java."));
  }
}
