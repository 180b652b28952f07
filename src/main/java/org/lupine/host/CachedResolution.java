package org.lupine.host;

import java.lang.ref.WeakReference;

/**
 * The result of overload resolution for arguments of certain kinds, and of certain classes where
 * they are Java objects. Refers to those classes weakly, so that they can be unloaded.
 */
final class CachedResolution {
  private static final WeakReference<?>[] NONE = {};

  final long signature;
  final Overload overload;
  final boolean spread;
  private final WeakReference<?>[] classes;

  CachedResolution(long signature, WeakReference<?>[] classes, Overload overload, boolean spread) {
    this.signature = signature;
    this.classes = classes;
    this.overload = overload;
    this.spread = spread;
  }

  /** Returns references to the classes of the arguments that are Java objects. */
  static WeakReference<?>[] classes(Object[] arguments, int from) {
    var classes = NONE;
    for (int i = from; i < arguments.length; i++) {
      if (Argument.kind(arguments[i]) == Argument.OBJECT) {
        if (classes.length == 0) {
          classes = new WeakReference<?>[arguments.length - from];
        }
        classes[i - from] = new WeakReference<Object>(decidingClass(arguments[i]));
      }
    }
    return classes;
  }

  /** Returns the class that decides; for a cast, the type that it names. */
  private static Class<?> decidingClass(Object argument) {
    return argument instanceof Cast
        ? ((Cast) argument).type()
        : argument instanceof View ? ((View) argument).target.getClass() : argument.getClass();
  }

  /** Returns whether arguments of the same kinds have the same classes, too. */
  boolean matches(Object[] arguments, int from) {
    for (int i = 0; i < classes.length; i++) {
      @SuppressWarnings("unchecked")
      var each = (WeakReference<Object>) classes[i];
      if (each != null && each.get() != decidingClass(arguments[from + i])) {
        return false;
      }
    }
    return true;
  }
}
