package org.lupine.access;

import java.lang.reflect.Member;
import java.lang.reflect.Proxy;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Recognizes what leads out of the objects that were passed to scripts and into the virtual
 * machine.
 */
final class Reflective {
  private static final Set<String> METHODS =
      Set.of("getClass", "wait", "notify", "notifyAll", "finalize", "clone");

  private static final Set<String> TYPES =
      Set.of(
          "java.lang.Class",
          "java.lang.ClassLoader",
          "java.lang.Module",
          "java.lang.ModuleLayer",
          "java.lang.Thread",
          "java.lang.ThreadGroup",
          "java.lang.Process",
          "java.lang.ProcessBuilder",
          "java.lang.ProcessHandle",
          "java.lang.Runtime",
          "java.lang.System",
          "java.lang.StackWalker",
          "java.lang.ClassValue",
          "java.security.ProtectionDomain",
          "java.security.AccessController",
          "javax.script.ScriptContext",
          "javax.script.ScriptEngine",
          "javax.script.ScriptEngineManager",
          "javax.script.ScriptEngineFactory",
          "sun.misc.Unsafe",
          "org.lupine.LuaRuntime",
          "org.lupine.LuaOptions",
          "org.lupine.LuaOptions$Settings");

  private static final ClassValue<Boolean> REACHING =
      new ClassValue<>() {
        @Override
        protected Boolean computeValue(Class<?> type) {
          return find(type);
        }
      };

  private Reflective() {}

  /** Returns whether an access is to a reflective type, or by a method that every object has. */
  static boolean touches(HostAccess.Access access) {
    return isEverywhere(access.member()) || reaches(access.type());
  }

  /**
   * Returns whether a member is a method that every object has and that is of no use to scripts.
   */
  static boolean isEverywhere(@Nullable Member member) {
    return member != null && isEverywhere(member.getName());
  }

  static boolean isEverywhere(String name) {
    return METHODS.contains(name);
  }

  /**
   * Returns what {@link #reaches(Class)} returns, for a class that need not exist; the class is not
   * initialized.
   */
  static boolean reaches(String name) {
    if (named(name)) {
      return true;
    }
    try {
      return reaches(Class.forName(name, false, Reflective.class.getClassLoader()));
    } catch (ClassNotFoundException | LinkageError e) {
      return false;
    }
  }

  /**
   * Returns whether a type, or one of its supertypes, is for reflection, class loading or threads.
   */
  static boolean reaches(Class<?> type) {
    return REACHING.get(type);
  }

  private static boolean find(Class<?> type) {
    while (type.isArray()) {
      type = type.getComponentType();
    }
    for (Class<?> each = type; each != null; each = each.getSuperclass()) {
      // a proxy is judged by its interfaces, not by its superclass
      if (named(each.getName()) && (each != Proxy.class || each == type)) {
        return true;
      }
      for (var side : each.getInterfaces()) {
        if (reaches(side)) {
          return true;
        }
      }
    }
    return false;
  }

  private static boolean named(String name) {
    return TYPES.contains(name)
        || name.startsWith("java.lang.reflect.")
        || name.startsWith("java.lang.invoke.")
        || name.startsWith("org.lupine.bridge.");
  }
}
